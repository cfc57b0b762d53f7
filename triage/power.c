// SPDX-License-Identifier: GPL-2.0-or-later
#include "power.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "statistics.h"

#define RATIO_ERROR 1e-3
#define MORE_MAX 1e18

const struct triage_finding *triage_power_most_frequent(const struct triage_case *one)
{
	const struct triage_finding *most = NULL;

	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (finding->origin != TRIAGE_COLD &&
		    (!most || finding->table.boots > most->table.boots))
			most = finding;
	}
	return most;
}

const char *triage_power_name(enum triage_power power)
{
	static const char *const names[] = {
		[TRIAGE_POWER_ENOUGH] = "enough",
		[TRIAGE_POWER_FEW] = "few",
		[TRIAGE_POWER_ONE_ORIGIN] = "one origin",
		[TRIAGE_POWER_ALL_CRASHED] = "all crashed",
		[TRIAGE_POWER_CRASHES_ONLY] = "crashes only",
		[TRIAGE_POWER_EXPLAINED] = "explained",
	};

	return names[power];
}

/* Return whether a comparison is significant, but was dropped because of another finding. */
static bool is_explained(const struct triage_report *report, const struct triage_case *one)
{
	if (triage_is_any_crash(report->exposure, one->signature) || one->is_in_same_boots ||
	    one->count_trend.q <= TRIAGE_FDR || one->range.finding.q <= TRIAGE_FDR)
		return true;
	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (finding->q <= TRIAGE_FDR &&
		    (finding->origin == TRIAGE_COLD || finding->ratio.estimate > 1))
			return true;
	}
	return false;
}

/* Return the level of a single test. */
static double level_of(const struct triage_report *report)
{
	return report->level > 0 && report->level < 1 ? report->level : TRIAGE_FDR;
}

/* Return how many boots of a group detect that it crashes @ratio times as often. */
static double boots_needed(const struct triage_report *report, const struct triage_case *one,
			   const struct triage_table *group, double ratio)
{
	double rate = (double)one->crashes / (double)one->boots;

	return triage_sample_size(fmin(1, ratio * rate), rate,
				  (double)group->other_boots / (double)group->boots,
				  level_of(report));
}

double triage_power_ratio(const struct triage_report *report, const struct triage_case *one)
{
	const struct triage_table *group = &triage_power_most_frequent(one)->table;
	double low = 1, high = TRIAGE_STRONG;

	while (high - low > RATIO_ERROR) {
		double middle = (low + high) / 2;

		if (boots_needed(report, one, group, middle) <= (double)group->boots)
			high = middle;
		else
			low = middle;
	}
	return high;
}

enum triage_power triage_power_of(const struct triage_report *report, const struct triage_case *one,
				  uint64_t *ret_more)
{
	const struct triage_finding *most = triage_power_most_frequent(one);
	double boots, others, needed, more;

	if (is_explained(report, one))
		return TRIAGE_POWER_EXPLAINED;
	if (triage_exposure_is_crashes_only(report->exposure))
		return TRIAGE_POWER_CRASHES_ONLY;
	if (!most || most->table.boots == 0 || most->table.other_boots == 0)
		return TRIAGE_POWER_ONE_ORIGIN;
	if (one->crashes >= one->boots)
		return TRIAGE_POWER_ALL_CRASHED;
	boots = (double)most->table.boots;
	others = (double)most->table.other_boots;
	needed = boots_needed(report, one, &most->table, TRIAGE_STRONG);
	if (needed <= boots)
		return TRIAGE_POWER_ENOUGH;
	more = fmin(ceil((boots + others) * (needed / boots - 1)), MORE_MAX);
	if (ret_more)
		*ret_more = (uint64_t)more;
	return TRIAGE_POWER_FEW;
}
