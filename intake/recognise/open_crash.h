/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash whose report is still being printed. */
#ifndef LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H
#define LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H

#include "class.h"
#include "decoding.h"
#include "event.h"
#include "intake/decode/record.h"

/**
 * struct intake_open_crash - a report that is open or has just ended
 * @next: next older crash of the same host
 * @order: number of the report among its host's reports
 * @class: NULL if only lines before a header were seen
 * @context: type of the context that prints the report
 * @context_id: number of the task or CPU
 * @report: its lines
 * @has_ended: the report is complete, but effects may follow
 * @was_reported: the crash was reported, and is kept only to recognise its effects
 * @has_cut: "cut here" followed the header, so another warning begins
 * @has_task: the modules or the line of the task followed the header
 * @has_stack: a whole stack was found among the first @searched lines
 * @searched: number of lines, from the start of the report
 * @decoding: whether the report is decoded
 * @has_panicked: the kernel has panicked
 * @has_died: die() printed its header
 * @doubt_of: order of the report of an oops whose task may have caused this one when it exited; 0
 *	for none
 * @effects: set of the gravities of its effects
 * @has_grace_period: a line named the grace period of a stall
 * @is_repeated: an earlier crash is the same hang; this one is reported only if it has effects
 * @is_joined: an earlier crash reported the same hang together with another one
 * @is_certain: not a fault of a user program
 * @last_clock_us: time of its last line (intake_record_clock_us()); after many lines that do
 *	not look like lines of a report, such lines do not count
 * @idle: number of records of its host since this line
 * @talk: number of consecutive last lines that do not look like lines of a report
 * @excerpt: the lines of the report, which @crash names after its end; owned
 * @crash: the event; its title is set last
 */
struct intake_open_crash {
	struct intake_open_crash *next;
	uint64_t order;
	const struct intake_class *class;
	enum intake_context context;
	uint32_t context_id;
	struct intake_report report;
	bool has_ended;
	bool was_reported;
	bool has_cut;
	bool has_task;
	bool has_stack;
	size_t searched;
	struct intake_decoding decoding;
	bool has_panicked;
	bool has_died;
	uint64_t doubt_of;
	unsigned int effects;
	bool has_grace_period;
	bool is_repeated;
	bool is_joined;
	bool is_certain;
	uint64_t last_clock_us;
	unsigned int idle;
	unsigned int talk;
	char *excerpt;
	struct intake_crash crash;
};

/**
 * intake_open_crash_create() - create a report without lines in a record's context; NULL if out
 * of memory
 */
struct intake_open_crash *intake_open_crash_create(const struct intake_record *record);

/** intake_open_crash_destroy() - free; NULL is allowed */
void intake_open_crash_destroy(struct intake_open_crash *open);

/** intake_open_crash_is_of() - check whether a record has the context of the report */
bool intake_open_crash_is_of(const struct intake_open_crash *open,
			     const struct intake_record *record);

/** intake_open_crash_is_in() - as intake_open_crash_is_of(), or the report may include it */
bool intake_open_crash_is_in(const struct intake_open_crash *open,
			     const struct intake_record *record);

/**
 * intake_open_crash_needs_all() - check whether a report needs every line of its host
 *
 * If lines have times, a report that has ended does not need every line, because the times show
 * which later reports are too late to be effects.
 */
bool intake_open_crash_needs_all(const struct intake_open_crash *open);

/** intake_open_crash_begin() - set a record as the header of a report */
void intake_open_crash_begin(struct intake_open_crash *open, const struct intake_class *class,
			     const struct intake_record *record);

/** intake_open_crash_add() - add a record as a line; may end the report */
void intake_open_crash_add(struct intake_open_crash *open, const struct intake_record *record);

/**
 * intake_open_crash_is_quiet() - check whether a report has ended, or other messages follow its
 * lines
 */
bool intake_open_crash_is_quiet(const struct intake_open_crash *open);

/**
 * intake_open_crash_has_stack() - check whether a whole stack followed the header
 *
 * Each line is parsed once, however often this is called.
 */
bool intake_open_crash_has_stack(struct intake_open_crash *open);

/**
 * intake_open_crash_task() - find the task in the lines of a report
 * @ret: process id; untouched on failure
 *
 * Return: whether a line names it.
 */
bool intake_open_crash_task(const struct intake_open_crash *open, uint64_t *ret);

/** intake_open_crash_is_reported() - check whether a report is a crash of its own */
bool intake_open_crash_is_reported(const struct intake_open_crash *open);

/** intake_open_crash_note_name() - add a second header of the same event, which names it */
void intake_open_crash_note_name(struct intake_open_crash *open, const struct intake_class *class,
				 const struct intake_record *record);

/** intake_open_crash_note_same() - add a second header of the same event */
void intake_open_crash_note_same(struct intake_open_crash *open, const struct intake_class *class,
				 const struct intake_record *record);

/**
 * intake_open_crash_is_whole() - check whether the lines that name a crash have been printed, and
 * the crash was not reported yet
 *
 * After the header of a hang, the kernel waits for other CPUs, up to ten seconds
 * (nmi_trigger_cpumask_backtrace() in Linux lib/nmi_backtrace.c), before it prints a stack.
 */
bool intake_open_crash_is_whole(const struct intake_open_crash *open);

/**
 * intake_open_crash_is_due() - check whether a record is more than a second after a report that has
 * ended and was not reported yet
 */
bool intake_open_crash_is_due(const struct intake_open_crash *open,
			      const struct intake_record *record);

/** intake_open_crash_note_effect() - add an effect and its first line */
void intake_open_crash_note_effect(struct intake_open_crash *open, const struct intake_class *class,
				   const struct intake_record *record);

/**
 * intake_open_crash_is_over() - check whether no more lines or effects are expected at this record
 */
bool intake_open_crash_is_over(const struct intake_open_crash *open,
			       const struct intake_record *record);

#endif /* LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H */
