// SPDX-License-Identifier: GPL-2.0-or-later
#include "counted.h"

#include <math.h>
#include <stdlib.h>

#include "step.h"

/*
 * The largest counts, of one boot in twenty at most, are taken together: otherwise a single crash far out would
 * weigh as much as all others.
 */
#define FAR_OUT 20

static int compare_scores(const void *left, const void *right)
{
	uint32_t a = ((const struct triage_dose *)left)->score,
		 b = ((const struct triage_dose *)right)->score;

	return (a > b) - (a < b);
}

/* Boots and crashes by count, whatever else they have in common. */
static size_t sum_by_count(const struct rows *rows, struct triage_dose *ret)
{
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];

		if (row->origin != TRIAGE_COLD && row->count != TRIAGE_NO_COUNT)
			ret[count++] = (struct triage_dose){ row->count, row->crashes, row->boots };
	}
	if (count > 0)
		qsort(ret, count, sizeof(*ret), compare_scores);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && ret[kept - 1].score == ret[i].score) {
			ret[kept - 1].boots += ret[i].boots;
			ret[kept - 1].crashes += ret[i].crashes;
		} else {
			ret[kept++] = ret[i];
		}
	}
	return kept;
}

/* Take the largest counts together; how many doses are left. */
static size_t cap_doses(struct triage_dose *doses, size_t count)
{
	uint64_t boots = 0, above = 0;
	size_t last = count;

	for (size_t i = 0; i < count; i++)
		boots += doses[i].boots;
	while (last > 0 && above * FAR_OUT < boots)
		above += doses[--last].boots;
	for (size_t i = last + 1; i < count; i++) {
		doses[last].boots += doses[i].boots;
		doses[last].crashes += doses[i].crashes;
	}
	return count > 0 ? last + 1 : 0;
}

void counted_look(struct rows *rows, struct triage_dose *ret_doses, struct triage_counted *ret)
{
	size_t all = sum_by_count(rows, ret_doses), count = cap_doses(ret_doses, all);
	const struct triage_stratum *strata;
	size_t stratum_count, step;
	double fit;

	*ret = (struct triage_counted){ .doses = ret_doses,
					.dose_count = count,
					.is_capped = count < all,
					.z = NAN,
					.p = NAN,
					.least = NAN,
					.q = NAN };
	if (count < 2)
		return;
	stratum_count = rows_doses(rows, ret_doses[count - 1].score, &strata);
	ret->p = triage_trend(strata, stratum_count, &ret->z);
	ret->least = triage_trend_least(strata, stratum_count);
	step = step_find(ret_doses, count, &fit);
	ret->from = ret_doses[step].score;
	ret->split = step_table(ret_doses, count, step);
}
