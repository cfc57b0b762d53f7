/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report of triage: one case for each release and signature, with its findings. */
#ifndef LINEAGE_TRIAGE_CASES_H
#define LINEAGE_TRIAGE_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count_trend.h"
#include "exposure.h"
#include "finding.h"
#include "multiple_testing.h"
#include "release_order.h"
#include "release_range.h"

/**
 * struct triage_case - the crashes of one signature in one release
 * @signature, @release: numbers in the exposure
 * @boots: comparable boots of the release
 * @crashes: number of these boots that had the crash
 * @weight: weight of its tests in the correction for multiple testing, at most 1
 * @findings: array of @finding_count findings, one for each origin, sorted by triage_report_sort();
 *	owned by the report
 * @count_trend: dependence on the kexec count
 * @range: the worst range of previous releases
 * @count_trend_by_boots, @range_by_boots: the results per boot, if @count_trend and @range are
 *	results per time
 * @ancestors: array of @ancestor_count findings, one for each ancestor, with the ancestor as
 *	@origin, in no order; owned
 * @ancestor_tests: one-sided tests of @ancestors, in the same order; owned
 * @is_in_same_boots: a finding was dropped, because a finding on another crash is on the same boots
 * @is_sampled: the findings were checked in a sample of machines (machines.h)
 * @has_days: the days of crashes are known; only if the boots were read by machine (machines.h)
 * @first_day, @last_day: days since 1970 on which the first and the last boot with the crash
 *	started; if the start is unknown, on which it was last seen
 * @has_newest: the days of boots are known, and the boots of all machines were read
 * @newest_day: likewise, day on which the newest boot started, whether it crashed or not
 * @release_order: changepoint over the previous releases, if one of them is associated
 */
struct triage_case {
	uint32_t signature;
	uint32_t release;
	uint64_t boots;
	uint64_t crashes;
	double weight;
	struct triage_finding *findings;
	size_t finding_count;
	struct triage_count_trend count_trend;
	struct triage_release_range range;
	struct triage_count_trend count_trend_by_boots;
	struct triage_release_range range_by_boots;
	struct triage_finding *ancestors;
	struct triage_tail *ancestor_tests;
	size_t ancestor_count;
	bool is_in_same_boots;
	bool is_sampled;
	bool has_days;
	int64_t first_day;
	int64_t last_day;
	bool has_newest;
	int64_t newest_day;
	struct triage_release_order release_order;
};

/**
 * struct triage_report - all cases, sorted by triage_report_sort()
 * @exposure: the data that were compared; not owned
 * @releases: only these releases were compared, as in struct triage_selection; NULL for all
 * @cases: array of @case_count cases
 * @findings: array of the @finding_count findings of all cases
 * @by_boots: for each of the findings, the comparison per boot; the same finding if it is not
 *	timed
 * @doses: doses of all cases
 * @finding_tests: one-sided tests of @findings, which triage_report_create() uses; owned
 * @trend_tests: tests of the count trends of @cases; owned
 * @same_boots: the elements of all struct triage_same_boots; owned
 * @is_timed: at least one case is compared by time
 * @family: array of the @family_count tests of findings that can be associated; owned
 * @tests: number of tests that the correction for multiple testing counts
 * @level: largest p-value that is significant even if no other test is significant, with all
 *	weights 1
 * @limit: largest ratio of p-value and weight that is significant, given the number of associations
 * @limit_by_machine: the same for tests by machine
 */
struct triage_report {
	const struct triage_exposure *exposure;
	const char *releases;
	struct triage_case *cases;
	size_t case_count;
	struct triage_finding *findings;
	size_t finding_count;
	struct triage_finding *by_boots;
	uint32_t *same_boots;
	bool is_timed;
	struct triage_dose *doses;
	struct triage_tail *finding_tests;
	struct triage_tail *trend_tests;
	struct triage_weighted *family;
	size_t family_count;
	size_t tests;
	double level;
	double limit;
	double limit_by_machine;
};

/** triage_report_destroy() - free a report; NULL is ignored */
void triage_report_destroy(struct triage_report *report);

static inline void triage_report_cleanup(struct triage_report **report)
{
	triage_report_destroy(*report);
}

/* Destroy the report at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_REPORT __attribute__((cleanup(triage_report_cleanup))) struct triage_report *

/** triage_case_verdict() - return the strongest verdict of a sorted case */
enum triage_verdict triage_case_verdict(const struct triage_case *one);

/** triage_case_is_found() - return whether the verdict of a sorted case is stronger than a lead */
bool triage_case_is_found(const struct triage_case *one);

/**
 * triage_case_is_in_range() - return whether a sentence about a range of previous releases includes
 * this origin
 */
bool triage_case_is_in_range(const struct triage_exposure *exposure, const struct triage_case *one,
			     uint32_t origin);

/**
 * triage_report_sort() - sort the cases, and the findings of each, strongest verdict first
 *
 * The function also finds each case's changepoint over the previous releases, because the
 * changepoint depends on the verdicts.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_report_sort(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_CASES_H */
