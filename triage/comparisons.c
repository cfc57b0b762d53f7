// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparisons.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "exact_test.h"
#include "lib/cleanup.h"
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
 * struct builder - state of triage_comparisons_make()
 * @slices: the slices, indexed by release number; owned
 * @cut: the boots of the release @taken; owned
 * @times: the times at risk of the case that is being compared; owned
 * @time_cut: their strata; owned
 * @taken: the release that is being compared
 * @taken_count: number of cells of @taken that are being compared
 * @dose_count: number of doses of the report that are in use
 */
struct builder {
	const struct triage_exposure *exposure;
	struct triage_report *report;
	struct slice *slices;
	struct triage_strata_cut cut;
	struct triage_time_at_risk times;
	struct triage_strata_cut time_cut;
	const struct slice *taken;
	size_t taken_count;
	size_t dose_count;
};

static void builder_deinit(struct builder *builder)
{
	triage_strata_cut_deinit(&builder->cut);
	triage_strata_cut_deinit(&builder->time_cut);
	triage_time_at_risk_deinit(&builder->times);
	free(builder->slices);
}
#define AUTO_BUILDER __attribute__((cleanup(builder_deinit))) struct builder

static int find_slices(struct builder *builder)
{
	const struct triage_exposure *exposure = builder->exposure;

	builder->slices = calloc(exposure->releases.count + 1, sizeof(*builder->slices));
	if (!builder->slices)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i], *before = cell - 1;
		struct slice *slice = &builder->slices[cell->release];
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

/*
 * Allocate all cases, findings and doses of the report at once, since cases point to findings and
 * doses.
 */
static int reserve(struct builder *builder)
{
	const struct triage_exposure *exposure = builder->exposure;
	struct triage_report *report = builder->report;
	size_t cases = 0, origins = 0, doses = 0;

	for (size_t at = 0; at < exposure->crash_count; at = end_of_case(exposure, at)) {
		const struct slice *slice = &builder->slices[exposure->crashes[at].at.release];

		cases++;
		origins += slice->origins;
		doses += slice->doses;
	}
	report->cases = calloc(cases + 1, sizeof(*report->cases));
	report->findings = calloc(origins + 1, sizeof(*report->findings));
	report->by_boots = calloc(origins + 1, sizeof(*report->by_boots));
	report->doses = calloc(2 * doses + 1, sizeof(*report->doses));
	report->finding_tests = calloc(origins + 1, sizeof(*report->finding_tests));
	report->trend_tests = calloc(cases + 1, sizeof(*report->trend_tests));
	if (!report->cases || !report->findings || !report->by_boots || !report->doses ||
	    !report->finding_tests || !report->trend_tests)
		return -ENOMEM;
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
	builder->report->is_timed = true;
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

static int compare_origins(struct builder *builder)
{
	struct triage_report *report = builder->report;
	struct triage_strata_cut *cut = &builder->cut;
	int error = 0;

	for (size_t i = 0; !error && i < cut->origin_count; i++) {
		size_t at = report->finding_count;
		const struct triage_strata_origin *timed =
			find_timed(builder, cut->origins[i].origin);

		error = triage_finding_compare(cut, &cut->origins[i],
					       timed ? BY_BOOTS_MAX : INFINITY,
					       &report->findings[at],
					       timed ? NULL : &report->finding_tests[at]);
		if (error)
			return error;
		report->finding_count++;
		report->by_boots[at] = report->findings[at];
		if (timed)
			error = compare_times(builder, timed, &report->findings[at],
					      &report->finding_tests[at]);
	}
	return error;
}

static int test_trends(struct builder *builder, struct triage_case *one, size_t doses)
{
	const struct triage_time_at_risk *times = &builder->times;
	struct triage_count_trend *trend = &one->count_trend;
	struct triage_tail *test = &builder->report->trend_tests[builder->report->case_count];
	bool is_timed = triage_time_at_risk_is_known(times);
	int error = triage_count_trend_test(&builder->cut, NULL,
					    &builder->report->doses[builder->dose_count], trend,
					    is_timed ? NULL : test);

	builder->dose_count += doses;
	one->count_trend_by_boots = *trend;
	if (error || !is_timed)
		return error;
	error = triage_count_trend_test(&builder->cut, &builder->time_cut,
					&builder->report->doses[builder->dose_count], trend, test);
	builder->dose_count += doses;
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
					      count, is_timed ? BY_BOOTS_MAX : INFINITY, range);

	one->range_by_boots = *range;
	if (error || !is_timed)
		return error;
	error = triage_release_range_find(exposure, times->cells, times->kexeced, times->crashes,
					  times->crash_count, INFINITY, range);
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
			    uint32_t ancestor, struct triage_finding *ret,
			    struct triage_tail *ret_test)
{
	LINEAGE_AUTO_FREE struct triage_table *tables = NULL;
	TRIAGE_AUTO_TAIL below = { .p = NAN };
	struct triage_finding finding = { .origin = store_ancestor_release(ancestor),
					  .is_second = store_ancestor_is_second(ancestor),
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
	LINEAGE_AUTO_FREE uint32_t *ancestors = NULL;
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
		error = compare_ancestor(exposure, one, ancestors[i], &one->ancestors[i],
					 &one->ancestor_tests[i]);
		one->ancestor_count += !error;
	}
	return error;
}

static bool is_requested(const struct builder *builder, uint32_t release)
{
	const char *pattern = builder->report->releases;

	return !pattern ||
	       triage_selection_has_release(pattern, builder->exposure->releases.texts[release]);
}

static int add_case(struct builder *builder, size_t first, size_t end)
{
	const struct triage_crash_cell *crashes = &builder->exposure->crashes[first];
	const struct slice *slice = &builder->slices[crashes->at.release];
	struct triage_report *report = builder->report;
	struct triage_case *one = &report->cases[report->case_count];
	struct triage_strata_cut *cut = &builder->cut;
	/* A cold boot cannot be a lost kexec. */
	bool is_lost = triage_is_lost_kexec(builder->exposure, crashes->signature);
	size_t count = is_lost ? slice->kexeced : slice->count;
	int error;

	/* Skip a crash without boots: the store was written to while triage read it. */
	if (count == 0 || !is_requested(builder, crashes->at.release))
		return 0;
	if ((builder->taken != slice || builder->taken_count != count) &&
	    triage_strata_cut_set_boots(cut, slice->cells, count))
		return -ENOMEM;
	builder->taken = slice;
	builder->taken_count = count;
	triage_strata_cut_set_crashes(cut, crashes, end - first);
	*one = (struct triage_case){ .signature = crashes->signature,
				     .release = crashes->at.release,
				     .boots = cut->all.boots,
				     .crashes = cut->all.crashes,
				     .findings = &report->findings[report->finding_count],
				     .finding_count = cut->origin_count };
	error = find_times(builder, one);
	if (!error)
		error = compare_origins(builder);
	if (!error)
		error = test_trends(builder, one, slice->doses);
	if (error)
		return error;
	report->case_count++;
	error = compare_ancestors(builder->exposure, one);
	if (error)
		return error;
	return find_ranges(builder, one, slice, crashes, end - first);
}

int triage_comparisons_make(struct triage_report *report)
{
	bool is_odds = triage_exposure_is_crashes_only(report->exposure);
	AUTO_BUILDER builder = { .exposure = report->exposure,
				 .report = report,
				 .cut.is_odds = is_odds };
	int error = find_slices(&builder);

	if (!error)
		error = reserve(&builder);
	for (size_t at = 0; !error && at < builder.exposure->crash_count;) {
		size_t end = end_of_case(builder.exposure, at);

		error = add_case(&builder, at, end);
		at = end;
	}
	return error;
}
