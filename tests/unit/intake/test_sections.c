// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the sections of crash reports, with made-up reports in the formats of the kernel: only
 * the stack of the code that crashed names the crash.
 */
#include "support_intake.h"
#include "support_title.h"

#define TASK_7 "CPU: 0 PID: 7 Comm: acme Not tainted 6.1.0 #1\n"
#define TASK_8 "CPU: 1 PID: 8 Comm: emca Not tainted 6.1.0 #1\n"
#define TRACE "Call Trace:\n <TASK>\n dump_stack_lvl+0x1/0x2\n"
#define BOTTOM " do_syscall_64+0x1/0x2\n entry_SYSCALL_64_after_hwframe+0x1/0x2\n </TASK>\n"
#define OWN(function) TRACE " " function "+0x1/0x2\n" BOTTOM
#define BAD_PAGE "BUG: Bad page state in process acme  pfn:12345\n"
#define RULER "6.1.0 #1 Not tainted\n-----------------------------\n"
#define STACK_BACKTRACE "\nstack backtrace:\n" TASK_7 TRACE
#define SHARED true

struct sample {
	const char *lines;
	const char *title;
};

static void expect_titles(const struct sample *samples, size_t count, bool is_shared)
{
	for (size_t i = 0; i < count; i++) {
		struct intake_title title;

		print_message("  %.*s: %s\n", (int)strcspn(samples[i].lines, "\n"),
			      samples[i].lines, samples[i].title);
		assert_true(support_title(samples[i].lines, is_shared, &title));
		assert_string_equal(title.title, samples[i].title);
	}
}

/* Stacks of allocations, locks and page owners, before and after the stack of the crash. */
static void passes_over_other_sections(void **state)
{
	static const struct sample samples[] = {
		{ "BUG: KASAN: slab-use-after-free in memcpy+0x1/0x2\n"
		  "Read of size 8 at addr ffff888012345678 by task acme/7\n\n" TASK_7 TRACE
		  " memcpy+0x1/0x2\n </TASK>\n\nAllocated by task 7:\n acme_new+0x1/0x2\n\n"
		  "Freed by task 8 on cpu 1 at 12.345678s:\n acme_free+0x1/0x2\n",
		  "KASAN: slab-use-after-free Read (no frame)" },
		{ "BUG: KASAN: stack-out-of-bounds in memset+0x1/0x2\n"
		  "Write of size 8 at addr ffff888012345678 by task acme/7\n\n" TASK_7 TRACE
		  " memset+0x1/0x2\n </TASK>\n\nThe buggy address belongs to stack of task acme/7\n"
		  " and is located at offset 32 in frame:\n acme_other+0x0/0x2\n",
		  "KASAN: stack-out-of-bounds Write (no frame)" },
		{ BAD_PAGE "page_owner tracks the page as allocated\n"
			   "page last allocated via order 0, migratetype Movable\n"
			   " acme_owner+0x1/0x2\npage last free stack trace:\n"
			   " acme_last+0x1/0x2\n" TASK_7 OWN("acme_free"),
		  "BUG: Bad page state in acme_free" },
		{ "BUG: KMSAN: uninit-value in acme_send+0x1/0x2\n acme_send+0x1/0x2\n"
		  " acme_core+0x1/0x2\n\nUninit was created at:\n acme_new+0x1/0x2\n\n" TASK_7,
		  "KMSAN: uninit-value in acme_send" },
		{ "BUG: KFENCE: use-after-free read in strlen+0x1/0x2\n\n"
		  "Use-after-free read at 0x0000000012345678 (in kfence-#7):\n strlen+0x1/0x2\n"
		  " acme_name+0x1/0x2\n\n"
		  "kfence-#7: 0x0000000012345678-0x0000000012345680, size=9, cache=kmalloc-16\n\n"
		  "allocated by task 7 on cpu 0 at 12.345678s:\n acme_new+0x1/0x2\n\n" TASK_7,
		  "KFENCE: use-after-free read in acme_name" },
		{ "WARNING: suspicious RCU usage\n" RULER "drivers/acme.c:7 acme!\n\n"
		  "1 lock held by acme/7:\n"
		  " #0: ffff888012345678 (&acme){+.+.}-{3:3}, at: "
		  "acme_lock+0x1/0x2\n" STACK_BACKTRACE " acme_use+0x1/0x2\n",
		  "WARNING: suspicious RCU usage in acme_use" },
		{ "WARNING: inconsistent lock state\n" RULER
		  "inconsistent {IN-HARDIRQ-W} -> {HARDIRQ-ON-W} usage.\n"
		  "acme/7 [HC0[0]:SC0[0]:HE1:SE1] takes:\n"
		  "ffff888012345678 (&acme){?.+.}-{2:2}, at: mod_timer+0x1/0x2\n"
		  "{IN-HARDIRQ-W} state was registered at:\n  lock_acquire+0x1/0x2\n"
		  "  acme_interrupt+0x1/0x2\n" STACK_BACKTRACE " mod_timer+0x1/0x2\n"
		  " acme_arm+0x1/0x2\n",
		  "inconsistent lock state in acme_arm" },
		{ "WARNING: possible irq lock inversion dependency detected\n" RULER
		  "acme/7 just changed the state of lock:\n"
		  "ffff888012345678 (&acme){....}-{2:2}, at: kfree+0x1/0x2\n"
		  "the shortest dependencies between 2nd lock and 1st lock:\n"
		  " -> (&other){....}-{2:2} {\n    HARDIRQ-ON-W at:\n"
		  "     acme_other+0x1/0x2\n" STACK_BACKTRACE " kfree+0x1/0x2\n"
		  " acme_drop+0x1/0x2\n",
		  "possible deadlock in acme_drop" },
		{ "BUG: sleeping function called from invalid context at mm/slab.h:7\n"
		  "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 7, name: acme\n"
		  "Preemption disabled at:\n[<ffffffff81234567>] acme_lock+0x1/0x2\n" TASK_7 OWN(
			  "acme_sleep"),
		  "BUG: sleeping function called from invalid context in acme_sleep" },
		{ "illegal operation: 0001 ilc:1 [#1] SMP\n" TASK_7
		  "Krnl PSW : 0704c00180000000 0000000000123456 (memcpy+0x1/0x2)\n"
		  "Call Trace:\n [<0000000000123456>] memcpy+0x1/0x2\n"
		  "([<0000000000123456>] acme_guess+0x1/0x2)\n"
		  " [<0000000000123456>] acme_move+0x1/0x2\n"
		  "Last Breaking-Event-Address:\n [<0000000000123456>] acme_jump+0x1/0x2\n",
		  "illegal operation in acme_move" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
}

/* Registers name the crash only if its stack does not precede them. */
static void takes_only_registers_of_the_crash(void **state)
{
	static const struct sample samples[] = {
		{ "BUG: KASAN: slab-out-of-bounds in memset+0x1/0x2\n"
		  "Write of size 8 at addr ffff888012345678 by task acme/7\n\n" TASK_7 TRACE
		  " memset+0x1/0x2\n acme_fill+0x1/0x2\n acme_interrupt+0x1/0x2\n"
		  " asm_sysvec_apic_timer_interrupt+0x1/0x2\nRIP: 0010:acme_idle+0x1/0x2\n"
		  " acme_loop+0x1/0x2\n",
		  "KASAN: slab-out-of-bounds Write in acme_fill" },
		/* The trap of a WARN() prints its registers in the middle of the panic's stack. */
		{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 refcount_warn_saturate+0x1/0x2\n"
		  "Kernel panic - not syncing: panic_on_warn set ...\n" TASK_7 TRACE
		  " panic+0x1/0x2\n __warn+0x1/0x2\n report_bug+0x1/0x2\n invalid_op+0x1/0x2\n"
		  "RIP: 0010:acme_check+0x1/0x2\n acme_call+0x1/0x2\n",
		  "WARNING in acme_check" },
		/* A nested oops has registers of its own. */
		{ "BUG: KASAN: slab-out-of-bounds in memset+0x1/0x2\n"
		  "Write of size 8 at addr ffff888012345678 by task acme/7\n\n" TASK_7 TRACE
		  " memset+0x1/0x2\n acme_fill+0x1/0x2\n"
		  "BUG: unable to handle page fault for address: ffffed1004b2c000\n"
		  "Oops: 0000 [#1] SMP\n" TASK_7 "RIP: 0010:acme_walk+0x1/0x2\n"
		  "Call Trace:\n acme_print+0x1/0x2\n",
		  "KASAN: slab-out-of-bounds Write in acme_fill" },
		{ "Oops: 0000 [#1] SMP\n" TASK_7 "RIP: 0010:0x0\n" TRACE " acme_call+0x1/0x2\n"
		  "asm_exc_page_fault+0x1/0x2\nRIP: 0010:acme_user+0x1/0x2\n",
		  "Oops in acme_call" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
	expect_titles(samples, COUNT_OF(samples), SHARED);
}

/* A report inside a report ends at its own end marker. */
static void returns_from_nested_reports(void **state)
{
	static const struct sample samples[] = {
		{ "WARNING: suspicious RCU usage\n" RULER STACK_BACKTRACE " kfree+0x1/0x2\n"
		  "WARNING: CPU: 0 PID: 7 at drivers/a.c:7 acme_inner+0x1/0x2\n" TASK_7
		  "RIP: 0010:acme_inner+0x1/0x2\n" OWN(
			  "acme_inner_caller") "WARNING: CPU: 0 PID: 7 at drivers/a.c:8 acme_inmost+0x1/0x2\n"
					       "---[ end trace 0000000000000000 ]---\n"
					       "---[ end trace 0000000000000000 ]---\n acme_outer+0x1/0x2\n",
		  "WARNING: suspicious RCU usage in acme_outer" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
}

/* The name of the last function in arm's "f from g" has no line of its own. */
static void takes_the_last_caller_of_arm(void **state)
{
	static const struct sample samples[] = {
		{ "INFO: rcu_sched self-detected stall on CPU\n" TASK_7
		  "[<c0187a74>] (gic_handle_irq) from [<c010da0c>] (__irq_svc+0x6c/0xa8)\n"
		  "Exception stack(0xdd3a1df0 to 0xdd3a1e38)\n"
		  "[<c010da0c>] (__irq_svc) from [<c0271d40>] (acme_scan+0x34/0x7c)\n"
		  "[<c0271d40>] (acme_scan) from [<c0273a1c>] (sys_acme+0x6e4/0xb40)\n"
		  "[<c0273a1c>] (sys_acme) from [<c0107fe0>] (ret_fast_syscall+0x0/0x28)\n",
		  "INFO: rcu detected stall in sys_acme" },
		/* panic() does not return: the return address is in the next function. */
		{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 skb_put+0x1/0x2\n" TASK_7
		  "[<80243ce0>] (skb_put) from [<80243d54>] (acme_next+0x0/0xa0)\n"
		  "[<80243ce0>] (acme_last) from [<80243f48>] (acme_caller+0x7c/0x180)\n",
		  "WARNING in acme_last" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
}

/* Without contexts in the log, the stacks of two tasks must not be confused. */
static void separates_tasks(void **state)
{
	static const struct sample samples[] = {
		/* The second stack begins after the last frame of the first one. */
		{ BAD_PAGE TASK_7 OWN("acme_free") TASK_8 OWN("emca_free"),
		  "BUG: Bad page state in acme_free" },
		{ BAD_PAGE TASK_7 TASK_8 OWN("acme_free"), "BUG: Bad page state (no frame)" },
		{ BAD_PAGE TASK_7 "Call Trace:\n kfree+0x1/0x2\n" TASK_8 OWN("acme_free"),
		  "BUG: Bad page state (no frame)" },
		{ BAD_PAGE TASK_7 "Call Trace:\n acme_free+0x1/0x2\n" TASK_8 OWN("emca_free"),
		  "BUG: Bad page state (no frame)" },
		/* Frames before the line of the task are the end of another stack. */
		{ BAD_PAGE " emca_end+0x1/0x2\n" BOTTOM TASK_7 OWN("acme_free"),
		  "BUG: Bad page state in acme_free" },
		/* The header, or a line after it, names the task. */
		{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 kfree+0x1/0x2\n" TASK_8 OWN(
			  "emca_free") TASK_7 OWN("acme_free"),
		  "WARNING in acme_free" },
		{ "WARNING: suspicious RCU usage\n" RULER TASK_8 TRACE " emca_use+0x1/0x2\n"
		  "1 lock held by acme/7:\n" BOTTOM STACK_BACKTRACE " acme_use+0x1/0x2\n",
		  "WARNING: suspicious RCU usage in acme_use" },
		{ "WARNING: suspicious RCU usage\n" RULER "1 lock held by acme/7:\n" TASK_8
		  "\nstack backtrace:\n" OWN("emca_use"),
		  "WARNING: suspicious RCU usage (no frame)" },
		/* A message of another task inside the stack looks like a heading of lockdep. */
		{ BAD_PAGE TASK_7 "Call Trace:\n kfree+0x1/0x2\n{\"level\": \"info\"}\n"
				  " acme_free+0x1/0x2\n",
		  "BUG: Bad page state in acme_free" },
		/* Two stacks, line by line. */
		{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 kfree+0x1/0x2\n" TASK_8
		  "Call Trace:\n emca_free+0x1/0x2\n" TASK_7 OWN("acme_free"),
		  "WARNING (no frame)" },
	};

	expect_titles(samples, COUNT_OF(samples), SHARED);
}

/* The stack of a hang is of the task or the CPU that the header is about. */
static void finds_the_cpu_that_hangs(void **state)
{
	static const struct sample samples[] = {
		{ "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]\n" TASK_7
		  "RIP: 0010:acme_spin+0x1/0x2\nCall Trace:\n acme_work+0x1/0x2\n"
		  "Sending NMI from CPU 1 to CPUs 0:\nNMI backtrace for cpu 0\n" TASK_8
		  "RIP: 0010:emca_idle+0x1/0x2\nCall Trace:\n emca_wait+0x1/0x2\n"
		  " process_one_work+0x1/0x2\n",
		  "BUG: soft lockup in acme_spin" },
		{ "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
		  "rcu: rcu_preempt kthread starved for 7 jiffies!\n"
		  "rcu: RCU grace-period kthread stack dump:\n"
		  "task:rcu_preempt     state:R  running task\nCall Trace:\n schedule+0x1/0x2\n"
		  " rcu_gp_fqs_loop+0x1/0x2\n kthread+0x1/0x2\n ret_from_fork+0x1/0x2\n"
		  "rcu: Stack dump where RCU GP kthread last ran:\n"
		  "Sending NMI from CPU 0 to CPUs 1:\nNMI backtrace for cpu 1\n" TASK_7
		  "RIP: 0010:acme_spin+0x1/0x2\nCall Trace:\n acme_work+0x1/0x2\n"
		  " process_one_work+0x1/0x2\n",
		  "INFO: rcu detected stall in acme_work" },
		{ "INFO: task acme:7 blocked for more than 120 seconds.\n"
		  "task:acme            state:D stack:0     pid:7\nCall Trace:\n"
		  " schedule+0x1/0x2\n mutex_lock+0x1/0x2\n acme_wait+0x1/0x2\n"
		  "INFO: task acme:7 is blocked on a mutex likely owned by task emca:8.\n"
		  "task:emca            state:D stack:0     pid:8\nCall Trace:\n"
		  " schedule+0x1/0x2\n rtnl_lock+0x1/0x2\n emca_wait+0x1/0x2\n",
		  "INFO: task hung in acme_wait" },
		{ "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
		  "rcu: RCU grace-period kthread stack dump:\n"
		  "task:rcu_preempt     state:R  running task\nCall Trace:\n schedule+0x1/0x2\n"
		  "Task dump for CPU 1:\ntask:acme            state:R  running task\n"
		  "Call Trace:\n acme_spin+0x1/0x2\n",
		  "INFO: rcu detected stall in acme_spin" },
		{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TASK_8 OWN("emca_watch"),
		  "INFO: task hung (no frame)" },
		{ "INFO: task acme:7 blocked for more than 120 seconds.\n"
		  "task:acme            state:D stack:0     pid:7\nCall Trace:\n"
		  " schedule+0x1/0x2\nNMI backtrace for cpu 0\n" TASK_8 OWN("watchdog_thread"),
		  "INFO: task hung (no frame)" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
	expect_titles(samples, COUNT_OF(samples), SHARED);
}

#define FAULT "BUG: unable to handle page fault for address: ffffffffc0123456\n"
#define FETCH "#PF: supervisor instruction fetch in kernel mode\n"
#define READ "#PF: supervisor read access in kernel mode\n"
#define GUESSES "Call Trace:\n <TASK>\n ? acme_call+0x1/0x2\n ? emca_core+0x1/0x2\n </TASK>\n"
#define PAGING "BUG: unable to handle kernel paging request"
#define ARM_FAULT "Unable to handle kernel paging request at virtual address ffff800012345678\n"
#define ABSENT "#PF: error_code(0x0010) - not-present page\n"
#define PROTECTED "#PF: error_code(0x0011) - permissions violation\n"
#define ARM_NX                                                                               \
	"Unable to handle kernel execute from non-executable memory at virtual address ffff" \
	"800012345678\n"
#define ARM_FETCH "  EC = 0x21: IABT (current EL), IL = 32 bits\n"
#define ARM_ABSENT "  FSC = 0x07: level 3 translation fault\n"
#define ARM_PROTECTED "  FSC = 0x0f: level 3 permission fault\n"
#define ARM_READ "  EC = 0x25: DABT (current EL), IL = 32 bits\n"
#define ARM_TRACE(registers, frames) \
	"Internal error: Oops: 96000004 [#1] SMP\n" TASK_7 registers "Call trace:\n" frames

/*
 * A call of an address without code has no frame. The caller is at the top of the stack on x86, and
 * in lr on arm64. On arm64 it is also missing if a function without a frame crashes.
 */
static void finds_a_caller_without_frame(void **state)
{
	static const struct sample samples[] = {
		/* kfree() of Linux 7.3, with page_slab() of mm/slab.h not inlined */
		{ FAULT READ TASK_7 "RIP: 0010:page_slab+0x0/0x17\nCall Trace:\n kfree+0x50/0x195\n"
				    " acme_free+0x1/0x2\n",
		  PAGING " in acme_free" },
		{ FAULT FETCH TASK_7 "RIP: 0010:acme_data+0x0/0x40 [acme]\n" GUESSES,
		  PAGING " in acme_call" },
		{ FAULT READ TASK_7 "RIP: 0010:acme_read+0x1/0x2 [acme]\n" GUESSES,
		  PAGING " in acme_read" },
		{ FAULT READ TASK_7 "RIP: 0010:strlen+0x1/0x2\n" GUESSES, PAGING " (no frame)" },
		{ FAULT FETCH TASK_7 "RIP: 0010:0x86\n" GUESSES, PAGING " in acme_call" },
		{ FAULT FETCH TASK_7 "RIP: 0010:0x0\nCall Trace:\n ? acme_stale+0x1/0x2\n"
				     " acme_call+0x1/0x2\n",
		  PAGING " in acme_call" },
		{ FAULT FETCH TASK_7 "RIP: 0010:0x86\nCall Trace:\n ? memcpy+0x1/0x2\n"
				     " ? acme_stale+0x1/0x2\n",
		  PAGING " (no frame)" },
		{ ARM_FAULT ARM_READ ARM_TRACE(
			  "pc : __pi_strlen+0x14/0x150\nlr : acme_name+0x2c/0x50 [acme]\n",
			  " __pi_strlen+0x14/0x150\n acme_core+0x1/0x2 [acme]\n"),
		  PAGING " in acme_name" },
		/* In C functions with a frame, lr may be in the function itself, or data. */
		{ ARM_FAULT ARM_READ ARM_TRACE("pc : strlen+0x14/0x150\nlr : strlen+0xc/0x150\n",
					       " strlen+0x14/0x150\n acme_core+0x1/0x2 [acme]\n"),
		  PAGING " in acme_core" },
		{ ARM_FAULT ARM_READ ARM_TRACE(
			  "pc : strlen+0x14/0x150\nlr : init_task+0x40/0x1000\n",
			  " strlen+0x14/0x150\n acme_core+0x1/0x2 [acme]\n"),
		  PAGING " in acme_core" },
		{ ARM_FAULT ARM_FETCH ARM_PROTECTED ARM_TRACE(
			  "pc : acme_data+0x0/0x40 [acme]\nlr : acme_call+0x20/0x38 [acme]\n",
			  " acme_data+0x0/0x40 [acme] (P)\n acme_core+0x1/0x2 [acme]\n"),
		  PAGING " in acme_call" },
		{ ARM_FAULT ARM_FETCH ARM_TRACE(
			  "pc : 0x41414141414140\nlr : acme_call+0x20/0x38 [acme]\n",
			  " 0x41414141414140\n acme_core+0x1/0x2 [acme]\n"),
		  PAGING " in acme_call" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
	expect_titles(samples, COUNT_OF(samples), SHARED);
}

#define OTHER_FAULT(registers, frames)                                                 \
	"Unable to handle kernel paging request at virtual address 0000000000000007\n" \
	"Oops [#1]\n" TASK_7 registers "Call Trace:\n" frames
#define POWER_FAULT(registers, frames)                                     \
	"BUG: Unable to handle kernel data access on read at 0x00000007\n" \
	"Faulting instruction address: 0x00000007\n"                       \
	"Oops: Kernel access of bad area, sig: 11 [#1]\n" TASK_7 registers "Call Trace:\n" frames

/* The caller of an address without code is in the register of the return address. */
static void finds_callers_of_other_architectures(void **state)
{
	static const struct sample samples[] = {
		{ OTHER_FAULT("epc : 0x0\n ra : acme_call+0x20/0x38 [acme]\n"
			      "epc : 0000000000000000 ra : ffffffff01a2c03e\n",
			      "[<ffffffff01a2c03e>] acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
		{ OTHER_FAULT("epc : acme_read+0x1/0x2\n ra : acme_call+0x20/0x38 [acme]\n",
			      "[<ffffffff01a2c03e>] acme_core+0x1/0x2\n"),
		  PAGING " in acme_read" },
		{ OTHER_FAULT("   ra: ffff800002012345 acme_call+0x20/0x38 [acme]\n"
			      "  ERA: 0000000000000000 0x0\n",
			      "[<9000000000512345>] acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
		{ OTHER_FAULT("   ra: ffff800002012345 acme_call+0x20/0x38 [acme]\n"
			      "  ERA: ffff800002012349 memcpy+0x1/0x2\n",
			      "[<9000000000512345>] acme_core+0x1/0x2\n"),
		  PAGING " in acme_core" },
		{ OTHER_FAULT("epc   : 00000000 0x0\nra    : 80123456 acme_call+0x20/0x38\n",
			      "[<80123456>] acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
		{ OTHER_FAULT("PC is at 0x7\nLR is at acme_call+0x20/0x38 [acme]\n",
			      " 0x7 from acme_call+0x20/0x38 [acme]\n"
			      " acme_call [acme] from acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
		{ POWER_FAULT("NIP [0000000000000007] 0x7\n"
			      "LR [c00800000123009c] acme_call+0x20/0x38 [acme]\n",
			      "[c000000012345aa0] [c00800000123009c] acme_call+0x20/0x38 [acme] "
			      "(unreliable)\n"
			      "[c000000012345ad0] [c0000000005c1234] acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
		{ POWER_FAULT("NIP [c0080000012300ac] memcpy+0x1/0x2\n"
			      "LR [c00800000123009c] acme_call+0x20/0x38 [acme]\n",
			      "[c000000012345ad0] [c0000000005c1234] acme_core+0x1/0x2\n"),
		  PAGING " in acme_core" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
}

/* The handler of a trap may be the only code on the stack. The code that trapped is named then. */
static void names_code_that_trapped(void **state)
{
	static const struct sample samples[] = {
		/* arch/x86/kernel/cet.c do_kernel_cp_fault() */
		{ "kernel BUG at arch/x86/kernel/cet.c:7!\n" TASK_7
		  "RIP: 0010:exc_control_protection+0x1/0x2\nCall Trace:\n"
		  " asm_exc_control_protection+0x1/0x2\nRIP: 0010:acme_call+0x0/0x38 [acme]\n"
		  " acme_core+0x1/0x2\n",
		  "kernel BUG in acme_call" },
		/* arch/powerpc/mm/fault.c bad_kernel_fault() */
		{ "WARNING: CPU: 0 PID: 7 at arch/powerpc/mm/fault.c:7 ___do_page_fault+0x1/0x2\n" TASK_7
		  "NIP [c000000000081234] ___do_page_fault+0x1/0x2\n"
		  "LR [c000000000081234] ___do_page_fault+0x1/0x2\nCall Trace:\n"
		  "[c000000012345aa0] [c000000000081234] do_page_fault+0x1/0x2\n"
		  "[c000000012345ab0] [c000000000081234] data_access_common_virt+0x1/0x2\n"
		  "--- interrupt: 300 at acme_call+0x1/0x38 [acme]\n"
		  "NIP [c0080000012300ac] acme_call+0x1/0x38 [acme]\n"
		  "LR [c00800000123009c] acme_core+0x1/0x2\n--- interrupt: 300\n"
		  "[c000000012345ac0] [c00800000123009c] acme_core+0x1/0x2\n",
		  "WARNING in acme_call" },
		/* An interrupt is not a trap. */
		{ "WARNING: CPU: 0 PID: 7 at kernel/irq/chip.c:7 report_bug+0x1/0x2\n" TASK_7
		  "RIP: 0010:report_bug+0x1/0x2\nCall Trace:\n common_interrupt+0x1/0x2\n"
		  " asm_common_interrupt+0x1/0x2\nRIP: 0010:acme_call+0x0/0x38 [acme]\n"
		  " acme_core+0x1/0x2\n",
		  "WARNING (no frame)" },
		/* The handler has other code. */
		{ "WARNING: CPU: 0 PID: 7 at mm/memory.c:7 acme_fault+0x1/0x2\n" TASK_7
		  "RIP: 0010:acme_fault+0x1/0x2\nCall Trace:\n handle_mm_fault+0x1/0x2\n"
		  " exc_page_fault+0x1/0x2\n asm_exc_page_fault+0x1/0x2\n"
		  "RIP: 0010:acme_call+0x0/0x38 [acme]\n acme_core+0x1/0x2\n",
		  "WARNING in acme_fault" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
}

/*
 * A function from which the CPU cannot fetch instructions, which may happen with wrong page tables
 * after a kexec, is named, but data is not.
 */
static void separates_functions_from_data(void **state)
{
	static const struct sample samples[] = {
		/* The unwinder knows functions. */
		{ FAULT FETCH TASK_7 "RIP: 0010:do_init_module+0x10/0x200\nCall Trace:\n"
				     " load_module+0x1/0x2\n",
		  PAGING " in do_init_module" },
		{ FAULT FETCH PROTECTED TASK_7 "RIP: 0010:acme_read+0x10/0x200\nCall Trace:\n"
					       " acme_call+0x1/0x2\n ? acme_stale+0x1/0x2\n",
		  PAGING " in acme_read" },
		{ FAULT FETCH ABSENT TASK_7 "RIP: 0010:acme_read+0x10/0x200\nCall Trace:\n"
					    " ? acme_stale+0x1/0x2\n acme_call+0x1/0x2\n",
		  PAGING " in acme_read" },
		/* The unwinder of frame pointers */
		{ FAULT FETCH PROTECTED TASK_7
		  "RIP: 0010:acme_data+0x0/0x40\nCall Trace:\n ? acme_call+0x1/0x2\n"
		  " acme_core+0x1/0x2\n",
		  PAGING " in acme_core" },
		{ FAULT FETCH PROTECTED TASK_7 "RIP: 0010:acme_data+0x0/0x40\n" GUESSES,
		  PAGING " in acme_call" },
		{ ARM_FAULT ARM_FETCH ARM_ABSENT ARM_TRACE(
			  "pc : acme_read+0x10/0x40\nlr : acme_call+0x20/0x38\n",
			  " acme_read+0x10/0x40\n acme_call+0x20/0x38\n"),
		  PAGING " in acme_read" },
		/* Old kernels do not print the status. */
		{ ARM_NX ARM_FETCH ARM_TRACE("pc : acme_data+0x0/0x40\nlr : acme_call+0x20/0x38\n",
					     " acme_data+0x0/0x40\n acme_core+0x1/0x2\n"),
		  PAGING " in acme_call" },
	};

	expect_titles(samples, COUNT_OF(samples), !SHARED);
	expect_titles(samples, COUNT_OF(samples), SHARED);
}

static void expect_frames(const char *lines, const struct intake_title *expected)
{
	struct intake_title title;

	assert_true(support_title(lines, !SHARED, &title));
	assert_string_equal(title.title, expected->title);
	assert_string_equal(title.signature, expected->signature);
}

/* The caller in lr is a frame of its own, and is not there twice. Decoded logs have no offsets. */
static void adds_lr_once(void **state)
{
	struct intake_title title;

	assert_true(support_title(
		ARM_FAULT ARM_TRACE("pc : __pi_strlen+0x1/0x2\nlr : acme_name+0x2/0x5\n",
				    " __pi_strlen+0x1/0x2\n acme_core+0x1/0x2\n"),
		!SHARED, &title));
	assert_string_equal(title.title, PAGING " in acme_name");
	assert_int_equal(title.frame_count, 2);
	assert_string_equal(title.frames[1], "acme_core");
	expect_frames(ARM_FAULT ARM_TRACE("pc : __pi_strlen+0x1/0x2\nlr : acme_name+0x2/0x5\n",
					  " __pi_strlen+0x1/0x2 (P)\n acme_name+0x2/0x5 (L)\n"
					  " acme_core+0x1/0x2\n"),
		      &title);
	expect_frames(ARM_FAULT ARM_TRACE("pc : __pi_strlen+0x1/0x2\nlr : acme_name+0x0/0x5\n",
					  " __pi_strlen+0x1/0x2\n acme_core+0x1/0x2\n"),
		      &title);
	expect_frames(ARM_FAULT ARM_TRACE("pc : __pi_strlen (arch/arm64/lib/strlen.S:7)\n"
					  "lr : acme_name (drivers/acme.c:7)\n",
					  " __pi_strlen (arch/arm64/lib/strlen.S:7)\n"
					  " acme_core (drivers/acme.c:9)\n"),
		      &title);
}

/* In other functions, lr may have any value. */
static void ignores_lr_of_functions_with_frames(void **state)
{
	struct intake_title title;

	assert_true(support_title(
		ARM_FAULT ARM_TRACE("pc : acme_read+0x1/0x2\nlr : 0xffff800012345678\n",
				    " acme_read+0x1/0x2\n acme_core+0x1/0x2\n"),
		!SHARED, &title));
	assert_int_equal(title.frame_count, 2);
	expect_frames(ARM_FAULT ARM_TRACE("pc : acme_read+0x1/0x2\nlr : acme_next+0x4/0x5\n",
					  " acme_read+0x1/0x2\n acme_core+0x1/0x2\n"),
		      &title);
	expect_frames(ARM_FAULT ARM_TRACE("pc : acme_read (drivers/acme.c:7)\n"
					  "lr : acme_next (drivers/acme.c:70)\n",
					  " acme_read (drivers/acme.c:7)\n"
					  " acme_core (drivers/acme.c:9)\n"),
		      &title);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_over_other_sections),
		cmocka_unit_test(takes_only_registers_of_the_crash),
		cmocka_unit_test(returns_from_nested_reports),
		cmocka_unit_test(takes_the_last_caller_of_arm),
		cmocka_unit_test(separates_tasks),
		cmocka_unit_test(finds_the_cpu_that_hangs),
		cmocka_unit_test(finds_a_caller_without_frame),
		cmocka_unit_test(finds_callers_of_other_architectures),
		cmocka_unit_test(names_code_that_trapped),
		cmocka_unit_test(separates_functions_from_data),
		cmocka_unit_test(adds_lr_once),
		cmocka_unit_test(ignores_lr_of_functions_with_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
