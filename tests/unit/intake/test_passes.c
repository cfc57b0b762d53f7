// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of what titles pass over: one made-up report for each kind of crash and each reason of enum
 * intake_plumbing. A title passes over everything, except for the reasons that a row lists.
 */
#include "support_intake.h"
#include "support_title.h"

#include <stdio.h>

#include "intake/recognise/plumbing.h"
#include "intake/recognise/refine.h"
/* Generated from data/classes.txt. */
#include "class_rows.h"

/* A function with this reason and no other. */
static const struct {
	const char *reason;
	enum intake_plumbing bit;
	const char *function;
} reasons[] = {
	{ "report", INTAKE_PLUMBING_REPORT, "kasan_report" },
	{ "memory", INTAKE_PLUMBING_MEMORY, "kmem_cache_free" },
	{ "copy", INTAKE_PLUMBING_COPY, "memcpy" },
	{ "transform", INTAKE_PLUMBING_TRANSFORM, "sha256_transform" },
	{ "atomic", INTAKE_PLUMBING_ATOMIC, "lockref_get" },
	{ "lock", INTAKE_PLUMBING_LOCK, "mutex_lock" },
	{ "list", INTAKE_PLUMBING_LIST, "rb_erase" },
	{ "queue", INTAKE_PLUMBING_QUEUE, "queue_work_on" },
	{ "sched", INTAKE_PLUMBING_SCHED, "wait_for_completion" },
	{ "object", INTAKE_PLUMBING_OBJECT, "device_add" },
	{ "usb", INTAKE_PLUMBING_USB, "usb_submit_urb" },
	{ "rcu", INTAKE_PLUMBING_RCU, "__rcu_read_lock" },
	{ "allocate", INTAKE_PLUMBING_ALLOCATE, "alloc_inode" },
};

#define TASK "CPU: 0 PID: 7 Comm: acme Not tainted 6.1.0 #1\n"
#define TRACE "Call Trace:\n dump_stack+0x1/0x2\n"
#define STACK TASK TRACE
#define BACKTRACE "stack backtrace:\n" TASK TRACE
#define REGISTERS TASK "RIP: 0010:%s+0x1/0x2\n" TRACE

/* The report before the function and its caller, and the reasons that the title may name. */
static const struct {
	const char *lines;
	const char *named;
} kinds[] = {
	{ "BUG: KASAN: slab-use-after-free in %s+0x1/0x2\n" STACK, "allocate" },
	{ "BUG: KMSAN: uninit-value in %s+0x1/0x2\n", "allocate" },
	{ "BUG: KFENCE: use-after-free read in %s+0x1/0x2\n\n", "allocate" },
	{ "BUG: KCSAN: data-race in %s+0x1/0x2\nread to 0x7 of 4 bytes by task 7 on cpu 0:\n",
	  "allocate" },
	{ "UBSAN: shift-out-of-bounds in drivers/acme.c:7:9\n" STACK, "allocate" },
	{ "unreferenced object 0xffff888012345678 (size 64):\n backtrace:\n", "" },
	{ "BUG: kernel NULL pointer dereference, address: 0000000000000008\n" REGISTERS,
	  "allocate" },
	{ "BUG: unable to handle page fault for address: ffffc90000000000\n" REGISTERS,
	  "allocate" },
	{ "Unable to handle kernel paging request at virtual address 0000000000000007\n"
	  "pc : %s+0x1/0x2\n" TRACE,
	  "allocate" },
	{ "general protection fault: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "divide error: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "Split lock detected\n: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "BUG: invalid or fatal FRED event; event type 3\n" REGISTERS, "allocate" },
	{ "PANIC: double fault, error_code: 0x0\n" REGISTERS, "allocate" },
	{ "Internal error: Oops: 7 [#1] SMP\npc : %s+0x1/0x2\n" TRACE, "allocate" },
	{ "Oops: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "illegal operation: 0001 ilc:1 [#1] SMP\nKrnl PSW : 07 00 (%s+0x1/0x2)\n" TRACE,
	  "allocate" },
	{ "kernel BUG at drivers/acme.c:7!\n" REGISTERS, "allocate" },
	{ "CFI failure at %s+0x1/0x2 (target: acme_bad+0x0/0x4; expected type: 0x7)\n" STACK,
	  "allocate" },
	{ "rust_kernel: panicked at drivers/acme.rs:7:9:\nacme\n" STACK, "allocate" },
	{ "BUG: TASK stack guard page was hit at ffffc90000000000\n" STACK, "allocate" },
	{ "watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [acme:7]\n" STACK,
	  "queue object usb allocate" },
	{ "NMI watchdog: Watchdog detected hard LOCKUP on cpu 1\n" STACK,
	  "queue object usb allocate" },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU\n" STACK,
	  "queue object usb allocate" },
	{ "INFO: task acme:7 blocked for more than 120 seconds.\n" TRACE, "allocate" },
	{ "WARNING: possible circular locking dependency detected\n"
	  "ffff888012345678 (&acme){+.+.}-{3:3}, at: %s+0x1/0x2\n" BACKTRACE,
	  "allocate" },
	{ "WARNING: inconsistent lock state\n"
	  "ffff888012345678 (&acme){+.+.}-{3:3}, at: %s+0x1/0x2\n" BACKTRACE,
	  "allocate" },
	{ "WARNING: suspicious RCU usage\n" BACKTRACE, "allocate" },
	{ "WARNING: bad unlock balance detected!\n"
	  "acme/7 is trying to release lock (&acme) at:\n%s+0x1/0x2\n" BACKTRACE,
	  "allocate" },
	{ "INFO: trying to register non-static key.\n" STACK, "allocate" },
	{ "BUG: sleeping function called from invalid context at mm/slab.h:7\n" STACK,
	  "sched queue object usb allocate" },
	{ "BUG: scheduling while atomic: acme/7/0x00000002\n" STACK, "allocate" },
	{ "BUG: using smp_processor_id() in preemptible [00000000] code: acme/7\n" STACK,
	  "sched queue object usb allocate" },
	{ "BUG: spinlock bad magic on CPU#0, acme/7\n" STACK, "sched queue object usb allocate" },
	{ "BUG: Bad page state in process acme  pfn:12345\n" STACK, "" },
	{ "BUG: Bad page map in process acme  pte:7 pmd:7\n" STACK, "allocate" },
	{ "WARNING: CPU: 0 PID: 7 at drivers/acme.c:7 %s+0x1/0x2\n" REGISTERS, "allocate" },
	{ "WARNING: CPU: 0 PID: 7 at lib/refcount.c:7 %s+0x1/0x2\n" REGISTERS, "allocate" },
	{ "invalid opcode: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "stack segment: 0000 [#1] SMP\n" REGISTERS, "allocate" },
	{ "PANIC: early exception 0x0e IP 10:ffffffff81000000 error 0 cr2 0x7\n" REGISTERS,
	  "allocate" },
	{ "Unhandled 64-bit el1h sync exception on CPU1, ESR 0x7 -- acme\npc : %s+0x1/0x2\n" TRACE,
	  "allocate" },
	{ "Unhandled fault: alignment exception (0x7) at 0x7\npc : %s+0x1/0x2\n" TRACE,
	  "allocate" },
	{ "Unhandled prefetch abort: acme (0x7) at 0x7\npc : %s+0x1/0x2\n" TRACE, "allocate" },
	{ "Alignment trap: not handling instruction 7 at [<7>]\npc : %s+0x1/0x2\n" TRACE,
	  "allocate" },
	{ "BUG: spinlock lockup suspected on CPU#0, acme/7\n" STACK, "queue object usb allocate" },
	{ "BUG: workqueue leaked lock or atomic: kworker/7/0x7/7\n     last function: %s\n" STACK,
	  "sched queue object usb allocate" },
	{ "slab error in acme(): cache `acme': double free detected\n" STACK, "allocate" },
	{ "MCE: CPU7: machine check (Severe) UE Load/Store [Not recovered]\n"
	  "MCE: CPU7: NIP: [c000000000000007] %s+0x1/0x2\n" TRACE,
	  "allocate" },
	{ "Machine check in kernel mode\nNIP [c000000000000007] %s+0x1/0x2\n" TRACE, "allocate" },
	{ "VERIFY(acme) failed\nPANIC at acme.c:7:%s()\n" TRACE, "allocate" },
	{ "PANIC: zfs: acme (offset=7)\n" TRACE, "allocate" },
};

/* Write the lines of a report whose stack begins with @function, called by acme_probe(). */
static void write_report(char *to, size_t size, const char *lines, const char *function)
{
	size_t used = 0;

	for (; *lines && used < size; lines++) {
		if (lines[0] == '%' && lines[1] == 's') {
			used += (size_t)snprintf(to + used, size - used, "%s", function);
			lines++;
		} else {
			to[used++] = *lines;
		}
	}
	assert_true(used < size);
	snprintf(to + used, size - used, " %s+0x1/0x2\n acme_probe+0x1/0x2\n acme_core+0x1/0x2\n",
		 function);
}

static bool has_word(const char *words, const char *word)
{
	const char *at = strstr(words, word);
	size_t length = strlen(word);

	return at && (at == words || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' ');
}

static const struct intake_class *class_of(const char *lines)
{
	struct intake_text header = { .at = lines, .length = strcspn(lines, "\n") };

	return intake_class_find(header);
}

/* Return the function in the title of the report of a kind, as if its class passed over @passes. */
static void find_function(size_t kind, size_t reason, unsigned int passes, char *ret)
{
	struct intake_class class = *class_of(kinds[kind].lines);
	struct intake_report report;
	struct intake_title title;
	char lines[2048];

	write_report(lines, sizeof(lines), kinds[kind].lines, reasons[reason].function);
	support_report(lines, &report);
	class.passes = passes;
	intake_title_make(&class, &report, &title);
	intake_report_deinit(&report);
	strcpy(ret, title.frame);
}

static void passes_over_all_but_exceptions(void **state)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct intake_class *class = class_of(kinds[i].lines);

		assert_non_null(class);
		for (size_t j = 0; j < COUNT_OF(reasons); j++) {
			bool is_named = has_word(kinds[i].named, reasons[j].reason);
			char function[INTAKE_FUNCTION_SIZE];

			print_message("  %.*s: %s\n", (int)strcspn(kinds[i].lines, "\n"),
				      kinds[i].lines, reasons[j].reason);
			find_function(i, j, class->passes, function);
			assert_string_equal(function,
					    is_named ? reasons[j].function : "acme_probe");
		}
	}
}

/* Each reason is needed: without it, the title names the function. "report" always applies. */
static void needs_each_reason(void **state)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct intake_class *class = class_of(kinds[i].lines);

		for (size_t j = 1; j < COUNT_OF(reasons); j++) {
			char function[INTAKE_FUNCTION_SIZE];

			print_message("  %.*s: %s\n", (int)strcspn(kinds[i].lines, "\n"),
				      kinds[i].lines, reasons[j].reason);
			find_function(i, j, class->passes & ~(unsigned int)reasons[j].bit,
				      function);
			assert_string_equal(function, reasons[j].function);
		}
	}
}

static bool is_same_kind(const struct intake_class *a, const struct intake_class *b)
{
	return strcmp(a->type, b->type) == 0 && a->rule == b->rule && a->layout == b->layout &&
	       a->passes == b->passes;
}

/* For each row of classes.txt whose title names a function, a report above has the same rules. */
static void has_all_classes(void **state)
{
	size_t missing = 0;

	for (size_t i = 0; i < COUNT_OF(classes); i++) {
		size_t kind = 0;

		if (!classes[i].type || classes[i].rule == INTAKE_FRAME_NONE)
			continue;
		while (kind < COUNT_OF(kinds) &&
		       !is_same_kind(&classes[i], class_of(kinds[kind].lines)))
			kind++;
		if (kind == COUNT_OF(kinds)) {
			print_message("  \"%s\": no report has its type and rules\n",
				      classes[i].header);
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_over_all_but_exceptions),
		cmocka_unit_test(needs_each_reason),
		cmocka_unit_test(has_all_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
