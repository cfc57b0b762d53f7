/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparison of one origin with all others, for the crashes of one signature in one release. */
#ifndef LINEAGE_TRIAGE_FINDING_H
#define LINEAGE_TRIAGE_FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "same_boots.h"
#include "strata_cut.h"
#include "tables.h"
#include "tails.h"
#include "verdict.h"
#include "weeks.h"

/**
 * struct triage_left_out - the machines that a comparison leaves out
 * @machines: number of machines
 * @boots, @crashes: boots of the case on these machines, and how many of them had the crash
 */
struct triage_left_out {
	uint64_t machines;
	uint64_t boots;
	uint64_t crashes;
};

/**
 * struct triage_finding - one origin against all others
 * @origin: TRIAGE_COLD, or the number of the previous release
 * @is_second: for an ancestor: it is compared as the second kernel back; otherwise, as any kernel
 *	further back than the previous kernel
 * @is_timed: the comparisons are of crashes per time; otherwise, of crashes per boot
 * @seconds, @other_seconds: if @is_timed, times at risk of the origin's boots and of all others
 * @table: boots of the origin against all others, not stratified
 * @ratio: risk ratio within labels
 * @p: p-value of the exact test within labels
 * @ratio_kexeced, @p_kexeced: as @ratio and @p, but only among boots after a kexec; NAN for the
 *	cold boot, and if there is no other origin
 * @ratio_same_count, @p_same_count: as @ratio and @p, but within labels and kexec counts; NAN for
 *	the cold boot, and if no stratum is informative
 * @below: if not 0, @ratio_same_count and @p_same_count compare only boots with a smaller kexec
 *	count, because boots with larger counts crash more
 * @tail: p-value of the one-sided test that is corrected for multiple testing; NAN if there was no
 *	test
 * @score: ratio of @tail and the weight of the test in the correction for multiple testing
 * @q: q-value of @tail; NAN if the comparison can never be significant
 * @hosts: number of hosts that had the crash after this origin; 0 if hosts were not counted
 * @left_out: machines that this comparison leaves out, because they crash in too many of their
 *	boots (beside_machines.h)
 * @label: the label to which the difference is confined (confined.h); NULL if it is in none, if too
 *	few boots crashed to decide, or if machines were not compared; owned by the exposure
 * @boots_needed: boots from this origin that are needed to detect the observed ratio with 80 %
 *	power; 0 if the ratio is not larger than 1 or undefined, or if there are enough boots
 * @same_boots: crashes whose findings were dropped, because they are on the same boots
 * @verdict: what the comparison establishes
 * @why_not: for a suspect, the other explanation
 * @weeks: for TRIAGE_DOUBT_CALENDAR, the weeks that explain the difference
 */
struct triage_finding {
	uint32_t origin;
	bool is_second;
	bool is_timed;
	uint64_t seconds;
	uint64_t other_seconds;
	struct triage_table table;
	struct triage_interval ratio;
	double p;
	struct triage_interval ratio_kexeced;
	double p_kexeced;
	struct triage_interval ratio_same_count;
	double p_same_count;
	uint32_t below;
	double tail;
	double score;
	double q;
	int64_t hosts;
	struct triage_left_out left_out;
	const char *label;
	uint64_t boots_needed;
	struct triage_same_boots same_boots;
	enum triage_verdict verdict;
	enum triage_doubt why_not;
	struct triage_weeks weeks;
};

/**
 * triage_finding_compare() - make all comparisons of an origin
 * @limit: if the p-value of the most specific comparison is larger, do not make the others: their
 *	p-values and ratios are NAN
 * @ret: the comparisons; @q, @hosts, @label, @boots_needed and @verdict are 0
 * @ret_test: the one-sided test of the most specific comparison, which the caller deinitialises;
 *	may be NULL
 *
 * The test of a previous release is one-sided: whether its boots crash more. The test of the cold
 * boot is two-sided.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_finding_compare(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
			   double limit, struct triage_finding *ret, struct triage_tail *ret_test);

/**
 * triage_finding_judged_p() - p-value of the judged comparison
 *
 * The most specific possible comparison is judged: within kexec counts, else among boots after a
 * kexec, else among all boots.
 */
double triage_finding_judged_p(const struct triage_finding *finding);

/**
 * triage_finding_is_inverse() - whether boots after a kexec crashed more than cold boots: the
 * finding is an inverse association of the cold boot, or a suspect that was such an association
 */
bool triage_finding_is_inverse(const struct triage_finding *finding);

/** triage_finding_judged_ratio() - risk ratio of the judged comparison */
struct triage_interval triage_finding_judged_ratio(const struct triage_finding *finding);

#endif /* LINEAGE_TRIAGE_FINDING_H */
