/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash whose report is still being printed. */
#ifndef LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H
#define LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H

#include "class.h"
#include "event.h"
#include "intake/decode/record.h"

/**
 * struct intake_open_crash - a report that is being printed, or was a moment ago
 * @next: of the same host; the newest first
 * @order: which of its host's reports it is
 * @class: NULL where only lines that lead up to a header were seen
 * @context: who prints it
 * @context_id: whose number
 * @report: its lines
 * @has_ended: all lines are there; what follows from it is still waited for
 * @last_clock_us: of its last line (intake_record_clock_us())
 * @idle: records of its host since its last line
 * @talk: its last lines that look like none of a report's
 * @crash: what goes out, but for the title, which is made last
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

/** intake_open_crash_create() - a crash in the context of a record, without a line; NULL where there is no memory */
struct intake_open_crash *intake_open_crash_create(const struct intake_record *record);

/** intake_open_crash_destroy() - free it; NULL is fine */
void intake_open_crash_destroy(struct intake_open_crash *open);

/** intake_open_crash_is_in() - does this record belong to it by who printed it? */
bool intake_open_crash_is_in(const struct intake_open_crash *open,
			     const struct intake_record *record);

/**
 * intake_open_crash_needs_all() - must it see every line of its host?
 *
 * Not where only what follows from it is waited for, and time tells when that is over.
 */
bool intake_open_crash_needs_all(const struct intake_open_crash *open);

/** intake_open_crash_begin() - a record is its header */
void intake_open_crash_begin(struct intake_open_crash *open, const struct intake_class *class,
			     const struct intake_record *record);

/** intake_open_crash_add() - a record is one of its lines; may end it */
void intake_open_crash_add(struct intake_open_crash *open, const struct intake_record *record);

/** intake_open_crash_causes() - does a report of this class, in the same context, follow from it? */
bool intake_open_crash_causes(const struct intake_open_crash *open,
			      const struct intake_class *class, const struct intake_record *record);

/** intake_open_crash_note_effect() - note what followed from it */
void intake_open_crash_note_effect(struct intake_open_crash *open, const struct intake_class *class,
				   const struct intake_record *record);

/** intake_open_crash_is_over() - so long ago, at this record of its host, that nothing more will come? */
bool intake_open_crash_is_over(const struct intake_open_crash *open,
			       const struct intake_record *record);

#endif /* LINEAGE_INTAKE_RECOGNISE_OPEN_CRASH_H */
