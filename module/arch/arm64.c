// SPDX-License-Identifier: GPL-2.0-only
/* Name the functions on arm64 that get the command line of the next kernel. */
#include <linux/kexec.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "../kexec_lineage.h"

#ifdef CONFIG_KEXEC_FILE
/* The last two of seven arguments are the command line and its size. All are in registers. */
static void read_load_of_image(const struct pt_regs *regs, struct lineage_load *ret)
{
	ret->image = (const struct kimage *)regs->regs[0];
	ret->kernel = ret->image->kernel_buf;
	ret->kernel_size = ret->image->kernel_buf_len;
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
 * The second one is in Linux arch/arm64/kernel/kexec_image.c and static. It is probed before Linux
 * 5.13, which has no such function in drivers/of/kexec.c.
 */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "of_kexec_alloc_and_setup_fdt", lineage_devicetree_read_load,
	  lineage_devicetree_set_cmdline },
	{ "image_load", read_load_of_image, set_cmdline_of_image },
	{},
};
#endif

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	regs->regs[index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
