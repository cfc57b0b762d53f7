// SPDX-License-Identifier: GPL-2.0-only
/* Name the functions on riscv that get the command line of the next kernel. */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "../kexec_lineage.h"

#ifdef CONFIG_KEXEC_FILE
/* Linux arch/riscv/kernel/machine_kexec_file.c calls it for ELF files and for an Image. */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "of_kexec_alloc_and_setup_fdt", lineage_devicetree_read_load,
	  lineage_devicetree_set_cmdline },
	{},
};
#endif

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	unsigned long *const arguments[] = { &regs->a0, &regs->a1, &regs->a2, &regs->a3 };

	*arguments[index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
