// SPDX-License-Identifier: GPL-2.0-only
/* Find the trace of the boot loader on arm64, and access the arguments of the image loader. */
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/of.h>
#include <linux/ptrace.h>
#include <asm/setup.h>

#include "../core/arm64_image.h"
#include "../kexec_lineage.h"

/* In Linux arch/arm64/kernel/kexec_image.c; static, with the same arguments from 5.10 to 7.3. */
const char *const lineage_arch_loader = "image_load";

/*
 * Only kexec_file_load() sets the property (Linux drivers/of/kexec.c), and with ACPI the kernel
 * does not unpack the device tree. A cold boot leaves no trace.
 */
enum lineage_loader __init lineage_arch_find_loader(void)
{
	struct device_node *chosen = of_find_node_by_path("/chosen");
	bool was_kexeced = chosen && of_property_read_bool(chosen, "linux,booted-from-kexec");

	of_node_put(chosen);
	return was_kexeced ? LINEAGE_LOADER_KEXEC : LINEAGE_LOADER_SILENT;
}

/* All seven arguments are in registers. */
void lineage_arch_read_load(const struct pt_regs *regs, struct lineage_load *ret)
{
	ret->image = (const struct kimage *)regs->regs[0];
	ret->kernel = (const char *)regs->regs[1];
	ret->kernel_size = regs->regs[2];
	ret->cmdline = (const char *)regs->regs[5];
	ret->cmdline_size = regs->regs[6];
}
NOKPROBE_SYMBOL(lineage_arch_read_load);

/* kexec_file_load() accepts only an uncompressed Image. A longer command line is truncated. */
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	struct lineage_arm64_image image;
	int err = lineage_arm64_image_read(load->kernel, load->kernel_size, &image);

	if (err)
		return err;
	memcpy(ret->release, image.release, sizeof(ret->release));
	ret->cmdline_limit = COMMAND_LINE_SIZE - 1;
	return 0;
}

void lineage_arch_set_cmdline(struct pt_regs *regs, char *cmdline, size_t size)
{
	regs->regs[5] = (unsigned long)cmdline;
	regs->regs[6] = size;
}
NOKPROBE_SYMBOL(lineage_arch_set_cmdline);
