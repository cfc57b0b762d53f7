// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mistakes that a kernel with debugging options finds, for tests of the programs that read kernel
 * logs: accesses to memory, undefined behaviour, locks, and sleeping in atomic context.
 *
 * After a report about locks the kernel stops checking them, so each such mistake is made in a
 * thread of its own, after which the checks are switched on again.
 */
#include <linux/completion.h>
#include <linux/debug_locks.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "lab_kinds.h"

/* Memory */

static char lab_global[LAB_OBJECT_SIZE];

static noinline void lab_slab_read(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	READ_ONCE(*LAB_HIDDEN(object + LAB_OBJECT_SIZE));
	kfree(object);
}

static noinline void lab_slab_write(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	WRITE_ONCE(*LAB_HIDDEN(object + LAB_OBJECT_SIZE), 1);
	kfree(object);
}

static noinline void lab_freed_read(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(object);
	READ_ONCE(*LAB_HIDDEN(object + 8));
}

static noinline void lab_freed_write(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(object);
	WRITE_ONCE(*LAB_HIDDEN(object + 8), 1);
}

static noinline void lab_free_twice(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(LAB_HIDDEN(object));
	kfree(LAB_HIDDEN(object));
	barrier();
}

static noinline void lab_free_inside(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(LAB_HIDDEN(object + 8));
	kfree(object);
}

static noinline void lab_stack_read(void)
{
	char small[8] = "", *at = small;

	OPTIMIZER_HIDE_VAR(at);
	READ_ONCE(at[sizeof(small)]);
}

static noinline void lab_global_read(void)
{
	READ_ONCE(*LAB_HIDDEN(lab_global + sizeof(lab_global)));
}

static noinline void lab_vmalloc_read(void)
{
	char *memory = vzalloc(PAGE_SIZE / 2);

	READ_ONCE(*LAB_HIDDEN(memory + PAGE_SIZE / 2));
	vfree(memory);
}

static noinline void lab_copy_freed(void)
{
	char *object = kzalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(object);
	memcpy(lab_global, LAB_HIDDEN(object), LAB_OBJECT_SIZE);
	barrier();
}

/* Undefined behaviour */

static noinline void lab_index(void)
{
	static struct {
		int array[4];
		int other[4];
	} object;
	int index = ARRAY_SIZE(object.array);

	OPTIMIZER_HIDE_VAR(index);
	object.array[index] = 1;
	WRITE_ONCE(lab_global[0], (char)object.other[0]);
}

static noinline void lab_shift(void)
{
	int bits = 77;

	OPTIMIZER_HIDE_VAR(bits);
	WRITE_ONCE(lab_global[0], (char)(1 << bits));
}

static noinline void lab_bool(void)
{
	char value = 7;
	char *at = &value;

	OPTIMIZER_HIDE_VAR(at);
	WRITE_ONCE(lab_global[0], *(bool *)at);
}

/* Locks */

static DEFINE_MUTEX(lab_a);
static DEFINE_MUTEX(lab_b);
static DEFINE_SPINLOCK(lab_spin);

/* Two locks of one class. With one lock, the thread would wait for itself. */
static noinline int lab_recursive(void *done)
{
	static struct mutex locks[2];

	for (size_t i = 0; i < ARRAY_SIZE(locks); i++)
		mutex_init(&locks[i]);
	mutex_lock(&locks[0]);
	mutex_lock(&locks[1]);
	mutex_unlock(&locks[1]);
	mutex_unlock(&locks[0]);
	complete(done);
	return 0;
}

static noinline int lab_circular(void *done)
{
	mutex_lock(&lab_a);
	mutex_lock(&lab_b);
	mutex_unlock(&lab_b);
	mutex_unlock(&lab_a);
	mutex_lock(&lab_b);
	mutex_lock(&lab_a);
	mutex_unlock(&lab_a);
	mutex_unlock(&lab_b);
	complete(done);
	return 0;
}

static noinline int lab_inconsistent(void *done)
{
	static DEFINE_RAW_SPINLOCK(lock);

	raw_spin_lock(&lock);
	raw_spin_unlock(&lock);
	local_irq_disable();
	lockdep_hardirq_enter();
	raw_spin_lock(&lock);
	raw_spin_unlock(&lock);
	lockdep_hardirq_exit();
	local_irq_enable();
	complete(done);
	return 0;
}

static noinline int lab_unlock(void *done)
{
	static DEFINE_MUTEX(mutex);

	mutex_unlock(&mutex);
	complete(done);
	return 0;
}

static noinline int lab_held_freed(void *done)
{
	struct mutex *mutex = kzalloc(sizeof(*mutex), GFP_KERNEL);

	mutex_init(mutex);
	mutex_lock(mutex);
	kfree(mutex);
	barrier();
	complete(done);
	return 0;
}

static noinline int lab_rcu_usage(void *done)
{
	static void __rcu *pointer;

	WRITE_ONCE(lab_global[0], rcu_dereference(pointer) != NULL);
	complete(done);
	return 0;
}

static noinline int lab_sleep(void *done)
{
	local_irq_disable();
	might_sleep();
	local_irq_enable();
	complete(done);
	return 0;
}

static noinline int lab_sleep_mutex(void *done)
{
	static DEFINE_MUTEX(mutex);

	preempt_disable();
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	preempt_enable();
	complete(done);
	return 0;
}

static noinline int lab_wait_context(void *done)
{
	static DEFINE_RAW_SPINLOCK(raw);

	raw_spin_lock(&raw);
	spin_lock(&lab_spin);
	spin_unlock(&lab_spin);
	raw_spin_unlock(&raw);
	complete(done);
	return 0;
}

static noinline int lab_non_static(void *done)
{
	struct {
		spinlock_t lock;
	} *object = kzalloc(sizeof(*object), GFP_KERNEL);

	spin_lock(&object->lock);
	spin_unlock(&object->lock);
	kfree(object);
	complete(done);
	return 0;
}

static noinline int lab_bad_magic(void *done)
{
	static DEFINE_SPINLOCK(lock);

#ifdef CONFIG_DEBUG_SPINLOCK
	lock.rlock.magic = 7;
#endif
	spin_lock(&lock);
	spin_unlock(&lock);
	complete(done);
	return 0;
}

static noinline int lab_processor_id(void *done)
{
	WRITE_ONCE(lab_global[0], (char)smp_processor_id());
	complete(done);
	return 0;
}

static noinline void lab_leaking_work(struct work_struct *work)
{
	mutex_lock(&lab_a);
	barrier();
}

static noinline int lab_leak(void *done)
{
	static DECLARE_WORK(work, lab_leaking_work);

	schedule_work(&work);
	flush_work(&work);
	complete(done);
	return 0;
}

static void nothing(struct timer_list *timer)
{
}

static noinline int lab_free_timer(void *done)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	timer_setup(timer, nothing, 0);
	mod_timer(timer, jiffies + HZ * 1000);
	kfree(timer);
	complete(done);
	return 0;
}

static void in_thread(int (*run)(void *done))
{
	DECLARE_COMPLETION_ONSTACK(done);

	if (IS_ERR(kthread_run(run, &done, "lab-checks")))
		return;
	wait_for_completion(&done);
	msleep(200);
	debug_locks = 1;
}

#define THREAD(name)                   \
	static void start_##name(void) \
	{                              \
		in_thread(lab_##name); \
	}

THREAD(recursive)
THREAD(circular)
THREAD(inconsistent)
THREAD(unlock)
THREAD(held_freed)
THREAD(rcu_usage)
THREAD(sleep)
THREAD(sleep_mutex)
THREAD(wait_context)
THREAD(non_static)
THREAD(bad_magic)
THREAD(processor_id)
THREAD(free_timer)

/* The worker holds the lock for ever: end the checks of locks. */
static void start_leak(void)
{
	in_thread(lab_leak);
	debug_locks = 0;
}

/* The reports after the one of the leak are about the lock that was leaked. */
static const struct lab_kind kinds[] = {
	{ "rcu_usage", start_rcu_usage, IS_ENABLED(CONFIG_PROVE_RCU) },
	{ "sleep", start_sleep, IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) },
	{ "sleep_mutex", start_sleep_mutex, IS_ENABLED(CONFIG_DEBUG_ATOMIC_SLEEP) },
	{ "processor_id", start_processor_id, IS_ENABLED(CONFIG_DEBUG_PREEMPT) },
	{ "free_timer", start_free_timer, IS_ENABLED(CONFIG_DEBUG_OBJECTS_TIMERS) },
	{ "unlock", start_unlock, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "recursive", start_recursive, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "circular", start_circular, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "inconsistent", start_inconsistent, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "held_freed", start_held_freed, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "wait_context", start_wait_context, IS_ENABLED(CONFIG_PROVE_RAW_LOCK_NESTING) },
	{ "non_static", start_non_static, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "bad_magic", start_bad_magic, IS_ENABLED(CONFIG_DEBUG_SPINLOCK) },
	{ "leak", start_leak, IS_ENABLED(CONFIG_PROVE_LOCKING) },
	{ "index", lab_index, IS_ENABLED(CONFIG_UBSAN_BOUNDS) },
	{ "shift", lab_shift, IS_ENABLED(CONFIG_UBSAN_SHIFT) },
	{ "bool", lab_bool, IS_ENABLED(CONFIG_UBSAN_BOOL) },
	{ "slab_read", lab_slab_read, IS_ENABLED(CONFIG_KASAN) },
	{ "slab_write", lab_slab_write, IS_ENABLED(CONFIG_KASAN) },
	{ "freed_read", lab_freed_read, IS_ENABLED(CONFIG_KASAN) },
	{ "freed_write", lab_freed_write, IS_ENABLED(CONFIG_KASAN) },
	{ "copy_freed", lab_copy_freed, IS_ENABLED(CONFIG_KASAN) },
	{ "free_inside", lab_free_inside, IS_ENABLED(CONFIG_KASAN) },
	{ "free_twice", lab_free_twice, IS_ENABLED(CONFIG_KASAN) },
	{ "stack_read", lab_stack_read, IS_ENABLED(CONFIG_KASAN) },
	{ "global_read", lab_global_read, IS_ENABLED(CONFIG_KASAN) },
	{ "vmalloc_read", lab_vmalloc_read, IS_ENABLED(CONFIG_KASAN_VMALLOC) },
	{},
};

static int __init lab_checks_init(void)
{
	return lab_offer_kinds(kinds);
}

module_init(lab_checks_init);
MODULE_DESCRIPTION("Mistakes that debugging options find, for tests of log readers");
MODULE_LICENSE("GPL");
