// SPDX-License-Identifier: GPL-2.0-only
/* Crashes in different contexts, for tests of crash.c: `insmod lineage_crash.ko how=NAME` */
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>

#if __has_include(<linux/kfence.h>) /* Linux 5.12 */
#include <linux/kfence.h>
#else
#define is_kfence_address(address) false
#endif

static char *how = "";
module_param(how, charp, 0444);

static void oops(void)
{
	*(volatile int *)8 = 1;
}

static void panic_now(void)
{
	panic("lineage_crash: %s", how);
}

static void bug(void)
{
	BUG();
}

static void warn(void)
{
	WARN(1, "lineage_crash: %s", how);
}

static void warns(void)
{
	for (int i = 0; i < 30; i++)
		warn();
}

static void (*in_interrupt_do)(void);

static void run_in_interrupt(struct irq_work *work)
{
	in_interrupt_do();
}

static struct irq_work work;

static void in_interrupt_context(void (*what)(void))
{
	in_interrupt_do = what;
	init_irq_work(&work, run_in_interrupt);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static void oops_in_interrupt(void)
{
	in_interrupt_context(oops);
}

static void panic_in_interrupt(void)
{
	in_interrupt_context(panic_now);
}

static DEFINE_RAW_SPINLOCK(lock);

static void panic_with_lock(void)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	panic_now();
	raw_spin_unlock_irqrestore(&lock, flags);
}

static void run_panic(void *unused)
{
	panic_now();
}

static void panic_on_all_cpus(void)
{
	on_each_cpu(run_panic, NULL, 0);
}

/* Read freed memory that KFENCE guards. It guards some allocations, at most one in a few ms. */
static void kfence(void)
{
	for (int i = 0; i < 3000; i++) {
		char *memory = kmalloc(32, GFP_KERNEL);
		bool is_guarded = is_kfence_address(memory);

		kfree(memory);
		if (is_guarded) {
			READ_ONCE(*memory);
			return;
		}
		usleep_range(1000, 2000);
	}
}

/* Read freed memory. KASAN reports it. */
static void kasan(void)
{
	char *memory = kmalloc(32, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(memory);
	kfree(memory);
	READ_ONCE(*memory);
}

/* With watchdog_thresh=1 this is one soft lockup: it is reported after 2 s, and again 2 s later. */
static void soft_lockup(void)
{
	unsigned long end = jiffies + 7 * HZ / 2;

	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
}

static void ignore(struct rcu_head *head)
{
}

/*
 * With rcu_cpu_stall_timeout=3 this is one stall. The grace period begins in a task on another CPU:
 * a switch to that task would end the grace period on this CPU.
 */
static void rcu_stall(void)
{
	static struct rcu_head head;
	unsigned long end = jiffies + 5 * HZ;

	call_rcu(&head, ignore);
	preempt_disable();
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
	rcu_barrier();
}

static void hung_task(void)
{
	schedule_timeout_uninterruptible(4 * HZ);
}

static const struct {
	const char *name;
	void (*run)(void);
} ways[] = {
	{ "oops", oops },
	{ "bug", bug },
	{ "kasan", kasan },
	{ "warn", warn },
	{ "warns", warns },
	{ "kfence", kfence },
	{ "soft-lockup", soft_lockup },
	{ "rcu-stall", rcu_stall },
	{ "hung-task", hung_task },
	{ "panic", panic_now },
	{ "oops-in-interrupt", oops_in_interrupt },
	{ "panic-in-interrupt", panic_in_interrupt },
	{ "panic-with-lock", panic_with_lock },
	{ "panic-on-all-cpus", panic_on_all_cpus },
};

static int __init lineage_crash_init(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		if (strcmp(ways[i].name, how) == 0) {
			ways[i].run();
			return -ECANCELED;
		}
	}
	return -EINVAL;
}

module_init(lineage_crash_init);
MODULE_DESCRIPTION("Crashes, for tests");
MODULE_LICENSE("GPL");
