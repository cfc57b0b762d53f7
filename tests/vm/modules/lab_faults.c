// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of many kinds, for tests of the programs that read kernel logs: traps, functions of the
 * kernel that are called with an argument that makes them crash or warn, and crashes in contexts
 * other than a process.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kfence.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/objtool.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "lab_kinds.h"

#define HUNG_TASK_S 4 /* with kernel.hung_task_timeout_secs=1 */
/* No object is at these addresses. The second one is not canonical on x86. */
#define BAD_POINTER ((void *)8)
#define WILD_POINTER ((void *)0x4141414141414140UL)
#define DEPTH 1000000

/* Traps */

static char lab_data[LAB_OBJECT_SIZE];

static noinline void lab_exec_data(void)
{
	((void (*)(void))LAB_HIDDEN((void *)lab_data))();
	barrier();
}

static noinline void lab_exec_user(void)
{
	((void (*)(void))LAB_HIDDEN((void __force *)lab_buffer))();
	barrier();
}

static noinline void lab_call_wild(void)
{
	((void (*)(void))LAB_HIDDEN(WILD_POINTER))();
	barrier();
}

static noinline void lab_read_user(void)
{
	READ_ONCE(*(char __force *)lab_buffer);
}

static const unsigned long lab_constant = 1;

static noinline void lab_write_rodata(void)
{
	WRITE_ONCE(*LAB_HIDDEN((unsigned long *)&lab_constant), 2);
}

static noinline void lab_undefined(void)
{
#if defined(CONFIG_X86)
	asm volatile(".byte 0x0f, 0x0b");
#elif defined(CONFIG_ARM64)
	asm volatile(".inst 0x00000001");
#endif
}

static noinline void lab_breakpoint(void)
{
#if defined(CONFIG_X86)
	asm volatile("int3; nop");
#elif defined(CONFIG_ARM64)
	asm volatile("brk #0x77");
#endif
}

/* Functions of the kernel that get an invalid pointer */

static noinline void lab_strlen(void)
{
	size_t (*volatile length_of)(const char *) = strlen;

	WRITE_ONCE(lab_data[0], (char)length_of(BAD_POINTER));
}

static noinline void lab_memcpy(void)
{
	void *(*volatile copy)(void *, const void *, size_t) = memcpy;

	copy(lab_data, LAB_HIDDEN(BAD_POINTER), sizeof(lab_data));
	barrier();
}

static noinline void lab_snprintf(void)
{
	snprintf(LAB_HIDDEN((char *)BAD_POINTER), LAB_OBJECT_SIZE, "%d", 1);
	barrier();
}

static noinline void lab_mutex_lock(void)
{
	mutex_lock(LAB_HIDDEN((struct mutex *)BAD_POINTER));
	barrier();
}

static noinline void lab_complete(void)
{
	complete(LAB_HIDDEN((struct completion *)BAD_POINTER));
	barrier();
}

static noinline void lab_wake_up(void)
{
	wake_up(LAB_HIDDEN((wait_queue_head_t *)BAD_POINTER));
	barrier();
}

static noinline void lab_queue_work(void)
{
	queue_work(system_wq, LAB_HIDDEN((struct work_struct *)BAD_POINTER));
	barrier();
}

static noinline void lab_kobject_put(void)
{
	kobject_put(LAB_HIDDEN((struct kobject *)BAD_POINTER));
	barrier();
}

static noinline void lab_list_next(void)
{
	struct list_head head = { .next = BAD_POINTER, .prev = BAD_POINTER };

	list_del(LAB_HIDDEN(head.next));
	barrier();
}

static noinline void lab_kfree(void)
{
	kfree(LAB_HIDDEN(WILD_POINTER));
	barrier();
}

/* Functions of the kernel that check what their caller does */

static noinline void lab_list_del(void)
{
	struct list_head head, entry;

	INIT_LIST_HEAD(&head);
	list_add(&entry, &head);
	list_del(&entry);
	list_del(LAB_HIDDEN(&entry));
	barrier();
}

static noinline void lab_refcount_inc(void)
{
	refcount_t count;

	refcount_set(&count, 0);
	refcount_inc(&count);
	barrier();
}

static noinline void lab_refcount_dec(void)
{
	refcount_t count;

	refcount_set(&count, 1);
	refcount_dec(&count);
	barrier();
}

static noinline void lab_usercopy_stack(void)
{
	char small[8] = "";
	char *at = small;
	unsigned long size = 2 * THREAD_SIZE;

	OPTIMIZER_HIDE_VAR(at);
	OPTIMIZER_HIDE_VAR(size);
	if (copy_to_user(lab_buffer, at, size))
		pr_info("lab_faults: copied less\n");
}

static noinline void lab_fortify(void)
{
	static char small[8];
	size_t size = LAB_OBJECT_SIZE / 2;

	OPTIMIZER_HIDE_VAR(size);
	memcpy(small, lab_data, size);
	barrier();
}

static noinline void lab_fortify_field(void)
{
	static struct {
		char small[8];
		char other[LAB_OBJECT_SIZE];
	} object;
	size_t size = LAB_OBJECT_SIZE / 2;

	OPTIMIZER_HIDE_VAR(size);
	memcpy(object.small, lab_data, size);
	barrier();
}

static noinline void lab_double_free(void)
{
	char *object = kmalloc(LAB_OBJECT_SIZE, GFP_KERNEL);

	kfree(LAB_HIDDEN(object));
	kfree(LAB_HIDDEN(object));
	barrier();
}

static noinline void lab_free_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page->mapping = BAD_POINTER;
	__free_page(page);
	barrier();
}

static noinline void lab_vfree(void)
{
	void *memory = vmalloc(PAGE_SIZE);

	vfree(LAB_HIDDEN(memory));
	vfree(LAB_HIDDEN(memory));
	barrier();
}

static noinline void lab_ida_free(void)
{
	static DEFINE_IDA(ida);

	ida_free(&ida, 7);
	barrier();
}

static noinline void lab_kobject_early(void)
{
	static struct kobject object;

	kref_init(&object.kref);
	kref_get(&object.kref);
	kobject_put(&object);
	barrier();
}

static noinline void lab_flush_work(void)
{
	static struct work_struct work;

	flush_work(&work);
	barrier();
}

/* Objects that KFENCE guards, with a short kfence.sample_interval. */

static char *lab_guarded(void)
{
	unsigned long end = jiffies + 60 * HZ;
	char *object;

	/*
	 * KFENCE guards the next object that anyone allocates, once in a while. On a busy machine
	 * this is often an object of other code if this loop allocates only one object at a time.
	 */
	for (int i = 1; time_before(jiffies, end); i++) {
		object = kmalloc(LAB_OBJECT_SIZE, GFP_KERNEL);
		if (is_kfence_address(object))
			return object;
		kfree(object);
		if (i % 100 == 0)
			msleep(1);
	}
	return NULL;
}

static noinline void lab_kfence_freed(void)
{
	char *object = lab_guarded();

	kfree(object);
	READ_ONCE(*LAB_HIDDEN(object));
}

static noinline void lab_kfence_outside(void)
{
	char *object = lab_guarded();

	/* The pages before and after the page of an object are guarded. */
	WRITE_ONCE(*LAB_HIDDEN((char *)((unsigned long)object & PAGE_MASK) - 1), 1);
	kfree(object);
}

static noinline void lab_kfence_corrupt(void)
{
	char *object = lab_guarded();
	char *page = (char *)((unsigned long)object & PAGE_MASK);

	/* An object is at the start or at the end of its page. */
	WRITE_ONCE(*LAB_HIDDEN(object > page ? object - 1 : object + LAB_OBJECT_SIZE), 1);
	kfree(object);
	barrier();
}

static noinline void lab_kfence_free(void)
{
	char *object = lab_guarded();

	kfree(object);
	kfree(LAB_HIDDEN(object));
	barrier();
}

/* Contexts other than a process */

static DECLARE_COMPLETION(lab_done);

static noinline void lab_timer_function(struct timer_list *timer)
{
	WARN_ON(lab_buffer);
	complete(&lab_done);
}

static void lab_timer(void)
{
	static DEFINE_TIMER(timer, lab_timer_function);

	mod_timer(&timer, jiffies + 1);
	wait_for_completion(&lab_done);
}

static noinline void lab_work_function(struct work_struct *work)
{
	WARN_ON(lab_buffer);
	barrier();
}

static void lab_work(void)
{
	static DECLARE_WORK(work, lab_work_function);

	schedule_work(&work);
	flush_work(&work);
}

static noinline void lab_irq_work_function(struct irq_work *work)
{
	WARN_ON(lab_buffer);
	barrier();
}

static void lab_irq_work(void)
{
	static struct irq_work work;

	init_irq_work(&work, lab_irq_work_function);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static noinline void lab_tasklet_function(struct tasklet_struct *tasklet)
{
	WARN_ON(lab_buffer);
	barrier();
}

static void lab_tasklet(void)
{
	static DECLARE_TASKLET(tasklet, lab_tasklet_function);

	tasklet_schedule(&tasklet);
	tasklet_kill(&tasklet);
}

static noinline void lab_rcu_function(struct rcu_head *head)
{
	WARN_ON(lab_buffer);
	barrier();
}

static void lab_rcu(void)
{
	static struct rcu_head head;

	call_rcu(&head, lab_rcu_function);
	rcu_barrier();
}

static noinline void lab_other_cpu(void *unused)
{
	WARN_ON(lab_buffer);
	barrier();
}

static void lab_smp_call(void)
{
	on_each_cpu(lab_other_cpu, NULL, 1);
}

static noinline int lab_thread_function(void *unused)
{
	*(volatile int *)BAD_POINTER = 1;
	return 0;
}

static void lab_thread(void)
{
	kthread_run(lab_thread_function, NULL, "lab-thread");
	msleep(500);
}

/* The work item runs in a queue of its own, because its worker dies. */
static noinline void lab_work_oops_function(struct work_struct *work)
{
	*(volatile int *)BAD_POINTER = 1;
}

static void lab_work_oops(void)
{
	static DECLARE_WORK(work, lab_work_oops_function);
	struct workqueue_struct *queue = alloc_workqueue("lab", WQ_UNBOUND, 1);

	queue_work(queue, &work);
	msleep(500);
}

/* Hangs */

static DEFINE_MUTEX(lab_mutex);

static int lab_hold_mutex(void *unused)
{
	mutex_lock(&lab_mutex);
	complete(&lab_done);
	schedule_timeout_interruptible(HUNG_TASK_S * HZ);
	mutex_unlock(&lab_mutex);
	return 0;
}

static noinline void lab_hung_mutex(void)
{
	kthread_run(lab_hold_mutex, NULL, "lab-mutex");
	wait_for_completion(&lab_done);
	mutex_lock(&lab_mutex);
	mutex_unlock(&lab_mutex);
}

static noinline void lab_hung_wait(void)
{
	DECLARE_COMPLETION_ONSTACK(never);

	wait_for_completion_timeout(&never, HUNG_TASK_S * HZ);
	barrier();
}

/* Ends of a kernel */

static noinline int lab_recurse(int depth)
{
	volatile char bytes[256];

	bytes[0] = (char)depth;
	return depth == 0 ? 0 : lab_recurse(depth - 1) + bytes[0];
}

static noinline void lab_overflow(void)
{
	WRITE_ONCE(lab_data[0], (char)lab_recurse(DEPTH));
}

static noinline void lab_double_fault(void)
{
#ifdef CONFIG_X86_64
	asm volatile("mov %0, %%rsp; push %%rax" : : "r"(BAD_POINTER) : "memory");
#endif
}
STACK_FRAME_NON_STANDARD(lab_double_fault);

static noinline void lab_irq_oops_function(struct irq_work *work)
{
	*(volatile int *)BAD_POINTER = 1;
}

static void lab_irq_oops(void)
{
	static struct irq_work work;

	init_irq_work(&work, lab_irq_oops_function);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static noinline void lab_irq_bug_function(struct irq_work *work)
{
	BUG_ON(lab_buffer);
	barrier();
}

static void lab_irq_bug(void)
{
	static struct irq_work work;

	init_irq_work(&work, lab_irq_bug_function);
	irq_work_queue(&work);
	irq_work_sync(&work);
}

static noinline void lab_panic(void)
{
	panic("lab_faults: code %d", 7);
}

static noinline void lab_stack_smash(void)
{
	char small[8];
	char *at = small;

	OPTIMIZER_HIDE_VAR(at);
	memset(at, 0, LAB_OBJECT_SIZE / 2);
	OPTIMIZER_HIDE_VAR(at);
}

static noinline void lab_spin(void)
{
	for (int i = 0; i < 1000; i++)
		cpu_relax();
}

static noinline void lab_soft_hang(void)
{
	preempt_disable();
	for (;;)
		lab_spin();
}

static noinline void lab_hard_hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

/*
 * A task that hangs is reported only before the first oops. The kinds from "breakpoint" on end the
 * kernel, hangs only with softlockup_panic and hardlockup_panic.
 */
static const struct lab_kind kinds[] = {
	{ "hung_mutex", lab_hung_mutex, IS_ENABLED(CONFIG_DETECT_HUNG_TASK) },
	{ "hung_wait", lab_hung_wait, IS_ENABLED(CONFIG_DETECT_HUNG_TASK) },
	{ "timer", lab_timer, true },
	{ "work", lab_work, true },
	{ "irq_work", lab_irq_work, IS_ENABLED(CONFIG_IRQ_WORK) },
	{ "tasklet", lab_tasklet, true },
	{ "rcu", lab_rcu, true },
	{ "smp_call", lab_smp_call, true },
	{ "refcount_inc", lab_refcount_inc, true },
	{ "refcount_dec", lab_refcount_dec, true },
	{ "vfree", lab_vfree, true },
	{ "ida_free", lab_ida_free, true },
	{ "kobject_early", lab_kobject_early, true },
	{ "flush_work", lab_flush_work, true },
	{ "kfence_freed", lab_kfence_freed, IS_ENABLED(CONFIG_KFENCE) },
	{ "kfence_outside", lab_kfence_outside, IS_ENABLED(CONFIG_KFENCE) },
	{ "kfence_corrupt", lab_kfence_corrupt, IS_ENABLED(CONFIG_KFENCE) },
	{ "kfence_free", lab_kfence_free, IS_ENABLED(CONFIG_KFENCE) },
	{ "exec_data", lab_exec_data, true },
	{ "exec_user", lab_exec_user, true },
	{ "call_wild", lab_call_wild, true },
	{ "read_user", lab_read_user, IS_ENABLED(CONFIG_X86) },
	{ "write_rodata", lab_write_rodata, IS_ENABLED(CONFIG_STRICT_MODULE_RWX) },
	{ "undefined", lab_undefined, true },
	{ "strlen", lab_strlen, true },
	{ "memcpy", lab_memcpy, true },
	{ "snprintf", lab_snprintf, true },
	{ "mutex_lock", lab_mutex_lock, true },
	{ "complete", lab_complete, true },
	{ "wake_up", lab_wake_up, true },
	{ "queue_work", lab_queue_work, true },
	{ "kobject_put", lab_kobject_put, true },
	{ "list_next", lab_list_next, true },
	{ "kfree", lab_kfree, true },
	{ "thread", lab_thread, true },
	{ "work_oops", lab_work_oops, true },
	{ "list_del", lab_list_del, IS_ENABLED(CONFIG_DEBUG_LIST) },
	{ "usercopy_stack", lab_usercopy_stack, IS_ENABLED(CONFIG_HARDENED_USERCOPY) },
	{ "fortify_field", lab_fortify_field, IS_ENABLED(CONFIG_FORTIFY_SOURCE) },
	{ "fortify", lab_fortify, IS_ENABLED(CONFIG_FORTIFY_SOURCE) },
	{ "double_free", lab_double_free, IS_ENABLED(CONFIG_SLAB_FREELIST_HARDENED) },
	{ "free_page", lab_free_page, IS_ENABLED(CONFIG_DEBUG_VM) },
	{ "breakpoint", lab_breakpoint, true },
	{ "overflow", lab_overflow, IS_ENABLED(CONFIG_VMAP_STACK) },
	{ "double_fault", lab_double_fault, IS_ENABLED(CONFIG_X86_64) },
	{ "irq_oops", lab_irq_oops, IS_ENABLED(CONFIG_IRQ_WORK) },
	{ "irq_bug", lab_irq_bug, IS_ENABLED(CONFIG_IRQ_WORK) },
	{ "panic", lab_panic, true },
	{ "stack_smash", lab_stack_smash, IS_ENABLED(CONFIG_STACKPROTECTOR) },
	{ "soft_hang", lab_soft_hang, IS_ENABLED(CONFIG_SOFTLOCKUP_DETECTOR) },
	{ "hard_hang", lab_hard_hang, IS_ENABLED(CONFIG_HARDLOCKUP_DETECTOR) },
	{},
};

static int __init lab_faults_init(void)
{
	return lab_offer_kinds(kinds);
}

module_init(lab_faults_init);
MODULE_DESCRIPTION("Faults of many kinds, for tests of log readers");
MODULE_LICENSE("GPL");
