// SPDX-License-Identifier: GPL-2.0-or-later
#include "cases.h"

#include <math.h>
#include <stdlib.h>

/* Sort by descending strength of the verdict, then by ascending p-value. */
static int compare_findings(const void *left, const void *right)
{
	const struct triage_finding *a = left, *b = right;

	if (a->verdict != b->verdict)
		return a->verdict > b->verdict ? -1 : 1;
	if (a->p != b->p && !(isnan(a->p) && isnan(b->p)))
		return isnan(b->p) || a->p < b->p ? -1 : 1;
	return (a->origin > b->origin) - (a->origin < b->origin);
}

enum triage_verdict triage_case_verdict(const struct triage_case *one)
{
	enum triage_verdict found = one->finding_count > 0 ? one->findings[0].verdict : TRIAGE_NONE;

	if (one->range.finding.verdict > found)
		found = one->range.finding.verdict;
	for (size_t i = 0; i < one->ancestor_count; i++)
		if (one->ancestors[i].verdict > found)
			found = one->ancestors[i].verdict;
	return found > one->count_trend.verdict ? found : one->count_trend.verdict;
}

bool triage_case_is_in_range(const struct triage_exposure *exposure, const struct triage_case *one,
			     uint32_t origin)
{
	return one->range.finding.verdict != TRIAGE_NONE && origin != TRIAGE_COLD &&
	       triage_release_range_has(exposure, &one->range, exposure->releases.texts[origin]);
}

bool triage_case_is_found(const struct triage_case *one)
{
	return triage_case_verdict(one) > TRIAGE_LEAD;
}

/* Return the p-value used to sort a case, or NAN. */
static double sort_p(const struct triage_case *one)
{
	double p = one->finding_count > 0 ? one->findings[0].p : NAN;

	return fmin(p, one->count_trend.p);
}

static int compare_cases(const void *left, const void *right)
{
	const struct triage_case *a = left, *b = right;
	enum triage_verdict found = triage_case_verdict(a), other = triage_case_verdict(b);

	if (found != other)
		return found > other ? -1 : 1;
	if (sort_p(a) != sort_p(b) && !(isnan(sort_p(a)) && isnan(sort_p(b))))
		return isnan(sort_p(b)) || sort_p(a) < sort_p(b) ? -1 : 1;
	if (a->crashes != b->crashes)
		return a->crashes > b->crashes ? -1 : 1;
	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	return (a->release > b->release) - (a->release < b->release);
}

int triage_report_sort(struct triage_report *report)
{
	int error = 0;

	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];
		struct triage_finding *findings = one->findings;

		one->release_order = (struct triage_release_order){ 0 };
		qsort(findings, one->finding_count, sizeof(*findings), compare_findings);
		if (one->finding_count > 0 && findings[0].verdict == TRIAGE_ASSOCIATED &&
		    findings[0].origin != TRIAGE_COLD)
			error = triage_release_order_find(report->exposure, findings,
							  one->finding_count, &one->release_order);
	}
	if (report->case_count > 0)
		qsort(report->cases, report->case_count, sizeof(*report->cases), compare_cases);
	return error;
}

static void case_deinit(struct triage_case *one)
{
	for (size_t i = 0; i < one->ancestor_count; i++)
		triage_tail_deinit(&one->ancestor_tests[i]);
	free(one->ancestor_tests);
	free(one->ancestors);
}

void triage_report_destroy(struct triage_report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->finding_count; i++)
		triage_tail_deinit(&report->finding_tests[i]);
	for (size_t i = 0; i < report->case_count; i++)
		triage_tail_deinit(&report->trend_tests[i]);
	for (size_t i = 0; i < report->case_count; i++)
		case_deinit(&report->cases[i]);
	free(report->finding_tests);
	free(report->trend_tests);
	free(report->family);
	free(report->cases);
	free(report->findings);
	free(report->by_boots);
	free(report->same_boots);
	free(report->doses);
	free(report);
}
