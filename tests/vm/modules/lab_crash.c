// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes of many kinds, for tests of the programs that read kernel logs.
 *
 * A hang occurs in a kernel thread and lasts a few seconds.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>

#include "lab_kinds.h"

#define NON_CANONICAL 0x4141414141414141UL
#define OBJECT_SIZE 64
#define SOFT_LOCKUP_MS 4500 /* with kernel.watchdog_thresh=1 */
#define RCU_STALL_MS 4000   /* with rcu_cpu_stall_timeout=3 */
#define HUNG_TASK_S 4	    /* with kernel.hung_task_timeout_secs=1 */

static noinline void lab_warn_on(void)
{
	WARN_ON(lab_buffer);
}

static noinline void lab_warn_text(void)
{
	WARN(1, "lab_crash: a warning with words\n");
}

static noinline void lab_refcount(void)
{
	refcount_t count;

	refcount_set(&count, 0);
	WARN_ON(refcount_dec_and_test(&count));
}

/* schedule() resets the wrong preemption count, so preemption need not be enabled again. */
static noinline void lab_atomic(void)
{
	preempt_disable();
	schedule_timeout_uninterruptible(1);
	barrier(); /* prevents a tail call, which would remove this function from the stack */
}

static noinline void lab_null(void)
{
	*(volatile int *)8 = 1;
}

static noinline void lab_call(void)
{
	void (*volatile nothing)(void) = NULL;

	nothing();
	barrier();
}

static noinline void lab_bad_address(void)
{
	*(volatile int *)ERR_PTR(-EINVAL) = 1;
}

static noinline void lab_non_canonical(void)
{
	*(volatile int *)NON_CANONICAL = 1;
}

static noinline void lab_bug(void)
{
	BUG();
}

static noinline void lab_divide(void)
{
	volatile int zero = 0, one = 1;

	one /= zero;
}

static noinline void lab_list(void)
{
	struct list_head first, second;

	INIT_LIST_HEAD(&first);
	INIT_LIST_HEAD(&second);
	first.next = NULL;
	list_add_tail(&second, &first);
}

static noinline void lab_usercopy(void)
{
	unsigned long size = 2 * OBJECT_SIZE;
	char *object = kzalloc(OBJECT_SIZE, GFP_KERNEL);

	/*
	 * The first line prevents a warning of gcc. Without the second line, the kernel skips its
	 * check.
	 */
	OPTIMIZER_HIDE_VAR(object);
	OPTIMIZER_HIDE_VAR(size);
	if (object && copy_to_user(lab_buffer, object, size))
		pr_info("lab_crash: copied less\n");
	kfree(object);
}

static noinline void lab_hung_task(void)
{
	schedule_timeout_uninterruptible(HUNG_TASK_S * HZ);
	barrier();
}

/*
 * mdelay() is inaccurate if the clock of an emulated CPU was measured wrongly. Read the clock
 * seldom: a lockup that is detected in a retpoline of its functions shows no reliable frame.
 */
static void spin(unsigned int ms)
{
	ktime_t end = ktime_add_ms(ktime_get(), ms);

	while (ktime_before(ktime_get(), end))
		for (unsigned int i = 0; i < 10000; i++)
			cpu_relax();
}

static noinline int lab_soft_lockup_thread(void *done)
{
	preempt_disable();
	spin(SOFT_LOCKUP_MS);
	preempt_enable();
	complete(done);
	return 0;
}

/*
 * Begin a grace period that cannot end while softirqs are off on this CPU: a softirq reports the
 * CPU's quiescent state to RCU. This function needs preemptible RCU. Without preemptible RCU a task
 * switch is a quiescent state, and on one CPU the grace period would end at once.
 */
static void begin_grace_period(void)
{
	unsigned long ended;

	for (;;) {
		ended = start_poll_synchronize_rcu();
		while (get_state_synchronize_rcu() == ended)
			yield();
		local_bh_disable();
		if (!poll_state_synchronize_rcu(ended))
			return;
		local_bh_enable();
	}
}

static noinline int lab_rcu_stall_thread(void *done)
{
	begin_grace_period();
	spin(RCU_STALL_MS);
	local_bh_enable();
	complete(done);
	return 0;
}

static void in_thread(int (*run)(void *done), const char *name)
{
	DECLARE_COMPLETION_ONSTACK(done);

	if (!IS_ERR(kthread_run(run, &done, "%s", name)))
		wait_for_completion(&done);
}

static void lab_soft_lockup(void)
{
	in_thread(lab_soft_lockup_thread, "lab-soft-lockup");
}

static void lab_rcu_stall(void)
{
	in_thread(lab_rcu_stall_thread, "lab-rcu-stall");
}

static noinline void lab_stack(void)
{
	char small[8], *at = small;

	OPTIMIZER_HIDE_VAR(at);
	memset(at, 'A', OBJECT_SIZE);
}

static noinline void lab_panic(void)
{
	panic("lab_crash: a panic with words");
}

/*
 * In this order the kernel reports each crash separately. After an oops, the kernel reports no hung
 * task, and does not report lab_atomic() as a new crash. After a hang, it does not report another
 * hang as new. The last kinds end the kernel.
 */
static const struct lab_kind kinds[] = {
	{ "hung_task", lab_hung_task, IS_ENABLED(CONFIG_DETECT_HUNG_TASK) },
	{ "warn_on", lab_warn_on, true },
	{ "soft_lockup", lab_soft_lockup, IS_ENABLED(CONFIG_SOFTLOCKUP_DETECTOR) },
	{ "warn_text", lab_warn_text, true },
	{ "rcu_stall", lab_rcu_stall, IS_ENABLED(CONFIG_PREEMPT_RCU) },
	{ "refcount", lab_refcount, true },
	{ "atomic", lab_atomic, IS_ENABLED(CONFIG_PREEMPT_COUNT) },
	{ "null", lab_null, true },
	{ "call", lab_call, true },
	{ "bad_address", lab_bad_address, true },
	{ "non_canonical", lab_non_canonical, true },
	{ "bug", lab_bug, true },
	{ "divide", lab_divide, true },
	{ "list", lab_list, IS_ENABLED(CONFIG_BUG_ON_DATA_CORRUPTION) },
	{ "usercopy", lab_usercopy, IS_ENABLED(CONFIG_HARDENED_USERCOPY) },
	{ "stack", lab_stack, IS_ENABLED(CONFIG_STACKPROTECTOR) },
	{ "panic", lab_panic, true },
	{},
};

static int __init lab_crash_init(void)
{
	return lab_offer_kinds(kinds);
}

module_init(lab_crash_init);
MODULE_DESCRIPTION("Crashes of many kinds, for tests of log readers");
MODULE_LICENSE("GPL");
