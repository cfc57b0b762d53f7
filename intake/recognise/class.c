// SPDX-License-Identifier: GPL-2.0-or-later
/* Which messages of the kernel begin a crash report, and how is each named? */
#include "class.h"

#include <ctype.h>

#include "plumbing.h"
#include "refine.h"

#define HELPERS                                                                   \
	(INTAKE_PLUMBING_MEMORY | INTAKE_PLUMBING_COPY | INTAKE_PLUMBING_ATOMIC | \
	 INTAKE_PLUMBING_LOCK | INTAKE_PLUMBING_LIST | INTAKE_PLUMBING_RCU)
#define CALLERS (HELPERS | INTAKE_PLUMBING_SYSCALL)
/* What accesses memory on behalf of its caller, whose object was bad. */
#define FAULTS                                                                              \
	(CALLERS | INTAKE_PLUMBING_SCHED | INTAKE_PLUMBING_QUEUE | INTAKE_PLUMBING_OBJECT | \
	 INTAKE_PLUMBING_USB)
#define LOCKS (CALLERS | INTAKE_PLUMBING_QUEUE)
#define WAITS (CALLERS | INTAKE_PLUMBING_SCHED | INTAKE_PLUMBING_QUEUE)

#define REPORT INTAKE_GRAVITY_REPORT
#define OOPS INTAKE_GRAVITY_OOPS
#define PANIC INTAKE_GRAVITY_PANIC
#define HANG INTAKE_GRAVITY_HANG

/* "slab error in verify_redzone_free(): cache `size-32': double free detected": what is wrong. */
static void name_slab_error(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_class_header(intake_report_line(report, report->header));
	struct intake_text skipped;

	intake_text_take_until(&text, "': ", &skipped);
	intake_naming_set_text(naming, "slab error: ", text);
}

/* "CFI failure at f+0x1/0x2 (target: ...)": who called. */
static void name_cfi(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_report_line(report, report->header), skipped;

	if (intake_text_take_until(&text, " failure at ", &skipped))
		intake_frame_take_function(&text, &naming->site);
}

/* The first row that matches wins. */
static const struct intake_class classes[] = {
	/* Sanitizers: an access that is caught before, or beside, what it breaks. */
	{ "BUG: KASAN: ", NULL, "kasan", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, true,
	  intake_refine_kasan, "mm/kasan/report.c print_error_description()" },
	{ "BUG: KMSAN: ", NULL, "kmsan", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, true,
	  intake_refine_sanitizer, "mm/kmsan/report.c kmsan_report()" },
	{ "BUG: KFENCE: ", NULL, "kfence", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, true,
	  intake_refine_sanitizer, "mm/kfence/report.c kfence_report_error()" },
	{ "BUG: KCSAN: ", NULL, "kcsan", NULL, INTAKE_FRAME_SITE, CALLERS, REPORT, false,
	  intake_refine_kcsan, "kernel/kcsan/report.c print_report()" },
	{ "UBSAN: ", NULL, "ubsan", NULL, INTAKE_FRAME_TRACE, FAULTS, REPORT, true,
	  intake_refine_ubsan, "lib/ubsan.c ubsan_prologue()" },
	{ "BUG: memory leak", NULL, "memory-leak", "memory leak", INTAKE_FRAME_TRACE,
	  FAULTS | INTAKE_PLUMBING_ALLOCATE, REPORT, false, NULL,
	  "syzkaller's executor, in front of kmemleak's report" },
	{ "unreferenced object 0x", NULL, "memory-leak", "memory leak", INTAKE_FRAME_TRACE,
	  FAULTS | INTAKE_PLUMBING_ALLOCATE, REPORT, false, NULL,
	  "mm/kmemleak.c print_unreferenced()" },

	/* A bad address. */
	{ "BUG: unable to handle kernel NULL pointer dereference", NULL, "null-dereference",
	  "BUG: unable to handle kernel NULL pointer dereference", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/x86/mm/fault.c show_fault_oops(), before 5.2" },
	{ "BUG: kernel NULL pointer dereference", NULL, "null-dereference",
	  "BUG: unable to handle kernel NULL pointer dereference", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/x86/mm/fault.c show_fault_oops()" },
	{ "BUG: Kernel NULL pointer dereference", NULL, "null-dereference",
	  "BUG: unable to handle kernel NULL pointer dereference", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/powerpc/mm/fault.c bad_page_fault()" },
	{ "BUG: unable to handle ", NULL, "page-fault",
	  "BUG: unable to handle kernel paging request", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/x86/mm/fault.c show_fault_oops()" },
	{ "BUG: Unable to handle ", NULL, "page-fault",
	  "BUG: unable to handle kernel paging request", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/powerpc/mm/fault.c bad_page_fault()" },
	{ "Unable to handle kernel NULL pointer dereference", NULL, "null-dereference",
	  "BUG: unable to handle kernel NULL pointer dereference", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/arm64/mm/fault.c __do_kernel_fault()" },
	{ "Unable to handle kernel ", NULL, "page-fault",
	  "BUG: unable to handle kernel paging request", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/arm64/mm/fault.c die_kernel_fault()" },
	{ "CPU ", " Unable to handle kernel ", "page-fault",
	  "BUG: unable to handle kernel paging request", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/mips/mm/fault.c, arch/loongarch/mm/fault.c" },
	{ "Insufficient stack space to handle exception", NULL, "stack-overflow",
	  "kernel stack overflow", INTAKE_FRAME_PC, FAULTS, PANIC, false, NULL,
	  "arch/arm64/kernel/traps.c panic_bad_stack()" },
	{ "BUG: ", "stack guard page was hit at", "stack-overflow", "BUG: stack guard page was hit",
	  INTAKE_FRAME_HANG, FAULTS, OOPS, false, NULL,
	  "arch/x86/kernel/traps.c handle_stack_overflow(): TASK, IRQ, NMI, #DF ..." },
	{ "Kernel stack overflow", NULL, "stack-overflow", "kernel stack overflow",
	  INTAKE_FRAME_HANG, FAULTS, PANIC, false, NULL,
	  "arch/s390/kernel/traps.c kernel_stack_invalid(), arch/powerpc/kernel/process.c" },

	/* Exceptions. */
	{ "general protection fault", "[#", "gpf", "general protection fault", INTAKE_FRAME_PC,
	  FAULTS, OOPS, false, NULL, "arch/x86/kernel/traps.c exc_general_protection()" },
	{ "divide error: ", "[#", "divide-error", "divide error", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/x86/kernel/traps.c exc_divide_error()" },
	{ "divide_error: ", "[#", "divide-error", "divide error", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/x86/kernel/traps.c, 5.8 to 5.9" },
	{ "invalid opcode: ", "[#", "invalid-opcode", "invalid opcode", INTAKE_FRAME_PC, FAULTS,
	  OOPS, false, NULL, "arch/x86/kernel/traps.c handle_invalid_op()" },
	{ "stack segment: ", "[#", "stack-segment", "stack segment fault", INTAKE_FRAME_PC, FAULTS,
	  OOPS, false, NULL, "arch/x86/kernel/traps.c exc_stack_segment()" },
	{ "PANIC: double fault", NULL, "double-fault", "PANIC: double fault", INTAKE_FRAME_PC,
	  FAULTS, PANIC, false, NULL,
	  "arch/x86/kernel/doublefault_32.c, traps.c exc_double_fault()" },
	{ "PANIC: early exception ", NULL, "early-exception", "PANIC: early exception",
	  INTAKE_FRAME_PC, FAULTS, PANIC, false, NULL,
	  "arch/x86/mm/extable.c early_fixup_exception(), arch/s390/kernel/early.c" },
	{ "Internal error: ", "[#", "oops", "Internal error", INTAKE_FRAME_PC, FAULTS, OOPS, false,
	  NULL, "arch/arm/kernel/traps.c, arch/arm64/kernel/traps.c __die()" },
	{ "Unhandled ", " exception on CPU", "fault", "Unhandled exception", INTAKE_FRAME_PC,
	  FAULTS, PANIC, false, NULL, "arch/arm64/kernel/entry-common.c __panic_unhandled()" },
	{ "CFI failure ", NULL, "cfi", "CFI failure", INTAKE_FRAME_SITE, FAULTS, OOPS, false,
	  name_cfi, "kernel/cfi.c report_cfi_failure()" },
	{ "Unhandled fault: ", NULL, "fault", "Unhandled fault", INTAKE_FRAME_PC, FAULTS, OOPS,
	  false, NULL, "arch/arm/mm/fault.c do_DataAbort()" },
	{ "Unhandled prefetch abort: ", NULL, "fault", "Unhandled prefetch abort", INTAKE_FRAME_PC,
	  FAULTS, OOPS, false, NULL, "arch/arm/mm/fault.c do_PrefetchAbort()" },
	{ "Alignment trap: ", "not handling", "fault", "Alignment trap", INTAKE_FRAME_PC, FAULTS,
	  OOPS, false, NULL, "arch/arm/mm/alignment.c do_alignment()" },
	{ "kernel BUG at ", NULL, "bug", NULL, INTAKE_FRAME_PC, FAULTS, OOPS, false,
	  intake_refine_bug_at, "lib/bug.c __report_bug()" },
	{ "Kernel BUG [#", NULL, "bug", "kernel BUG", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/riscv/kernel/traps.c handle_break()" },
	{ "Kernel BUG at ", NULL, "bug", NULL, INTAKE_FRAME_PC, FAULTS, OOPS, false,
	  intake_refine_bug_at, "lib/bug.c __report_bug(), without CONFIG_DEBUG_BUGVERBOSE" },
	{ "kernel BUG!", NULL, "bug", NULL, INTAKE_FRAME_PC, FAULTS, OOPS, false,
	  intake_refine_bug_at, "include/asm-generic/bug.h" },
	{ "rust_kernel: panicked at ", NULL, "rust-panic", NULL, INTAKE_FRAME_TRACE, FAULTS, OOPS,
	  false, intake_refine_rust, "rust/kernel/lib.rs panic()" },
	{ "Oops: ", "[#", "oops", "Oops", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch die()" },
	{ "Oops - ", "[#", "oops", "Oops", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/riscv/kernel/traps.c do_trap_error()" },
	{ "Oops[#", NULL, "oops", "Oops", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/mips/kernel/traps.c, arch/loongarch/kernel/traps.c die()" },
	{ "Oops [#", NULL, "oops", "Oops", INTAKE_FRAME_PC, FAULTS, OOPS, false, NULL,
	  "arch/riscv/kernel/traps.c die()" },

	/* Something does not go on. */
	{ "BUG: soft lockup", NULL, "soft-lockup", "BUG: soft lockup", INTAKE_FRAME_HANG, CALLERS,
	  HANG, false, NULL, "kernel/watchdog.c watchdog_timer_fn()" },
	{ "Watchdog detected hard LOCKUP", NULL, "hard-lockup", "hard lockup", INTAKE_FRAME_HANG,
	  CALLERS, HANG, false, NULL, "kernel/watchdog.c watchdog_hardlockup_check()" },
	{ "CPU", ": Watchdog detected hard LOCKUP", "hard-lockup", "hard lockup", INTAKE_FRAME_HANG,
	  CALLERS, HANG, false, NULL, "kernel/watchdog.c watchdog_hardlockup_check(), 7.x" },
	{ "CPU ", "Hard LOCKUP", "hard-lockup", "hard lockup", INTAKE_FRAME_HANG, CALLERS, HANG,
	  false, NULL, "arch/powerpc/kernel/watchdog.c wd_lockup_ipi()" },
	{ "CPU ", "detected hard LOCKUP", "hard-lockup", "hard lockup", INTAKE_FRAME_HANG, CALLERS,
	  HANG, false, NULL, "arch/powerpc/kernel/watchdog.c: on other CPUs, and on its own" },
	{ "csd: Detected non-responsive CSD lock", NULL, "csd-lock", "CSD lock does not respond",
	  INTAKE_FRAME_NONE, 0, HANG, false, NULL, "kernel/smp.c csd_lock_wait_toolong()" },
	{ "INFO: task ", " blocked for more than ", "hung-task", "INFO: task hung",
	  INTAKE_FRAME_WAIT, WAITS, HANG, false, NULL, "kernel/hung_task.c hung_task_info()" },
	{ "INFO: task ", " blocked in I/O wait for more than ", "hung-task", "INFO: task hung",
	  INTAKE_FRAME_WAIT, WAITS, HANG, false, NULL, "kernel/hung_task.c hung_task_info(), 7.x" },
	{ "INFO: task ", " can't die for more than ", "hung-task", "INFO: task can't die",
	  INTAKE_FRAME_WAIT, WAITS, HANG, false, NULL, "linux-next, kernel/hung_task.c" },
	{ "INFO: rcu_", " self-detected stall", "rcu-stall", "INFO: rcu detected stall",
	  INTAKE_FRAME_HANG, CALLERS, HANG, false, NULL,
	  "kernel/rcu/tree_stall.h print_cpu_stall()" },
	{ "INFO: rcu_", " detected stall", "rcu-stall", "INFO: rcu detected stall",
	  INTAKE_FRAME_HANG, CALLERS, HANG, false, NULL,
	  "kernel/rcu/tree_stall.h print_other_cpu_stall()" },
	{ "INFO: rcu_", " detected expedited stalls", "rcu-stall", "INFO: rcu detected stall",
	  INTAKE_FRAME_HANG, CALLERS, HANG, false, NULL,
	  "kernel/rcu/tree_exp.h synchronize_rcu_expedited_stall()" },
	{ "INFO: NMI handler ", " took too long", NULL, NULL, INTAKE_FRAME_NONE, 0, REPORT, false,
	  NULL, "arch/x86/kernel/nmi.c: no crash" },
	{ "BUG: workqueue lockup", NULL, "workqueue-lockup", "BUG: workqueue lockup",
	  INTAKE_FRAME_NONE, 0, HANG, false, NULL, "kernel/workqueue.c wq_watchdog_timer_fn()" },
	{ "BUG: spinlock lockup suspected", NULL, "spinlock", "BUG: spinlock lockup suspected",
	  INTAKE_FRAME_TRACE, CALLERS, HANG, false, NULL, "kernel/locking/spinlock_debug.c" },
	{ "unregister_netdevice: waiting for ", " to become free", "hung-task",
	  "unregister_netdevice: waiting for DEV to become free", INTAKE_FRAME_NONE, 0, HANG, false,
	  NULL, "net/core/dev.c netdev_wait_allrefs_any()" },

	/* Locks. */
	{ "WARNING: possible circular locking dependency detected", NULL, "lockdep",
	  "possible deadlock", INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_circular_bug_header()" },
	{ "INFO: possible circular locking dependency detected", NULL, "lockdep",
	  "possible deadlock", INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: possible recursive locking detected", NULL, "lockdep", "possible deadlock",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_deadlock_bug()" },
	{ "INFO: possible recursive locking detected", NULL, "lockdep", "possible deadlock",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: possible irq lock inversion dependency detected", NULL, "lockdep",
	  "possible deadlock", INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_irq_inversion_bug()" },
	{ "INFO: possible irq lock inversion dependency detected", NULL, "lockdep",
	  "possible deadlock", INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: ", "-safe -> ", "lockdep", "possible deadlock", INTAKE_FRAME_SITE, LOCKS,
	  REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_bad_irq_dependency()" },
	{ "INFO: ", "-safe -> ", "lockdep", "possible deadlock", INTAKE_FRAME_SITE, LOCKS, REPORT,
	  false, intake_refine_lock_site, "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: inconsistent lock state", NULL, "lockdep", "inconsistent lock state",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_usage_bug()" },
	{ "INFO: inconsistent lock state", NULL, "lockdep", "inconsistent lock state",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: suspicious RCU usage", NULL, "lockdep", "WARNING: suspicious RCU usage",
	  INTAKE_FRAME_TRACE, LOCKS, REPORT, false, NULL,
	  "kernel/locking/lockdep.c lockdep_rcu_suspicious()" },
	{ "INFO: suspicious RCU usage", NULL, "lockdep", "INFO: suspicious RCU usage",
	  INTAKE_FRAME_TRACE, LOCKS, REPORT, false, NULL, "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: bad unlock balance detected", NULL, "lockdep", "WARNING: bad unlock balance",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_unlock_imbalance_bug()" },
	{ "BUG: bad unlock balance detected", NULL, "lockdep", "BUG: bad unlock balance",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: held lock freed", NULL, "lockdep", "WARNING: held lock freed",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_freed_lock_bug()" },
	{ "BUG: held lock freed", NULL, "lockdep", "BUG: held lock freed", INTAKE_FRAME_SITE, LOCKS,
	  REPORT, false, intake_refine_lock_site, "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: ", " still has locks held", "lockdep", "WARNING: still has locks held",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_held_locks_bug()" },
	{ "BUG: ", " still has locks held", "lockdep", "BUG: still has locks held",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: lock held when returning to user space", NULL, "lockdep",
	  "WARNING: lock held when returning to user space", INTAKE_FRAME_SITE, LOCKS, REPORT,
	  false, intake_refine_lock_site, "kernel/locking/lockdep.c lockdep_sys_exit()" },
	{ "BUG: lock held when returning to user space", NULL, "lockdep",
	  "BUG: lock held when returning to user space", INTAKE_FRAME_SITE, LOCKS, REPORT, false,
	  intake_refine_lock_site, "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: Nested lock was not taken", NULL, "lockdep",
	  "WARNING: Nested lock was not taken", INTAKE_FRAME_SITE, LOCKS, REPORT, false,
	  intake_refine_lock_site, "kernel/locking/lockdep.c print_lock_nested_lock_not_held()" },
	{ "BUG: Invalid wait context", NULL, "lockdep", "WARNING: locking bug", INTAKE_FRAME_SITE,
	  LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_lock_invalid_wait_context()" },
	{ "BUG: Nested lock was not taken", NULL, "lockdep", "WARNING: Nested lock was not taken",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: bad contention detected", NULL, "lockdep", "WARNING: bad contention",
	  INTAKE_FRAME_SITE, LOCKS, REPORT, false, intake_refine_lock_site,
	  "kernel/locking/lockdep.c print_lock_contention_bug()" },
	{ "BUG: bad contention detected", NULL, "lockdep", "BUG: bad contention", INTAKE_FRAME_SITE,
	  LOCKS, REPORT, false, intake_refine_lock_site, "kernel/locking/lockdep.c, before 4.11" },
	{ "WARNING: chain_key collision", NULL, "lockdep", "WARNING: chain_key collision",
	  INTAKE_FRAME_NONE, 0, REPORT, false, NULL, "kernel/locking/lockdep.c print_collision()" },
	{ "INFO: trying to register non-static key", NULL, "lockdep",
	  "INFO: trying to register non-static key", INTAKE_FRAME_TRACE, LOCKS, REPORT, false, NULL,
	  "kernel/locking/lockdep.c register_lock_class()" },
	{ "INFO: lockdep is turned off", NULL, NULL, NULL, INTAKE_FRAME_NONE, 0, REPORT, false,
	  NULL, "kernel/locking/lockdep.c: no crash" },

	/* The wrong context. */
	{ "BUG: sleeping function called from invalid context", NULL, "atomic-sleep",
	  "BUG: sleeping function called from invalid context", INTAKE_FRAME_TRACE, CALLERS, REPORT,
	  false, NULL, "kernel/sched/core.c __might_resched()" },
	{ "BUG: scheduling while atomic", NULL, "atomic-sleep", "BUG: scheduling while atomic",
	  INTAKE_FRAME_TRACE, WAITS, REPORT, false, NULL, "kernel/sched/core.c __schedule_bug()" },
	{ "BUG: scheduling in a non-blocking section", NULL, "atomic-sleep",
	  "BUG: scheduling in a non-blocking section", INTAKE_FRAME_TRACE, WAITS, REPORT, false,
	  NULL, "kernel/sched/core.c __schedule_bug()" },
	{ "BUG: assuming atomic context at ", NULL, "atomic-sleep", "BUG: assuming atomic context",
	  INTAKE_FRAME_TRACE, CALLERS, REPORT, false, NULL, "kernel/sched/core.c __cant_sleep()" },
	{ "BUG: assuming non migratable context at ", NULL, "atomic-sleep",
	  "BUG: assuming non migratable context", INTAKE_FRAME_TRACE, CALLERS, REPORT, false, NULL,
	  "kernel/sched/core.c __cant_migrate()" },
	{ "BUG: using ", " in preemptible", "preemptible", NULL, INTAKE_FRAME_TRACE, CALLERS,
	  REPORT, false, intake_refine_preemptible,
	  "lib/smp_processor_id.c check_preemption_disabled()" },
	{ "BUG: workqueue leaked lock or atomic", NULL, "workqueue",
	  "BUG: workqueue leaked lock or atomic", INTAKE_FRAME_SITE, CALLERS, REPORT, false,
	  intake_refine_at_name, "kernel/workqueue.c process_one_work()" },
	{ "BUG: workqueue leaked atomic, lock or RCU", NULL, "workqueue",
	  "BUG: workqueue leaked atomic, lock or RCU", INTAKE_FRAME_SITE, CALLERS, REPORT, false,
	  intake_refine_at_name, "kernel/workqueue.c process_one_work(), since 6.9" },
	{ "BUG: spinlock bad magic", NULL, "spinlock", "BUG: spinlock bad magic",
	  INTAKE_FRAME_TRACE, CALLERS, REPORT, false, NULL,
	  "kernel/locking/spinlock_debug.c spin_dump()" },
	{ "BUG: spinlock ", NULL, "spinlock", NULL, INTAKE_FRAME_TRACE, CALLERS, REPORT, false,
	  intake_refine_text, "kernel/locking/spinlock_debug.c spin_dump()" },
	{ "BUG: rwlock ", NULL, "spinlock", NULL, INTAKE_FRAME_TRACE, CALLERS, REPORT, false,
	  intake_refine_text, "kernel/locking/spinlock_debug.c rwlock_bug()" },

	/* Memory that is not as it should be. */
	{ "BUG: Bad page ", " messages suppressed", NULL, NULL, INTAKE_FRAME_NONE, 0, REPORT, false,
	  NULL, "mm/page_alloc.c bad_page(): those before were told" },
	{ "BUG: Bad page state", NULL, "bad-page", "BUG: Bad page state", INTAKE_FRAME_TRACE,
	  CALLERS | INTAKE_PLUMBING_ALLOCATE, REPORT, true, NULL, "mm/page_alloc.c bad_page()" },
	{ "BUG: Bad page map", NULL, "bad-page", "BUG: Bad page map", INTAKE_FRAME_TRACE, CALLERS,
	  REPORT, true, NULL, "mm/memory.c print_bad_pte()" },
	{ "BUG: Bad page cache", NULL, "bad-page", "BUG: Bad page cache", INTAKE_FRAME_TRACE,
	  CALLERS, REPORT, true, NULL, "mm/filemap.c filemap_unaccount_folio()" },
	{ "BUG: Bad rss-counter state", NULL, "bad-page", "BUG: Bad rss-counter state",
	  INTAKE_FRAME_NONE, 0, REPORT, true, NULL, "kernel/fork.c check_mm()" },
	{ "BUG: non-zero ", " on freeing mm", "bad-page", NULL, INTAKE_FRAME_NONE, 0, REPORT, true,
	  intake_refine_text, "kernel/fork.c check_mm(): pgtables_bytes, before nr_ptes, nr_pmds" },
	{ "BUG: Dentry ", " still in use", "filesystem", "BUG: Dentry still in use",
	  INTAKE_FRAME_NONE, 0, REPORT, false, intake_refine_at_name,
	  "fs/dcache.c umount_check()" },
	{ "VFS: Busy inodes after unmount", NULL, "filesystem",
	  "VFS: Busy inodes after unmount (use-after-free)", INTAKE_FRAME_NONE, 0, REPORT, false,
	  NULL, "fs/super.c generic_shutdown_super()" },
	{ "BUG ", "): ", "slab", NULL, INTAKE_FRAME_TRACE, CALLERS, REPORT, true,
	  intake_refine_slub, "mm/slub.c slab_bug()" },

	{ "slab error in ", "(): cache ", "slab", NULL, INTAKE_FRAME_TRACE, CALLERS, REPORT, true,
	  name_slab_error, "mm/slab.c __slab_error(), before 6.8" },
	{ "Slab corruption ", " start=", "slab", "slab corruption", INTAKE_FRAME_TRACE, CALLERS,
	  REPORT, true, NULL, "mm/slab.c check_poison_obj(), before 6.8" },

	/* Warnings: WARN(), WARN_ON() and their kin. */
	{ "WARNING: kernel stack ", NULL, "unwinder", NULL, INTAKE_FRAME_NONE, 0, REPORT, false,
	  intake_refine_unwinder, "arch/x86/kernel/unwind_frame.c" },
	{ "WARNING: stack ", NULL, "unwinder", NULL, INTAKE_FRAME_NONE, 0, REPORT, false,
	  intake_refine_unwinder, "arch/x86/kernel/unwind_orc.c" },
	{ "WARNING: CPU: ", " at ", "warning", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, false,
	  intake_refine_warning, "kernel/panic.c __warn(), up to 6.18" },
	{ "WARNING: at ", NULL, "warning", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, false,
	  intake_refine_warning, "kernel/panic.c __warn(), without a file" },
	{ "WARNING: ", ", CPU#", "warning", NULL, INTAKE_FRAME_SITE, FAULTS, REPORT, false,
	  intake_refine_warning, "kernel/panic.c __warn(), since 6.19" },
	{ "NETDEV WATCHDOG: ", NULL, "netdev-watchdog", "NETDEV WATCHDOG: transmit queue timed out",
	  INTAKE_FRAME_NONE, 0, REPORT, false, NULL, "net/sched/sch_generic.c dev_watchdog()" },
	{ "irq ", ": nobody cared", "irq", "irq: nobody cared", INTAKE_FRAME_NONE, 0, REPORT, false,
	  NULL, "kernel/irq/spurious.c __report_bad_irq()" },

	/* Hardware. */
	{ "[Hardware Error]: CPU ", "Machine Check Exception: ", "mce", NULL, INTAKE_FRAME_NONE, 0,
	  REPORT, false, intake_refine_text, "arch/x86/kernel/cpu/mce/core.c print_mce()" },
	{ "MCE: CPU", "machine check (Severe)", "mce", "machine check", INTAKE_FRAME_PC, CALLERS,
	  REPORT, false, NULL, "arch/powerpc/kernel/mce.c machine_check_print_event_info()" },
	{ "MCE: CPU", "machine check (Fatal)", "mce", "machine check", INTAKE_FRAME_PC, CALLERS,
	  REPORT, false, NULL, "arch/powerpc/kernel/mce.c machine_check_print_event_info()" },
	{ "Machine check in kernel mode", NULL, "mce", "machine check in kernel mode",
	  INTAKE_FRAME_PC, CALLERS, OOPS, false, NULL, "arch/powerpc/kernel/traps.c" },

	/* No memory left. */
	{ "Out of memory", ": Kill", "oom-kill", "OOM kill", INTAKE_FRAME_NONE, 0, REPORT, false,
	  intake_refine_oom, "mm/oom_kill.c __oom_kill_process()" },
	{ "Memory cgroup out of memory", ": Kill", "oom-kill", "OOM kill in a memory cgroup",
	  INTAKE_FRAME_NONE, 0, REPORT, false, intake_refine_oom,
	  "mm/oom_kill.c __oom_kill_process()" },

	/* The end. */
	{ "Kernel panic - not syncing: ", NULL, "panic", NULL, INTAKE_FRAME_NONE, CALLERS, PANIC,
	  false, intake_refine_panic, "kernel/panic.c vpanic()" },
	{ "Kernel panic: ", NULL, "panic", NULL, INTAKE_FRAME_NONE, CALLERS, PANIC, false,
	  intake_refine_panic, "kernel/panic.c, before 2.6" },
	{ "Bad mode in ", NULL, "panic", "kernel panic: bad mode", INTAKE_FRAME_NONE, 0, PANIC,
	  false, NULL, "arch/arm64/kernel/traps.c bad_mode()" },

	{ "trusty: panic ", NULL, "trusty", NULL, INTAKE_FRAME_NONE, 0, PANIC, false,
	  intake_refine_trusty, "Android, drivers/trusty/trusty-log.c: what the secure side says" },

	/* What else the kernel calls a bug. */
	{ "BUG: arch topology borken", NULL, NULL, NULL, INTAKE_FRAME_NONE, 0, REPORT, false, NULL,
	  "kernel/sched/topology.c: of some hypervisors, at every boot" },
	{ "BUG: ", NULL, "bug", NULL, INTAKE_FRAME_NONE, CALLERS, REPORT, false, intake_refine_text,
	  "pr_err() and the like of many places" },
};

/* "illegal operation: 0001 ilc:1 [#1]SMP", "Kernel bug detected[#1]:": what stands before the numbers. */
static void name_die(const struct intake_report *report, struct intake_naming *naming)
{
	struct intake_text text = intake_class_header(intake_report_line(report, report->header));

	text.length = intake_text_find(text, "[#");
	text.length = intake_text_find(text, ": ");
	text = intake_text_trim(text);
	intake_naming_set_head(naming, "%.*s", (int)text.length, text.at);
}

/* What no row above knows, but die() printed. */
static const struct intake_class die_class = { "",     "[#", "oops", NULL,     INTAKE_FRAME_PC,
					       FAULTS, OOPS, false,  name_die, "arch: die()" };

#define DIE_MESSAGE_MAX 80

/* "MESSAGE: 0001 ", "MESSAGE: 0001 ilc:1 ": an error code is what prose has not. */
static bool ends_in_error_code(struct intake_text text)
{
	struct intake_text skipped, code;

	if (!intake_text_take_until(&text, ": ", &skipped))
		return false;
	code = text;
	if (!intake_text_take_hex(&text) || code.length - text.length < 4)
		return false;
	return intake_text_is(text, " ") || intake_text_starts(text, " ilc:");
}

/* Names of options of the kernel, as they stand behind the number of an oops. */
static bool are_options(struct intake_text text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!isupper((unsigned char)text.at[i]) && !isdigit((unsigned char)text.at[i]) &&
		    !memchr(" _\r", text.at[i], 3))
			return false;
	return true;
}

/*
 * die() of every architecture counts its oopses: "MESSAGE: 0000 [#1] PREEMPT SMP KASAN", and on mips and
 * loongarch "MESSAGE[#1]:".
 */
static bool is_die(struct intake_text header)
{
	size_t at = intake_text_find(header, "[#");
	struct intake_text message = { .at = header.at, .length = at };
	uint64_t number;

	if (at == 0 || at == header.length || at > DIE_MESSAGE_MAX ||
	    !isalpha((unsigned char)header.at[0]))
		return false;
	header = intake_text_skip(header, at + 2);
	if (!intake_text_take_number(&header, &number) || !intake_text_take(&header, "]"))
		return false;
	if (message.at[at - 1] != ' ')
		return intake_text_is(intake_text_trim(header), ":");
	return ends_in_error_code(message) && are_options(header);
}

/* What the kernel puts in front of some headers: pr_fmt() of a file, brackets. */
static const char *const lead_ins[] = {
	"watchdog: ", "NMI watchdog: ", "rcu: ",    "Oops: ",
	"traps: ",    "mce: ",		"kernel: ", "Fixing recursive fault",
};

struct intake_text intake_class_header(struct intake_text line)
{
	struct intake_text rest;
	size_t i = 0;

	intake_text_take_blanks(&line);
	/* lockdep framed its headers up to 4.11: "[ INFO: inconsistent lock state ]" */
	intake_text_take(&line, "[ ");
	while (i < sizeof(lead_ins) / sizeof(*lead_ins)) {
		rest = line;
		if (intake_text_take(&rest, lead_ins[i]) &&
		    !(intake_text_is(intake_text_of(lead_ins[i]), "Oops: ") &&
		      (rest.length == 0 || isdigit((unsigned char)rest.at[0]) ||
		       isupper((unsigned char)rest.at[0])))) {
			line = rest;
			i = 0;
		} else {
			i++;
		}
	}
	return line;
}

/* As most lines of a report are: a blank, and the name of a function, an address, a question mark. */
static bool is_frame_like(struct intake_text line)
{
	size_t length = line.length;

	intake_text_take_blanks(&line);
	return line.length < length && (line.length == 0 || !isupper((unsigned char)line.at[0]));
}

/* User space's own faults, and prose about crashes that are none. */
static bool is_vetoed(struct intake_text header)
{
	return intake_text_has(header, " ip:") ||
	       intake_text_has(header, "general protection fault_");
}

/*
 * A line that was printed without its newline has the header glued to it. die() counts, and so
 * tells its own headers from prose: "general protection fault: 0000 [#1]".
 */
static struct intake_text find_glued(struct intake_text line)
{
	static const char *const headers[] = { "general protection fault", "divide error: ",
					       "invalid opcode: ",	   "stack segment: ",
					       "Internal error: ",	   "divide_error: " };
	size_t watchdog = intake_text_find(line, "NETDEV WATCHDOG: ");

	/* Since 6.5 it is a message of the device: "e1000 0000:00:03.0 eth0: NETDEV WATCHDOG: ..." */
	if (watchdog < line.length && intake_text_has(line, " timed out"))
		return intake_text_skip(line, watchdog);
	if (!intake_text_has(line, " [#") && !intake_text_starts(line, "kasan: "))
		return line;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		size_t at = intake_text_find(line, headers[i]);

		if (at > 0 && at < line.length && intake_text_has(intake_text_skip(line, at), ": "))
			return intake_text_skip(line, at);
	}
	return line;
}

const struct intake_class *intake_class_find(struct intake_text line)
{
	struct intake_text header;

	if (is_frame_like(line))
		return NULL;
	header = intake_class_header(find_glued(line));
	if (header.length < 4)
		return NULL;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		const struct intake_class *class = &classes[i];
		struct intake_text rest = header;

		if (intake_text_take(&rest, class->header) &&
		    (!class->needs || intake_text_has(rest, class->needs)))
			return class->type && !is_vetoed(header) ? class : NULL;
	}
	return is_die(header) ? &die_class : NULL;
}

const struct intake_class *intake_classes(size_t *ret_count)
{
	*ret_count = sizeof(classes) / sizeof(*classes);
	return classes;
}

bool intake_class_leads_up(struct intake_text line)
{
	if (is_frame_like(line))
		return false;
	return intake_text_starts(line, "------------[ cut here ]") ||
	       intake_text_starts(line, "8<--- cut here ---") ||
	       intake_text_starts(line, "list_add corruption") ||
	       intake_text_starts(line, "list_del corruption") ||
	       intake_text_starts(line, "usercopy: ") ||
	       intake_text_has(line, " invoked oom-killer: ");
}
