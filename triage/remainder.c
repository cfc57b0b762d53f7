// SPDX-License-Identifier: GPL-2.0-or-later
#include "remainder.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "time_at_risk.h"

/**
 * struct remainder - the cells of a pooled case that are not left out
 * @cells, @crashes: arrays of @cell_count and @crash_count elements, in the order of the exposure
 */
struct remainder {
	struct triage_cell *cells;
	size_t cell_count;
	struct triage_crash_cell *crashes;
	size_t crash_count;
	struct triage_strata_cut cut;
};

static void remainder_deinit(struct remainder *rest)
{
	free(rest->cells);
	free(rest->crashes);
	triage_strata_cut_deinit(&rest->cut);
}
#define AUTO_REMAINDER __attribute__((cleanup(remainder_deinit))) struct remainder

/* The label of a pooled cell is its release, a blank, and its own label. */
static bool is_of_release(const char *label, const char *release)
{
	size_t length = strlen(release);

	return strncmp(label, release, length) == 0 && label[length] == ' ';
}

/* Find for each label whether the release in it is left out. Return NULL if memory runs out. */
static bool *find_labels(const struct triage_exposure *exposure, const bool *is_left_out)
{
	bool *labels = calloc(exposure->labels.count + 1, sizeof(*labels));

	for (size_t i = 0; labels && i < exposure->releases.count; i++)
		for (size_t j = 0; is_left_out[i] && j < exposure->labels.count; j++)
			labels[j] = labels[j] || is_of_release(exposure->labels.texts[j],
							       exposure->releases.texts[i]);
	return labels;
}

static int take_cells(struct remainder *rest, const struct triage_exposure *exposure,
		      const struct triage_case *pooled, const bool *labels)
{
	bool is_lost = triage_is_lost_kexec(exposure, pooled->signature);

	rest->cells = calloc(exposure->cell_count + 1, sizeof(*rest->cells));
	rest->crashes = calloc(exposure->crash_count + 1, sizeof(*rest->crashes));
	if (!rest->cells || !rest->crashes)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (cell->release == pooled->release && !labels[cell->label] &&
		    !(is_lost && cell->origin == TRIAGE_COLD))
			rest->cells[rest->cell_count++] = *cell;
	}
	for (size_t i = 0; i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];

		if (crash->at.release == pooled->release && crash->signature == pooled->signature &&
		    !labels[crash->at.label])
			rest->crashes[rest->crash_count++] = *crash;
	}
	return 0;
}

/* As take_cells(), with the times at risk. */
static int take_times(struct remainder *rest, const struct triage_exposure *exposure,
		      const struct triage_case *pooled, const bool *labels)
{
	TRIAGE_AUTO_TIME_AT_RISK times = { 0 };
	int error = triage_time_at_risk_init(&times, exposure, pooled->release, pooled->signature);

	if (error)
		return error;
	for (size_t i = 0; i < times.cell_count; i++)
		if (!labels[times.cells[i].label / STORE_BANDS])
			times.cells[rest->cell_count++] = times.cells[i];
	for (size_t i = 0; i < times.crash_count; i++)
		if (!labels[times.crashes[i].at.label / STORE_BANDS])
			times.crashes[rest->crash_count++] = times.crashes[i];
	rest->cells = times.cells;
	rest->crashes = times.crashes;
	times.cells = NULL;
	times.crashes = NULL;
	return 0;
}

static int p_of_origin(struct remainder *rest, const struct triage_finding *finding, double *ret)
{
	bool is_fewer = triage_finding_is_inverse(finding);

	for (size_t i = 0; i < rest->cut.origin_count; i++) {
		struct triage_finding again;
		int error;

		if (rest->cut.origins[i].origin != finding->origin)
			continue;
		error = triage_finding_compare(&rest->cut, &rest->cut.origins[i], 0, &again, NULL);
		if (error)
			return error;
		*ret = triage_finding_judged_p(&again);
		if ((triage_finding_judged_ratio(&again).estimate < 1) != is_fewer)
			*ret = 1;
	}
	return 0;
}

static int p_of_trend(struct remainder *rest, const struct triage_count_trend *trend, double *ret)
{
	LINEAGE_AUTO_FREE struct triage_dose *doses = calloc(rest->cell_count + 1, sizeof(*doses));
	struct triage_count_trend again = { 0 };
	int error;

	if (!doses)
		return -ENOMEM;
	error = triage_count_trend_test(&rest->cut, NULL, doses, &again, NULL);
	*ret = (again.z > 0) == (trend->z > 0) ? again.p : 1;
	return error;
}

int triage_remainder_p(const struct triage_exposure *exposure, const struct triage_case *pooled,
		       const struct triage_finding *finding, const bool *is_left_out, double *ret)
{
	AUTO_REMAINDER rest = { 0 };
	LINEAGE_AUTO_FREE bool *labels = find_labels(exposure, is_left_out);
	bool is_timed = finding ? finding->is_timed : pooled->count_trend.is_timed;
	int error = -ENOMEM;

	if (labels)
		error = is_timed ? take_times(&rest, exposure, pooled, labels)
				 : take_cells(&rest, exposure, pooled, labels);

	*ret = NAN;
	if (error || rest.cell_count == 0)
		return error;
	error = triage_strata_cut_set_boots(&rest.cut, rest.cells, rest.cell_count);
	if (error)
		return error;
	triage_strata_cut_set_crashes(&rest.cut, rest.crashes, rest.crash_count);
	if (!finding)
		return p_of_trend(&rest, &pooled->count_trend, ret);
	return p_of_origin(&rest, finding, ret);
}
