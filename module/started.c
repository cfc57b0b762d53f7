// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the next kernel when a kexec starts it: if it dies before its first line, only the log of
 * this kernel names it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/string.h>

#include "kexec_lineage.h"

/*
 * The command that kernel_kexec() passes (Linux kernel/kexec_core.c, seen with 6.1 to 7.3). With
 * 5.10 it was not seen: nothing is printed there.
 */
#define KEXEC_COMMAND "kexec reboot"

/*
 * KERN_ERR is the least severe level that reaches the consoles with "quiet". At this time the
 * network devices still work; they are shut down before the kernel prints "Starting new kernel".
 */
static int say_on_kexec(struct notifier_block *block, unsigned long event, void *command)
{
	char release[LINEAGE_RELEASE_SIZE];

	if (event != SYS_RESTART || !command || strcmp(command, KEXEC_COMMAND) != 0)
		return NOTIFY_DONE;
	lineage_loaded_release(release);
	pr_err("kexec to %s (count %u)\n", release[0] ? release : "unknown release",
	       lineage_self.next_count);
	return NOTIFY_DONE;
}

/* Highest priority: the line is printed even if another notifier hangs. */
static struct notifier_block reboot_block = {
	.notifier_call = say_on_kexec,
	.priority = INT_MAX,
};

void __init lineage_started_init(void)
{
	int err = register_reboot_notifier(&reboot_block);

	if (err)
		pr_warn("a kexec will not show the next kernel: %d\n", err);
}

void lineage_started_exit(void)
{
	unregister_reboot_notifier(&reboot_block);
}
