/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output formats of a triage report: one function per format, each in its own file.
 *
 * To add a format: write cli/fleet/triage_NAME.c, declare its function here, add an option to
 * cli/fleet/triage.c and a test to tests/golden/test_triage.py.
 */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H
#define LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H

#include <stdint.h>
#include <stdio.h>

struct json_object;

#include "triage_known.h"
#include "triage_state.h"
#include "triage/cases.h"
#include "triage/selection.h"

/**
 * struct triage_source - what a report was made of
 * @store: the URL of the store, without a user and a password
 * @time: when the store was read, seconds since 1970 UTC
 * @known: the known bugs
 * @states: the changes since an earlier period; NULL without --state
 */
struct triage_source {
	const char *store;
	int64_t time;
	struct triage_known known;
	const struct triage_states *states;
};

/*
 * Make "kexec-lineage 0.2.0; store fleet.db, read 2026-11-24 12:00 UTC."; NULL if memory runs out.
 */
char *triage_source_sentence(const struct triage_source *source);

/* Print the report as sentences and tables. */
void triage_print_text(const struct triage_report *report, const struct triage_selection *selection,
		       const struct triage_source *source, FILE *stream);

/*
 * Print one JSON object with every comparison to stdout. @watch: the decision of --watch as a JSON
 * object, which the function owns; NULL without --watch. Return 0 or -ENOMEM.
 */
int triage_print_json(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, struct json_object *watch);

/*
 * Write CSV (RFC 4180): for each case, one line for each origin and one line for the kexec count.
 */
void triage_print_csv(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, FILE *stream);

/* Function that writes a report to a stream. Return 0 or -ENOMEM. */
typedef int triage_printer(const struct triage_report *report,
			   const struct triage_selection *selection,
			   const struct triage_source *source, FILE *stream);

triage_printer triage_print_html;   /* a self-contained HTML page */
triage_printer triage_print_policy; /* a policy, as host/policy.h describes it */

/*
 * Write metrics in the text format of Prometheus. @decision: the decision of --watch, or NULL.
 * Return 0 or -ENOMEM.
 */
int triage_print_metrics(const struct triage_report *report,
			 const struct triage_selection *selection,
			 const struct triage_source *source, const char *decision, FILE *stream);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H */
