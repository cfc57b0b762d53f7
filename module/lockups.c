// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find soft lockups, RCU stalls and hung tasks, which have no notifier.
 *
 * The tracepoint sched_process_hang fires before the report of a hung task (Linux
 * kernel/hung_task.c), and rcu_stall_warning before the report of a stall (kernel/rcu/tree_stall.h
 * and tree_exp.h, 5.13 and newer). They are not exported, but for_each_kernel_tracepoint() finds
 * them. After the report of a soft lockup the kernel taints itself (kernel/watchdog.c). A probe on
 * add_taint(), which is rarely called, sees that.
 */
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* Before Linux 5.14 the taints were in kernel.h, which is included above. */
#ifdef LINEAGE_HAS_PANIC_NOTIFIER_H
#include <linux/panic.h>
#endif

#include "kexec_lineage.h"

/* Called for each report; set before the hooks are. The first one is also for RCU stalls. */
static void (*say_lockup)(void);
static void (*say_hung_task)(void);

#ifdef CONFIG_TRACEPOINTS
static void enter_hung_task(void *ignored, struct task_struct *task)
{
	say_hung_task();
}

static void enter_rcu_stall(void *ignored, const char *name, const char *message)
{
	say_lockup();
}

/* tracepoint: NULL if this kernel does not have it, or if it cannot be hooked */
static struct {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
} traced[] = {
	{ "sched_process_hang", enter_hung_task },
	{ "rcu_stall_warning", enter_rcu_stall },
};

static void __init note_tracepoint(struct tracepoint *tracepoint, void *ignored)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(traced); i++)
		if (strcmp(tracepoint->name, traced[i].name) == 0)
			traced[i].tracepoint = tracepoint;
}

static int __init hook_tracepoints(void)
{
	int err = 0;
	size_t i;

	for_each_kernel_tracepoint(note_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(traced); i++) {
		int one = traced[i].tracepoint ? tracepoint_probe_register(traced[i].tracepoint,
									   traced[i].function, NULL)
					       : 0;

		if (one)
			traced[i].tracepoint = NULL;
		err = err ? err : one;
	}
	return err;
}

static void unhook_tracepoints(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(traced); i++)
		if (traced[i].tracepoint)
			tracepoint_probe_unregister(traced[i].tracepoint, traced[i].function, NULL);
	tracepoint_synchronize_unregister();
}
#else
static int __init hook_tracepoints(void)
{
	return 0;
}

static void unhook_tracepoints(void)
{
}
#endif

#if defined(CONFIG_KPROBES) && defined(CONFIG_SOFTLOCKUP_DETECTOR) && \
	defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
static int enter_add_taint(struct kprobe *probe, struct pt_regs *regs)
{
	/* A few drivers set this taint for other reasons, and get a line, too. */
	if ((u32)regs_get_kernel_argument(regs, 0) == TAINT_SOFTLOCKUP)
		say_lockup();
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
 * lineage_lockups_init() - call a function beside each report of a lockup, a stall or a hung task
 * @lockup: for soft lockups and RCU stalls; may be called in any context, on several CPUs at once
 * @hung_task: as @lockup
 *
 * Return: 0, or the error of the first hook that cannot be set.
 */
int __init lineage_lockups_init(void (*lockup)(void), void (*hung_task)(void))
{
	int err, other;

	say_lockup = lockup;
	say_hung_task = hung_task;
	err = hook_tracepoints();
	other = hook_soft_lockups();
	return err ? err : other;
}

void lineage_lockups_exit(void)
{
	unhook_soft_lockups();
	unhook_tracepoints();
}
