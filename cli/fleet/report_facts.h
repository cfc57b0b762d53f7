/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report about one crash says: the case, the releases, chains, labels and hosts. */
#ifndef LINEAGE_CLI_FLEET_REPORT_FACTS_H
#define LINEAGE_CLI_FLEET_REPORT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "known/known.h"
#include "report_tally.h"
#include "triage/cases.h"
#include "triage/dependences.h"

/* Maximum number of different kernels that the text of a chain has; older ones are left out. */
#define REPORT_CHAIN_MAX 12

/**
 * struct report_release - boots of one release
 * @release: number of the release in the exposure
 * @boots: comparable boots
 * @crashed: number of these boots that had the crash
 */
struct report_release {
	uint32_t release;
	uint64_t boots;
	uint64_t crashed;
};

/**
 * struct report_facts - the facts; all zero but @report and @one is a valid empty object
 * @report: the report of triage; not owned
 * @one: the case of the crash with the strongest verdict; owned by @report
 * @bug: the known bug, or NULL; not owned
 * @dependence: the strongest finding of the case; all zero if it has no finding
 * @releases: array of the @release_count releases, in version order; owned
 * @first_bad: index of the first release in version order in which a boot had the crash; SIZE_MAX
 *	for none
 * @last_good: index of the newest older release, none of whose boots had it; SIZE_MAX for none
 * @chains: boots with the crash, by chain. A row names the kernels, oldest first: the release and
 *	the number of consecutive runs, separated by a tab, one kernel a line. The first line is
 *	empty if older kernels are unknown or left out
 * @labels: boots of the release of the case, by label
 * @excerpt: lines of the report of one crash; NULL if the store has none; owned
 * @hosts: boots with the crash, by host; empty unless hosts were requested
 */
struct report_facts {
	const struct triage_report *report;
	const struct triage_case *one;
	const struct known_bug *bug;
	struct triage_dependence dependence;
	struct report_release *releases;
	size_t release_count;
	size_t first_bad;
	size_t last_good;
	struct report_tally chains;
	struct report_tally labels;
	struct report_tally hosts;
	char *excerpt;
};

/**
 * report_facts_init() - collect the facts about a case
 * @one: a case of @report
 * @with_hosts: also count the boots by host
 *
 * Return: 0, -ENOMEM or an error of the store's functions. The caller deinitialises @ret in any
 * case.
 */
int report_facts_init(struct report_facts *ret, const struct triage_report *report,
		      const struct triage_case *one, struct store *store, bool with_hosts);

void report_facts_deinit(struct report_facts *facts);

/* Deinitialise the facts at the end of the scope. Initialise the variable at its declaration. */
#define REPORT_AUTO_FACTS __attribute__((cleanup(report_facts_deinit))) struct report_facts

/**
 * report_facts_path() - the chain to reproduce the crash: the most frequent one; if the crash
 * depends on the previous release, the most frequent one with such a previous release. NULL for
 * none; owned by @facts
 */
const char *report_facts_path(const struct report_facts *facts);

/**
 * report_chain_next() - iterate over the kernels of a chain, oldest first
 * @at: the position; initially the start of the text; each call advances it
 * @ret_length: length of the release; 0 for older kernels that are unknown or left out
 * @ret_runs: number of consecutive runs
 *
 * Return: the release, which is not NUL-terminated; NULL after the last one.
 */
const char *report_chain_next(const char **at, size_t *ret_length, uint32_t *ret_runs);

#endif /* LINEAGE_CLI_FLEET_REPORT_FACTS_H */
