/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which forms is a triage report printed? Each is a function in a file of its own.
 *
 * To add one: cli/triage_NAME.c, declared here, an option in cli/triage.c, and in tests/golden/test_triage.py.
 */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H
#define LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H

#include <stdbool.h>
#include <stdio.h>

#include "triage/triage.h"

/**
 * struct triage_choice - what of it is printed
 * @release: only crashes of this release; NULL for all
 * @signature: only this one; NULL for all
 * @all: also where nothing was found, and every origin
 */
struct triage_choice {
	const char *release;
	const char *signature;
	bool all;
};

/* Is the case one of those that were asked for? */
bool triage_is_chosen(const struct triage_report *report, const struct triage_case *one,
		      const struct triage_choice *choice);

/* Is a finding worth a sentence of its own, or does something else in the case explain it? */
bool triage_is_told(const struct triage_case *one, const struct triage_finding *finding);

/* A table and sentences for people. */
void triage_print_text(const struct triage_report *report, const struct triage_choice *choice,
		       FILE *stream);

/* One JSON object with everything, on stdout. */
void triage_print_json(const struct triage_report *report, const struct triage_choice *choice);

/* One line for each origin of each crash of each release, and one for its kexec counts, RFC 4180. */
void triage_print_csv(const struct triage_report *report, const struct triage_choice *choice,
		      FILE *stream);

/* A page of its own, which needs nothing else. */
void triage_print_html(const struct triage_report *report, const struct triage_choice *choice,
		       FILE *stream);

#endif /* LINEAGE_CLI_FLEET_TRIAGE_FORMAT_H */
