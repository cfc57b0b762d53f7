/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output formats of a triage report: one function per format, each in its own file.
 *
 * To add one: cli/fleet/triage_NAME.c, declared here, an option in cli/fleet/triage.c, and in
 * tests/golden/test_triage.py.
 */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H
#define LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H

#include <stdio.h>

#include "triage/cases.h"
#include "triage/selection.h"

/* Sentences and tables. */
void triage_print_text(const struct triage_report *report, const struct triage_selection *selection,
		       FILE *stream);

/* One JSON object with every comparison, on stdout. */
void triage_print_json(const struct triage_report *report,
		       const struct triage_selection *selection);

/* RFC 4180: a line for each origin of each case, and one for the kexec count of each case. */
void triage_print_csv(const struct triage_report *report, const struct triage_selection *selection,
		      FILE *stream);

/* A self-contained page. */
void triage_print_html(const struct triage_report *report, const struct triage_selection *selection,
		       FILE *stream);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H */
