// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparisons.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "exact_test.h"
#include "lib/cleanup.h"
#include "parallel.h"
#include "selection.h"
#include "statistics.h"
#include "strata_cut.h"
#include "time_at_risk.h"
#include "verdict.h"

/*
 * If crashes are compared by time, the comparison by boots is reported only if its p-value is at
 * most the level of the report, which is at most TRIAGE_FDR. Comparisons by boots with larger
 * p-values are not completed.
 */
#define BY_BOOTS_MAX (2 * TRIAGE_FDR)

/**
 * struct slice - the boots of one release
 * @cells: array of @count cells of the exposure; the cells after a cold boot come last
 * @kexeced: number of cells after a kexec
 * @origins: number of origins
 * @doses: upper limit of the number of kexec counts
 */
struct slice {
	const struct triage_cell *cells;
	size_t count;
	size_t kexeced;
	size_t origins;
	size_t doses;
};

/**
 * struct job - a case
 * @slice: the boots of its release
 * @boots: number of cells of @slice that are compared
 * @crashes: array of @crash_count crash cells of the exposure
 * @finding: number of its first finding
 * @dose: number of the first of its doses; there is room for two tests
 */
struct job {
	const struct slice *slice;
	size_t boots;
	const struct triage_crash_cell *crashes;
	size_t crash_count;
	size_t finding;
	size_t dose;
};

/**
 * struct plan - the cases of a report, whose number and order are known before they are compared
 * @slices: the slices, indexed by release number; owned
 * @jobs: array of @count jobs, one for each case; owned
 * @findings, @doses: numbers of findings and doses of all cases
 */
struct plan {
	struct triage_report *report;
	struct slice *slices;
	struct job *jobs;
	size_t count;
	size_t findings;
	size_t doses;
};

static void plan_deinit(struct plan *plan)
{
	free(plan->slices);
	free(plan->jobs);
}
#define AUTO_PLAN __attribute__((cleanup(plan_deinit))) struct plan

/**
 * struct builder - state of the comparison of cases, in one thread
 * @is_timed: a case was compared by time
 * @cut: the boots of the release @taken; owned
 * @times: the times at risk of the case that is being compared; owned
 * @time_cut: their strata; owned
 * @range_cut: room for the strata of a range of releases; owned
 * @taken: the release that is being compared
 * @taken_count: number of cells of @taken that are being compared
 */
struct builder {
	const struct triage_exposure *exposure;
	struct triage_report *report;
	bool is_timed;
	struct triage_strata_cut cut;
	struct triage_time_at_risk times;
	struct triage_strata_cut time_cut;
	struct triage_strata_cut range_cut;
	const struct slice *taken;
	size_t taken_count;
};

static void builder_deinit(struct builder *builder)
{
	triage_strata_cut_deinit(&builder->cut);
	triage_strata_cut_deinit(&builder->time_cut);
	triage_strata_cut_deinit(&builder->range_cut);
	triage_time_at_risk_deinit(&builder->times);
}
#define AUTO_BUILDER __attribute__((cleanup(builder_deinit))) struct builder

static int find_slices(struct plan *plan)
{
	const struct triage_exposure *exposure = plan->report->exposure;

	plan->slices = calloc(exposure->releases.count + 1, sizeof(*plan->slices));
	if (!plan->slices)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i], *before = cell - 1;
		struct slice *slice = &plan->slices[cell->release];
		bool is_first = slice->count == 0;

		if (is_first)
			slice->cells = cell;
		slice->count++;
		slice->kexeced += cell->origin != TRIAGE_COLD;
		slice->origins += is_first || cell->origin != before->origin;
		slice->doses +=
			is_first || cell->origin != before->origin || cell->count != before->count;
	}
	return 0;
}

/* Return the end of the run of crash cells with the release and signature of the cell at @at. */
static size_t end_of_case(const struct triage_exposure *exposure, size_t at)
{
	const struct triage_crash_cell *first = &exposure->crashes[at];

	while (at < exposure->crash_count && exposure->crashes[at].signature == first->signature &&
	       exposure->crashes[at].at.release == first->at.release)
		at++;
	return at;
}

static bool is_requested(const struct triage_report *report, uint32_t release)
{
	return !report->releases ||
	       triage_selection_has_release(report->releases,
					    report->exposure->releases.texts[release]);
}

/* Add the case of the crash cells from @first to @end. */
static void add_job(struct plan *plan, size_t first, size_t end)
{
	const struct triage_exposure *exposure = plan->report->exposure;
	const struct triage_crash_cell *crashes = &exposure->crashes[first];
	const struct slice *slice = &plan->slices[crashes->at.release];
	/* A cold boot cannot be a lost kexec. */
	bool is_lost = triage_is_lost_kexec(exposure, crashes->signature);
	size_t boots = is_lost ? slice->kexeced : slice->count;

	/* Skip a crash without boots: the store was written to while triage read it. */
	if (boots == 0 || !is_requested(plan->report, crashes->at.release))
		return;
	plan->jobs[plan->count++] =
		(struct job){ slice, boots, crashes, end - first, plan->findings, plan->doses };
	plan->findings += slice->origins - (boots < slice->count);
	plan->doses += 2 * slice->doses;
}

/*
 * Allocate all cases, findings and doses of the report at once, since cases point to findings and
 * doses.
 */
static int reserve(struct plan *plan)
{
	const struct triage_exposure *exposure = plan->report->exposure;
	struct triage_report *report = plan->report;

	plan->jobs = calloc(exposure->crash_count + 1, sizeof(*plan->jobs));
	if (!plan->jobs)
		return -ENOMEM;
	for (size_t at = 0, end; at < exposure->crash_count; at = end) {
		end = end_of_case(exposure, at);
		add_job(plan, at, end);
	}
	report->cases = calloc(plan->count + 1, sizeof(*report->cases));
	report->findings = calloc(plan->findings + 1, sizeof(*report->findings));
	report->by_boots = calloc(plan->findings + 1, sizeof(*report->by_boots));
	report->doses = calloc(plan->doses + 1, sizeof(*report->doses));
	report->finding_tests = calloc(plan->findings + 1, sizeof(*report->finding_tests));
	report->trend_tests = calloc(plan->count + 1, sizeof(*report->trend_tests));
	if (!report->cases || !report->findings || !report->by_boots || !report->doses ||
	    !report->finding_tests || !report->trend_tests)
		return -ENOMEM;
	report->case_count = plan->count;
	report->finding_count = plan->findings;
	return 0;
}

/* Find the times at risk of a case. Without them, the strata are not set. */
static int find_times(struct builder *builder, struct triage_case *one)
{
	struct triage_time_at_risk *times = &builder->times;
	int error;

	triage_time_at_risk_deinit(times);
	if (triage_exposure_is_crashes_only(builder->exposure))
		return 0;
	error = triage_time_at_risk_init(times, builder->exposure, one->release, one->signature);
	if (error || !triage_time_at_risk_is_known(times))
		return error;
	builder->is_timed = true;
	error = triage_strata_cut_set_boots(&builder->time_cut, times->cells, times->cell_count);
	if (error)
		return error;
	triage_strata_cut_set_crashes(&builder->time_cut, times->crashes, times->crash_count);
	/* The units of time differ between the bands, so use the count that was found per boot. */
	builder->time_cut.step = builder->cut.step;
	return 0;
}

/* Return the origin in the strata by time; NULL if the times of its boots are unknown. */
static const struct triage_strata_origin *find_timed(const struct builder *builder, uint32_t origin)
{
	const struct triage_strata_cut *cut = &builder->time_cut;

	for (size_t i = 0; triage_time_at_risk_is_known(&builder->times) && i < cut->origin_count;
	     i++)
		if (cut->origins[i].origin == origin)
			return &cut->origins[i];
	return NULL;
}

/* Replace a comparison by boots with the comparison by time. */
static int compare_times(struct builder *builder, const struct triage_strata_origin *origin,
			 struct triage_finding *finding, struct triage_tail *ret_test)
{
	const struct triage_time_at_risk *times = &builder->times;
	struct triage_finding timed;
	int error = triage_finding_compare(&builder->time_cut, origin, INFINITY, &timed, ret_test);

	if (error)
		return error;
	timed.table = finding->table;
	timed.is_timed = true;
	for (size_t j = 0; j < times->sum_count; j++)
		if (times->sums[j].origin == finding->origin)
			timed.seconds += times->sums[j].boots;
		else
			timed.other_seconds += times->sums[j].boots;
	*finding = timed;
	return 0;
}

/* @at: number of the first finding of the case */
static int compare_origins(struct builder *builder, size_t at)
{
	struct triage_report *report = builder->report;
	struct triage_strata_cut *cut = &builder->cut;
	int error = 0;

	for (size_t i = 0; !error && i < cut->origin_count; i++, at++) {
		const struct triage_strata_origin *timed =
			find_timed(builder, cut->origins[i].origin);

		error = triage_finding_compare(cut, &cut->origins[i],
					       timed ? BY_BOOTS_MAX : INFINITY,
					       &report->findings[at],
					       timed ? NULL : &report->finding_tests[at]);
		if (error)
			return error;
		report->by_boots[at] = report->findings[at];
		if (timed)
			error = compare_times(builder, timed, &report->findings[at],
					      &report->finding_tests[at]);
	}
	return error;
}

static int test_trends(struct builder *builder, struct triage_case *one, const struct job *job,
		       struct triage_tail *test)
{
	const struct triage_time_at_risk *times = &builder->times;
	struct triage_count_trend *trend = &one->count_trend;
	struct triage_dose *doses = &builder->report->doses[job->dose];
	bool is_timed = triage_time_at_risk_is_known(times);
	int error =
		triage_count_trend_test(&builder->cut, NULL, doses, trend, is_timed ? NULL : test);

	one->count_trend_by_boots = *trend;
	if (error || !is_timed)
		return error;
	error = triage_count_trend_test(&builder->cut, &builder->time_cut,
					doses + job->slice->doses, trend, test);
	for (size_t i = 0; i < times->sum_count; i++) {
		const struct triage_cell *sum = &times->sums[i];

		if (sum->origin == TRIAGE_COLD || sum->count == TRIAGE_NO_COUNT)
			continue;
		if (sum->count >= trend->from)
			trend->seconds += sum->boots;
		else
			trend->other_seconds += sum->boots;
	}
	return error;
}

static int find_ranges(struct builder *builder, struct triage_case *one, const struct slice *slice,
		       const struct triage_crash_cell *crashes, size_t count)
{
	const struct triage_exposure *exposure = builder->exposure;
	const struct triage_time_at_risk *times = &builder->times;
	struct triage_release_range *range = &one->range;
	struct triage_table seconds;
	bool is_timed = triage_time_at_risk_is_known(times);
	int error = triage_release_range_find(exposure, slice->cells, slice->kexeced, crashes,
					      count, is_timed ? BY_BOOTS_MAX : INFINITY,
					      &builder->range_cut, range);

	one->range_by_boots = *range;
	if (error || !is_timed)
		return error;
	error = triage_release_range_find(exposure, times->cells, times->kexeced, times->crashes,
					  times->crash_count, INFINITY, &builder->range_cut, range);
	if (error || !range->is_tested)
		return error;
	seconds =
		triage_release_range_table(exposure, range, times->sums, times->sum_count, NULL, 0);
	range->finding.table = triage_release_range_table(exposure, range, slice->cells,
							  slice->kexeced, crashes, count);
	range->finding.is_timed = true;
	range->finding.seconds = seconds.boots;
	range->finding.other_seconds = seconds.other_boots;
	return 0;
}

/* Compare the boots that have an ancestor with those that do not. */
static int compare_ancestor(const struct triage_exposure *exposure, const struct triage_case *one,
			    const struct triage_ancestor *ancestor, struct triage_finding *ret,
			    struct triage_tail *ret_test)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	TRIAGE_AUTO_TAIL below = { .p = NAN };
	struct triage_finding finding = { .origin = store_ancestor_release(ancestor->number),
					  .is_second = store_ancestor_is_second(ancestor->number),
					  .q = NAN,
					  .p_kexeced = NAN };
	size_t count;
	int error = triage_ancestors_tables(exposure, one->release, one->signature, ancestor,
					    &tables, &count, &finding.table);

	if (error)
		return error;
	error = triage_fisher_tests(tables, count, &finding.p, ret_test, &below);
	if (error)
		return error;
	finding.ratio = triage_exposure_is_crashes_only(exposure)
				? triage_mantel_haenszel_odds(tables, count)
				: triage_mantel_haenszel(tables, count);
	finding.ratio_kexeced = (struct triage_interval){ NAN, NAN, NAN };
	finding.ratio_same_count = finding.ratio;
	finding.p_same_count = finding.p;
	finding.tail = ret_test->p;
	*ret = finding;
	return 0;
}

static int compare_ancestors(const struct triage_exposure *exposure, struct triage_case *one)
{
	LINEAGE_AUTO_FREE struct triage_ancestor *ancestors = NULL;
	size_t count;
	int error =
		triage_ancestors_list(exposure, one->release, one->signature, &ancestors, &count);

	if (error || count == 0)
		return error;
	one->ancestors = calloc(count, sizeof(*one->ancestors));
	one->ancestor_tests = calloc(count, sizeof(*one->ancestor_tests));
	if (!one->ancestors || !one->ancestor_tests)
		return -ENOMEM;
	for (size_t i = 0; i < count && !error; i++) {
		error = compare_ancestor(exposure, one, &ancestors[i], &one->ancestors[i],
					 &one->ancestor_tests[i]);
		one->ancestor_count += !error;
	}
	return error;
}

/* Compare the case with this number. */
static int compare_case(struct builder *builder, size_t number, const struct job *job)
{
	struct triage_report *report = builder->report;
	struct triage_case *one = &report->cases[number];
	struct triage_strata_cut *cut = &builder->cut;
	int error;

	if ((builder->taken != job->slice || builder->taken_count != job->boots) &&
	    triage_strata_cut_set_boots(cut, job->slice->cells, job->boots))
		return -ENOMEM;
	builder->taken = job->slice;
	builder->taken_count = job->boots;
	triage_strata_cut_set_crashes(cut, job->crashes, job->crash_count);
	*one = (struct triage_case){ .signature = job->crashes->signature,
				     .release = job->crashes->at.release,
				     .boots = cut->all.boots,
				     .crashes = cut->all.crashes,
				     .findings = &report->findings[job->finding],
				     .finding_count = cut->origin_count };
	error = find_times(builder, one);
	if (!error)
		error = compare_origins(builder, job->finding);
	if (!error)
		error = test_trends(builder, one, job, &report->trend_tests[number]);
	if (!error)
		error = compare_ancestors(builder->exposure, one);
	if (error)
		return error;
	return find_ranges(builder, one, job->slice, job->crashes, job->crash_count);
}

/* Compare cases in one thread. */
static int compare_cases(struct triage_jobs *jobs, void *data)
{
	const struct plan *plan = data;
	struct triage_report *report = plan->report;
	bool is_odds = triage_exposure_is_crashes_only(report->exposure);
	AUTO_BUILDER builder = { .exposure = report->exposure,
				 .report = report,
				 .cut.is_odds = is_odds,
				 .range_cut.is_odds = is_odds };
	size_t number;
	int error = 0;

	while (!error && triage_jobs_take(jobs, &number))
		error = compare_case(&builder, number, &plan->jobs[number]);
	if (builder.is_timed)
		__atomic_store_n(&report->is_timed, true, __ATOMIC_RELAXED);
	return error;
}

int triage_comparisons_make(struct triage_report *report)
{
	AUTO_PLAN plan = { .report = report };
	int error = find_slices(&plan);

	if (!error)
		error = reserve(&plan);
	return error ? error : triage_parallel_run(plan.count, compare_cases, &plan);
}
