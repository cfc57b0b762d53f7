// SPDX-License-Identifier: GPL-2.0-only
/* Name the functions on ppc64 that get the command line of the next kernel. */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>

#include "../kexec_lineage.h"

#define FIRST_ARGUMENT 3 /* in general-purpose register 3 */

#ifdef CONFIG_KEXEC_FILE
/* Linux arch/powerpc/kexec/elf_64.c calls it. */
const struct lineage_arch_loader lineage_arch_loaders[] = {
	{ "of_kexec_alloc_and_setup_fdt", lineage_devicetree_read_load,
	  lineage_devicetree_set_cmdline },
	{},
};
#endif

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
	regs->gpr[FIRST_ARGUMENT + index] = value;
}
NOKPROBE_SYMBOL(lineage_arch_set_argument);
