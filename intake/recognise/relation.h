/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The relation of a new header to an open report: one event may print several headers. */
#ifndef LINEAGE_INTAKE_RECOGNISE_RELATION_H
#define LINEAGE_INTAKE_RECOGNISE_RELATION_H

#include "open_crash.h"

enum intake_relation {
	INTAKE_RELATION_NONE,	/* another crash */
	INTAKE_RELATION_SAME,	/* the same event, printed again or by another function */
	INTAKE_RELATION_NAME,	/* the same event; the new header names it better */
	INTAKE_RELATION_EFFECT, /* another event, which this crash causes */
	INTAKE_RELATION_DOUBT,	/* as EFFECT, if a later line names the same task */
	INTAKE_RELATION_NOISE,	/* another event of a kernel that has panicked */
};

/**
 * intake_relation_of() - return how a new header relates to a report
 * @open: a report with a header: the last one of the context that printed the new header, or a
 *	report of another context if the new header is of a panic
 */
enum intake_relation intake_relation_of(struct intake_open_crash *open,
					const struct intake_class *class,
					const struct intake_record *record);

/**
 * intake_relation_awaits_die() - check for the report of an oops without the header of die(), whose
 * lines show no context: other CPUs may print headers before it
 */
bool intake_relation_awaits_die(const struct intake_open_crash *open,
				const struct intake_record *record);

/**
 * intake_relation_awaits_panic() - check for the report of an oops that has just ended, whose lines
 * show no context: a panic may follow, and other CPUs may print headers before it
 */
bool intake_relation_awaits_panic(const struct intake_open_crash *open,
				  const struct intake_record *record);

#endif /* LINEAGE_INTAKE_RECOGNISE_RELATION_H */
