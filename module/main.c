// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>

#include "kexec_lineage.h"

/**
 * DOC: kexec_lineage
 *
 * Tells which kernels led to the running one through kexec, and passes that on to the next one.
 *
 * 1. Load: the parameter "stamp" comes off the kernel command line, from modprobe or, built in,
 *    from the kernel's own parser; handover.c reads what came through Kexec HandOver. self.c
 *    checks the stamp, decides whether it is this kernel's own, joins the two, fills lineage_self
 *    and prints the boot lines. Nothing writes lineage_self afterwards, so that everything below
 *    may read it from any context without a lock.
 * 2. sysfs.c shows it in /sys/kernel/kexec_lineage.
 * 3. crash.c prints the line again beside every oops and panic. Nothing is allocated, locked or
 *    formatted there: the text has been ready since step 1.
 * 4. autostamp.c puts the next kernel's stamp on the command line of every kexec_file_load().
 *    The kernel runs one load at a time; a bit of our own says so once more. From the entry of
 *    the image loader to its return the load owns the buffer and a reference to the module.
 * 5. handover.c hands the same to the next kernel through Kexec HandOver, where that is on. All
 *    that depends on KHO's API is in kho/.
 * 6. Unload: in reverse order. A load that is under way makes rmmod say that the module is in use.
 *
 * Observation never fails what is observed: whatever cannot be set up is said once and left out,
 * and loading the module succeeds. A load that cannot be stamped goes on as it was asked for.
 */

static int __init kexec_lineage_init(void)
{
	lineage_self_init();
	lineage_sysfs_init();
	lineage_crash_init();
	lineage_autostamp_init();
	lineage_handover_init();
	return 0;
}

static void __exit kexec_lineage_exit(void)
{
	lineage_handover_exit();
	lineage_autostamp_exit();
	lineage_crash_exit();
	lineage_sysfs_exit();
}

module_init(kexec_lineage_init);
module_exit(kexec_lineage_exit);

MODULE_DESCRIPTION("Tells which kernels led to this one through kexec");
MODULE_AUTHOR("The kexec-lineage project");
MODULE_LICENSE("GPL");
