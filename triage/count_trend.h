/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dependence of the crash rate on the kexec count, and the count at which the rate changes. */
#ifndef LINEAGE_TRIAGE_COUNT_TREND_H
#define LINEAGE_TRIAGE_COUNT_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "same_boots.h"
#include "strata_cut.h"
#include "tables.h"
#include "tails.h"
#include "verdict.h"
#include "weeks.h"

/**
 * struct triage_count_trend - dependence of a crash on the kexec count, among boots of the same
 * origin and label
 * @doses: array of @dose_count doses: boots and crashes by kexec count, over all origins and
 *	labels; owned by the report
 * @is_capped: the last dose includes all larger counts
 * @z: statistic of the trend, or of the change at one count if the change has the smaller p-value;
 *	positive if the crash rate increases with the count
 * @p: p-value of the better of the two tests; NAN if no stratum is informative
 * @score: ratio of @p and the weight of the test in the correction for multiple testing
 * @q: q-value; NAN if the test can never be significant
 * @from: first kexec count at which the crash rate is higher, or lower if @z is negative; 0 if
 *	there is no such count, or if @p is larger than TRIAGE_FDR
 * @split: boots at or above the count @from against boots below it
 * @ratio: risk ratio of @split within origins and labels
 * @is_timed: @z, @p, @from and @ratio are of crashes per time
 * @seconds, @other_seconds: if @is_timed, times at risk of the two groups of @split
 * @hosts: number of hosts that had the crash; 0 if hosts were not counted
 * @label: as in struct triage_finding
 * @same_boots: crashes whose findings were dropped, because they are on the same boots
 * @boots_needed: for the side of @split that crashes more, as in struct triage_finding
 * @verdict: what the test establishes
 * @why_not: for a suspect, the other explanation
 * @weeks: as in struct triage_finding
 */
struct triage_count_trend {
	const struct triage_dose *doses;
	size_t dose_count;
	bool is_capped;
	double z;
	double p;
	double score;
	double q;
	uint32_t from;
	struct triage_table split;
	struct triage_interval ratio;
	bool is_timed;
	uint64_t seconds;
	uint64_t other_seconds;
	int64_t hosts;
	const char *label;
	struct triage_same_boots same_boots;
	uint64_t boots_needed;
	enum triage_verdict verdict;
	enum triage_doubt why_not;
	struct triage_weeks weeks;
};

/**
 * triage_count_trend_test() - test the crashes of one release and signature for a trend,
 * and for a change at each count
 * @times: the times at risk of the same case, to compare crashes per time; NULL to compare boots
 * @ret_doses: boots and crashes by kexec count; the caller provides one element for each count of
 *	the release
 * @ret: the result; @q, @hosts and @verdict are not set
 * @ret_test: the test, which the caller deinitialises; may be NULL
 *
 * Return: 0 or -ENOMEM.
 */
int triage_count_trend_test(struct triage_strata_cut *cut, struct triage_strata_cut *times,
			    struct triage_dose *ret_doses, struct triage_count_trend *ret,
			    struct triage_tail *ret_test);

/**
 * triage_count_trend_is_tested() - return whether a stratum was informative, so that the trend was
 * tested
 */
bool triage_count_trend_is_tested(const struct triage_count_trend *trend);

/**
 * triage_count_trend_is_raised() - return whether a dose is on the worse side of an established
 * change
 */
bool triage_count_trend_is_raised(const struct triage_count_trend *trend,
				  const struct triage_dose *dose);

#endif /* LINEAGE_TRIAGE_COUNT_TREND_H */
