// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that two events of the kernel are two crashes, although they are close. */
#include "support_events.h"

#define NOT_SYNCING "Kernel panic - not syncing: "

/* What the message of panic() says about the report before it. */
static const struct test messages[] = {
	{ "a warning, then a panic of another task",
	  { { 5, CUT ACME_WARNING TASK END },
	    { 7, NOT_SYNCING "VFS: Unable to mount root fs on unknown-block(0,0)\n" } },
	  "5 WARNING in acme_warn\n7 kernel panic: VFS: Unable to mount root fs\n" },
	{ "a warning, then directly a panic that no report precedes",
	  { { 5, CUT ACME_WARNING TASK END NOT_SYNCING "sysrq triggered crash\n" } },
	  "5 WARNING in acme_warn\n5 kernel panic: sysrq triggered crash\n" },
	{ "an oops, a warning of another CPU, then the panic of the oops",
	  { { 5, OOPS("acme_a") CUT ACME_WARNING TASK END NOT_SYNCING "Fatal exception\n" } },
	  "5 Oops in acme_a; kernel panic: Fatal exception\n5 WARNING in acme_warn\n" },
	{ "the same without \"cut here\"",
	  { { 5, OOPS("acme_a") ACME_WARNING TASK END NOT_SYNCING "Fatal exception\n" } },
	  "5 Oops in acme_a; kernel panic: Fatal exception\n5 WARNING in acme_warn\n" },
	{ "a warning, then a panic of a driver",
	  { { 5, CUT ACME_WARNING TASK END }, { 7, PANIC } },
	  "5 WARNING in acme_warn\n7 kernel panic: acme is gone\n" },
	{ "without times, a warning, then a panic of a driver",
	  { { 0, CUT ACME_WARNING TASK END "a\nb\nc\nd\ne\nf\ng\nh\ni\n" PANIC } },
	  "- WARNING in acme_warn\n- kernel panic: acme is gone\n" },
	{ "panic_on_warn",
	  { { 5, CUT ACME_WARNING TASK END },
	    { 7, NOT_SYNCING "kernel: panic_on_warn set ...\n" } },
	  "5 WARNING in acme_warn; kernel panic: kernel: panic_on_warn set ...\n" },
	{ "a warning of one task, then panic_on_warn of another",
	  { { 5, "BUG: KASAN: use-after-free in acme_a+0x1/0x2\n", "[    T7]" },
	    { 5, CUT ACME_WARNING, "[    T9]" },
	    { 6, NOT_SYNCING "KASAN: panic_on_warn set ...\n", "[    T7]" } },
	  "5 KASAN: use-after-free in acme_a; kernel panic: KASAN: panic_on_warn set ...\n"
	  "5 WARNING in acme_warn\n" },
	{ "an oops",
	  { { 5, OOPS("acme_a") }, { 8, NOT_SYNCING "Fatal exception in interrupt\n" } },
	  "5 Oops in acme_a; kernel panic: Fatal exception\n" },
	{ "a warning, then the panic of an oops whose report is lost",
	  { { 5, CUT ACME_WARNING TASK END }, { 7, NOT_SYNCING "Fatal exception\n" } },
	  "5 WARNING in acme_warn\n7 kernel panic: Fatal exception\n" },
	{ "an oops of init",
	  { { 5, OOPS("acme_a") },
	    { 7, NOT_SYNCING "Attempted to kill init! exitcode=0x0000000b\n" } },
	  "5 Oops in acme_a; kernel panic: Attempted to kill init!\n" },
	{ "an oops, then the exit of init",
	  { { 5, OOPS("acme_a") },
	    { 7, NOT_SYNCING "Attempted to kill init! exitcode=0x00000100\n" } },
	  "5 Oops in acme_a\n7 kernel panic: Attempted to kill init!\n" },
	{ "a hung task",
	  { { 5, HUNG("120") }, { 7, NOT_SYNCING "hung_task: blocked tasks\n" } },
	  "5 INFO: task hung in acme_wait; kernel panic: hung task\n" },
	{ "an oops, then the panic of a hung task",
	  { { 5, OOPS("acme_a") }, { 7, NOT_SYNCING "hung_task: blocked tasks\n" } },
	  "5 Oops in acme_a\n7 kernel panic: hung task\n" },
	{ "a warning during a hang, with panic_on_warn",
	  { { 5, SOFT("3", "26") CUT ACME_WARNING NOT_SYNCING "panic_on_warn set ...\n" } },
	  "5 BUG: soft lockup in acme_loop\n"
	  "5 WARNING in acme_warn; kernel panic: panic_on_warn set ...\n" },
	{ "corrupt memory",
	  { { 5, "BUG: KASAN: use-after-free in acme_a+0x1/0x2\n" NOT_SYNCING
		 "corrupted stack end detected inside scheduler\n" } },
	  "5 KASAN: use-after-free in acme_a; kernel panic: corrupted stack end\n" },
};

static void decides_by_the_message_of_a_panic(void **state)
{
	run_events(messages, COUNT_OF(messages));
}

/* Only the function of a warning, which follows " at ", shows that the exit of a task caused it. */
static const struct test places[] = {
	{ "up to Linux 6.18",
	  { { 5, OOPS("acme_a") },
	    { 5, CUT "WARNING: CPU: 1 PID: 7 at kernel/exit.c:7 do_exit+0x1/0x2\n" TASK END } },
	  "5 Oops in acme_a; WARNING in do_exit\n" },
	{ "Linux 6.19",
	  { { 5, OOPS("acme_a") },
	    { 5, CUT "WARNING: kernel/exit.c:7 at do_exit+0x1/0x2, CPU#1: acme/7\n" TASK END } },
	  "5 Oops in acme_a; WARNING in do_exit\n" },
	{ "another word after the place",
	  { { 5, OOPS("acme_a") },
	    { 5, CUT "WARNING: CPU: 1 PID: 7 at acme.c:7 < < do_exit+0x1/0x2\n" TASK END } },
	  "5 Oops in acme_a\n5 WARNING in do_exit\n" },
};

static void finds_the_function_of_a_warning(void **state)
{
	run_events(places, COUNT_OF(places));
}

#define HUNG_BEGIN "INFO: task acme:7 blocked for more than 120 seconds.\n"
#define HUNG_END                                           \
	"task:acme            state:D stack:0     pid:7\n" \
	"Call Trace:\n schedule+0x1/0x2\n"                 \
	" acme_wait+0x1/0x2\n"
#define EQUALS "==================================================================\n"

/* The report of a hang includes stacks that other CPUs print, but not their reports. */
static const struct test other_cpus[] = {
	{ "a report of another CPU before the stack of a hang",
	  { { 5, HUNG_BEGIN, "[    T9]" },
	    { 5, EQUALS "BUG: KASAN: use-after-free in acme_a+0x1/0x2\n acme_a+0x1/0x2\n",
	      "[    C1]" },
	    { 5, HUNG_END, "[    T9]" },
	    { 5, EQUALS, "[    C1]" } },
	  "5 INFO: task hung in acme_wait\n5 KASAN: use-after-free in acme_a\n" },
	{ "a warning of another CPU",
	  { { 5, HUNG_BEGIN, "[    T9]" },
	    { 5, CUT ACME_WARNING, "[    C1]" },
	    { 5, HUNG_END, "[    T9]" },
	    { 5, TASK END, "[    C1]" } },
	  "5 INFO: task hung in acme_wait\n5 WARNING in acme_warn\n" },
	{ "an oops of another CPU before the stack of a hang",
	  { { 5, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [acme:7]\n", "[    C1]" },
	    { 5, OOPS("acme_irq"), "[    C2]" },
	    { 5, TASK RIP("acme_spin") STACK("acme_loop"), "[    C1]" } },
	  "5 BUG: soft lockup in acme_loop\n5 Oops in acme_irq\n" },
	{ "a stack for the report of another CPU, after the end of an own report",
	  { { 5, CUT ACME_WARNING TASK END, "[    C2]" },
	    { 7,
	      "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"
	      "rcu: \t2-...!: (2 ticks this GP) idle=0/1/0x4 softirq=1/2 fqs=0\n"
	      "rcu: \t(detected by 1, t=21002 jiffies, g=1234, q=10 ncpus=4)\n"
	      "Sending NMI from CPU 1 to CPUs 2:\n",
	      "[    C1]" },
	    { 7, "NMI backtrace for cpu 2\n" TASK RIP("acme_spin") STACK("acme_loop"),
	      "[    C2]" } },
	  "5 WARNING in acme_warn\n7 INFO: rcu detected stall in acme_loop\n" },
};

static void separates_reports_of_other_cpus(void **state)
{
	run_events(other_cpus, COUNT_OF(other_cpus));
}

static const struct test adjacent[] = {
	{ "two warnings",
	  { { 5, "WARNING: CPU: 0 PID: 7 at acme.c:7 acme_a+0x1/0x2\n"
		 "WARNING: CPU: 1 PID: 9 at acme.c:9 acme_b+0x1/0x2\n" TASK } },
	  "5 WARNING in acme_a\n5 WARNING in acme_b\n" },
	{ "two KASAN reports",
	  { { 5, "BUG: KASAN: use-after-free in acme_a+0x1/0x2\n"
		 "BUG: KASAN: use-after-free in acme_b+0x1/0x2\n" } },
	  "5 KASAN: use-after-free in acme_a\n5 KASAN: use-after-free in acme_b\n" },
	{ "one header, printed twice",
	  { { 5, "WARNING: CPU: 0 PID: 7 at acme.c:7 acme_a+0x1/0x2\n"
		 "WARNING: CPU: 0 PID: 7 at acme.c:7 acme_a+0x1/0x2\n" TASK } },
	  "5 WARNING in acme_a\n" },
	{ "a header of two lines",
	  { { 5, "BUG: memory leak\nunreferenced object 0xffff888012345678 (size 64):\n"
		 "  backtrace:\n    acme_alloc+0x1/0x2\n" } },
	  "5 memory leak in acme_alloc\n" },
	{ "two leaks",
	  { { 5, "unreferenced object 0xffff888012345678 (size 64):\n"
		 "unreferenced object 0xffff888012345680 (size 64):\n"
		 "  backtrace:\n    acme_alloc+0x1/0x2\n" } },
	  "5 memory leak (no frame)\n5 memory leak in acme_alloc\n" },
	{ "two addresses on one stack",
	  { { 5, "WARNING: kernel stack frame pointer at 0000000012345678 in acme:7 has bad "
		 "value 0000000000000000\n"
		 "WARNING: kernel stack regs at 0000000012345670 in acme:7 has bad 'bp' value "
		 "0000000000000000\n" } },
	  "5 WARNING: kernel stack frame pointer has bad value\n" },
};

#define DECODED_HANG                                                              \
	"INFO: task acme:7 blocked for more than 120 seconds.\n"                  \
	"task:acme            state:D stack:0     pid:7\nCall Trace:\n"           \
	" schedule (kernel/sched/core.c:7)\n acme_wait (drivers/acme.c:7) acme\n" \
	" do_syscall_64 (arch/x86/entry/common.c:7)\n"                            \
	" entry_SYSCALL_64_after_hwframe (arch/x86/entry/entry_64.S:7)\n"

#define PROGRAM "nginx (nginx.conf:12) restarted\n"
#define PROGRAM_8 PROGRAM PROGRAM PROGRAM PROGRAM PROGRAM PROGRAM PROGRAM PROGRAM

/* scripts/decode_stacktrace.sh replaces the offsets of frames. */
static const struct test decoded[] = {
	{ "a warning after the stack of a hung task",
	  { { 5, DECODED_HANG }, { 6, CUT ACME_WARNING TASK END } },
	  "5 INFO: task hung in acme_wait\n6 WARNING in acme_warn\n" },
	{ "a warning of the exit of a task",
	  { { 5, OOPS("acme_a") },
	    { 5,
	      CUT "WARNING: CPU: 1 PID: 7 at kernel/exit.c:814 do_exit (kernel/exit.c:814)\n" TASK
		      END } },
	  "5 Oops in acme_a; WARNING in do_exit\n" },
	{ "lines of a program, which are not frames",
	  { { 5, "Oops: 0000 [#1] SMP\n" TASK RIP("acme_a") STACK("acme_x") },
	    { 5, PROGRAM_8 PROGRAM_8 PROGRAM_8 PROGRAM_8 },
	    { 5, OOPS("acme_b") } },
	  "5 Oops in acme_a\n5 Oops in acme_b\n" },
};

static void relates_decoded_reports(void **state)
{
	run_events(decoded, COUNT_OF(decoded));
}

static void separates_adjacent_headers(void **state)
{
	run_events(adjacent, COUNT_OF(adjacent));
}

#define RECURSIVE(task)                                                                       \
	"WARNING: possible recursive locking detected\n6.1.0 #1 Not tainted\n"                \
	"--------------------------------------------\n" task " is trying to acquire lock:\n" \
	"ffff888012345678 (&a->lock){+.+.}-{2:2}, at: acme_lock+0x1/0x2\n"

static const struct test exits[] = {
	{ "lockdep about the exit of the task",
	  { { 5, OOPS("acme_a") RECURSIVE("acme/7") } },
	  "5 Oops in acme_a; possible deadlock\n" },
	{ "lockdep about another task",
	  { { 5, OOPS("acme_a") RECURSIVE("acme/9") } },
	  "5 Oops in acme_a\n5 possible deadlock in acme_lock\n" },
	{ "both",
	  { { 5, OOPS("acme_a") RECURSIVE("acme/7") RECURSIVE("acme/9") } },
	  "5 Oops in acme_a; possible deadlock\n5 possible deadlock in acme_lock\n" },
	{ "lockdep about another task, then a panic",
	  { { 5, OOPS("acme_a") RECURSIVE("acme/9") NOT_SYNCING "panic_on_warn set ...\n" } },
	  "5 Oops in acme_a\n5 possible deadlock in acme_lock; kernel panic: panic_on_warn set "
	  "...\n" },
	{ "a report without a task",
	  { { 5, OOPS("acme_a") "BUG: sleeping function called from invalid context at a.c:7\n" } },
	  "5 Oops in acme_a; BUG: sleeping function called from invalid context\n" },
	{ "another task sleeps",
	  { { 5,
	      OOPS("acme_a") "BUG: sleeping function called from invalid context at a.c:7\n"
			     "in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 9, name: acme\n"
			     "CPU: 0 PID: 9 Comm: acme Not tainted 6.1.0 #1\n" STACK(
				     "acme_sleep") } },
	  "5 Oops in acme_a\n5 BUG: sleeping function called from invalid context in acme_sleep\n" },
	{ "another task exits with a lock",
	  { { 5, OOPS("acme_a") "WARNING: acme/9 still has locks held!\n" } },
	  "5 Oops in acme_a\n5 WARNING: still has locks held (no frame)\n" },
	{ "with contexts",
	  { { 5, OOPS("acme_a"), "[    T7]" },
	    { 5, RECURSIVE("acme/7"), "[    T7]" },
	    { 5, RECURSIVE("acme/9"), "[    T9]" } },
	  "5 Oops in acme_a; possible deadlock\n5 possible deadlock in acme_lock\n" },
};

static void knows_the_task_that_exits(void **state)
{
	run_events(exits, COUNT_OF(exits));
}

/* Two CPUs print a report each, line by line, without contexts. */
static const struct test alternating[] = {
	{ "a warning and an oops",
	  { { 5, CUT "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		     "WARNING: CPU: 0 PID: 7 at acme.c:7 acme_warn+0x1/0x2\n"
		     "#PF: supervisor read access in kernel mode\nModules linked in: acme\n"
		     "Oops: 0000 [#1] SMP\n" TASK
		     "CPU: 0 PID: 9 Comm: acme Not tainted 6.1.0 #1\n" RIP("acme_a")
			     RIP("acme_warn") END END } },
	  "5 BUG: unable to handle kernel NULL pointer dereference in acme_a\n"
	  "5 WARNING in acme_warn\n" },
	{ "a BUG() and a warning",
	  { { 5, CUT CUT "kernel BUG at acme.c:7!\n"
			 "WARNING: CPU: 1 PID: 9 at acme.c:9 acme_warn+0x1/0x2\n"
			 "invalid opcode: 0000 [#1] PREEMPT SMP\n" TASK RIP("acme_a") END END } },
	  "5 kernel BUG in acme_a\n5 WARNING in acme_warn\n" },
	{ "another header before the header of die()",
	  { { 5, "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
		 "WARNING: CPU: 1 PID: 9 at acme.c:9 acme_warn+0x1/0x2\n"
		 "#PF: supervisor read access in kernel mode\n"
		 "Oops: 0000 [#1] SMP\n" TASK RIP("acme_a") END } },
	  "5 BUG: unable to handle kernel NULL pointer dereference in acme_a\n"
	  "5 WARNING in acme_warn\n" },
	{ "an oops, and the registers of the other CPU",
	  { { 5,
	      "kernel BUG at acme.c:7!\n" TASK "invalid opcode: 0000 [#1] SMP\n" RIP("acme_b") } },
	  "5 kernel BUG (no frame)\n" },
};

static void separates_alternating_lines(void **state)
{
	run_events(alternating, COUNT_OF(alternating));
}

#define HARD "watchdog: Watchdog detected hard LOCKUP on cpu 1\nModules linked in: acme\n"

static const struct test hangs[] = {
	{ "two CPUs hang, then only one",
	  { { 500, SOFT("3", "26") },
	    { 504, SOFT("5", "26") },
	    { 532, SOFT("5", "52") },
	    { 558, SOFT("5", "78") } },
	  "500 BUG: soft lockup in acme_loop\n532 BUG: soft lockup in acme_loop\n" },
	{ "two CPUs hang, and report in the other order",
	  { { 500, SOFT("3", "26") },
	    { 502, SOFT("5", "26") },
	    { 527, SOFT("5", "52") },
	    { 528, SOFT("3", "52") } },
	  "500 BUG: soft lockup in acme_loop\n" },
	{ "a third CPU hangs",
	  { { 500, SOFT("3", "26") },
	    { 502, SOFT("5", "26") },
	    { 527, SOFT("5", "52") },
	    { 528, SOFT("6", "26") } },
	  "500 BUG: soft lockup in acme_loop\n527 BUG: soft lockup in acme_loop\n" },
	{ "a stall during a soft lockup, then another soft lockup during the stall",
	  { { 500, SOFT("3", "26") STALL("5250", "30125") },
	    { 700, SOFT("6", "26") STALL("60003", "30125") } },
	  "500 BUG: soft lockup in acme_loop\n700 BUG: soft lockup in acme_loop\n" },
	{ "a stall that was part of the report of a soft lockup",
	  { { 500, SOFT("3", "26") STALL("5250", "30125") },
	    { 700, STALL("60003", "30125") },
	    { 900, STALL("80003", "30125") } },
	  "500 BUG: soft lockup in acme_loop\n700 INFO: rcu detected stall in acme_loop\n" },
};

/* On arm64, a CPU with interrupts off does not print its stack when it is asked to. */
static const struct test stacks[] = {
	{ "no stack within ten seconds, then the panic",
	  { { 5, HARD "Sending NMI from CPU 0 to CPUs 1:\n" },
	    { 16, NOT_SYNCING "Hard LOCKUP\n" } },
	  "5 hard lockup (no frame); kernel panic: hard lockup\n" },
	{ "the panic prints the stack of the CPU that detects it",
	  { { 5, HARD "Sending NMI from CPU 0 to CPUs 1:\n" },
	    { 16, NOT_SYNCING "Hard LOCKUP\n" TASK STACK("acme_idle") } },
	  "5 hard lockup (no frame); kernel panic: hard lockup\n" },
	{ "the panic of a soft lockup, whose own stack is lost",
	  { { 5, "watchdog: BUG: soft lockup - CPU#1 stuck for 26s! [acme:7]\n" NOT_SYNCING
		 "softlockup: hung tasks\n" TASK STACK("acme_loop") } },
	  "5 BUG: soft lockup in acme_loop; kernel panic: soft lockup\n" },
	{ "a panic ten seconds after the stack",
	  { { 5, HARD "Sending NMI from CPU 0 to CPUs 1:\n" TASK STACK("acme_a") },
	    { 16, NOT_SYNCING "Hard LOCKUP\n" } },
	  "5 hard lockup in acme_a\n16 kernel panic: hard lockup\n" },
};

static void waits_for_stacks(void **state)
{
	run_events(stacks, COUNT_OF(stacks));
}

static void reports_a_hang_that_was_part_of_another(void **state)
{
	run_events(hangs, COUNT_OF(hangs));
}

#define SLUB "BUG kmalloc-64 (Not tainted): Poison overwritten\n"

/* Since Linux 6.16, a WARN() ends the report of SLUB. */
static const struct test slub[] = {
	{ "up to Linux 6.18",
	  { { 5, SLUB CUT "WARNING: CPU: 1 PID: 7 at mm/slub.c:7 object_err+0x1/0x2\n" TASK STACK(
			 "acme_a") END } },
	  "5 BUG: Poison overwritten\n" },
	{ "after Linux 6.18, then another warning",
	  { { 5, SLUB CUT "WARNING: mm/slub.c:7 at __slab_err+0x1/0x2, CPU#1: acme/7\n" TASK STACK(
			 "acme_a") END },
	    { 9, CUT ACME_WARNING } },
	  "5 BUG: Poison overwritten\n9 WARNING in acme_warn\n" },
	{ "another warning directly after SLUB",
	  { { 5, SLUB TASK STACK("acme_a") CUT ACME_WARNING } },
	  "5 BUG: Poison overwritten\n5 WARNING in acme_warn\n" },
};

static void joins_the_warning_of_slub(void **state)
{
	run_events(slub, COUNT_OF(slub));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides_by_the_message_of_a_panic),
		cmocka_unit_test(finds_the_function_of_a_warning),
		cmocka_unit_test(separates_reports_of_other_cpus),
		cmocka_unit_test(separates_adjacent_headers),
		cmocka_unit_test(joins_the_warning_of_slub),
		cmocka_unit_test(waits_for_stacks),
		cmocka_unit_test(relates_decoded_reports),
		cmocka_unit_test(knows_the_task_that_exits),
		cmocka_unit_test(separates_alternating_lines),
		cmocka_unit_test(reports_a_hang_that_was_part_of_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
