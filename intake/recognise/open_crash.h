/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash whose report is still being printed. */
#ifndef LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H
#define LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H

#include "class.h"
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
 * @last_clock_us: time of its last line (intake_record_clock_us())
 * @idle: number of records of its host since its last line
 * @talk: number of consecutive last lines that do not look like lines of a report
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
	uint64_t last_clock_us;
	unsigned int idle;
	unsigned int talk;
	struct intake_crash crash;
};

/**
 * intake_open_crash_create() - create a report without lines in a record's context; NULL if out
 * of memory
 */
struct intake_open_crash *intake_open_crash_create(const struct intake_record *record);

/** intake_open_crash_destroy() - free; NULL is allowed */
void intake_open_crash_destroy(struct intake_open_crash *open);

/** intake_open_crash_is_in() - check whether a record has the context of the report */
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
 * intake_open_crash_causes() - check whether a new report of @class in the same context is an
 * effect of this report
 */
bool intake_open_crash_causes(const struct intake_open_crash *open,
			      const struct intake_class *class, const struct intake_record *record);

/** intake_open_crash_note_effect() - add an effect */
void intake_open_crash_note_effect(struct intake_open_crash *open, const struct intake_class *class,
				   const struct intake_record *record);

/**
 * intake_open_crash_is_over() - check whether no more lines or effects are expected at this record
 */
bool intake_open_crash_is_over(const struct intake_open_crash *open,
			       const struct intake_record *record);

#endif /* LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H */
