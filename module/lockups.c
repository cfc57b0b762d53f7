// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find soft lockups and hung tasks, which have no notifier.
 *
 * The tracepoint sched_process_hang fires before the report of a hung task (Linux
 * kernel/hung_task.c). It is not exported, but for_each_kernel_tracepoint() finds it. After the
 * report of a soft lockup the kernel taints itself (kernel/watchdog.c). A probe on add_taint(),
 * which is rarely called, sees that.
 */
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* Before Linux 5.14 the taints were in kernel.h. */
#ifdef LINEAGE_HAS_PANIC_NOTIFIER_H
#include <linux/panic.h>
#else
#include <linux/kernel.h>
#endif

#include "kexec_lineage.h"

/* Called for each report; set before the hooks are. */
static void (*say_soft_lockup)(void);
static void (*say_hung_task)(void);

#ifdef CONFIG_TRACEPOINTS
#define HUNG_TASK "sched_process_hang"

static struct tracepoint *hung_tasks;

static void enter_hung_task(void *ignored, struct task_struct *task)
{
	say_hung_task();
}

static void __init note_hung_task(struct tracepoint *tracepoint, void *ignored)
{
	if (strcmp(tracepoint->name, HUNG_TASK) == 0)
		hung_tasks = tracepoint;
}

static int __init hook_hung_tasks(void)
{
	int err;

	for_each_kernel_tracepoint(note_hung_task, NULL);
	if (!hung_tasks) /* this kernel does not detect hung tasks */
		return 0;
	err = tracepoint_probe_register(hung_tasks, enter_hung_task, NULL);
	if (err)
		hung_tasks = NULL;
	return err;
}

static void unhook_hung_tasks(void)
{
	if (!hung_tasks)
		return;
	tracepoint_probe_unregister(hung_tasks, enter_hung_task, NULL);
	tracepoint_synchronize_unregister();
}
#else
static int __init hook_hung_tasks(void)
{
	return 0;
}

static void unhook_hung_tasks(void)
{
}
#endif

#if defined(CONFIG_KPROBES) && defined(CONFIG_SOFTLOCKUP_DETECTOR) && \
	defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
static int enter_add_taint(struct kprobe *probe, struct pt_regs *regs)
{
	/* A few drivers set this taint for other reasons, and get a line, too. */
	if ((u32)regs_get_kernel_argument(regs, 0) == TAINT_SOFTLOCKUP)
		say_soft_lockup();
	return 0;
}
NOKPROBE_SYMBOL(enter_add_taint);

static struct kprobe taint_probe = {
	.symbol_name = "add_taint",
	.pre_handler = enter_add_taint,
};

static bool is_probed;

static int __init hook_soft_lockups(void)
{
	int err = register_kprobe(&taint_probe);

	is_probed = !err;
	return err;
}

static void unhook_soft_lockups(void)
{
	if (is_probed)
		unregister_kprobe(&taint_probe);
}
#else
static int __init hook_soft_lockups(void)
{
	return 0;
}

static void unhook_soft_lockups(void)
{
}
#endif

/**
 * lineage_lockups_init() - call a function beside each report of a soft lockup or a hung task
 * @soft_lockup: may be called in any context, on several CPUs at once
 * @hung_task: as @soft_lockup
 *
 * Return: 0, or the error of the first hook that cannot be set.
 */
int __init lineage_lockups_init(void (*soft_lockup)(void), void (*hung_task)(void))
{
	int err, other;

	say_soft_lockup = soft_lockup;
	say_hung_task = hung_task;
	err = hook_hung_tasks();
	other = hook_soft_lockups();
	return err ? err : other;
}

void lineage_lockups_exit(void)
{
	unhook_soft_lockups();
	unhook_hung_tasks();
}
