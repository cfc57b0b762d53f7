// SPDX-License-Identifier: GPL-2.0-only
/* Support other architectures without stamping loads and without a trace of the boot loader. */
#include <linux/init.h>

#include "../kexec_lineage.h"

const struct lineage_arch_loader lineage_arch_loaders[] = { {} };

enum lineage_loader __init lineage_arch_find_loader(void)
{
	return LINEAGE_LOADER_SILENT;
}

int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	return -EOPNOTSUPP;
}

void lineage_arch_set_argument(struct pt_regs *regs, unsigned int index, unsigned long value)
{
}
