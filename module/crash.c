// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print the lineage beside oopses, panics and other reports, because the log may have lost the boot
 * lines.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/ptrace.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* Before Linux 5.14 panic_notifier_list was in kernel.h; Kbuild looks for the header. */
#ifdef LINEAGE_HAS_PANIC_NOTIFIER_H
#include <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#endif

/* Linux 5.13 and newer; for WARN, 5.17 and newer. */
#ifdef LINEAGE_HAS_ERROR_REPORT_H
#include <trace/events/error_report.h>
#else
enum error_detector { ERROR_DETECTOR_KFENCE, ERROR_DETECTOR_KASAN };

static inline int register_trace_error_report_end(void (*probe)(void *, enum error_detector,
								unsigned long),
						  void *data)
{
	return -EOPNOTSUPP;
}

static inline void unregister_trace_error_report_end(void (*probe)(void *, enum error_detector,
								   unsigned long),
						     void *data)
{
}
#endif

#include "kexec_lineage.h"

/*
 * The task that oopsed last. If the oops ends in a panic, the same task panics, with a text that
 * says so, and the line is not printed again. The pointer is compared and never dereferenced.
 */
static struct task_struct *oopsed_task;

/* The same for a report of another kind. WARN panics before the line is printed. */
static struct task_struct *reported_task;

/*
 * What panic() is called with after an oops, and after a report if the kernel is set to panic
 * then (Linux kernel/exit.c, kernel/panic.c, kernel/watchdog.c, kernel/hung_task.c,
 * kernel/rcu/tree_stall.h, mm/kasan/report.c, traps.c and dumpstack.c of the architectures, 5.10 to
 * 7.3).
 */
static const char *const texts_after_oops[] = {
	"Fatal exception",
	"Attempted to kill init!",
	"Attempted to kill the idle task!",
	"Aiee, killing interrupt handler!",
	"Oopsed too often",
	"Machine halted",
	"stack guard hit",
};
static const char *const texts_after_report[] = {
	"panic_on_warn set",	  "kasan.fault=panic",	      "kfence.fault=panic",
	"softlockup: hung tasks", "hung_task: blocked tasks", "RCU Stall",
};
#define TEXT_LENGTH 64 /* enough for the name of an oops before the text */

/* Set by the CPU that prints the line of the panic, because two CPUs may enter panic() at once. */
static atomic_t panics = ATOMIC_INIT(0);

static DEFINE_RATELIMIT_STATE(reports, 60 * HZ, 10);
/*
 * A task is found hung at every check for as long as it hangs, also when the kernel no longer
 * reports it. These lines must not use up those of other reports.
 */
static DEFINE_RATELIMIT_STATE(hung_reports, 3600 * HZ, 10);
static bool is_traced;

static int say_on_oops(struct notifier_block *block, unsigned long event, void *data)
{
	if (event != DIE_OOPS || atomic_read(&panics))
		return NOTIFY_DONE;
	WRITE_ONCE(oopsed_task, current);
	pr_alert("%s%s\n", lineage_self.line, lineage_boot_id_suffix());
	return NOTIFY_DONE;
}
NOKPROBE_SYMBOL(say_on_oops);

static bool has_one_of(const char *text, const char *const *parts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strnstr(text, parts[i], strnlen(text, TEXT_LENGTH)))
			return true;
	return false;
}
NOKPROBE_SYMBOL(has_one_of);

/*
 * Whether the line was printed beside the oops or report that this panic ends.
 * @text: what panic() is called with, formatted or not; NULL if unknown
 */
static bool is_printed(const char *text)
{
	if (!text)
		return false;
	return (READ_ONCE(oopsed_task) == current &&
		has_one_of(text, texts_after_oops, ARRAY_SIZE(texts_after_oops))) ||
	       (READ_ONCE(reported_task) == current &&
		has_one_of(text, texts_after_report, ARRAY_SIZE(texts_after_report)));
}
NOKPROBE_SYMBOL(is_printed);

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

/* Return the format that panic() or vpanic() is called with; NULL if it cannot be found. */
static const char *format_of(struct pt_regs *regs)
{
/* On i386 the arguments of a variadic function are on the stack. */
#if defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API) && !defined(CONFIG_X86_32)
	return (const char *)regs_get_kernel_argument(regs, 0);
#else
	return NULL;
#endif
}
NOKPROBE_SYMBOL(format_of);

/*
 * Kprobe handler at the entry of panic(). It is called in any context, on any number of CPUs. Newer
 * kernels drop the output of every CPU other than the panicking CPU. In this case say_on_panic()
 * prints the line.
 */
static int enter_panic(struct kprobe *probe, struct pt_regs *regs)
{
	if (atomic_cmpxchg(&panics, 0, 1) != 0 || is_printed(format_of(regs)))
		return 0;
	if (say_to_the_log(KERN_EMERG pr_fmt("%s%s\n"), lineage_self.line,
			   lineage_boot_id_suffix()) == 0)
		atomic_set(&panics, 0);
	return 0;
}
NOKPROBE_SYMBOL(enter_panic);

static int say_on_panic(struct notifier_block *block, unsigned long event, void *data)
{
	if (atomic_cmpxchg(&panics, 0, 1) == 0 && !is_printed(data))
		pr_emerg("%s%s\n", lineage_self.line, lineage_boot_id_suffix());
	return NOTIFY_DONE;
}

/*
 * Print the line beside a report that does not end the kernel, unless it repeats too often. Called
 * in any context; a report within printk() is printed later, as its own text is.
 * @task: the task that may panic for this reason; NULL if a later panic is another crash
 */
static void say_beside_report(struct ratelimit_state *limit, struct task_struct *task)
{
	if (atomic_read(&panics))
		return;
	if (!__ratelimit(limit)) {
		/* This report has no line, so print one if the report causes a panic. */
		if (task)
			cmpxchg(&reported_task, task, NULL);
		return;
	}
	if (task)
		WRITE_ONCE(reported_task, task);
	pr_warn("%s%s\n", lineage_self.line, lineage_boot_id_suffix());
}

static void say_on_report(void *ignored, enum error_detector detector, unsigned long id)
{
	/* After a WARN, which goes on, a later panic of the task is another one. */
	bool may_panic = detector == ERROR_DETECTOR_KASAN || detector == ERROR_DETECTOR_KFENCE;

	say_beside_report(&reports, may_panic ? current : NULL);
}

/* Called in the task that is stuck on the CPU, or that finds an RCU stall of another CPU. */
static void say_on_lockup(void)
{
	say_beside_report(&reports, current);
}

/* Called in the task that looks for hung tasks. */
static void say_on_hung_task(void)
{
	say_beside_report(&hung_reports, current);
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
	ratelimit_set_flags(&reports, RATELIMIT_MSG_ON_RELEASE);
	ratelimit_set_flags(&hung_reports, RATELIMIT_MSG_ON_RELEASE);
	err = IS_ENABLED(CONFIG_TRACEPOINTS) ? register_trace_error_report_end(say_on_report, NULL)
					     : -EOPNOTSUPP;
	is_traced = !err;
	if (err && err != -EOPNOTSUPP) /* this kernel has no such tracepoint */
		pr_notice("WARN, KASAN and KFENCE will not show the lineage: %d\n", err);
	err = lineage_lockups_init(say_on_lockup, say_on_hung_task);
	if (err)
		pr_notice("not all lockups, stalls and hung tasks will show the lineage: %d\n",
			  err);
	err = lineage_panic_probe_init(enter_panic);
	if (err)
		pr_notice("panic() cannot be probed (%d): kdump needs crash_kexec_post_notifiers\n",
			  err);
}

void lineage_crash_exit(void)
{
	lineage_panic_probe_exit();
	lineage_lockups_exit();
	if (is_traced) {
		unregister_trace_error_report_end(say_on_report, NULL);
		tracepoint_synchronize_unregister();
	}
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	unregister_die_notifier(&die_block);
}
