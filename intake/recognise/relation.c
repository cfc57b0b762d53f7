// SPDX-License-Identifier: GPL-2.0-or-later
/* The relation of a new header to an open report: one event may print several headers. */
#include "relation.h"

#include "frame.h"
#include "header.h"
#include "panic.h"
#include "task_line.h"

/*
 * An oops within this time after a sanitizer report counts as an oops of the same task; an
 * unrelated oops usually comes later.
 */
#define MOMENT_US 100000U
#define MOMENT_RECORDS 8

static bool is_type(const struct intake_class *class, const char *type)
{
	return strcmp(class->type, type) == 0;
}

/* Without timestamps, both times are 0 and every record is within the moment. */
static bool is_moment_after(const struct intake_open_crash *open,
			    const struct intake_record *record)
{
	uint64_t clock_us = intake_record_clock_us(record);

	return clock_us < open->last_clock_us + MOMENT_US;
}

/* As is_moment_after(), but without timestamps, count the records since the last line. */
static bool is_directly_after(const struct intake_open_crash *open,
			      const struct intake_record *record)
{
	return is_moment_after(open, record) &&
	       (open->last_clock_us > 0 || open->idle <= MOMENT_RECORDS);
}

/*
 * Check whether a line is in the place of the message of a WARN() whose line "WARNING: " precedes
 * it: directly, or in old kernels after the name of the hardware.
 */
static bool is_place_of_message(const struct intake_report *report)
{
	size_t lines = report->count - report->header;

	return lines == 1 ||
	       (lines == 2 && intake_text_starts(intake_report_line(report, report->count - 1),
						 "Hardware name: "));
}

/* Check whether the header of the report follows "cut here", or is its last line. */
static bool may_be_message(const struct intake_report *report)
{
	return report->count == report->header + 1 ||
	       (report->header > 0 &&
		intake_text_starts(intake_report_line(report, report->header - 1),
				   "------------[ cut here"));
}

/* Check for a class whose header is the message of a WARN() in some kernels. */
static bool is_message(const struct intake_class *class)
{
	return is_type(class, "netdev-watchdog") || is_type(class, "hard-lockup");
}

/*
 * A WARN() with a message prints two headers if the message is the header of another class. In old
 * kernels the message follows the line "WARNING: " (kernel/panic.c __warn()). Since a WARN() is a
 * trap, the message precedes this line (include/asm-generic/bug.h __WARN_printf()).
 */
static enum intake_relation relate_warning(const struct intake_open_crash *open,
					   const struct intake_class *class)
{
	bool is_warning = is_type(open->class, "warning");

	if (open->has_ended || open->has_task || open->has_cut ||
	    is_warning == is_type(class, "warning") || class->gravity == INTAKE_GRAVITY_OOPS ||
	    open->class->gravity == INTAKE_GRAVITY_OOPS)
		return INTAKE_RELATION_NONE;
	if (is_warning)
		return is_message(class) && is_place_of_message(&open->report)
			       ? INTAKE_RELATION_NAME
			       : INTAKE_RELATION_NONE;
	return may_be_message(&open->report) ? INTAKE_RELATION_SAME : INTAKE_RELATION_NONE;
}

/* Check for the header of die() directly after the message with its reason. */
static bool is_die_of(const struct intake_open_crash *open, const struct intake_class *class,
		      const struct intake_record *record)
{
	return open->class->die != INTAKE_DIE_NOTHING && is_type(class, "oops") &&
	       !open->has_ended && is_moment_after(open, record);
}

/* Relate the header of die() or of a trap to the report of an oops or of what precedes an oops. */
static enum intake_relation relate_oops(struct intake_open_crash *open,
					const struct intake_class *class,
					const struct intake_record *record)
{
	const struct intake_class *cause = open->class;

	if (is_die_of(open, class, record))
		return cause->die == INTAKE_DIE_NAMES ? INTAKE_RELATION_NAME : INTAKE_RELATION_SAME;
	/*
	 * A trap follows "kernel BUG at ...", and die() "PANIC: double fault". An oops may occur
	 * while an oops is printed.
	 */
	if (cause->gravity == INTAKE_GRAVITY_OOPS ||
	    (cause->gravity == INTAKE_GRAVITY_PANIC && is_type(class, "oops")))
		return intake_open_crash_is_quiet(open) ? INTAKE_RELATION_NONE
							: INTAKE_RELATION_SAME;
	/* On powerpc, die() follows the report of a machine check. */
	if (is_type(cause, "mce") && is_type(class, "oops") && is_moment_after(open, record))
		return INTAKE_RELATION_SAME;
	/* An oops directly after a sanitizer's report is the access that the report shows. */
	if (cause->memory && is_moment_after(open, record))
		return INTAKE_RELATION_EFFECT;
	/* A task that prints a report does nothing else, so the printing caused the oops. */
	if (intake_open_crash_is_of(open, record) && open->context != INTAKE_CONTEXT_NONE &&
	    !open->has_ended && is_moment_after(open, record) && !intake_open_crash_has_stack(open))
		return INTAKE_RELATION_EFFECT;
	return INTAKE_RELATION_NONE;
}

static bool is_equal(struct intake_text a, struct intake_text b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/*
 * A header may have a second line, as in "BUG: memory leak", "unreferenced object ...", or be
 * printed twice. Each line about an OOM kill is about another program.
 */
static bool is_second_line(const struct intake_open_crash *open, const struct intake_class *class,
			   const struct intake_record *record)
{
	const struct intake_report *report = &open->report;

	if (!is_type(class, open->class->type) || is_type(class, "oom-kill") ||
	    report->count != report->header + 1)
		return false;
	return (class->is_second && class != open->class) ||
	       is_equal(record->text, intake_report_line(report, report->header));
}

/*
 * Check whether a warning is in a function: "at FILE:LINE f+0x1/0x2" (up to Linux 6.18) or
 * "FILE:LINE at f+0x1/0x2" (kernel/panic.c __warn()). Stacks may be decoded.
 */
static bool is_warning_in(struct intake_text line, struct intake_text function)
{
	struct intake_text rest = line, word, skipped, found;

	if (!intake_text_take_until(&rest, " at ", &skipped))
		return false;
	word = rest;
	if (intake_frame_take_function(&word, &found))
		return is_equal(found, function);
	intake_text_take_word(&rest);
	intake_text_take_blanks(&rest);
	return intake_frame_take_function(&rest, &found) && is_equal(found, function);
}

/*
 * A task may oops with a lock held or interrupts off. The exit of the task causes these reports
 * (Linux kernel/exit.c).
 */
static bool is_of_exit(const struct intake_class *class, const struct intake_record *record)
{
	return is_type(class, "atomic-sleep") || is_type(class, "lockdep") ||
	       (is_type(class, "warning") &&
		(is_warning_in(record->text, intake_text_of("do_exit")) ||
		 is_warning_in(record->text, intake_text_of("make_task_dead"))));
}

/*
 * Since Linux 6.16, the report of SLUB ends with a WARN() (mm/slub.c object_err(), __slab_err()).
 */
static bool is_of_slub(const struct intake_open_crash *open, const struct intake_class *class,
		       const struct intake_record *record)
{
	return is_type(open->class, "slab") && is_type(class, "warning") && !open->has_ended &&
	       is_moment_after(open, record) &&
	       (is_warning_in(record->text, intake_text_of("object_err")) ||
		is_warning_in(record->text, intake_text_of("__slab_err")) ||
		is_warning_in(record->text, intake_text_of("slab_err")));
}

/* Check whether the report itself, or an effect of it, ends with this panic. */
static bool ends_with(const struct intake_open_crash *open, const struct intake_panic *panic)
{
	return intake_panic_follows(panic, open->class) || (open->effects & panic->gravities) != 0;
}

/*
 * The message of panic() shows which report it ends, for example "Fatal exception" an oops. Other
 * messages belong to a report only if they follow it directly.
 */
static enum intake_relation relate_panic(const struct intake_open_crash *open,
					 const struct intake_record *record)
{
	struct intake_text message = intake_panic_message(intake_header_text(record->text)), rest;
	const struct intake_panic *panic = intake_panic_find(message, &rest);

	if (open->class->gravity == INTAKE_GRAVITY_PANIC)
		return INTAKE_RELATION_SAME;
	/* Memory is corrupt, so anything may happen. */
	if (open->class->memory && is_moment_after(open, record))
		return INTAKE_RELATION_EFFECT;
	if (panic ? ends_with(open, panic) : is_directly_after(open, record))
		return INTAKE_RELATION_EFFECT;
	return INTAKE_RELATION_NONE;
}

/* Without contexts, only the number of a task shows whether its exit caused a report. */
static enum intake_relation relate_exit(const struct intake_open_crash *open,
					const struct intake_record *record)
{
	uint64_t task, named;

	if (open->context != INTAKE_CONTEXT_NONE || !intake_open_crash_task(open, &task))
		return INTAKE_RELATION_EFFECT;
	if (!intake_names_task(record->text, &named))
		return INTAKE_RELATION_DOUBT;
	return named == task ? INTAKE_RELATION_EFFECT : INTAKE_RELATION_NONE;
}

bool intake_relation_awaits_die(const struct intake_open_crash *open,
				const struct intake_record *record)
{
	return open->context == INTAKE_CONTEXT_NONE &&
	       open->class->gravity == INTAKE_GRAVITY_OOPS && open->is_certain && !open->has_died &&
	       !open->has_ended && is_directly_after(open, record);
}

bool intake_relation_awaits_panic(const struct intake_open_crash *open,
				  const struct intake_record *record)
{
	return open->context == INTAKE_CONTEXT_NONE &&
	       open->class->gravity == INTAKE_GRAVITY_OOPS && open->is_certain && open->has_ended &&
	       is_directly_after(open, record);
}

enum intake_relation intake_relation_of(struct intake_open_crash *open,
					const struct intake_class *class,
					const struct intake_record *record)
{
	const struct intake_class *cause = open->class;
	enum intake_relation relation;

	/* A kernel that has panicked cannot crash again. Without times, it may be another boot. */
	if (open->has_panicked && class->gravity == INTAKE_GRAVITY_PANIC)
		return INTAKE_RELATION_SAME;
	if (open->has_panicked && (open->last_clock_us > 0 || !intake_open_crash_is_quiet(open)))
		return INTAKE_RELATION_NOISE;
	/* A message that may be about a program causes nothing. Only die() belongs to it. */
	if (!open->is_certain && !is_second_line(open, class, record) &&
	    !is_die_of(open, class, record))
		return INTAKE_RELATION_NONE;
	if (class->gravity == INTAKE_GRAVITY_PANIC)
		return relate_panic(open, record);
	relation = relate_warning(open, class);
	if (relation != INTAKE_RELATION_NONE)
		return relation;
	if (is_of_slub(open, class, record))
		return INTAKE_RELATION_SAME;
	if (is_second_line(open, class, record))
		return INTAKE_RELATION_SAME;
	/* One hang can be reported by several CPUs or for several tasks. */
	if (class->gravity == INTAKE_GRAVITY_HANG && cause->gravity == INTAKE_GRAVITY_HANG)
		return open->has_ended && !is_type(class, cause->type) ? INTAKE_RELATION_EFFECT
								       : INTAKE_RELATION_SAME;
	/* The CPU that panics prints the machine checks of all CPUs. */
	if (is_type(class, "mce") && is_type(cause, "mce"))
		return INTAKE_RELATION_SAME;
	if (class->gravity == INTAKE_GRAVITY_OOPS)
		return relate_oops(open, class, record);
	/* The code that reports a hang may cause another report before it prints a stack. */
	if (cause->gravity == INTAKE_GRAVITY_HANG && cause->rule != INTAKE_FRAME_NONE &&
	    intake_open_crash_is_of(open, record) && !intake_open_crash_is_quiet(open) &&
	    !intake_open_crash_has_stack(open))
		return INTAKE_RELATION_EFFECT;
	if (cause->gravity == INTAKE_GRAVITY_OOPS && is_of_exit(class, record))
		return relate_exit(open, record);
	return INTAKE_RELATION_NONE;
}
