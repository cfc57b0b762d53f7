// SPDX-License-Identifier: GPL-2.0-only
/* Print the lineage beside oopses and panics, because the log may have lost the boot lines. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/sched.h>

/* Before Linux 5.14 panic_notifier_list was in kernel.h; Kbuild looks for the header. */
#ifdef LINEAGE_HAS_PANIC_NOTIFIER_H
#include <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#endif

#include "kexec_lineage.h"

/* Longest time from an oops to the panic that it causes. The oops is printed in between. */
#define OOPS_TO_PANIC (10 * HZ)

/*
 * The task that oopsed last, and the time. If an oops ends in a panic, the same task panics: in
 * oops_end(), or as init when it exits. Oops and panic are then one crash, and the line was already
 * printed beside the oops. A later panic with this task current (for example if it hangs in its
 * exit) is another crash. The pointer is compared and never dereferenced; the start time
 * distinguishes a later task at the same address.
 */
static struct task_struct *oopsed_task;
static u64 oopsed_start_time;
static unsigned long oopsed_jiffies;

/* Set by the CPU that prints the line of the panic, because two CPUs may enter panic() at once. */
static atomic_t panics = ATOMIC_INIT(0);

static int say_on_oops(struct notifier_block *block, unsigned long event, void *data)
{
	if (event != DIE_OOPS || atomic_read(&panics))
		return NOTIFY_DONE;
	WRITE_ONCE(oopsed_task, current);
	WRITE_ONCE(oopsed_start_time, current->start_time);
	WRITE_ONCE(oopsed_jiffies, jiffies);
	pr_alert("%s%s\n", lineage_self.line, lineage_boot_id_suffix());
	return NOTIFY_DONE;
}
NOKPROBE_SYMBOL(say_on_oops);

static bool is_panic_of_the_oops(void)
{
	return READ_ONCE(oopsed_task) == current &&
	       READ_ONCE(oopsed_start_time) == current->start_time &&
	       time_before(jiffies, READ_ONCE(oopsed_jiffies) + OOPS_TO_PANIC);
}
NOKPROBE_SYMBOL(is_panic_of_the_oops);

/*
 * Print to the log only, not to the consoles. printk_deferred() does the same but is not exported.
 * At the entry of panic() a console cannot be used safely yet, because another CPU may have locked
 * it. The first line that panic() prints flushes this line to the consoles.
 */
static __printf(1, 2) int say_to_the_log(const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vprintk_emit(0, LOGLEVEL_SCHED, NULL, format, arguments);
	va_end(arguments);
	return length;
}
NOKPROBE_SYMBOL(say_to_the_log);

/*
 * Kprobe handler at the entry of panic(). It is called in any context, on any number of CPUs. Newer
 * kernels drop the output of every CPU other than the panicking CPU. In this case say_on_panic()
 * prints the line.
 */
static int enter_panic(struct kprobe *probe, struct pt_regs *regs)
{
	if (atomic_cmpxchg(&panics, 0, 1) != 0 || is_panic_of_the_oops())
		return 0;
	if (say_to_the_log(KERN_EMERG pr_fmt("%s%s\n"), lineage_self.line,
			   lineage_boot_id_suffix()) == 0)
		atomic_set(&panics, 0);
	return 0;
}
NOKPROBE_SYMBOL(enter_panic);

static int say_on_panic(struct notifier_block *block, unsigned long event, void *data)
{
	if (atomic_cmpxchg(&panics, 0, 1) == 0 && !is_panic_of_the_oops())
		pr_emerg("%s%s\n", lineage_self.line, lineage_boot_id_suffix());
	return NOTIFY_DONE;
}

static struct notifier_block die_block = {
	.notifier_call = say_on_oops,
};

/* Highest priority, because a later notifier may stop the machine (pvpanic uses INT_MAX, too). */
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
	err = lineage_panic_probe_init(enter_panic);
	if (err)
		pr_notice("panic() cannot be probed (%d): kdump needs crash_kexec_post_notifiers\n",
			  err);
}

void lineage_crash_exit(void)
{
	lineage_panic_probe_exit();
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	unregister_die_notifier(&die_block);
}
