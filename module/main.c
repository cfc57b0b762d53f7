// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>

#include "kexec_lineage.h"

/**
 * DOC: kexec_lineage
 *
 * Report which kernels led to the running one through kexec, and pass the lineage to the next one.
 *
 * 1. Load: the parameter "stamp" is set from the kernel command line, by modprobe or, if built in,
 *    by the kernel's own parser; after insmod, self.c reads it from /proc/cmdline. handover.c reads
 *    what Kexec HandOver (KHO) delivered. self.c validates the stamp, merges it with KHO's data,
 *    fills lineage_self and prints the boot lines. lineage_self is not written afterwards, so
 *    everything below may read it in any context without a lock. boot_id.c then prints the kernel's
 *    boot id.
 * 2. sysfs.c shows the lineage in /sys/kernel/kexec_lineage. If the module is built in, boot_id.c
 *    cannot read the id in step 1, and reads it when root first reads one of these files.
 * 3. crash.c prints the line again beside every oops, panic, WARN, report of KASAN and KFENCE, soft
 *    lockup and hung task, with the first digits of the boot id. It does not allocate or wait for a
 *    lock: the texts were prepared in step 1. panic_probe.c calls crash.c at the entry of panic(),
 *    lockups.c for soft lockups and hung tasks. If the module is built in, steps 1 (without the
 *    boot id) and 3 run before the initcalls of all drivers.
 * 4. autostamp.c adds the next kernel's stamp to the command line of every kexec_file_load();
 *    next_line.c makes the line. The kernel runs one load at a time, and a bit in autostamp.c
 *    guards against a second one. From the entry of the image loader to its return the load owns
 *    the buffer and a reference to the module. measured.c calls autostamp.c before IMA measures the
 *    command line; the load then holds a second reference until its loader is called.
 *    cmdline_swap.c replaces the command line if the loader cannot be probed. On a kernel that asks
 *    for the command line, autostamp_hook.c replaces all these files except next_line.c.
 * 5. loaded.c keeps the release of the loaded kernel, which autostamp.c reads from the image. Its
 *    data has a lock of its own, a bit that is held for a copy of a few bytes with interrupts off.
 *    sysfs.c shows the release. started.c prints it when a kexec starts the kernel.
 * 6. handover.c hands the lineage to the next kernel through KHO, if KHO is on. Everything that
 *    depends on the API of KHO is in kho/.
 * 7. Unload runs in reverse order. During a kexec_file_load() rmmod fails, because the module is in
 *    use.
 *
 * main.c calls all parts. The calls between files form no cycle. Observation never makes the
 * observed operation fail: a part that cannot be set up is reported once and left out, and loading
 * the module succeeds. A kexec_file_load() that cannot be stamped proceeds without a stamp.
 */

/* What a crash of a driver must find: the line, and what prints it. */
static int __init lineage_start_early(void)
{
	static struct lineage_handover handover __initdata;

	lineage_handover_read(&handover);
	lineage_self_init(&handover);
	lineage_crash_init();
	return 0;
}

static int __init lineage_start(void)
{
	lineage_boot_id_read();
	lineage_loaded_init();
	lineage_sysfs_init();
	lineage_started_init();
	lineage_autostamp_init();
	lineage_handover_init();
	return 0;
}

#ifdef MODULE
static int __init kexec_lineage_init(void)
{
	lineage_start_early();
	return lineage_start();
}
module_init(kexec_lineage_init);
#else
early_initcall(lineage_start_early);
device_initcall(lineage_start);
#endif

static void __exit kexec_lineage_exit(void)
{
	lineage_handover_exit();
	lineage_autostamp_exit();
	lineage_started_exit();
	lineage_crash_exit();
	lineage_sysfs_exit();
	lineage_loaded_exit();
}

module_exit(kexec_lineage_exit);

MODULE_DESCRIPTION("Reports which kernels led to this one through kexec");
MODULE_AUTHOR("The kexec-lineage project");
MODULE_LICENSE("GPL");
