// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of titles, functions and signatures with made-up crash reports, at least one for each
 * family of classes.
 */
#include "support_intake.h"
#include "support_title.h"

#include <stdio.h>

#define TRACE "Call Trace:\n <TASK>\n"
#define DUMP " dump_stack_lvl+0x1/0x2\n print_report+0x1/0x2\n"
#define CALLERS " acme_read+0x10/0x20 [acme]\n vfs_read+0x1/0x2\n do_syscall_64+0x1/0x2\n"
#define RIP(function) "RIP: 0010:" function "+0x10/0x20 [acme]\n"
#define ACME " acme_probe+0x10/0x20 [acme]\n acme_core+0x1/0x2 [acme]\n"

/* If the class is NULL, the line begins no report. @frames are separated by spaces. */
static const struct {
	const char *lines;
	const char *type;
	const char *title;
	const char *module;
	const char *frames;
} reports[] = {
	/* Sanitizers. */
	{ "BUG: KASAN: slab-use-after-free in acme_read+0x10/0x20 [acme]\n"
	  "Read of size 8 at addr ffff888012345678 by task cat/7\n" TRACE DUMP CALLERS,
	  "kasan", "KASAN: slab-use-after-free Read in acme_read", "acme", "acme_read vfs_read" },
	{ "BUG: KASAN: double-free in acme_free+0x1/0x2\n" TRACE DUMP
	  " kfree+0x1/0x2\n acme_free+0x1/0x2\n",
	  "kasan", "KASAN: invalid-free in acme_free", "", "acme_free" },
	/* The stack is of code that runs later (arm64). */
	{ "BUG: KASAN: invalid-access\nAsynchronous fault: no details available\n\n" TRACE DUMP
	  " kasan_report_async+0x1/0x2\n check_mte_async_tcf+0x1/0x2\n acme_core+0x1/0x2\n",
	  "kasan", "KASAN: invalid-access", "", "" },
	{ "BUG: KMSAN: uninit-value in acme_send+0x1/0x2\n acme_send+0x1/0x2\n", "kmsan",
	  "KMSAN: uninit-value in acme_send", "", "acme_send" },
	{ "BUG: KFENCE: out-of-bounds read in acme_sum+0x1/0x2\n", "kfence",
	  "KFENCE: out-of-bounds read in acme_sum", "", "acme_sum" },
	{ "BUG: KCSAN: data-race in acme_long / acme_a\n", "kcsan",
	  "KCSAN: data-race in acme_a / acme_long", "", "acme_a" },
	/* The printed order of two racing functions is random. */
	{ "BUG: KCSAN: data-race in acme_b / acme_along\n", "kcsan",
	  "KCSAN: data-race in acme_along / acme_b", "", "acme_along" },
	{ "BUG: KCSAN: data-race in acme_along / acme_b\n", "kcsan",
	  "KCSAN: data-race in acme_along / acme_b", "", "acme_along" },
	{ "BUG: KCSAN: data-race in acme_y / acme_x\n", "kcsan",
	  "KCSAN: data-race in acme_x / acme_y", "", "acme_x" },
	{ "BUG: KCSAN: data-race in acme_x / acme_y\n", "kcsan",
	  "KCSAN: data-race in acme_x / acme_y", "", "acme_x" },
	/* If one of them is plumbing, its caller is named, from its own stack. */
	{ "BUG: KCSAN: data-race in acme_y / memcpy\n\n"
	  "write to 0xffff888012345678 of 4 bytes by task 7 on cpu 1:\n memcpy+0x1/0x2\n"
	  " acme_x+0x1/0x2\n acme_z+0x1/0x2\n do_syscall_64+0x1/0x2\n\n"
	  "read to 0xffff888012345678 of 4 bytes by task 8 on cpu 0:\n acme_y+0x1/0x2\n",
	  "kcsan", "KCSAN: data-race in acme_x / acme_y", "", "acme_x acme_z" },
	{ "BUG: KMSAN: uninit-value in sha256_transform+0x1/0x2\n sha256_transform+0x1/0x2\n"
	  " crypto_shash_update+0x1/0x2\n acme_hash+0x1/0x2\n",
	  "kmsan", "KMSAN: uninit-value in acme_hash", "", "acme_hash" },
	{ "UBSAN: shift-out-of-bounds in drivers/acme.c:7:9\n" TRACE
	  " dump_stack_lvl+0x1/0x2\n __ubsan_handle_shift_out_of_bounds+0x1/0x2\n" ACME,
	  "ubsan", "UBSAN: shift-out-of-bounds in acme_probe", "acme", "acme_probe acme_core" },
	{ "unreferenced object 0xffff888012345678 (size 64):\n backtrace:\n"
	  "    __kmalloc+0x1/0x2\n    acme_alloc+0x1/0x2\n",
	  "memory-leak", "memory leak in acme_alloc", "", "acme_alloc" },
	/* Invalid addresses. */
	{ "BUG: kernel NULL pointer dereference, address: 0000000000000008\n" RIP("acme_get")
		  TRACE ACME,
	  "null-dereference", "BUG: unable to handle kernel NULL pointer dereference in acme_get",
	  "acme", "acme_get acme_probe acme_core" },
	/* A function of Linux 6.1 that later kernels lack. */
	{ "BUG: unable to handle page fault for address: ffffc90000000000\n"
	  "RIP: 0010:subsys_dev_iter_next+0x1/0x2\n" TRACE ACME,
	  "page-fault", "BUG: unable to handle kernel paging request in acme_probe", "acme",
	  "acme_probe acme_core" },
	{ "BUG: unable to handle page fault for address: ffffc90000000000\n" RIP("memcpy")
		  TRACE ACME,
	  "page-fault", "BUG: unable to handle kernel paging request in acme_probe", "acme",
	  "acme_probe acme_core" },
	{ "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000\n"
	  "pc : acme_arm+0x1/0x2\nlr : other+0x1/0x2\n",
	  "null-dereference", "BUG: unable to handle kernel NULL pointer dereference in acme_arm",
	  "", "acme_arm" },
	{ "CPU 1 Unable to handle kernel paging request at virtual address 00000010\n"
	  "epc   : 80012345 acme_mips+0x1/0x2\n",
	  "page-fault", "BUG: unable to handle kernel paging request in acme_mips", "",
	  "acme_mips" },
	{ "CPU 1 Unable to handle kernel paging request at virtual address 0000000000000010, era == 9000000000222c6c\n"
	  "   ra: 9000000000222c00 other+0x1/0x2\n  ERA: 9000000000222c6c acme_loong+0x1/0x2 [acme]\n",
	  "page-fault", "BUG: unable to handle kernel paging request in acme_loong", "acme",
	  "acme_loong" },
	{ "BUG: Unable to handle kernel data access at 0xdead\n"
	  "NIP [c000000000012345] acme_power+0x1/0x2\n",
	  "page-fault", "BUG: unable to handle kernel paging request in acme_power", "",
	  "acme_power" },
	{ "BUG: TASK stack guard page was hit at ffffc90000000000 (stack is ...)\n" TRACE
	  " acme_deep+0x1/0x2\n acme_deep+0x1/0x2\n",
	  "stack-overflow", "BUG: stack guard page was hit in acme_deep", "",
	  "acme_deep acme_deep" },
	/* Exceptions. */
	{ "general protection fault, probably for non-canonical address 0xdead: "
	  "0000 [#1] SMP\n" RIP("acme_get"),
	  "gpf", "general protection fault in acme_get", "acme", "acme_get" },
	{ "Oops: general protection fault, maybe for address 0x7: 0000 [#1] SMP\n" RIP("acme_get"),
	  "gpf", "general protection fault in acme_get", "acme", "acme_get" },
	{ "divide error: 0000 [#1] SMP\n" RIP("acme_rate.cold"), "divide-error",
	  "divide error in acme_rate", "acme", "acme_rate" },
	{ "kernel BUG at drivers/acme.c:7!\ninvalid opcode: 0000 [#1] SMP\n" RIP("acme_check"),
	  "bug", "kernel BUG in acme_check", "acme", "acme_check" },
	{ "kernel BUG at lib/list_debug.c:59!\n" RIP("__list_del_entry_valid_or_report") TRACE ACME,
	  "bug", "BUG: corrupted list in acme_probe", "acme", "acme_probe acme_core" },
	/* A check is about its caller's object, whether it warns or kills. */
	{ "kernel BUG at mm/usercopy.c:102!\ninvalid opcode: 0000 [#1] SMP\n"
	  "RIP: 0010:usercopy_abort+0x1/0x2\n" TRACE " __check_object_size+0x1/0x2\n" ACME,
	  "bug", "BUG: bad usercopy in acme_probe", "acme", "acme_probe acme_core" },
	{ "WARNING: CPU: 0 PID: 7 at mm/usercopy.c:81 usercopy_warn+0x1/0x2\n"
	  "RIP: 0010:usercopy_warn+0x1/0x2\n" TRACE " __check_object_size+0x1/0x2\n" ACME,
	  "warning", "WARNING: bad usercopy in acme_probe", "acme", "acme_probe acme_core" },
	{ "WARNING: CPU: 0 PID: 7 at kernel/dma/debug.c:7 check_unmap+0x1/0x2\n"
	  "RIP: 0010:check_unmap+0x1/0x2\n" TRACE
	  " debug_dma_unmap_page+0x1/0x2\n dma_unmap_page_attrs+0x1/0x2\n" ACME,
	  "warning", "WARNING in acme_probe", "acme", "acme_probe acme_core" },
	{ "WARNING: CPU: 0 PID: 7 at mm/util.c:81 kvfree+0x1/0x2\n" TRACE ACME, "warning",
	  "WARNING in acme_probe", "acme", "acme_probe acme_core" },
	{ "PANIC: double fault, error_code: 0x0\n" RIP("acme_deep"), "double-fault",
	  "PANIC: double fault in acme_deep", "acme", "acme_deep" },
	{ "CFI failure at acme_call+0x1/0x2 (target: acme_bad+0x0/0x4; expected type: 0x7)\n",
	  "cfi", "CFI failure in acme_call", "", "acme_call" },
	{ "Internal error: Oops - BUG: 0 [#1] SMP ARM\nPC is at acme_arm+0x1/0x2\n", "oops",
	  "Internal error in acme_arm", "", "acme_arm" },
	{ "rust_kernel: panicked at drivers/acme.rs:7:9:\nindex 7 is out of bounds\n" TRACE
	  " rust_begin_unwind+0x1/0x2\n acme_rust+0x1/0x2\n",
	  "rust-panic", "index NUM is out of bounds in acme_rust", "", "acme_rust" },
	{ "illegal operation: 0001 ilc:1 [#1] SMP\nKrnl PSW : 0704c00180000000 0000000000123456 "
	  "(acme_mainframe+0x1/0x2)\n",
	  "oops", "illegal operation in acme_mainframe", "", "acme_mainframe" },
	{ "cat(7): Kernel bad sw trap 5 [#1]\nTPC: <acme_sparc+0x1/0x2 [acme]>\n"
	  "Call Trace:\n[<0000000000412345>] acme_core+0x1/0x2\n",
	  "oops", "Kernel bad sw trap 5 in acme_sparc", "acme", "acme_sparc acme_core" },
	{ "Caught multihit exception: sig: 9 [#1]\npc: d0012345, ps: 00060610\n"
	  "Call Trace:\n [<d0012345>] acme_xtensa+0x1/0x2\n",
	  "oops", "Caught multihit exception in acme_xtensa", "", "acme_xtensa" },
	{ "Unable to handle kernel paging request at virtual address 0000000000000008\n"
	  "CPU 0 \ncat(7): Oops 0\npc is at acme_alpha+0x1/0x2\nra is at other+0x1/0x2\n"
	  "Trace:\n[<fffffc0001234567>] acme_core+0x1/0x2\n",
	  "page-fault", "BUG: unable to handle kernel paging request in acme_alpha", "",
	  "acme_alpha acme_core" },
	{ "Oops: Split lock detected\n: 0000 [#1] SMP\n" RIP("acme_lock"), "split-lock",
	  "split lock in acme_lock", "acme", "acme_lock" },
	{ "BUG: invalid or fatal FRED event; event type 3 vector 18 error 0x0 aux 0x0 at 0010:ffffffffc0123456\n"
	  "Oops: Invalid or fatal FRED event: 0000 [#1] SMP\n" RIP("acme_get"),
	  "fred", "BUG: invalid or fatal FRED event in acme_get", "acme", "acme_get" },
	/* Hangs. */
	{ "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]\n" RIP("acme_spin") TRACE
	  " acme_loop+0x1/0x2 [acme]\n process_one_work+0x1/0x2\n kthread+0x1/0x2\n",
	  "soft-lockup", "BUG: soft lockup in acme_loop", "acme", "acme_loop process_one_work" },
	/* vfs_ioctl() is part of the function of the system call. */
	{ "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]\n"
	  "epc : acme_spin+0x1/0x2\n[<ffffffff01a2c01c>] acme_spin+0x1/0x2\n"
	  "[<ffffffff01a2c03e>] acme_loop+0x1/0x2\n[<ffffffff8012345e>] __riscv_sys_ioctl+0x1/0x2\n"
	  "[<ffffffff8012345e>] do_trap_ecall_u+0x1/0x2\n",
	  "soft-lockup", "BUG: soft lockup in acme_loop", "", "acme_loop sys_ioctl" },
	{ "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1\n" RIP("acme_spin"), "hard-lockup",
	  "hard lockup in acme_spin", "acme", "acme_spin" },
	/* One name for all waiters for the same code, and only for them. */
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n __mutex_lock+0x1/0x2\n rtnl_lock_killable+0x1/0x2\n acme_wait+0x1/0x2\n",
	  "hung-task", "INFO: task hung in rtnl_lock", "", "rtnl_lock acme_wait" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n rtnl_lock_unregistering_all+0x1/0x2\n acme_wait+0x1/0x2\n",
	  "hung-task", "INFO: task hung in rtnl_lock_unregistering_all", "",
	  "rtnl_lock_unregistering_all acme_wait" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n synchronize_rcu_expedited+0x1/0x2\n synchronize_net+0x1/0x2\n",
	  "hung-task", "INFO: task hung in synchronize_rcu", "",
	  "synchronize_rcu synchronize_net" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n synchronize_irq+0x1/0x2\n free_irq+0x1/0x2\n acme_wait+0x1/0x2\n",
	  "hung-task", "INFO: task hung in synchronize_irq", "",
	  "synchronize_irq free_irq acme_wait" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n schedule+0x1/0x2\n mutex_lock+0x1/0x2\n acme_wait+0x1/0x2\n",
	  "hung-task", "INFO: task hung in acme_wait", "", "acme_wait" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE
	  " __schedule+0x1/0x2\n synchronize_rcu_expedited+0x1/0x2\n acme_wait+0x1/0x2\n",
	  "hung-task", "INFO: task hung in synchronize_rcu", "", "synchronize_rcu acme_wait" },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" RIP("acme_spin"), "rcu-stall",
	  "INFO: rcu detected stall in acme_spin", "acme", "acme_spin" },
	/* A page fault of a system call is part of the call; of user code, it is not. */
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" TRACE
	  " acme_page+0x1/0x2\n acme_vm_fault+0x1/0x2\n __do_fault+0x1/0x2\n"
	  " handle_mm_fault+0x1/0x2\n exc_page_fault+0x1/0x2\n asm_exc_page_fault+0x1/0x2\n",
	  "rcu-stall", "INFO: rcu detected stall in acme_vm_fault", "",
	  "acme_vm_fault __do_fault handle_mm_fault" },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" TRACE
	  " acme_vm_fault+0x1/0x2\n __do_fault+0x1/0x2\n handle_mm_fault+0x1/0x2\n"
	  " exc_page_fault+0x1/0x2\n asm_exc_page_fault+0x1/0x2\n acme_read_iter+0x1/0x2\n"
	  " vfs_read+0x1/0x2\n do_syscall_64+0x1/0x2\n",
	  "rcu-stall", "INFO: rcu detected stall in acme_read_iter", "",
	  "acme_read_iter vfs_read" },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" TRACE
	  " acme_event+0x1/0x2\n notifier_call_chain+0x1/0x2\n emca_close+0x1/0x2\n"
	  " do_syscall_64+0x1/0x2\n",
	  "rcu-stall", "INFO: rcu detected stall in acme_event", "",
	  "acme_event notifier_call_chain emca_close" },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" TRACE
	  " acme_mmap+0x1/0x2\n mmap_region+0x1/0x2\n do_mmap+0x1/0x2\n"
	  " do_syscall_64+0x1/0x2\n",
	  "rcu-stall", "INFO: rcu detected stall in acme_mmap", "",
	  "acme_mmap mmap_region do_mmap" },
	/* In an overflow, the dispatcher of the recursion does not show its beginning. */
	{ "BUG: TASK stack guard page was hit at ffffc90000000000 (stack is ...)\n" TRACE
	  " acme_event+0x1/0x2\n notifier_call_chain+0x1/0x2\n acme_event+0x1/0x2\n"
	  " notifier_call_chain+0x1/0x2\n acme_begin+0x1/0x2\n vfs_write+0x1/0x2\n",
	  "stack-overflow", "BUG: stack guard page was hit in acme_begin", "",
	  "acme_begin vfs_write" },
	{ "BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 42s!\n",
	  "workqueue-lockup", "BUG: workqueue lockup", "", "" },
	/* Locks and contexts. */
	{ "WARNING: possible circular locking dependency detected\n"
	  "acme/7 is trying to acquire lock:\n"
	  "ffff888012345678 (&acme->lock){+.+.}-{3:3}, at: acme_take+0x1/0x2\n",
	  "lockdep", "possible deadlock in acme_take", "", "acme_take" },
	{ "[ INFO: inconsistent lock state ]\n"
	  "acme/7 [HC0[0]:SC0[0]:HE1:SE1] takes:\n"
	  " (&(&acme->lock)->rlock){?.-...}, at: [<ffffffff81234567>] acme_take+0x1/0x2\n",
	  "lockdep", "inconsistent lock state in acme_take", "", "acme_take" },
	{ "WARNING: suspicious RCU usage\n" TRACE
	  " dump_stack+0x1/0x2\n lockdep_rcu_suspicious+0x1/0x2\n" ACME,
	  "lockdep", "WARNING: suspicious RCU usage in acme_probe", "acme",
	  "acme_probe acme_core" },
	{ "BUG: sleeping function called from invalid context at mm/slab.h:7\n" TRACE
	  " __might_resched+0x1/0x2\n __kmalloc+0x1/0x2\n" ACME,
	  "atomic-sleep", "BUG: sleeping function called from invalid context in acme_probe",
	  "acme", "acme_probe acme_core" },
	{ "BUG: using smp_processor_id() in preemptible [00000000] code: acme/7\n" TRACE ACME,
	  "preemptible", "BUG: using smp_processor_id() in preemptible code in acme_probe", "acme",
	  "acme_probe acme_core" },
	{ "BUG: workqueue leaked lock or atomic: kworker/0:1/0x00000000/9\n"
	  "     last function: acme_work [acme]\n" TRACE " process_one_work+0x1/0x2\n",
	  "workqueue", "BUG: workqueue leaked lock or atomic in acme_work", "acme", "acme_work" },
	{ "BUG: workqueue leaked atomic, lock or RCU: kworker/0:1[9]\n"
	  "     preempt=0x00000000 lock=0->1 RCU=0->0 workfn=acme_work [acme]\n" TRACE
	  " process_one_work+0x1/0x2\n",
	  "workqueue", "BUG: workqueue leaked atomic, lock or RCU in acme_work", "acme",
	  "acme_work" },
	/* Memory. */
	{ "BUG: Bad page state in process acme  pfn:12345\n" TRACE
	  " dump_stack+0x1/0x2\n bad_page+0x1/0x2\n" ACME,
	  "bad-page", "BUG: Bad page state in acme_probe", "acme", "acme_probe acme_core" },
	{ "BUG: Bad page map in process acme  pte:800000012345067 pmd:12345067\n" TRACE
	  " dump_stack_lvl+0x1/0x2\n print_bad_page_map+0x1/0x2\n __vm_normal_page+0x1/0x2\n" ACME,
	  "bad-page", "BUG: Bad page map in acme_probe", "acme", "acme_probe acme_core" },
	{ "BUG kmalloc-64 (Not tainted): Object already free\n" TRACE ACME, "slab",
	  "BUG: Object already free", "", "" },
	{ "slab error in verify_redzone_free(): cache `size-32': double free detected\n" TRACE ACME,
	  "slab", "slab error: double free detected in acme_probe", "acme",
	  "acme_probe acme_core" },
	/* Warnings. */
	{ "WARNING: CPU: 1 PID: 7 at drivers/acme.c:7 acme_warn+0x1/0x2 [acme]\n", "warning",
	  "WARNING in acme_warn", "acme", "acme_warn" },
	{ "WARNING: drivers/acme.c:7 at acme_warn+0x1/0x2 [acme], CPU#1: acme/7\n", "warning",
	  "WARNING in acme_warn", "acme", "acme_warn" },
	{ "WARNING: CPU: 1 PID: 7 at lib/refcount.c:28 refcount_warn_saturate+0x1/0x2\n" RIP(
		  "refcount_warn_saturate") TRACE ACME,
	  "warning", "WARNING: refcount bug in acme_probe", "acme", "acme_probe acme_core" },
	{ "acme 0000:00:03.0 eth0: NETDEV WATCHDOG: CPU: 1: transmit queue 0 timed out 5000 ms\n",
	  "netdev-watchdog", "NETDEV WATCHDOG: transmit queue timed out", "", "" },
	{ "irq 9: nobody cared (try booting with the \"irqpoll\" option)\n", "irq",
	  "irq: nobody cared", "", "" },
	/* Hardware, out of memory, panics, and other messages. */
	{ "mce: [Hardware Error]: CPU 1: Machine Check Exception: 4 Bank 7: dead000000000000\n",
	  "mce", "[Hardware Error]: CPU NUM: Machine Check Exception: NUM Bank NUM: ADDR", "", "" },
	{ "Out of memory: Killed process 7 (acme) total-vm:1kB\n", "oom-kill", "OOM kill: acme", "",
	  "" },
	{ "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\n",
	  "panic", "kernel panic: VFS: Unable to mount root fs", "", "" },
	{ "Kernel panic - not syncing: acme 7 at 0xffffffff81234567 is gone\n", "panic",
	  "kernel panic: acme NUM at ADDR is gone", "", "" },
	{ "trusty: panic (caller 0x7): DEBUG ASSERT FAILED at (acme.c:7): is_good\n", "trusty",
	  "trusty: ASSERT FAILED: is_good", "", "" },
	{ "BUG: acme 7 went wrong\n", "bug", "BUG: acme NUM went wrong", "", "" },
	/* Lines that only look like a report. */
	{ "BUG: KASAN: use-after-free in acme_inline drivers/acme.c:7 [inline]\n", NULL, NULL, NULL,
	  NULL },
	{ "crond(7): job [#1]: done\n", NULL, NULL, NULL, NULL },
	{ "INFO: lockdep is turned off.\n", NULL, NULL, NULL, NULL },
	{ "INFO: NMI handler (acme) took too long to run: 7 msecs\n", NULL, NULL, NULL, NULL },
	{ "acme[7]: general protection fault ip:7f0000 sp:7f0000 error:0\n", NULL, NULL, NULL,
	  NULL },
	{ " BUG: kernel NULL pointer dereference\n", "null-dereference",
	  "BUG: unable to handle kernel NULL pointer dereference (no frame)", "", "" },
	/* Broken input. */
	{ "BUG: KASAN: \n", "kasan", "KASAN:  (no frame)", "", "" },
	{ "WARNING: CPU: 1 PID: 7 at \n", "warning", "WARNING (no frame)", "", "" },
	{ "Oops: 0000 [#1] SMP\n" RIP("?") "RIP: 0010:+0x/0x\n" TRACE " ? acme_guess+0x1/0x2\n",
	  "oops", "Oops (no frame)", "", "" },
	{ "Oops: 0000 [#1] SMP\nRIP: 0033:0x7f0012345678\n" TRACE " acme_probe+0x\n acme_probe+\n",
	  "oops", "Oops (no frame)", "", "" },
	{ "UBSAN: \n", "ubsan", "UBSAN:  (no frame)", "", "" },
	{ "BUG\n", NULL, NULL, NULL, NULL },
	{ "\n", NULL, NULL, NULL, NULL },
};

static void names_each_family(void **state)
{
	for (size_t i = 0; i < COUNT_OF(reports); i++) {
		struct intake_title title;
		char frames[1024] = "";

		print_message("  %.*s\n", (int)strcspn(reports[i].lines, "\n"), reports[i].lines);
		if (!reports[i].type) {
			assert_false(support_title(reports[i].lines, false, &title));
			continue;
		}
		assert_true(support_title(reports[i].lines, false, &title));
		for (size_t j = 0; j < title.frame_count; j++)
			snprintf(frames + strlen(frames), sizeof(frames) - strlen(frames), "%s%s",
				 j > 0 ? " " : "", title.frames[j]);
		assert_string_equal(title.type, reports[i].type);
		assert_string_equal(title.title, reports[i].title);
		assert_string_equal(title.module, reports[i].module);
		assert_string_equal(frames, reports[i].frames);
		/*
		 * If a class requires a function, crashes without a known function have nothing in
		 * common, so they have no signature.
		 */
		assert_int_equal(title.signature[0] == '\0',
				 strstr(title.title, " (no frame)") != NULL);
	}
}

static void expect_same(const char *one, const char *other, bool are_same)
{
	struct intake_title first, second;

	assert_true(support_title(one, false, &first));
	assert_true(support_title(other, false, &second));
	assert_string_not_equal(first.signature, "");
	assert_int_equal(strcmp(first.signature, second.signature) == 0, are_same);
}

#define OOPS(function, caller) "Oops: 0000 [#1] SMP\n" RIP(function) TRACE " " caller "+0x1/0x2\n"

static void signs_by_class_and_functions(void **state)
{
	struct intake_title title;

	/*
	 * Stored signatures are compared with new signatures. If this value changes, name it in the
	 * release notes.
	 */
	assert_true(support_title(OOPS("acme_get", "acme_probe"), false, &title));
	assert_string_equal(title.signature, "bc70543758b45fb6ac4076eff115600e");
	expect_same(OOPS("acme_get", "acme_probe"), OOPS("acme_get.isra.0", "acme_probe.cold"),
		    true);
	expect_same(OOPS("acme_get", "acme_probe"), OOPS("acme_get", "kfree"), false);
	expect_same(OOPS("acme_get", "kfree"), OOPS("acme_get", "memcpy"), true);
	expect_same(OOPS("acme_get", "acme_probe"), OOPS("acme_put", "acme_probe"), false);
	expect_same("Out of memory: Killed process 7 (acme)\n",
		    "Out of memory: Killed process 8 (acme)\n", true);
	expect_same("Out of memory: Killed process 7 (acme)\n",
		    "Out of memory: Killed process 7 (emca)\n", false);
}

/* A name of 600 bytes, a report of more lines than the limit, and bytes that no kernel prints. */
static void accepts_too_large_reports(void **state)
{
	struct intake_report report;
	struct intake_title title;
	char line[700];

	support_report("Oops: 0000 [#1] SMP\n", &report);
	memset(line, 'a', 600);
	strcpy(line + 600, "+0x1/0x2");
	intake_report_add(&report, intake_text_of(line));
	intake_report_add(&report, (struct intake_text){ .at = "\0\xff+0x1/0x2", .length = 10 });
	for (size_t i = 0; i < INTAKE_REPORT_LINES; i++)
		intake_report_add(&report, intake_text_of(" acme_deep+0x1/0x2"));
	assert_true(report.is_cut);
	intake_title_make(intake_class_find(intake_report_line(&report, 0)), &report, &title);
	assert_string_equal(title.title, "Oops in acme_deep");
	assert_int_equal(title.frame_count, INTAKE_FRAMES_MAX);
	intake_report_deinit(&report);
}

/*
 * A log decoded by Linux scripts/decode_stacktrace.sh has the signatures of the raw log. Lines for
 * inlined functions, which other programs add, are not frames.
 */
static void signs_decoded_stacks_like_raw_ones(void **state)
{
	static const char *const same[][2] = {
		{ "Oops: 0000 [#1] SMP\nRIP: 0010:acme_get+0x1/0x2 [acme]\n" TRACE
		  " memcpy+0x1/0x2\n acme_probe+0x1/0x2 [acme 0123456789abcdef]\n",
		  "Oops: 0000 [#1] SMP\nRIP: 0010:acme_get (drivers/acme.h:7 drivers/acme.c:7) acme\n"
		  "Call Trace:\n <TASK>\n memcpy (lib/string.c:7)\n"
		  " acme_probe (drivers/acme.c:7 (discriminator 2)) acme\n" },
		{ "BUG: KASAN: slab-out-of-bounds in memcpy+0x1/0x2\n"
		  "Read of size 8 at addr ffff888012345678 by task cat/7\n" TRACE
		  " memcpy+0x1/0x2\n acme_read+0x1/0x2\n",
		  "BUG: KASAN: slab-out-of-bounds in memcpy (lib/string.c:7)\n"
		  "Read of size 8 at addr ffff888012345678 by task cat/7\n" TRACE
		  " memcpy (lib/string.c:7)\n acme_inline drivers/acme.c:7 [inline]\n"
		  " acme_read (drivers/acme.c:?)\n" },
		{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 acme_check+0x1/0x2\n"
		  "[<c0107fe0>] (acme_check) from [<c0107fe0>] (acme_call+0x1/0x2)\n",
		  "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 acme_check (drivers/acme.c:7)\n"
		  "(acme_check) from acme_call (drivers/acme.c:8)\n" },
		{ "BUG: Bad page state in process acme  pfn:12345\n" TRACE " acme_free+0x1/0x2\n",
		  "BUG: Bad page state in process acme  pfn:12345\n" TRACE
		  " [<     inline     >] acme_inline drivers/acme.c:7\n"
		  " [<ffffffff81234567>] acme_free+0x1/0x2 drivers/acme.c:8\n" },
	};

	for (size_t i = 0; i < COUNT_OF(same); i++)
		expect_same(same[i][0], same[i][1], true);
}

/*
 * scripts/decode_stacktrace.sh prints modules without brackets, also if it cannot decode a frame of
 * the module.
 */
static void finds_modules_in_decoded_stacks(void **state)
{
	static const struct {
		const char *line, *module;
	} samples[] = {
		{ "RIP: 0010:acme_get (drivers/acme.c:7) acme", "acme" },
		{ "RIP: 0010:acme_get (drivers/acme.c:7)", "" },
		{ "RIP: 0010:acme_get+0x1/0x2 acme\nCall Trace:\nacme_core (drivers/acme.c:7)",
		  "acme" },
		{ "RIP: 0010:acme_get+0x1/0x2 truncated", "" },
		{ "RIP: 0010:acme_get+0x1/0x2 drivers/acme.c:7", "" },
		{ "pc : acme_get (drivers/acme.h:7 drivers/acme.c:7) acme (P)", "acme" },
		{ "pc : acme_get+0x1/0x2 (P)", "" },
	};

	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct intake_title title;
		char report[256];

		snprintf(report, sizeof(report), "Oops: 0000 [#1] SMP\n%s\n", samples[i].line);
		assert_true(support_title(report, true, &title));
		assert_string_equal(title.frame, "acme_get");
		assert_string_equal(title.module, samples[i].module);
	}
}

/* Lines of programs are not frames of a raw report. In a decoded one, frames may have no indent. */
static void takes_no_frames_from_programs(void **state)
{
	static const char warning[] =
		"WARNING: CPU: 0 PID: 7 at acme.c:7 acme_check+0x1/0x2\n" TRACE
		" acme_check+0x1/0x2\n acme_call+0x1/0x2\n";
	char log[512];

	snprintf(log, sizeof(log), "%snginx (nginx.conf:12) restarted\n", warning);
	expect_same(warning, log, true);
	expect_same(
		warning,
		"WARNING: CPU: 0 PID: 7 at acme.c:7 acme_check (acme.c:7)\nCall Trace:\n<TASK>\n"
		"dump_stack_lvl (lib/dump_stack.c:7)\nacme_check (acme.c:7)\n"
		"acme_call (acme.c:9)\n",
		true);
}

#define RACE(first, second) "BUG: KCSAN: data-race in " first " / " second "\n\n"
#define WRITES(frames) "write to 0xffff888012345678 of 4 bytes by task 7 on cpu 1:\n" frames "\n"
#define READS(frames) "read to 0xffff888012345678 of 4 bytes by task 8 on cpu 0:\n" frames "\n"

/* The kernel prints the access that it found first as the second one. */
static void signs_a_race_in_any_order(void **state)
{
	static const char *const same[][2] = {
		/* One function, with different callers. */
		{ RACE("acme_a", "acme_a") WRITES(" acme_a+0x1/0x2\n acme_x+0x1/0x2\n")
			  READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n"),
		  RACE("acme_a", "acme_a") READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n")
			  WRITES(" acme_a+0x1/0x2\n acme_x+0x1/0x2\n") },
		/* The callers of one stack end first. */
		{ RACE("acme_a", "acme_a") WRITES(" acme_a+0x1/0x2\n")
			  READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n"),
		  RACE("acme_a", "acme_a") READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n")
			  WRITES(" acme_a+0x1/0x2\n") },
		/* The other access is in a callee of the function. */
		{ RACE("acme_a", "acme_b")
			  WRITES(" acme_b+0x1/0x2\n acme_a+0x1/0x2\n acme_x+0x1/0x2\n")
				  READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n"),
		  RACE("acme_a", "acme_b") READS(" acme_a+0x1/0x2\n acme_y+0x1/0x2\n")
			  WRITES(" acme_b+0x1/0x2\n acme_a+0x1/0x2\n acme_x+0x1/0x2\n") },
		/* Suffixes of the compiler and the wrapper of a system call do not count. */
		{ RACE("acme_b", "acme_a"), RACE("acme_a.isra.0", "acme_b.constprop.0.cold") },
		{ RACE("acme_b", "sys_acme"), RACE("__x64_sys_acme", "acme_b.isra.0") },
		{ RACE("acme_b", "sys_acme"), RACE("acme_b.part.0", "__x64_sys_acme") },
		/* A hash of Rust does not count. */
		{ RACE("acme_b", "_RNvCs1234_4acme3foo"), RACE("_RNvCs1235_4acme3foo", "acme_b") },
	};

	for (size_t i = 0; i < COUNT_OF(same); i++)
		expect_same(same[i][0], same[i][1], true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_each_family),
		cmocka_unit_test(signs_by_class_and_functions),
		cmocka_unit_test(signs_decoded_stacks_like_raw_ones),
		cmocka_unit_test(finds_modules_in_decoded_stacks),
		cmocka_unit_test(takes_no_frames_from_programs),
		cmocka_unit_test(signs_a_race_in_any_order),
		cmocka_unit_test(accepts_too_large_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
