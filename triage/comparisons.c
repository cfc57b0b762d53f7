// SPDX-License-Identifier: GPL-2.0-or-later
#include "comparisons.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "selection.h"
#include "strata_cut.h"

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
 * @taken: the release that is being compared
 * @taken_count: number of cells of @taken that are being compared
 * @dose_count: number of doses of the report that are in use
 */
struct builder {
	const struct triage_exposure *exposure;
	struct triage_report *report;
	struct slice *slices;
	struct triage_strata_cut cut;
	const struct slice *taken;
	size_t taken_count;
	size_t dose_count;
};

static void builder_deinit(struct builder *builder)
{
	triage_strata_cut_deinit(&builder->cut);
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
	report->doses = calloc(doses + 1, sizeof(*report->doses));
	report->finding_tests = calloc(origins + 1, sizeof(*report->finding_tests));
	report->trend_tests = calloc(cases + 1, sizeof(*report->trend_tests));
	if (!report->cases || !report->findings || !report->doses || !report->finding_tests ||
	    !report->trend_tests)
		return -ENOMEM;
	return 0;
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
	int error = 0;

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
	for (size_t i = 0; !error && i < cut->origin_count; i++) {
		size_t at = report->finding_count;

		error = triage_finding_compare(cut, &cut->origins[i], &report->findings[at],
					       &report->finding_tests[at]);
		report->finding_count += !error;
	}
	if (!error)
		error = triage_count_trend_test(cut, &report->doses[builder->dose_count],
						&one->count_trend,
						&report->trend_tests[report->case_count]);
	if (error)
		return error;
	builder->dose_count += slice->doses;
	report->case_count++;
	return triage_release_range_find(builder->exposure, slice->cells, slice->kexeced, crashes,
					 end - first, &one->range);
}

int triage_comparisons_make(struct triage_report *report)
{
	AUTO_BUILDER builder = { .exposure = report->exposure, .report = report };
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
