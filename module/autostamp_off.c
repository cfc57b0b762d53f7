// SPDX-License-Identifier: GPL-2.0-only
/* Replacement of autostamp.c for kernels without kexec_file_load() or return probes. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "kexec_lineage.h"

/* Define the parameter anyway, because setting an unknown parameter is an error. */
static bool autostamp;
module_param(autostamp, bool, 0444);
MODULE_PARM_DESC(autostamp,
		 "not available: this kernel has no kexec_file_load() or no return probes");

void __init lineage_autostamp_init(void)
{
	autostamp = false;
	pr_notice("autostamp is off: this kernel has no kexec_file_load() or no return probes\n");
}

void lineage_autostamp_exit(void)
{
}
