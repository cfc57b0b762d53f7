// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of one crash report, and the stacks in them. */
#include "crash_report.h"

#include <errno.h>
#include <stdlib.h>

int intake_report_init(struct intake_report *report)
{
	*report = (struct intake_report){ 0 };
	report->bytes = malloc(INTAKE_REPORT_BYTES);
	report->ends = malloc(INTAKE_REPORT_LINES * sizeof(*report->ends));
	if (report->bytes && report->ends)
		return 0;
	intake_report_deinit(report);
	return -ENOMEM;
}

void intake_report_deinit(struct intake_report *report)
{
	free(report->bytes);
	free(report->ends);
	*report = (struct intake_report){ 0 };
}

void intake_report_add(struct intake_report *report, struct intake_text line)
{
	if (report->count == INTAKE_REPORT_LINES ||
	    line.length > INTAKE_REPORT_BYTES - report->used) {
		report->is_cut = true;
		return;
	}
	if (line.length > 0)
		memcpy(report->bytes + report->used, line.at, line.length);
	report->used += line.length;
	report->ends[report->count++] = (uint32_t)report->used;
}

void intake_report_clear(struct intake_report *report)
{
	report->used = 0;
	report->count = 0;
	report->header = 0;
	report->is_cut = false;
}

bool intake_report_is_half_full(const struct intake_report *report)
{
	return report->count >= INTAKE_REPORT_LINES / 2 || report->used >= INTAKE_REPORT_BYTES / 2;
}

struct intake_text intake_report_line(const struct intake_report *report, size_t index)
{
	size_t start = index > 0 ? report->ends[index - 1] : 0;

	return (struct intake_text){ .at = report->bytes + start,
				     .length = report->ends[index] - start };
}

size_t intake_report_find(const struct intake_report *report, size_t from, const char *text)
{
	for (size_t i = from; i < report->count; i++)
		if (intake_text_has(intake_report_line(report, i), text))
			return i;
	return report->count;
}

/*
 * Headings of stacks that do not belong to the crash, from mm/kasan, mm/kmsan, mm/kfence, lockdep
 * and slub in Linux.
 */
static const char *const other_headings[] = {
	"Allocated by",
	"allocated by",
	"Freed by",
	"freed by",
	"Last potentially related",
	"Last call_rcu",
	"Second to last",
	"Uninit was",
	"Local variable",
	"Allocated:",
	"INFO: Allocated in",
	"INFO: Freed in",
	"kfence-#",
	"Memory state around",
	"Showing all locks held",
	"the existing dependency chain",
	"-> #",
	"the first lock was",
	"The buggy address belongs",
	"page last allocated via",
	"page last free stack",
	"page_owner",
	"page last free pid",
	"object pointer",
	"stack of the",
	"hardirqs last",
	"Mem-Info",
	"{ ",
	"INITIAL USE",
	"HARDIRQ-ON",
	"SOFTIRQ-ON",
	"IN-HARDIRQ",
	"IN-SOFTIRQ",
	"... acquired at",
	"... key",
	"the dependencies between",
	"Object 0x",
	"which lock already depends",
	"Preemption disabled at:",
	"preemption disabled at",
	"the shortest dependencies",
	"Reported by Kernel Concurrency",
};

/* Headings of stacks of other tasks, which have a "Call Trace:" (Linux kernel/rcu/tree_stall.h). */
static const char *const foreign_headings[] = {
	"RCU grace-period kthread stack dump", "rcu: RCU grace-period kthread stack dump",
	"rcu_preempt kthread starved",	       "rcu_sched kthread starved",
	"rcu: rcu_preempt kthread starved",    "rcu: rcu_sched kthread starved",
	"rcu_preempt kthread timer",	       "rcu: rcu_preempt kthread timer",
};

/* Lines after which the stacks of foreign_headings end. */
static const char *const own_headings[] = {
	"NMI backtrace for cpu", "Sending NMI", "CPU: ", "rcu: Stack dump where RCU GP kthread",
	"Task dump for CPU",
};

/* Headings of the stack of the crash. */
static const char *const crash_headings[] = {
	"Call Trace:", "Call trace:", "Call Trace",    "stack backtrace:",
	"Backtrace:",  "backtrace",   "Backtrace for", "NMI backtrace for cpu",
	"CPU: ",       "Workqueue: ", "Stack:",
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is_among(struct intake_text line, const char *const *prefixes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (intake_text_starts(line, prefixes[i]))
			return true;
	return false;
}

/* Return which stack the lines after @line belong to; @stack if @line is not a heading. */
static enum intake_stack stack_after(struct intake_text line, enum intake_stack stack,
				     bool *is_foreign)
{
	line = intake_text_trim(line);
	if (is_among(line, foreign_headings, COUNT(foreign_headings)))
		*is_foreign = true;
	else if (is_among(line, own_headings, COUNT(own_headings)))
		*is_foreign = false;
	if (*is_foreign || is_among(line, other_headings, COUNT(other_headings)))
		return INTAKE_STACK_OTHER;
	return is_among(line, crash_headings, COUNT(crash_headings)) ? INTAKE_STACK_CRASH : stack;
}

/*
 * Match "RIP: 0010:0x0" and "pc : 0x0": the kernel jumped to an address without code. The caller is
 * at the top of the stack. Later registers belong to interrupted code.
 */
static bool is_nowhere(struct intake_text line)
{
	static const char *const places[] = {
		"RIP: 0010:0x",	    "RIP: 0010:          (null)",
		"EIP: 0060:0x",	    "EIP: 0x",
		"pc : 0x",	    "PC is at 0x",
		"epc : 0x",	    "RIP: 0010:[<0000000000000000>]",
		"RIP: 0010:(null)", "RIP: 0010:[<          (null)>]"
	};

	return is_among(intake_text_trim(line), places, COUNT(places));
}

void intake_trace_collect(const struct intake_report *report, struct intake_trace *ret)
{
	enum intake_stack stack = INTAKE_STACK_CRASH;
	bool is_foreign = false, is_lost = false;

	ret->count = 0;
	for (size_t i = report->header; i < report->count && ret->count < INTAKE_TRACE_MAX; i++) {
		struct intake_text line = intake_report_line(report, i);
		struct intake_trace_frame *next = &ret->frames[ret->count];

		*next = (struct intake_trace_frame){ .line = i };
		stack = stack_after(line, stack, &is_foreign);
		if (intake_frame_parse_pc(line, &next->frame)) {
			next->is_pc = !is_lost;
			if (!is_foreign)
				stack = INTAKE_STACK_CRASH;
		} else if (!intake_frame_parse(line, &next->frame)) {
			is_lost = is_lost || is_nowhere(line);
			continue;
		}
		/*
		 * Drop unreliable frames, to keep room for the end of a deep stack, which shows the
		 * cause of an overflow.
		 */
		if (!next->frame.is_reliable && ret->count >= INTAKE_TRACE_MAX / 2)
			continue;
		next->stack = stack;
		ret->count++;
	}
}
