// SPDX-License-Identifier: GPL-2.0-or-later
#include "judge.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "multiple_testing.h"
#include "statistics.h"

/*
 * Weights of the tests; docs/appendix/statistics.md gives the reasons. EXCESS_HALF: number of
 * crashes, above the expected number, at which a case has half of the largest weight. WEIGHT_RANGE:
 * for each previous release. TESTS_LEAST: add_reserve(), docs/decisions/few-comparisons.md.
 */
#define EXCESS_HALF 6
#define WEIGHT_MIN 0.01
#define WEIGHT_ANY_CRASH 0.06
#define WEIGHT_ALL_RELEASES 0.01
#define WEIGHT_COLD 0.3
#define WEIGHT_TREND 0.4
#define WEIGHT_ANCESTOR 0.1
#define TESTS_LEAST 10
#define WEIGHT_RANGE 0.1

/**
 * struct tests - the one-sided tests of the findings, then of the count trends, then of the ranges,
 * then of the ancestors of all cases, and the reserve (add_reserve()). Tests of findings that can
 * be associated are one family; tests of findings that are at most suspects are the second family
 * @all: array of @count tests; what they point to is owned by the report
 * @family: copy of @all without the tests of the other family
 * @is_suspect: whether the finding is at most a suspect, so that its test belongs to the second
 *	family
 * @q: the q-values
 * @reserve: weight of the reserve, in relation to the largest weight; 0 without a reserve
 */
struct tests {
	size_t count;
	struct triage_weighted *all;
	struct triage_weighted *family;
	bool *is_suspect;
	double *q;
	double reserve;
};

static void tests_deinit(struct tests *tests)
{
	free(tests->all);
	free(tests->family);
	free(tests->is_suspect);
	free(tests->q);
}
#define AUTO_TESTS __attribute__((cleanup(tests_deinit))) struct tests

/* A finding on a previous release that is not tested within kexec counts is at most a suspect. */
static bool is_suspect(const struct triage_finding *finding)
{
	return finding->origin != TRIAGE_COLD && isnan(finding->p_same_count);
}

/* A range is chosen by its crashes, so the possible p-values of its test are unknown. */
static struct triage_tail test_of_range(const struct triage_release_range *range)
{
	return (struct triage_tail){ .p = range->is_tested ? range->finding.tail : NAN,
				     .is_fine = true };
}

/*
 * Return how many crashes a case has more than expected from the rate of the same crash in the
 * other releases. @crashes: number of crashes of each signature. @boots: boots of all releases.
 */
static double excess(const struct triage_case *one, const double *crashes, double boots)
{
	double others = boots - (double)one->boots, own = (double)one->crashes;

	if (!(others > 0))
		return own;
	return own - (double)one->boots * (crashes[one->signature] - own) / others;
}

/*
 * Return the weight of the tests of a case. A test of few crashes rarely finds anything, and a
 * dependence raises the number of crashes, so most of the error of the first kind goes to cases
 * with more crashes than expected. The weight may depend on the number of crashes, because the
 * tests take this number as given.
 */
static double weight_of(const struct triage_report *report, const struct triage_case *one,
			const double *crashes, double boots)
{
	bool is_pooled = triage_is_pooled(report->exposure, one->release);
	double more = is_pooled ? (double)one->crashes : excess(one, crashes, boots);
	double power = pow(fmax(more, 0) / EXCESS_HALF, 4);
	double weight = fmax(power / (1 + power), WEIGHT_MIN);

	if (is_pooled)
		return weight * WEIGHT_ALL_RELEASES;
	if (triage_is_any_crash(report->exposure, one->signature))
		return weight * WEIGHT_ANY_CRASH;
	return weight;
}

/* Sum the crashes of each signature, and the boots, over the releases. Return the boots. */
static double add_up(const struct triage_exposure *exposure, double *ret_crashes)
{
	double boots = 0;

	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];

		if (!triage_is_pooled(exposure, crash->at.release))
			ret_crashes[crash->signature] += (double)crash->at.boots;
	}
	for (size_t i = 0; i < exposure->cell_count; i++)
		if (!triage_is_pooled(exposure, exposure->cells[i].release))
			boots += (double)exposure->cells[i].boots;
	return boots;
}

static size_t count_ancestors(const struct triage_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->case_count; i++)
		count += report->cases[i].ancestor_count;
	return count;
}

/* Return the weight of the range of a case in relation to a previous release of the case. */
static double weight_of_range(const struct triage_case *one)
{
	return fmax(WEIGHT_RANGE * (double)one->finding_count, 1);
}

/*
 * If the weights of all tests add up to less than those of TESTS_LEAST tests with the largest
 * weight, a test that is never significant has the rest, so that a store with few comparisons does
 * not use the whole error of the first kind on them.
 */
static void add_reserve(struct tests *tests)
{
	struct triage_weighted *reserve = &tests->all[tests->count - 1];
	double sum = 0, largest = 0;

	for (size_t i = 0; i + 1 < tests->count; i++) {
		if (isnan(tests->all[i].test.p) || tests->is_suspect[i])
			continue;
		sum += tests->all[i].weight;
		largest = fmax(largest, tests->all[i].weight);
	}
	tests->reserve = largest > 0 ? fmax(TESTS_LEAST - sum / largest, 0) : 0;
	reserve->test = (struct triage_tail){ .p = tests->reserve > 0 ? 1 : NAN, .is_fine = true };
	reserve->weight = tests->reserve > 0 ? tests->reserve * largest : WEIGHT_MIN;
}

static int tests_init(struct tests *tests, struct triage_report *report)
{
	size_t findings = report->finding_count, cases = report->case_count, next = 0;
	LINEAGE_AUTO_FREE double *crashes =
		calloc(report->exposure->signature_names.count + 1, sizeof(*crashes));
	size_t ancestor = findings + 2 * cases;
	double boots;

	tests->count = findings + 2 * cases + count_ancestors(report) + 1;
	tests->all = calloc(tests->count + 1, sizeof(*tests->all));
	tests->family = calloc(tests->count + 1, sizeof(*tests->family));
	tests->is_suspect = calloc(tests->count + 1, sizeof(*tests->is_suspect));
	tests->q = calloc(tests->count + 1, sizeof(*tests->q));
	if (!tests->all || !tests->family || !tests->is_suspect || !tests->q || !crashes)
		return -ENOMEM;
	boots = add_up(report->exposure, crashes);
	for (size_t i = 0; i < cases; i++) {
		struct triage_case *one = &report->cases[i];
		double weight = weight_of(report, one, crashes, boots);

		one->weight = weight;
		one->range.weight = weight_of_range(one);
		for (size_t j = 0; j < one->finding_count; j++, next++) {
			bool is_cold = one->findings[j].origin == TRIAGE_COLD;

			tests->all[next] =
				(struct triage_weighted){ report->finding_tests[next],
							  weight * (is_cold ? WEIGHT_COLD : 1) };
			tests->is_suspect[next] = is_suspect(&one->findings[j]);
		}
		tests->all[findings + i] =
			(struct triage_weighted){ report->trend_tests[i], weight * WEIGHT_TREND };
		tests->all[findings + cases + i] =
			(struct triage_weighted){ test_of_range(&one->range),
						  weight * one->range.weight };
		tests->is_suspect[findings + cases + i] = is_suspect(&one->range.finding);
		for (size_t j = 0; j < one->ancestor_count; j++)
			tests->all[ancestor++] =
				(struct triage_weighted){ one->ancestor_tests[j],
							  weight * WEIGHT_ANCESTOR };
	}
	add_reserve(tests);
	return 0;
}

/* Set @family to the tests of one family. */
static void select_family(struct tests *tests, bool of_suspects)
{
	for (size_t i = 0; i < tests->count; i++) {
		tests->family[i] = tests->all[i];
		if (tests->is_suspect[i] != of_suspects)
			tests->family[i].test = (struct triage_tail){ .p = NAN };
	}
}

/*
 * Compute the q-values of one family, NAN for tests that can never be significant, and the largest
 * significant ratio of p-value and weight.
 */
static int adjust_family(struct tests *tests, bool of_suspects, double fdr, double *ret_limit)
{
	LINEAGE_AUTO_FREE double *q = calloc(tests->count + 1, sizeof(*q));
	size_t significant = 0;
	int error;

	select_family(tests, of_suspects);
	error = q ? triage_discrete_q(tests->family, tests->count, q) : -ENOMEM;
	if (error)
		return error;
	for (size_t i = 0; i < tests->count; i++) {
		if (tests->is_suspect[i] != of_suspects)
			continue;
		tests->q[i] = triage_tail_probability(&tests->all[i].test, fdr) > 0 ? q[i] : NAN;
		significant += tests->q[i] <= fdr;
	}
	return triage_discrete_level(tests->family, tests->count, fdr,
				     significant > 0 ? significant : 1, ret_limit);
}

/* Keep the tests of findings that can be associated, for triage_judge_reported(). */
static void keep_family(struct tests *tests, struct triage_report *report)
{
	select_family(tests, false);
	report->family = tests->family;
	report->family_count = tests->count;
	tests->family = NULL;
}

static double score_of(const struct triage_weighted *test)
{
	return test->test.p / test->weight;
}

/* Set the levels and the number of tests of the report, and compute the q-values. */
static int adjust(struct tests *tests, struct triage_report *report)
{
	size_t last = tests->count - 1;
	double ignored;
	int error = adjust_family(tests, false, TRIAGE_FDR, &report->limit);

	if (!error)
		error = adjust_family(tests, true, TRIAGE_FDR, &ignored);
	for (size_t i = 0; i < tests->count; i++) {
		tests->family[i] = tests->all[i];
		tests->family[i].weight = i == last && tests->reserve > 0 ? tests->reserve : 1;
	}
	if (!error)
		error = triage_discrete_level(tests->family, tests->count, TRIAGE_FDR, 1,
					      &report->level);
	for (size_t i = 0; i < last; i++)
		report->tests += triage_tail_probability(&tests->all[i].test, report->level) > 0;
	return error;
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

static enum triage_verdict judge(const struct triage_report *report,
				 const struct triage_finding *finding)
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
	if (p <= report->level)
		return TRIAGE_SUSPECT;
	return p <= TRIAGE_FDR ? TRIAGE_LEAD : TRIAGE_NONE;
}

/*
 * If the crash rates differ per boot, but not per time, report the comparison per boot as a
 * suspect: the length of the boots may be the cause. This comparison is not one of the tests.
 */
static void suspect_length(struct triage_finding *finding, const struct triage_finding *by_boots,
			   double level)
{
	bool is_higher = triage_finding_judged_ratio(by_boots).estimate > 1;

	if (!finding->is_timed || finding->verdict > TRIAGE_LEAD ||
	    !(triage_finding_judged_p(by_boots) <= level) || is_explained(by_boots) ||
	    !(is_higher || by_boots->origin == TRIAGE_COLD))
		return;
	*finding = *by_boots;
	finding->q = NAN;
	finding->verdict = TRIAGE_SUSPECT;
	finding->why_not = TRIAGE_DOUBT_BOOT_LENGTH;
}

static void suspect_length_of_trend(struct triage_case *one, double level)
{
	if (!one->count_trend.is_timed || one->count_trend.verdict > TRIAGE_LEAD ||
	    !(one->count_trend_by_boots.p <= level) || one->count_trend_by_boots.from == 0)
		return;
	one->count_trend = one->count_trend_by_boots;
	one->count_trend.verdict = TRIAGE_SUSPECT;
	one->count_trend.why_not = TRIAGE_DOUBT_BOOT_LENGTH;
}

static void suspect_length_of_range(struct triage_case *one, double level)
{
	struct triage_release_range *range = &one->range, *by_boots = &one->range_by_boots;

	if (!range->finding.is_timed || range->finding.verdict != TRIAGE_NONE ||
	    !by_boots->is_found)
		return;
	if (triage_finding_judged_p(&by_boots->finding) <= level &&
	    triage_finding_judged_ratio(&by_boots->finding).estimate > 1) {
		*range = *by_boots;
		range->finding.q = NAN;
		range->finding.verdict = TRIAGE_SUSPECT;
		range->finding.why_not = TRIAGE_DOUBT_BOOT_LENGTH;
	}
}

static void judge_range(const struct triage_report *report, struct triage_release_range *range,
			double q)
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

/* The verdict on an ancestor is either associated or none. */
static void judge_ancestors(const struct triage_report *report, const struct tests *tests,
			    size_t next)
{
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];

		for (size_t j = 0; j < one->ancestor_count; j++, next++) {
			struct triage_finding *finding = &one->ancestors[j];

			finding->score = score_of(&tests->all[next]);
			finding->q = tests->q[next];
			finding->verdict = finding->q <= TRIAGE_FDR && finding->ratio.estimate > 1
						   ? TRIAGE_ASSOCIATED
						   : TRIAGE_NONE;
		}
	}
}

/* Return the number of boots that are needed on the side of the change that crashes more. */
static uint64_t need_boots(const struct triage_count_trend *trend, double level)
{
	const struct triage_table *split = &trend->split;
	struct triage_table table = *split;

	if (trend->from == 0)
		return 0;
	if (trend->z < 0)
		table = (struct triage_table){ split->other_crashes, split->other_boots,
					       split->crashes, split->boots };
	return triage_boots_needed(&table, level);
}

int triage_judge(struct triage_report *report)
{
	size_t findings = report->finding_count;
	AUTO_TESTS tests = { 0 };
	int error = tests_init(&tests, report);

	if (!error)
		error = adjust(&tests, report);
	if (error)
		return error;
	for (size_t i = 0; i < findings; i++) {
		struct triage_finding *finding = &report->findings[i];

		finding->score = score_of(&tests.all[i]);
		finding->q = tests.q[i];
		finding->boots_needed = triage_boots_needed(&finding->table, report->level);
		finding->verdict = judge(report, finding);
		if (finding->verdict == TRIAGE_SUSPECT)
			finding->why_not = TRIAGE_DOUBT_KEXEC_COUNT;
		suspect_length(finding, &report->by_boots[i], report->level);
	}
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_count_trend *count_trend = &report->cases[i].count_trend;

		count_trend->score = score_of(&tests.all[findings + i]);
		count_trend->q = tests.q[findings + i];
		count_trend->boots_needed = need_boots(count_trend, report->level);
		count_trend->verdict = TRIAGE_NONE;
		if (count_trend->q <= TRIAGE_FDR)
			count_trend->verdict = TRIAGE_ASSOCIATED;
		else if (count_trend->p <= TRIAGE_FDR)
			count_trend->verdict = TRIAGE_LEAD;
		report->cases[i].range.finding.score =
			score_of(&tests.all[findings + report->case_count + i]);
		judge_range(report, &report->cases[i].range,
			    tests.q[findings + report->case_count + i]);
		suspect_length_of_trend(&report->cases[i], report->level);
		suspect_length_of_range(&report->cases[i], report->level);
	}
	judge_ancestors(report, &tests, findings + 2 * report->case_count);
	keep_family(&tests, report);
	return 0;
}

/**
 * struct reported - the associations of a report
 * @verdicts, @q, @scores: arrays of @count elements; owned
 */
struct reported {
	enum triage_verdict **verdicts;
	double **q;
	double *scores;
	size_t count;
};

static void reported_deinit(struct reported *reported)
{
	free(reported->verdicts);
	free(reported->q);
	free(reported->scores);
}
#define AUTO_REPORTED __attribute__((cleanup(reported_deinit))) struct reported

/* An inverse association is reported only if nothing else in the case is associated. */
static void add_reported(struct reported *reported, const struct triage_case *one,
			 enum triage_verdict *verdict, double *q, double score)
{
	if (*verdict < TRIAGE_INVERSE || *verdict < triage_case_verdict(one))
		return;
	reported->verdicts[reported->count] = verdict;
	reported->q[reported->count] = q;
	reported->scores[reported->count++] = score;
}

/*
 * Return the associated ancestor with the smallest p-value, or NULL. The other ancestors may have
 * the same cause (machines.c), so only this ancestor counts as reported.
 */
static struct triage_finding *best_ancestor(const struct triage_case *one)
{
	struct triage_finding *best = NULL;

	for (size_t i = 0; i < one->ancestor_count; i++) {
		struct triage_finding *finding = &one->ancestors[i];

		if (finding->verdict == TRIAGE_ASSOCIATED && (!best || finding->p < best->p))
			best = finding;
	}
	return best;
}

/* If the best ancestor of a case has become a lead, drop all ancestors of the case. */
static void drop_weak_ancestors(const struct triage_report *report)
{
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];
		bool is_dropped = false;

		for (size_t j = 0; j < one->ancestor_count; j++)
			is_dropped = is_dropped || one->ancestors[j].verdict == TRIAGE_LEAD;
		for (size_t j = 0; is_dropped && j < one->ancestor_count; j++)
			one->ancestors[j].verdict = TRIAGE_NONE;
	}
}

static int list_reported(struct triage_report *report, struct reported *reported)
{
	size_t limit = report->finding_count + 3 * report->case_count + 1;

	reported->verdicts = calloc(limit, sizeof(*reported->verdicts));
	reported->q = calloc(limit, sizeof(*reported->q));
	reported->scores = calloc(limit, sizeof(*reported->scores));
	if (!reported->verdicts || !reported->q || !reported->scores)
		return -ENOMEM;
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];
		struct triage_finding *range = &one->range.finding, *ancestor;

		for (size_t j = 0; j < one->finding_count; j++)
			add_reported(reported, one, &one->findings[j].verdict, &one->findings[j].q,
				     one->findings[j].score);
		add_reported(reported, one, &one->count_trend.verdict, &one->count_trend.q,
			     one->count_trend.score);
		add_reported(reported, one, &range->verdict, &range->q, range->score);
		ancestor = best_ancestor(one);
		if (ancestor)
			add_reported(reported, one, &ancestor->verdict, &ancestor->q,
				     ancestor->score);
	}
	return 0;
}

/*
 * Set the largest significant ratios of p-value and weight, given the number of associations. A
 * test by machine has other possible p-values than the test that found the association, and they
 * are unknown. In its limit, each test that can reach the other limit therefore counts as if any
 * p-value were possible.
 */
static int set_limits(struct triage_report *report, size_t associations)
{
	LINEAGE_AUTO_FREE struct triage_weighted *family =
		calloc(report->family_count + 1, sizeof(*family));
	size_t rank = associations > 0 ? associations : 1;
	int error;

	if (!family)
		return -ENOMEM;
	error = triage_discrete_level(report->family, report->family_count, TRIAGE_FDR, rank,
				      &report->limit);
	for (size_t i = 0; i < report->family_count; i++) {
		const struct triage_weighted *one = &report->family[i];
		double possible = triage_tail_probability(&one->test, report->limit * one->weight);

		family[i].test =
			(struct triage_tail){ .p = possible > 0 ? 0 : NAN, .is_fine = true };
		family[i].weight = one->weight;
	}
	return error ? error
		     : triage_discrete_level(family, report->family_count, TRIAGE_FDR, rank,
					     &report->limit_by_machine);
}

int triage_judge_reported(struct triage_report *report)
{
	AUTO_REPORTED reported = { 0 };
	LINEAGE_AUTO_FREE double *q = NULL;
	size_t associations = 0;
	int error = list_reported(report, &reported);

	if (error || reported.count == 0)
		return error;
	q = calloc(reported.count, sizeof(*q));
	error = q ? triage_discrete_q_of_some(report->family, report->family_count, reported.scores,
					      reported.count, q)
		  : -ENOMEM;
	for (size_t i = 0; !error && i < reported.count; i++) {
		*reported.q[i] = fmax(*reported.q[i], q[i]);
		if (*reported.q[i] > TRIAGE_FDR)
			*reported.verdicts[i] = TRIAGE_LEAD;
		else
			associations++;
	}
	if (!error)
		error = set_limits(report, associations);
	drop_weak_ancestors(report);
	return error ? error : triage_report_sort(report);
}
