// SPDX-License-Identifier: GPL-2.0-only
/* Support other architectures without stamping loads and without a trace of the boot loader. */
#include <linux/init.h>

#include "../kexec_lineage.h"

const char *const lineage_arch_loader;

enum lineage_loader __init lineage_arch_find_loader(void)
{
	return LINEAGE_LOADER_SILENT;
}

void lineage_arch_read_load(const struct pt_regs *regs, struct lineage_load *ret)
{
}

int lineage_arch_read_target(const struct lineage_load *load, struct lineage_target *ret)
{
	return -EOPNOTSUPP;
}

void lineage_arch_set_cmdline(struct pt_regs *regs, char *cmdline, size_t size)
{
}
