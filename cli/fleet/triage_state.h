/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The option --state of triage: findings that are new, worse or gone since a time. */
#ifndef LINEAGE_CLI_FLEET_TRIAGE_STATE_H
#define LINEAGE_CLI_FLEET_TRIAGE_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "triage/changes.h"

/**
 * struct triage_states - the changes of a report; all zero is valid and has none
 * @is_requested: --state is given
 * @before: the report of the older period, and @exposure, its boots; owned
 * @changes: array of @count changes in the requested states; owned
 * @hidden: for each case of the newer report, whether to leave it out; owned
 */
struct triage_states {
	bool is_requested;
	struct triage_report *before;
	struct triage_exposure exposure;
	struct triage_change *changes;
	size_t count;
	bool *hidden;
};

/** triage_states_parse() - parse the value of --state; return the states, 0 if it is invalid */
unsigned int triage_states_parse(const char *text);

/**
 * triage_states_init() - compare the report with that of the older period
 * @states: @before is set, and @is_requested
 * @selection: only changes of these cases; @hidden of it leaves out cases of the newer report
 * @wanted: bits of enum triage_state
 * @now_s: the time until which boots are known, unless the newer period ends before it
 *
 * Return: 0 or -ENOMEM.
 */
int triage_states_init(struct triage_states *states, const struct triage_report *report,
		       const struct triage_selection *selection, unsigned int wanted,
		       int64_t now_s);

/**
 * triage_states_sentence() - sentence number @i about the changes; the caller frees it
 *
 * Return: NULL after the last one, or if --state is not given.
 */
char *triage_states_sentence(const struct triage_states *states, size_t i);

/** triage_states_has_association() - whether an associated finding is new or worse */
bool triage_states_has_association(const struct triage_states *states);

void triage_states_deinit(struct triage_states *states);

#define TRIAGE_AUTO_STATES __attribute__((cleanup(triage_states_deinit))) struct triage_states

#endif /* LINEAGE_CLI_FLEET_TRIAGE_STATE_H */
