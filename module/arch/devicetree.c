// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find the trace of the boot loader in the device tree, and access the arguments of the function
 * that writes the command line of the next kernel into its device tree: arm64, powerpc and
 * riscv.
 */
#include <linux/init.h>
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/of.h>
#include <linux/ptrace.h>
#include <linux/string.h>

#include "../core/banner.h"
#include "../kexec_lineage.h"

/*
 * On arm64 and riscv only kexec_file_load() sets the property (Linux drivers/of/kexec.c), and with
 * ACPI the kernel does not unpack the device tree. A cold boot leaves no trace.
 *
 * On ppc64 kexec-tools sets it for kexec_load(), too, and the firmware of PowerNV machines is a
 * Linux that starts the first kernel in this way (petitboot): a cold boot has the property as well.
 */
enum lineage_loader __init lineage_arch_find_loader(void)
{
	struct device_node *chosen = of_find_node_by_path("/chosen");
	bool was_kexeced = chosen && of_property_read_bool(chosen, "linux,booted-from-kexec");

	of_node_put(chosen);
	return was_kexeced && !IS_ENABLED(CONFIG_PPC) ? LINEAGE_LOADER_KEXEC
						      : LINEAGE_LOADER_SILENT;
}

#if defined(CONFIG_KEXEC_FILE) && defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
/* The fourth argument is the command line, which is copied into the device tree as a string. */
#define CMDLINE_ARGUMENT 3

void lineage_devicetree_read_load(const struct pt_regs *regs, struct lineage_load *ret)
{
	struct pt_regs *arguments = (struct pt_regs *)regs;

	ret->image = (const struct kimage *)regs_get_kernel_argument(arguments, 0);
	ret->kernel = ret->image->kernel_buf;
	ret->kernel_size = ret->image->kernel_buf_len;
	ret->cmdline = (const char *)regs_get_kernel_argument(arguments, CMDLINE_ARGUMENT);
	ret->cmdline_size = ret->cmdline ? strlen(ret->cmdline) + 1 : 0;
}
NOKPROBE_SYMBOL(lineage_devicetree_read_load);

void lineage_devicetree_set_cmdline(struct pt_regs *regs, char *cmdline, size_t size)
{
	lineage_arch_set_argument(regs, CMDLINE_ARGUMENT, (unsigned long)cmdline);
}
NOKPROBE_SYMBOL(lineage_devicetree_set_cmdline);
#endif

/* kexec_file_load() accepts only uncompressed images. A longer command line is truncated. */
int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	struct lineage_banner banner;
	int err = lineage_banner_read(load->kernel, load->kernel_size, &banner);

	if (err)
		return err;
	memcpy(ret->release, banner.release, sizeof(ret->release));
	ret->cmdline_limit =
		lineage_banner_cmdline_limit(load->kernel, load->kernel_size, banner.release);
	ret->stays_empty = true;
	return 0;
}
