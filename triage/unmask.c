// SPDX-License-Identifier: GPL-2.0-or-later
#include "unmask.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "all_releases.h"
#include "lib/cleanup.h"

/**
 * struct rest - the boots that are left
 * @exposure: the sums; its strings are those of the report, @cells and @crashes are owned
 * @report: their report; owned
 */
struct rest {
	struct triage_exposure exposure;
	struct triage_report *report;
};

static void rest_deinit(struct rest *rest)
{
	triage_report_destroy(rest->report);
	free(rest->exposure.cells);
	free(rest->exposure.crashes);
}
#define AUTO_REST __attribute__((cleanup(rest_deinit))) struct rest

/*
 * Copy the boots that crashed. Without the others, all boots that are left have crashed, however
 * many boots are removed.
 */
static int copy(const struct triage_exposure *exposure, struct triage_exposure *ret)
{
	struct triage_exposure rest = *exposure;

	rest.lengths = NULL;
	rest.crash_lengths = NULL;
	rest.length_count = rest.crash_length_count = 0;
	rest.ancestors = (struct triage_ancestors){ 0 };
	rest.cells = calloc(exposure->cell_count + 1, sizeof(*rest.cells));
	rest.crashes = calloc(exposure->crash_count + 1, sizeof(*rest.crashes));
	*ret = rest;
	if (!rest.cells || !rest.crashes)
		return -ENOMEM;
	memcpy(rest.cells, exposure->cells, exposure->cell_count * sizeof(*rest.cells));
	memcpy(rest.crashes, exposure->crashes, exposure->crash_count * sizeof(*rest.crashes));
	for (size_t i = 0; i < rest.cell_count; i++)
		if (rest.cells[i].boots > rest.cells[i].crashes)
			rest.cells[i].boots = rest.cells[i].crashes;
	return 0;
}

static void take(struct triage_cell *cell, uint64_t boots)
{
	if (cell)
		cell->boots -= boots < cell->boots ? boots : cell->boots;
}

/*
 * Remove the boots that had a crash from their cells. If the crash occurs in one release only, no
 * cell of the crash is copied to all releases, but its boots are.
 */
static int take_boots(const struct triage_exposure *rest, uint32_t signature)
{
	bool has_copies = false;
	int found = 0;

	for (size_t i = 0; i < rest->crash_count; i++)
		has_copies |= rest->crashes[i].signature == signature &&
			      triage_is_all_releases(rest, rest->crashes[i].at.release);
	for (size_t i = 0; i < rest->crash_count && found >= 0; i++) {
		struct triage_cell at = rest->crashes[i].at;

		if (rest->crashes[i].signature != signature)
			continue;
		take(triage_exposure_find_cell(rest, &at), at.boots);
		if (has_copies || triage_is_pooled(rest, at.release))
			continue;
		found = triage_all_releases_find(rest, &at);
		if (found > 0)
			take(triage_exposure_find_cell(rest, &at), at.boots);
	}
	return found < 0 ? found : 0;
}

/*
 * Remove the boots that had a crash. How many of them had another crash as well is unknown, so a
 * cell may not have more crashed boots than boots.
 */
static int remove_boots(struct triage_exposure *rest, uint32_t signature)
{
	size_t cells = 0, crashes = 0;
	int error = take_boots(rest, signature);

	if (error)
		return error;
	for (size_t i = 0; i < rest->crash_count; i++) {
		struct triage_crash_cell crash = rest->crashes[i];
		const struct triage_cell *cell = triage_exposure_find_cell(rest, &crash.at);

		if (!cell || cell->boots == 0 || crash.signature == signature)
			continue;
		if (crash.at.boots > cell->boots)
			crash.at.boots = cell->boots;
		rest->crashes[crashes++] = crash;
	}
	for (size_t i = 0; i < rest->cell_count; i++)
		if (rest->cells[i].boots > 0)
			rest->cells[cells++] = rest->cells[i];
	rest->boots = 0;
	for (size_t i = 0; i < cells; i++)
		if (!triage_is_pooled(rest, rest->cells[i].release))
			rest->boots += rest->cells[i].boots;
	rest->cell_count = cells;
	rest->crash_count = crashes;
	triage_exposure_sort(rest);
	return 0;
}

/* Return the smallest p-value of the suspects of a case; NAN if it has none. */
static double smallest_p(const struct triage_case *one)
{
	double p = NAN;

	for (size_t i = 0; i < one->finding_count; i++)
		if (one->findings[i].verdict >= TRIAGE_SUSPECT)
			p = fmin(p, triage_finding_judged_p(&one->findings[i]));
	if (one->range.finding.verdict >= TRIAGE_SUSPECT)
		p = fmin(p, triage_finding_judged_p(&one->range.finding));
	if (one->count_trend.verdict >= TRIAGE_SUSPECT)
		p = fmin(p, one->count_trend.p);
	return p;
}

/* Return the case with the smallest p-value of a suspect; NULL if there are no suspects. */
static const struct triage_case *find_strongest(const struct triage_report *report)
{
	const struct triage_case *best = NULL;
	double least = INFINITY;

	for (size_t i = 0; i < report->case_count; i++) {
		double p = smallest_p(&report->cases[i]);

		if (p < least &&
		    !triage_is_any_crash(report->exposure, report->cases[i].signature)) {
			least = p;
			best = &report->cases[i];
		}
	}
	return best;
}

/* Keep the verdict of a finding if the boots that are left show it, too. */
static void confirm(enum triage_verdict *verdict, enum triage_verdict again)
{
	if (*verdict >= TRIAGE_SUSPECT && again < TRIAGE_SUSPECT)
		*verdict = TRIAGE_NONE;
}

static enum triage_verdict verdict_on(const struct triage_case *one, uint32_t origin)
{
	for (size_t i = 0; one && i < one->finding_count; i++)
		if (one->findings[i].origin == origin)
			return one->findings[i].verdict;
	return TRIAGE_NONE;
}

/* @again: the same case among the boots that are left, or NULL */
static void confirm_case(struct triage_case *one, const struct triage_case *again)
{
	for (size_t i = 0; i < one->finding_count; i++)
		confirm(&one->findings[i].verdict, verdict_on(again, one->findings[i].origin));
	confirm(&one->range.finding.verdict, again ? again->range.finding.verdict : TRIAGE_NONE);
	confirm(&one->count_trend.verdict, again ? again->count_trend.verdict : TRIAGE_NONE);
}

static const struct triage_case *find_case(const struct triage_report *report,
					   const struct triage_case *one)
{
	for (size_t i = 0; i < report->case_count; i++)
		if (report->cases[i].signature == one->signature &&
		    report->cases[i].release == one->release)
			return &report->cases[i];
	return NULL;
}

/* Compare the cases of a crash with those among the boots that are left. */
static void confirm_signature(struct triage_report *report, const struct triage_report *again,
			      uint32_t signature, bool *is_done)
{
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];

		if (one->signature == signature)
			confirm_case(one, find_case(again, one));
	}
	is_done[signature] = true;
}

int triage_unmask(struct triage_report *report, triage_report_maker *make)
{
	LINEAGE_AUTO_FREE bool *is_done =
		calloc(report->exposure->signature_names.count + 1, sizeof(*is_done));
	AUTO_REST rest = { 0 };
	const struct triage_case *strongest = find_strongest(report);
	int error = is_done ? copy(report->exposure, &rest.exposure) : -ENOMEM;

	while (!error && strongest) {
		uint32_t signature = strongest->signature;

		confirm_signature(report, rest.report ? rest.report : report, signature, is_done);
		triage_report_destroy(rest.report);
		rest.report = NULL;
		error = remove_boots(&rest.exposure, signature);
		/* Too few boots are left to recognise a store of crashes only. */
		if (error || !triage_exposure_is_crashes_only(&rest.exposure))
			break;
		error = make(&rest.exposure, report->releases, &rest.report);
		strongest = error ? NULL : find_strongest(rest.report);
	}
	for (size_t i = 0; !error && i < report->case_count; i++)
		if (!is_done[report->cases[i].signature])
			confirm_case(&report->cases[i], NULL);
	return error ? error : triage_report_sort(report);
}
