// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that one event of the kernel is one crash, whatever it prints. */
#include "support_events.h"

#include <stdio.h>

#define OOM(comm) "Killed process 7 (" comm ") total-vm:11892kB, anon-rss:4292kB, UID:999\n"
#define NETDEV "NETDEV WATCHDOG: eth7 (acme): transmit queue 4 timed out\n"
#define NETDEV_SITE "WARNING: CPU: 5 PID: 0 at net/sched/sch_generic.c:525 dev_watchdog+0x1/0x2\n"

static const struct test warnings[] = {
	{ "a message before the warning",
	  { { 5, CUT NETDEV NETDEV_SITE TASK RIP("dev_watchdog") STACK("acme_x") END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n" },
	{ "a message after the warning",
	  { { 5, CUT NETDEV_SITE NETDEV "Modules linked in: acme\n" TASK STACK("acme_x") END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n" },
	{ "a message after the hardware",
	  { { 5,
	      CUT "WARNING: at net/sched/sch_generic.c:261 dev_watchdog+0x1/0x2() (Not tainted)\n"
		  "Hardware name: Acme X360\n" NETDEV
		  "Modules linked in: acme\nPid: 0, comm: swapper Not tainted 2.6.32 #1\n" END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n" },
	{ "a message that follows no \"cut here\"",
	  { { 5, NETDEV NETDEV_SITE TASK END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n" },
	{ "a hard lockup as a message",
	  { { 5, CUT "WARNING: at kernel/watchdog.c:245 watchdog_overflow_callback+0x1/0x2()\n"
		     "Hardware name: Acme X360\nWatchdog detected hard LOCKUP on cpu 6\n"
		     "Modules linked in: acme\nPid: 7, comm: acme Not tainted 2.6.32 #1\n"
		     "Call Trace:\n <NMI>  [<ffffffff81071e27>] ? warn_slowpath_common+0x1/0x2\n"
		     " <<EOE>>  [<ffffffffa0101fa5>] acme_drain+0x1/0x2 [acme]\n"
		     " [<ffffffffa0102ba4>] acme_thread+0x1/0x2 [acme]\n"
		     " [<ffffffff8109ac66>] kthread+0x1/0x2\n" END } },
	  "5 hard lockup in acme_thread\n" },
	{ "a message of the driver, then another warning",
	  { { 5,
	      "acme 0000:00:03.0 eth7: NETDEV WATCHDOG: CPU: 1: transmit queue 0 timed out 5 ms\n" CUT
		      ACME_WARNING TASK END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n5 WARNING in acme_warn\n" },
	{ "a message whose warning is missing, then another warning",
	  { { 5, CUT NETDEV CUT ACME_WARNING TASK END } },
	  "5 NETDEV WATCHDOG: transmit queue timed out\n5 WARNING in acme_warn\n" },
	{ "another crash directly after the first line of a warning",
	  { { 5, CUT ACME_WARNING "Memory cgroup out of memory: " OOM("acme") } },
	  "5 WARNING in acme_warn\n5 OOM kill in a memory cgroup: acme\n" },
	{ "a hang in the middle of a warning",
	  { { 5, CUT ACME_WARNING TASK "rcu: INFO: rcu_sched self-detected stall on CPU\n" } },
	  "5 WARNING in acme_warn\n5 INFO: rcu detected stall (no frame)\n" },
};

static void joins_a_warning_and_its_message(void **state)
{
	run_events(warnings, COUNT_OF(warnings));
}

#define MCE(cpu)                                                                          \
	"mce: [Hardware Error]: CPU " cpu ": Machine Check Exception: 5 Bank 1: bf8000\n" \
	"mce: [Hardware Error]: RIP 10:<ffffffff8a8e2c6c> {acme_idle+0x1/0x2}\n"          \
	"mce: [Hardware Error]: TSC 3b2a81f0aa12 ADDR 7f1240 MISC 86\n"                   \
	"mce: [Hardware Error]: PROCESSOR 0:50654 TIME 1709630041 SOCKET 0 APIC 14\n"
#define MCES MCE("1") MCE("2") MCE("3") MCE("4")
#define ARM_OOPS \
	"CPU: 0 PID: 7 Comm: acme Not tainted 4.19.66 #1\nPC is at acme_poll+0x1/0x2 [acme]\n" END

#define ECHO "---[ end Kernel panic - not syncing: acme is gone ]---\n"

static const struct test others[] = {
	{ "a machine check on many CPUs",
	  { { 5, MCES MCES MCES "Kernel panic - not syncing: Fatal machine check\n" } },
	  "5 [Hardware Error]: CPU NUM: Machine Check Exception: NUM Bank NUM: bf8000; "
	  "kernel panic: Fatal machine check\n" },
	{ "arm: bad mode",
	  { { 5, "Bad mode in prefetch abort handler detected\n"
		 "Internal error: Oops - bad mode: 0 [#1] PREEMPT SMP ARM\n" ARM_OOPS
		 "Kernel panic - not syncing: bad mode\n" } },
	  "5 Internal error in acme_poll; kernel panic: bad mode\n" },
	{ "arm64: bad mode without die()",
	  { { 5, "Bad mode in Error handler detected on CPU0, code 0xbf000002 -- SError\n" TASK
		 "pc : acme_poll+0x1/0x2 [acme]\nKernel panic - not syncing: bad mode\n" } },
	  "5 kernel panic: bad mode\n" },
	{ "arm: a fault of the kernel",
	  { { 5, "8<--- cut here ---\n"
		 "Unhandled fault: external abort on non-linefetch (0x1018) at 0xf0a01000\n"
		 "Internal error: : 1018 [#1] SMP ARM\n" ARM_OOPS } },
	  "5 Unhandled fault in acme_poll\n" },
	{ "arm: a fault of a program",
	  { { 5, "8<--- cut here ---\n"
		 "Unhandled fault: external abort on non-linefetch (0x1018) at 0xb6f01000\n"
		 "[b6f01000] *pgd=7ad3c835, *pte=44e0bd83\n"
		 "8<--- cut here ---\nUnhandled prefetch abort: breakpoint (0x222) at 0xb6f01000\n"
		 "Alignment trap: not handling instruction e1932f9f at [<b6f01000>]\n"
		 "Unhandled fault: alignment exception (0x001) at 0xb6f01001\n"
		 "usb 1-1: new device\n" } },
	  "" },
	{ "arm: a fault of a program, then other crashes",
	  { { 5, "Unhandled fault: imprecise external abort (0x406) at 0x00000000\n" },
	    { 6, "WARNING: suspicious RCU usage\n" },
	    { 7, "Unhandled fault: imprecise external abort (0x406) at 0x00000000\n" },
	    { 8, OOPS("acme_a") },
	    { 15, "Unhandled fault: imprecise external abort (0x406) at 0x00000000\n" },
	    { 16, PANIC } },
	  "6 WARNING: suspicious RCU usage (no frame)\n8 Oops in acme_a\n"
	  "16 kernel panic: acme is gone\n" },
	{ "a fault of a program between an oops and its panic",
	  { { 5, OOPS("acme_a"), "[    T1]" },
	    { 5, "Unhandled fault: imprecise external abort (0x406) at 0x0\n", "[    T2]" },
	    { 5, PANIC, "[    T3]" } },
	  "5 Oops in acme_a; kernel panic: acme is gone\n" },
	{ "arm: a fault of a program, later an oops",
	  { { 5, "Unhandled fault: imprecise external abort (0x406) at 0x00000000\n" },
	    { 20, "Oops: 0000 [#1] SMP\n" RIP("acme_a") END } },
	  "20 Oops in acme_a\n" },
	{ "two OOM kills",
	  { { 5, "Out of memory: " OOM("acme") "Out of memory: " OOM(
			 "(sd-acme)") "Memory cgroup out of memory: " OOM("acme") } },
	  "5 OOM kill: acme\n5 OOM kill: (sd-acme)\n5 OOM kill in a memory cgroup: acme\n" },
	{ "KASAN dumps the object",
	  { { 5, "BUG: KASAN: slab-out-of-bounds in acme_a+0x1/0x2 [acme] at addr ffff8800\n"
		 "Read of size 8 by task acme/7\n" },
	    { 5, "===============================================================\n"
		 "BUG kmalloc-64 (Not tainted): kasan: bad access detected\n"
		 "-----------------------------------------------------------------\n"
		 "INFO: Allocated in acme_alloc+0x1/0x2 age=1 cpu=1 pid=7\n" } },
	  "5 KASAN: slab-out-of-bounds Read in acme_a\n" },
	{ "a machine check in an old kernel",
	  { { 5, "HARDWARE ERROR\nCPU 1: Machine Check Exception:                4 Bank 4: b2\n"
		 "TSC 89723ab\nKernel panic - not syncing: Machine check\n" } },
	  "5 Machine Check Exception; kernel panic: Machine check\n" },
	{ "corrected errors",
	  { { 5,
	      "mce: [Hardware Error]: Machine check events logged\n"
	      "mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 7: 8c00004000010092\n"
	      "[Hardware Error]: Corrected error, no action required.\n"
	      "EDAC MC0: 1 CE memory read error on CPU_SrcID#0 (channel:2 slot:0)\n"
	      "{1}[Hardware Error]: event severity: corrected\n"
	      "MCE: CPU4: machine check (Severe)  Host SLB Multihit DAR: c0000001 [Recovered]\n" } },
	  "" },
	{ "powerpc: a machine check that is not corrected",
	  { { 5, "MCE: CPU4: machine check (Severe)  Host UE DAR: c0000001 [Not recovered]\n" } },
	  "5 machine check (no frame)\n" },
	{ "powerpc: a machine check and die()",
	  { { 5, "MCE: CPU1: machine check (Severe)  Host UE DAR: c00000001 [Not recovered]\n"
		 "Machine check in kernel mode, caused by (from SRR1=1): Unknown\n"
		 "Oops: Machine check, sig: 7 [#1]\n" TASK
		 "NIP [c008000000e30044] acme_a+0x44/0x90 [acme]\n" END PANIC } },
	  "5 machine check in acme_a; kernel panic: acme is gone\n" },
	{ "a machine check of a program, later an oops",
	  { { 5, MCE("1") }, { 9, OOPS("acme_a") } },
	  "5 [Hardware Error]: CPU NUM: Machine Check Exception: NUM Bank NUM: bf8000\n"
	  "9 Oops in acme_a\n" },
	{ "an OOM kill of an old kernel",
	  { { 5, "Out of memory: kill process 7 (acme) score 12345 or a child\n"
		 "Killed process 7 (acme)\n" } },
	  "5 OOM kill: acme\n" },
	{ "powerpc: a hard lockup that the CPU detects itself",
	  { { 5, "watchdog: CPU 3 self-detected hard LOCKUP @ acme_spin+0x44/0x90 [acme]\n"
		 "watchdog: CPU 3 TB:76882321, last heartbeat TB:70738011 (12000ms ago)\n" TASK
		 "NIP [c008000000e30044] acme_spin+0x44/0x90 [acme]\n" } },
	  "5 hard lockup in acme_spin\n" },
	{ "powerpc: a hard lockup that another CPU detects",
	  { { 5, "watchdog: CPU 1 detected hard LOCKUP on other CPUs 3\n"
		 "watchdog: CPU 3 Hard LOCKUP\n" TASK
		 "NIP [c008000000e30044] acme_spin+0x44/0x90 [acme]\n"
		 "watchdog: CPU 3 became unstuck TB:81882321\n" } },
	  "5 hard lockup in acme_spin\n" },
	{ "powerpc: the same in the first versions",
	  { { 5,
	      "Watchdog CPU:1 detected Hard LOCKUP other CPUS:3\nWatchdog CPU:3 Hard LOCKUP\n" TASK
	      "NIP [c008000000e30044] acme_spin+0x44/0x90 [acme]\n"
	      "Watchdog CPU:3 became unstuck\n" } },
	  "5 hard lockup in acme_spin\n" },
	{ "OpenZFS: VERIFY",
	  { { 5, "VERIFY3(size <= rt->rt_space) failed (4096 <= 0)\n"
		 "PANIC at acme.c:436:acme_remove()\nShowing stack for process 7\n" TASK
		 "Call Trace:\n dump_stack+0x1/0x2\n spl_dumpstack+0x1/0x2 [spl]\n"
		 " spl_panic+0x1/0x2 [spl]\n acme_remove+0x1/0x2 [acme]\n kthread+0x1/0x2\n" } },
	  "5 ZFS: VERIFY failed in acme_remove\n" },
	{ "OpenZFS: the second line",
	  { { 5, "PANIC at acme.c:436:acme_remove()\n" } },
	  "5 ZFS: PANIC in acme_remove\n" },
	{ "OpenZFS: PANIC",
	  { { 5, "PANIC: zfs: adding existent segment to acme (offset=1001a2000 size=2000)\n"
		 "Showing stack for process 7\n" TASK "Call Trace:\n spl_dumpstack+0x1/0x2 [spl]\n"
		 " vcmn_err.cold+0x1/0x2 [spl]\n zfs_panic_recover+0x1/0x2 [zfs]\n"
		 " acme_add+0x1/0x2 [acme]\n" } },
	  "5 ZFS: adding existent segment to acme in acme_add\n" },
	{ "OpenZFS: a warning",
	  { { 5, "WARNING: zfs: adding existent segment to acme (offset=1001a2000 size=2000)\n" } },
	  "" },
	{ "a double fault",
	  { { 5, "traps: PANIC: double fault, error_code: 0x0\n"
		 "double fault: 0000 [#1] PREEMPT SMP NOPTI\n" TASK RIP("acme_deep") STACK("acme_x")
			 END "Kernel panic - not syncing: Fatal exception in interrupt\n" } },
	  "5 PANIC: double fault in acme_deep\n" },
};

static void joins_the_headers_of_one_event(void **state)
{
	run_events(others, COUNT_OF(others));
}

/* Eight reports that the exit of a task may cause. */
#define LOCKDEP                                                                                \
	"WARNING: suspicious RCU usage\nWARNING: bad unlock balance detected!\n"               \
	"WARNING: held lock freed!\nWARNING: inconsistent lock state\n"                        \
	"WARNING: possible recursive locking detected\nBUG: scheduling while atomic: acme/7\n" \
	"BUG: sleeping function called from invalid context at acme.c:7\n"                     \
	"WARNING: lock held when returning to user space!\n"

static const struct test panics[] = {
	{ "the exit of a task",
	  { { 5, OOPS("acme_a") "note: acme[7] exited with preempt_count 1\n" CUT
				"WARNING: CPU: 1 PID: 7 at kernel/exit.c:814 do_exit+0x1/0x2\n" TASK
					END } },
	  "5 Oops in acme_a; WARNING in do_exit\n" },
	{ "a panic and its echo",
	  { { 5, PANIC TASK STACK("panic") ECHO "Rebooting in 10 seconds..\n" PANIC } },
	  "5 kernel panic: acme is gone\n" },
	{ "crashes after a panic",
	  { { 5, OOPS("acme_a") PANIC ECHO },
	    { 7, CUT ACME_WARNING TASK END, "[   C3]" },
	    { 44, OOPS("acme_b"), "[   T9]" } },
	  "5 Oops in acme_a; kernel panic: acme is gone\n" },
	{ "a crash long after a panic is of another boot",
	  { { 5, PANIC ECHO }, { 500, OOPS("acme_b") } },
	  "5 kernel panic: acme is gone\n500 Oops in acme_b\n" },
	{ "without times, a crash after a panic may be of another boot",
	  { { 0, OOPS("acme_a") PANIC ECHO OOPS("acme_b") } },
	  "- Oops in acme_a; kernel panic: acme is gone\n- Oops in acme_b\n" },
	{ "a panic has room among many effects",
	  { { 5, OOPS("acme_a") LOCKDEP PANIC } },
	  "5 Oops in acme_a; WARNING: suspicious RCU usage; WARNING: bad unlock balance; "
	  "WARNING: held lock freed; inconsistent lock state; possible deadlock; "
	  "BUG: scheduling while atomic; BUG: sleeping function called from invalid context; "
	  "kernel panic: acme is gone\n" },
};

static void reports_no_crash_after_a_panic(void **state)
{
	run_events(panics, COUNT_OF(panics));
}

#define EXPEDITED(ticks, number)                                                            \
	"rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-...D } " ticks \
	" jiffies s: " number " root: 0x2/.\n"

static const struct test hangs[] = {
	{ "a soft lockup reported three times",
	  { { 500, SOFT("3", "26") }, { 528, SOFT("3", "52") }, { 556, SOFT("3", "78") } },
	  "500 BUG: soft lockup in acme_loop\n" },
	{ "a soft lockup whose report touched the watchdog",
	  { { 500, SOFT("3", "22") }, { 528, SOFT("3", "22") } },
	  "500 BUG: soft lockup in acme_loop\n" },
	{ "two soft lockups of one task",
	  { { 500, SOFT("3", "22") }, { 900, SOFT("3", "22") } },
	  "500 BUG: soft lockup in acme_loop\n900 BUG: soft lockup in acme_loop\n" },
	{ "two CPUs, reported twice",
	  { { 500, SOFT("3", "26") },
	    { 504, SOFT("5", "26") },
	    { 528, SOFT("3", "52") },
	    { 532, SOFT("5", "52") } },
	  "500 BUG: soft lockup in acme_loop\n" },
	{ "another CPU during a repeated report",
	  { { 500, SOFT("3", "26") }, { 528, SOFT("3", "52") }, { 530, SOFT("5", "26") } },
	  "500 BUG: soft lockup in acme_loop\n530 BUG: soft lockup in acme_loop\n" },
	{ "without times, a longer hang is the same",
	  { { 0, SOFT("3", "26") }, { 0, SOFT("3", "52") } },
	  "- BUG: soft lockup in acme_loop\n" },
	{ "a panic after a repeated report is not lost",
	  { { 500, SOFT("3", "26") },
	    { 528, SOFT("3", "52") "Kernel panic - not syncing: softlockup: hung tasks\n" } },
	  "500 BUG: soft lockup in acme_loop\n"
	  "528 BUG: soft lockup in acme_loop; kernel panic: soft lockup\n" },
	{ "a soft lockup whose frames are all guessed, and a later warning",
	  { { 500, "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [acme:3]\n"
		   "CPU: 0 PID: 3 Comm: acme Not tainted 6.12.9 #1\n"
		   "RIP: 0010:__x86_indirect_thunk_array+0x0/0x20\nCall Trace:\n <TASK>\n"
		   " ? acme_loop+0x1/0x2 [acme]\n ? kthread+0xd2/0x100\n </TASK>\n" },
	    { 502, "------------[ cut here ]------------\n"
		   "WARNING: CPU: 0 PID: 4 at acme.c:5 acme_a+0x1/0x2 [acme]\n" END } },
	  "500 BUG: soft lockup (no frame)\n502 WARNING in acme_a\n" },
	{ "a task that hangs for minutes",
	  { { 500, HUNG("120") }, { 621, HUNG("241") }, { 742, HUNG("362") } },
	  "500 INFO: task hung in acme_wait\n" },
	{ "the same in old kernels",
	  { { 500, HUNG("120") }, { 623, HUNG("120") }, { 746, HUNG("120") } },
	  "500 INFO: task hung in acme_wait\n" },
	{ "a task that hangs again",
	  { { 500, HUNG("120") }, { 746, HUNG("120") } },
	  "500 INFO: task hung in acme_wait\n746 INFO: task hung in acme_wait\n" },
	{ "a stall of one grace period",
	  { { 500, STALL("5250", "30125") }, { 563, STALL("21003", "30125") } },
	  "500 INFO: rcu detected stall in acme_loop\n" },
	{ "stalls of two grace periods",
	  { { 500, STALL("5250", "-1125") },
	    { 563, STALL("5250", "-1121") },
	    { 630, STALL("21003", "-1121") } },
	  "500 INFO: rcu detected stall in acme_loop\n563 INFO: rcu detected stall in acme_loop\n" },
	{ "a device that stays in use",
	  { { 50, "unregister_netdevice: waiting for eth7 to become free. Usage count = 2\n" },
	    { 60, "unregister_netdevice: waiting for eth7 to become free. Usage count = 1\n" },
	    { 70, "unregister_netdevice: waiting for eth8 to become free. Usage count = 1\n" } },
	  "50 unregister_netdevice: waiting for DEV to become free\n"
	  "70 unregister_netdevice: waiting for DEV to become free\n" },
	{ "a stall of one expedited grace period",
	  { { 50, EXPEDITED("21003", "1157") },
	    { 113, EXPEDITED("84007", "1157") },
	    { 180, EXPEDITED("21003", "1161") } },
	  "50 INFO: rcu detected stall (no frame)\n180 INFO: rcu detected stall (no frame)\n" },
	{ "stalls before grace periods were printed",
	  { { 50, "INFO: rcu_sched_state detected stall on CPU 3 (t=60000 jiffies)\n" },
	    { 230, "INFO: rcu_sched_state detected stall on CPU 3 (t=240003 jiffies)\n" },
	    { 900, "INFO: rcu_sched_state detected stall on CPU 3 (t=60000 jiffies)\n" } },
	  "50 INFO: rcu detected stall (no frame)\n900 INFO: rcu detected stall (no frame)\n" },
	{ "a workqueue",
	  { { 50, "BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 31s!\n" },
	    { 81,
	      "BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 62s!\n" } },
	  "50 BUG: workqueue lockup\n" },
};

static void reports_a_hang_once(void **state)
{
	run_events(hangs, COUNT_OF(hangs));
}

static const struct test glued[] = {
	{ "two records in one line",
	  { { 0,
	      "[   88.410221] acme[7]: hello[   88.411874] Oops: 0000 [#1] SMP\n"
	      "[   88.411961] RIP: 0010:acme_a+0x1/0x2[   88.411962] ---[ end trace 0 ]---\n" } },
	  "88 Oops in acme_a\n" },
	{ "with callers and levels",
	  { { 0,
	      "<6>[   88.410221][   T17] acme: hello <7>x<1>[   88.411874][    T7] Oops: 0 [#1]\n"
	      "<4>[   88.411961][    T7] RIP: 0010:acme_a+0x1/0x2\n" } },
	  "88 Oops in acme_a\n" },
	{ "three records in one line",
	  { { 0, "[    1.000000] a[    1.000001] b[    1.000002] Oops: 0000 [#1] SMP\n" } },
	  "1 Oops (no frame)\n" },
	{ "a quoted older line",
	  { { 0, "[   88.410221] acme[7]: found [   87.411874] Oops: 0000 [#1] SMP\n" } },
	  "" },
	{ "a quoted line of another machine",
	  { { 0, "[   88.410221] acme[7]: found [ 5087.411874] Oops: 0000 [#1] SMP\n" } },
	  "" },
	{ "a line without a level among lines with levels",
	  { { 0, "<6>[   88.410221] acme[7]: found [   88.411874] Oops: 0000 [#1] SMP\n" } },
	  "" },
	{ "a broadcast of a line that the console shows",
	  { { 0, "[   88.000001] Kernel panic - not syncing: acme is gone\n\n"
		 "Message from syslogd@acme at Jan  1 00:01:28 ...\n"
		 " kernel:[   88.000001] Kernel panic - not syncing: acme is gone\n" } },
	  "88 kernel panic: acme is gone\n" },
	{ "a broadcast of another line",
	  { { 0, "[   88.000001] usb 1-1: new device\n\n"
		 "Message from syslogd@acme at Jan  1 00:01:28 ...\n"
		 " kernel:[   88.000002] Kernel panic - not syncing: acme is gone\n" } },
	  "88 kernel panic: acme is gone\n" },
	{ "texts that only look like a time",
	  { { 0, "[   88.410221] acme: [   88.41187] Oops: 0000 [#1] SMP\n"
		 "[   88.410222] acme: [   88.411874]Oops: 0000 [#1] SMP\n"
		 "[   88.410223] acme: [   88.411874\n[   88.410224] [\n[   88.410225] a[\n" } },
	  "" },
};

static void separates_records_in_one_line(void **state)
{
	run_events(glued, COUNT_OF(glued));
}

/* A report of three warnings, each inside the other. */
#define NESTED                                                        \
	CUT "WARNING: CPU: 1 PID: 7 at acme.c:1 acme_a+0x1/0x2\n" CUT \
	    "WARNING: CPU: 1 PID: 7 at acme.c:2 acme_b+0x1/0x2\n" CUT \
	    "WARNING: CPU: 1 PID: 7 at acme.c:3 acme_c+0x1/0x2\n" TASK END TASK END TASK END

static const struct test bad[] = {
	{ "reports in reports in reports",
	  { { 5, NESTED } },
	  "5 WARNING in acme_a\n5 WARNING in acme_b\n5 WARNING in acme_c\n" },
	{ "an oops in an oops in a KASAN report",
	  { { 5,
	      "BUG: KASAN: use-after-free in acme_a+0x1/0x2\nCall Trace:\n acme_a+0x1/0x2\n"
	      "BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
	      "Oops: 0000 [#1] SMP\n" RIP("acme_b") "general protection fault: 0000 [#2] SMP\n" RIP(
		      "acme_c") END PANIC } },
	  "5 KASAN: use-after-free in acme_a; BUG: unable to handle kernel NULL pointer dereference; "
	  "general protection fault; kernel panic: acme is gone\n" },
	{ "two CPUs, line by line",
	  { { 5, "Oops: 0000 [#1] SMP\n", "[    T1]" },
	    { 5, ACME_WARNING, "[    T2]" },
	    { 5, RIP("acme_a"), "[    T1]" },
	    { 5, RIP("acme_warn"), "[    T2]" },
	    { 5, END, "[    T1]" } },
	  "5 Oops in acme_a\n5 WARNING in acme_warn\n" },
	{ "headings in the wrong order",
	  { { 5, END STACK("acme_x") RIP("acme_y") TASK "Call Trace:\n" END CUT
							"Oops: 0000 [#1] SMP\n" } },
	  "5 Oops (no frame)\n" },
	{ "a report that is only headings",
	  { { 5, CUT CUT "Call Trace:\nCall Trace:\nOops: 0000 [#1] SMP\nOops: 0000 [#1] SMP\n"
			 "Call Trace:\nCPU: \nPid: \nModules linked in\nRIP: \n" } },
	  "5 Oops (no frame)\n" },
};

static void accepts_reports_in_disorder(void **state)
{
	run_events(bad, COUNT_OF(bad));
}

/* Feed a report after @count lines of @before, and with @count lines of @inside before its end. */
static void expect_long(const char *before, const char *inside, size_t count, const char *expected)
{
	size_t room = count * 128 + 1024, length = 0;
	char *log = malloc(room);

	assert_non_null(log);
	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(log + length, room - length, "[    5.%06zu] %s\n", i,
					   i == 0 ? before : inside);
	snprintf(log + length, room - length,
		 "[    6.000000] Call Trace:\n[    6.000000]  acme_x+0x1/0x2\n"
		 "[    6.000000]  do_syscall_64+0x1/0x2\n[    6.000000] " END);
	expect_crashes(log, expected);
	free(log);
}

static void bounds_long_reports(void **state)
{
	/* Lines of other messages do not displace the stack. */
	expect_long("BUG: scheduling while atomic: acme/7", "usb 1-1: new device", 10000,
		    "5 BUG: scheduling while atomic in acme_x\n");
	/* A section that never ends, and a stack of 10,000 frames. */
	expect_long("BUG: scheduling while atomic: acme/7", " ffff888106c1a5f8: 00 00 00 00", 10000,
		    "5 BUG: scheduling while atomic (no frame) (cut)\n");
	expect_long("BUG: scheduling while atomic: acme/7", " acme_deep+0x1/0x2", 10000,
		    "5 BUG: scheduling while atomic in acme_deep (cut)\n");
	/* More lines before a header than a report can have. */
	expect_long("acme invoked oom-killer: gfp_mask=0x0", "[  7]     0     7     1 acme", 10000,
		    "");
}

/* An OOM report lists all tasks before the line that begins the crash. */
static void keeps_the_header_after_a_long_introduction(void **state)
{
	char log[2048 * 64] = "[    5.000000] acme invoked oom-killer: gfp_mask=0xcc0, order=0\n";
	size_t length = strlen(log);

	for (int i = 0; i < 2000; i++)
		length += (size_t)sprintf(log + length, "[    5.%06d] [%7d]     0 acme\n", i, i);
	strcpy(log + length, "[    5.100000] Out of memory: " OOM("acme"));
	expect_crashes(log, "5 OOM kill: acme\n");
}

/* The line that names the crash comes when the report has no room for it. */
static void keeps_the_name_after_a_long_report(void **state)
{
	char log[2048 * 40] = "[    5.000000] Bad mode in Error handler detected on CPU0\n";
	size_t length = strlen(log);

	for (int i = 1; i < 600; i++)
		length += (size_t)sprintf(log + length, "[    5.%06d]  x\n", i);
	strcpy(log + length, "[    5.100000] Internal error: Oops - bad mode: 0 [#1] SMP\n");
	expect_crashes(log, "5 Internal error (no frame)\n");
}

/* After a panic, another CPU prints a warning in the middle of the stack. */
static void keeps_the_stack_of_a_panic(void **state)
{
	expect_crashes("[    5.000001][   T10] Kernel panic - not syncing: corrupted stack end "
		       "detected inside scheduler\n"
		       "[    5.000002][    C2] WARNING: CPU: 2 PID: 10 at a.c:1 acme_warn+0x1/0x2\n"
		       "[    5.000003][   T10] CPU: 1 PID: 10 Comm: acme Not tainted 6.1.5 #1\n"
		       "[    5.000004][   T10] Call Trace:\n"
		       "[    5.000005][   T10]  panic+0x1/0x2\n"
		       "[    5.000006][   T10]  __schedule+0x1/0x2\n"
		       "[    5.000007][   T10]  acme_deep+0x1/0x2\n"
		       "[    5.000008][   T10]  do_syscall_64+0x1/0x2\n",
		       "5 kernel panic: corrupted stack end in acme_deep\n");
}

/* A log that ends anywhere has at most the crashes of the whole log. */
static void accepts_a_report_cut_anywhere(void **state)
{
	static const char log[] =
		"[    5.000001] " CUT "[    5.000002] " ACME_WARNING "[    5.000003] " TASK
		"[    5.000004] " RIP(
			"acme_warn") "[    5.000005] Call Trace:\n"
				     "[    5.000006]  acme_x+0x1/0x2\n[    5.000007] " END
				     "[    5.000008] " PANIC;
	const char *header = strstr(log, "acme_warn"), *panic = strstr(log, "Kernel panic - ");

	for (size_t length = 0; length < sizeof(log); length++) {
		char *part = strndup(log, length);

		assert_non_null(part);
		if (length < (size_t)(header - log))
			assert_null(strstr(part, "acme_warn+"));
		else if (length > (size_t)(header - log) + 20 && length < (size_t)(panic - log))
			expect_crashes(part, "5 WARNING in acme_warn\n");
		else if (length == sizeof(log) - 1)
			expect_crashes(part,
				       "5 WARNING in acme_warn; kernel panic: acme is gone\n");
		free(part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joins_a_warning_and_its_message),
		cmocka_unit_test(joins_the_headers_of_one_event),
		cmocka_unit_test(reports_no_crash_after_a_panic),
		cmocka_unit_test(reports_a_hang_once),
		cmocka_unit_test(separates_records_in_one_line),
		cmocka_unit_test(accepts_reports_in_disorder),
		cmocka_unit_test(bounds_long_reports),
		cmocka_unit_test(keeps_the_header_after_a_long_introduction),
		cmocka_unit_test(keeps_the_name_after_a_long_report),
		cmocka_unit_test(keeps_the_stack_of_a_panic),
		cmocka_unit_test(accepts_a_report_cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
