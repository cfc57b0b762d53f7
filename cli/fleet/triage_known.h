/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which findings of a report are about known bugs. */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_KNOWN_H
#define LINEAGE_CLI_FLEET_TRIAGE_KNOWN_H

#include "known_files.h"
#include "triage/cases.h"
#include "triage/dependences.h"

struct json_object;

/**
 * struct triage_known - the known bugs of a report; all zero is valid and has none
 * @report: the report; not owned
 * @bugs: for each case, the bug of its strongest finding that has one, or NULL; owned
 * @hidden: for each case, whether --hide-known leaves it out: each of its findings is a known bug,
 *	and not only possibly; owned; NULL without --hide-known
 * @hidden_count: number of cases that are left out
 */
struct triage_known {
	const struct triage_report *report;
	const struct known_files *files;
	const struct known_bug **bugs;
	bool *hidden;
	size_t hidden_count;
};

/** triage_known_init() - compare all findings with the known bugs; return 0 or -ENOMEM */
int triage_known_init(struct triage_known *ret, const struct known_files *files,
		      const struct triage_report *report, bool hides);

/** triage_known_bug() - the known bug of a case; NULL for none, or if @known is NULL */
const struct known_bug *triage_known_bug(const struct triage_known *known,
					 const struct triage_case *one);

/** triage_known_of() - the known bug of a finding; NULL for none, or if @known is NULL */
const struct known_bug *triage_known_of(const struct triage_known *known,
					const struct triage_dependence *found);

/** triage_known_sentence() - sentence about the known bug of a case; the caller frees it */
char *triage_known_sentence(const struct triage_known *known, const struct triage_case *one);

/** triage_known_hidden() - sentence about the cases that are left out; NULL for none */
char *triage_known_hidden(const struct triage_known *known);

/** triage_known_to_json() - a bug as JSON; NULL gives null */
struct json_object *triage_known_to_json(const struct known_bug *bug);

void triage_known_deinit(struct triage_known *known);

/* Deinitialise the object at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_KNOWN __attribute__((cleanup(triage_known_deinit))) struct triage_known

#endif /* LINEAGE_CLI_FLEET_TRIAGE_KNOWN_H */
