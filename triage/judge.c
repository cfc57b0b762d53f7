// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "multiple_testing.h"
#include "statistics.h"

/*
 * Return the p-value for the multiple-testing correction. A ratio below 1 is a finding only for the
 * cold boot: a lower rate after one previous kernel merely reflects a higher rate after another
 * previous kernel.
 */
static double tested_p(const struct triage_finding *finding)
{
	double p = triage_finding_judged_p(finding);

	if (finding->origin == TRIAGE_COLD || triage_finding_judged_ratio(finding).estimate > 1)
		return p;
	return isnan(p) ? NAN : 1;
}

/** struct tests - the findings, then the count trends, then the ranges of all cases */
struct tests {
	size_t count;
	double *q;
	double *least;
	bool *is_able;
};

static void tests_deinit(struct tests *tests)
{
	free(tests->q);
	free(tests->least);
	free(tests->is_able);
}
#define AUTO_TESTS __attribute__((cleanup(tests_deinit))) struct tests

/* A range is chosen by its crashes, so the smallest possible p-value of its test is unknown. */
static void set_range(struct tests *tests, size_t i, const struct triage_release_range *range)
{
	tests->q[i] = range->is_tested ? tested_p(&range->finding) : NAN;
	tests->least[i] = range->is_tested ? 0 : NAN;
}

static int tests_init(struct tests *tests, const struct triage_report *report)
{
	size_t findings = report->finding_count;

	tests->count = findings + 2 * report->case_count;
	tests->q = calloc(tests->count + 1, sizeof(*tests->q));
	tests->least = calloc(tests->count + 1, sizeof(*tests->least));
	tests->is_able = calloc(tests->count + 1, sizeof(*tests->is_able));
	if (!tests->q || !tests->least || !tests->is_able)
		return -ENOMEM;
	for (size_t i = 0; i < findings; i++) {
		tests->q[i] = tested_p(&report->findings[i]);
		tests->least[i] = report->findings[i].least;
	}
	for (size_t i = 0; i < report->case_count; i++) {
		tests->q[findings + i] = report->cases[i].count_trend.p;
		tests->least[findings + i] = report->cases[i].count_trend.least;
		set_range(tests, findings + report->case_count + i, &report->cases[i].range);
	}
	return 0;
}

/* Replace the p-values with q-values; NAN for tests that can never be significant. */
static int tests_adjust(struct tests *tests, size_t *ret_able)
{
	long able = triage_testable(tests->least, tests->count, TRIAGE_FDR, tests->is_able);

	if (able < 0)
		return -ENOMEM;
	for (size_t i = 0; i < tests->count; i++)
		if (!tests->is_able[i])
			tests->q[i] = NAN;
	*ret_able = (size_t)able;
	return triage_benjamini_hochberg(tests->q, tests->count);
}

/* Return whether the comparison within kexec counts shows that the count causes the higher rate. */
static bool is_explained(const struct triage_finding *finding)
{
	const struct triage_interval *same = &finding->ratio_same_count;

	if (isnan(finding->p_same_count))
		return false;
	if (isinf(finding->ratio_kexeced.estimate))
		return false;
	return same->high < finding->ratio_kexeced.estimate ||
	       (same->estimate <= 1 && finding->p_same_count <= TRIAGE_FDR);
}

/* Determine the verdict. @level: Bonferroni-corrected level of a single test. */
static enum triage_verdict judge(const struct triage_finding *finding, double level)
{
	bool is_higher = triage_finding_judged_ratio(finding).estimate > 1;
	double p = isnan(finding->p_kexeced) ? finding->p : finding->p_kexeced;

	if (finding->origin == TRIAGE_COLD) {
		if (finding->q <= TRIAGE_FDR)
			return finding->ratio.estimate < 1 ? TRIAGE_INVERSE : TRIAGE_ASSOCIATED;
		return finding->p <= TRIAGE_FDR && finding->ratio.estimate > 1 ? TRIAGE_LEAD
									       : TRIAGE_NONE;
	}
	if (is_higher && finding->q <= TRIAGE_FDR)
		return isnan(finding->p_same_count) ? TRIAGE_SUSPECT : TRIAGE_ASSOCIATED;
	if (!(finding->ratio.estimate > 1) || is_explained(finding))
		return TRIAGE_NONE;
	if (p <= level)
		return TRIAGE_SUSPECT;
	return p <= TRIAGE_FDR ? TRIAGE_LEAD : TRIAGE_NONE;
}

static void judge_range(struct triage_release_range *range, double q)
{
	struct triage_finding *finding = &range->finding;

	finding->q = q;
	finding->verdict = TRIAGE_NONE;
	if (!range->is_found || !(q <= TRIAGE_FDR) ||
	    !(triage_finding_judged_ratio(finding).estimate > 1))
		return;
	finding->verdict = isnan(finding->p_same_count) ? TRIAGE_SUSPECT : TRIAGE_ASSOCIATED;
	if (finding->verdict == TRIAGE_SUSPECT)
		finding->why_not = TRIAGE_DOUBT_KEXEC_COUNT;
}

int triage_judge(struct triage_report *report)
{
	size_t findings = report->finding_count;
	AUTO_TESTS tests = { 0 };
	double level;
	int error = tests_init(&tests, report);

	if (!error)
		error = tests_adjust(&tests, &report->tests);
	if (error)
		return error;
	level = TRIAGE_FDR / (double)(report->tests ? report->tests : 1);
	for (size_t i = 0; i < findings; i++) {
		struct triage_finding *finding = &report->findings[i];

		finding->q = tests.q[i];
		finding->boots_needed = triage_boots_needed(&finding->table, level);
		finding->verdict = judge(finding, level);
		if (finding->verdict == TRIAGE_SUSPECT)
			finding->why_not = TRIAGE_DOUBT_KEXEC_COUNT;
	}
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_count_trend *count_trend = &report->cases[i].count_trend;

		count_trend->q = tests.q[findings + i];
		count_trend->verdict = TRIAGE_NONE;
		if (count_trend->q <= TRIAGE_FDR)
			count_trend->verdict = TRIAGE_ASSOCIATED;
		else if (count_trend->p <= TRIAGE_FDR)
			count_trend->verdict = TRIAGE_LEAD;
		judge_range(&report->cases[i].range, tests.q[findings + report->case_count + i]);
	}
	return 0;
}
