// SPDX-License-Identifier: GPL-2.0-only
/* Find the trace of the boot loader on arm64, and access the arguments of the image loader. */
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/of.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <asm/setup.h>

#include "../core/banner.h"
#include "../kexec_lineage.h"

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

#ifdef CONFIG_KEXEC_FILE
static void read_load(const struct pt_regs *regs, struct lineage_load *ret)
{
	ret->image = (const struct kimage *)regs->regs[0];
	ret->kernel = ret->image->kernel_buf;
	ret->kernel_size = ret->image->kernel_buf_len;
}
NOKPROBE_SYMBOL(read_load);

/* The fourth argument is the command line, which is copied into the device tree as a string. */
static void read_load_of_fdt(const struct pt_regs *regs, struct lineage_load *ret)
{
	read_load(regs, ret);
	ret->cmdline = (const char *)regs->regs[3];
	ret->cmdline_size = ret->cmdline ? strlen(ret->cmdline) + 1 : 0;
}
NOKPROBE_SYMBOL(read_load_of_fdt);

static void set_cmdline_of_fdt(struct pt_regs *regs, char *cmdline, size_t size)
{
	regs->regs[3] = (unsigned long)cmdline;
}
NOKPROBE_SYMBOL(set_cmdline_of_fdt);

/* The last two of seven arguments are the command line and its size. All are in registers. */
static void read_load_of_image(const struct pt_regs *regs, struct lineage_load *ret)
{
	read_load(regs, ret);
	ret->cmdline = (const char *)regs->regs[5];
	ret->cmdline_size = regs->regs[6];
}
NOKPROBE_SYMBOL(read_load_of_image);

static void set_cmdline_of_image(struct pt_regs *regs, char *cmdline, size_t size)
{
	regs->regs[5] = (unsigned long)cmdline;
	regs->regs[6] = size;
}
NOKPROBE_SYMBOL(set_cmdline_of_image);

/*
 * The first one is in Linux drivers/of/kexec.c, since 5.13. It is extern, so that link-time
 * optimization does not rename it, and the loaders of other architectures call it, too. The second
 * one is in arch/arm64/kernel/kexec_image.c and static.
 */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "of_kexec_alloc_and_setup_fdt", read_load_of_fdt, set_cmdline_of_fdt },
	{ "image_load", read_load_of_image, set_cmdline_of_image },
	{},
};
#endif

/* kexec_file_load() accepts only an uncompressed Image. A longer command line is truncated. */
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	struct lineage_banner banner;
	int err = lineage_banner_read(load->kernel, load->kernel_size, &banner);

	if (err)
		return err;
	memcpy(ret->release, banner.release, sizeof(ret->release));
	ret->cmdline_limit = COMMAND_LINE_SIZE - 1;
	return 0;
}

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	regs->regs[index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
