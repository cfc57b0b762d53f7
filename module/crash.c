// SPDX-License-Identifier: GPL-2.0-only
/* How does the lineage get beside a crash, when the line from boot has left the log long ago? */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/sched.h>

/* Before Linux 5.14 panic_notifier_list was in kernel.h; Kbuild looks. */
#ifdef LINEAGE_HAS_PANIC_NOTIFIER_H
#include <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#endif

#include "kexec_lineage.h"

/*
 * The task that oopsed last. Where an oops ends in a panic, it is this task that panics: in
 * oops_end(), or as init on its way out. That is one crash, and the line stands beside the oops.
 * A task that oopsed does nothing else any more. The pointer is compared, never followed; the
 * start time tells the task from a later one at the same address.
 */
static struct task_struct *oopsed_task;
static u64 oopsed_start_time;

/* No kernel survives a panic, and two CPUs may enter panic() at once: the first one prints. */
static atomic_t panics = ATOMIC_INIT(0);

static int say_on_oops(struct notifier_block *block, unsigned long event, void *data)
{
	if (event != DIE_OOPS || atomic_read(&panics))
		return NOTIFY_DONE;
	WRITE_ONCE(oopsed_task, current);
	WRITE_ONCE(oopsed_start_time, current->start_time);
	pr_alert("%s\n", lineage_self.line);
	return NOTIFY_DONE;
}
NOKPROBE_SYMBOL(say_on_oops);

/**
 * lineage_crash_panics() - panic() was entered, or its notifiers are being called
 *
 * From any context, on any number of CPUs.
 */
void lineage_crash_panics(void)
{
	if (atomic_cmpxchg(&panics, 0, 1) != 0)
		return;
	if (READ_ONCE(oopsed_task) == current &&
	    READ_ONCE(oopsed_start_time) == current->start_time)
		return;
	pr_emerg("%s\n", lineage_self.line);
}
NOKPROBE_SYMBOL(lineage_crash_panics);

static int say_on_panic(struct notifier_block *block, unsigned long event, void *data)
{
	lineage_crash_panics();
	return NOTIFY_DONE;
}

static struct notifier_block die_block = {
	.notifier_call = say_on_oops,
};

/* First of all: one of the others may end the machine (pvpanic asks for INT_MAX as well). */
static struct notifier_block panic_block = {
	.notifier_call = say_on_panic,
	.priority = INT_MAX,
};

void __init lineage_crash_init(void)
{
	int err;

	err = register_die_notifier(&die_block);
	if (err)
		pr_warn("oopses will not show the lineage: %d\n", err);
	err = atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	if (err)
		pr_warn("panics will not show the lineage: %d\n", err);
	err = lineage_panic_probe_init();
	if (err)
		pr_notice(
			"panic() cannot be probed (%d): with a capture kernel loaded, panics show the lineage only under crash_kexec_post_notifiers\n",
			err);
}

void lineage_crash_exit(void)
{
	lineage_panic_probe_exit();
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	unregister_die_notifier(&die_block);
}
