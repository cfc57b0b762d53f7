/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trend of the crash rate over the kexec count, and the count at which the rate changes. */
#ifndef LINEAGE_TRIAGE_COUNT_TREND_H
#define LINEAGE_TRIAGE_COUNT_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strata_cut.h"
#include "tables.h"
#include "verdict.h"

/**
 * struct triage_count_trend - dependence of a crash on the kexec count, among boots of the same
 * origin and label
 * @doses: boots and crashes by kexec count, over all origins and labels; @dose_count elements,
 *	owned by the report
 * @is_capped: the last dose includes all larger counts
 * @z: statistic of the trend, positive if the crash rate increases with the count
 * @p: p-value of the exact test; NAN if no stratum is informative
 * @least: smallest p-value that these boots and crashes can give
 * @q: q-value; NAN if the test can never be significant
 * @from: kexec count from which on the crash rate is higher, or lower if @z is negative; 0 if
 *	there is no such count, or if @p is larger than TRIAGE_FDR
 * @split: boots from @from on against boots before it
 * @ratio: risk ratio of that split within origins and labels
 * @hosts: number of hosts with such crashes; 0 if they were not counted
 * @verdict: what the test establishes
 */
struct triage_count_trend {
	const struct triage_dose *doses;
	size_t dose_count;
	bool is_capped;
	double z;
	double p;
	double least;
	double q;
	uint32_t from;
	struct triage_table split;
	struct triage_interval ratio;
	int64_t hosts;
	enum triage_verdict verdict;
};

/**
 * triage_count_trend_test() - test the crashes of one release and signature for a trend
 * @ret_doses: boots and crashes by kexec count; the caller provides one element for each count of
 *	the release
 * @ret: every field except @q, @hosts and @verdict
 */
void triage_count_trend_test(struct triage_strata_cut *cut, struct triage_dose *ret_doses,
			     struct triage_count_trend *ret);

/** triage_count_trend_is_tested() - was there an informative stratum, and so a test? */
bool triage_count_trend_is_tested(const struct triage_count_trend *trend);

/** triage_count_trend_is_raised() - is a dose on the worse side of an established change? */
bool triage_count_trend_is_raised(const struct triage_count_trend *trend,
				  const struct triage_dose *dose);

#endif /* LINEAGE_TRIAGE_COUNT_TREND_H */
