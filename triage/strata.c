// SPDX-License-Identifier: GPL-2.0-or-later
/* The tests within strata: what is chance where only like is compared with like? */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "distribution.h"
#include "draw.h"
#include "saddle.h"
#include "statistics.h"
#include "urn.h"

/*
 * Multiplications that an exact test may take, some 10^9 of which are a second: there is a trend for each crash of each
 * release, but a test or three for each of its origins.
 */
#define TREND_WORK_MAX 1e6
#define FISHER_WORK_MAX 1e5

/* Can this stratum tell anything? */
static bool is_informative(const struct triage_table *table)
{
	struct urn urn = urn_of(table);

	return urn.low < urn.high;
}

/* Distribution of the group's crashes in all strata; false where it takes too much work, or memory. */
static bool sum_strata(const struct triage_table *tables, size_t count, struct distribution *ret)
{
	double work = 0;

	if (distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		AUTO_DISTRIBUTION part = { 0 };
		struct urn urn = urn_of(&tables[i]);

		if (!is_informative(&tables[i]))
			continue;
		if (distribution_of_urn(&urn, &part))
			return false;
		work += (double)ret->count * (double)part.count;
		if (work > FISHER_WORK_MAX || distribution_add(ret, &part))
			return false;
	}
	return true;
}

/* As doses: the group's boots have 1, the others 0. NAN without memory. */
static double approximate(const struct triage_table *tables, size_t count)
{
	struct triage_stratum *strata = calloc(count, sizeof(*strata));
	struct triage_dose *doses = calloc(2 * count, sizeof(*doses));
	double p = NAN;

	for (size_t i = 0; strata && doses && i < count; i++) {
		const struct triage_table *table = &tables[i];
		struct triage_dose *pair = &doses[2 * i];

		pair[0] = (struct triage_dose){ 0, table->other_crashes, table->other_boots };
		pair[1] = (struct triage_dose){ 1, table->crashes, table->boots };
		strata[i] = (struct triage_stratum){ pair, 2 };
	}
	if (strata && doses)
		p = saddle_tails(strata, count);
	free(doses);
	free(strata);
	return p;
}

double triage_fisher_strata(const struct triage_table *tables, size_t count)
{
	AUTO_DISTRIBUTION sum = { 0 };
	size_t informative = 0, last = 0;
	double crashes = 0;

	for (size_t i = 0; i < count; i++) {
		if (!is_informative(&tables[i]))
			continue;
		informative++;
		last = i;
		crashes += (double)tables[i].crashes;
	}
	if (informative == 0)
		return NAN;
	if (informative == 1)
		return triage_fisher(&tables[last]);
	if (sum_strata(tables, count, &sum))
		return distribution_two_sided(&sum, crashes);
	return approximate(tables, count);
}

double triage_fisher_least(const struct triage_table *tables, size_t count, bool is_either_way)
{
	double most = 1, fewest = 1;
	bool is_told = false;

	for (size_t i = 0; i < count; i++) {
		struct urn urn = urn_of(&tables[i]);

		if (urn.low == urn.high)
			continue;
		most *= urn_probability(&urn, urn.high);
		fewest *= urn_probability(&urn, urn.low);
		is_told = true;
	}
	if (!is_told)
		return NAN;
	return is_either_way ? fmin(most, fewest) : most;
}

/*
 * One dose's crashes join those of the doses before it. Both hold, for each number of crashes so far, the
 * probability of each sum of doses, counted from the stratum's lowest: @sums of them.
 */
static void draw_dose(const struct triage_dose *dose, const struct draw *draw, double boots_left,
		      const double *before, double *after, size_t sums)
{
	size_t step = dose->score - draw->low;

	for (size_t drawn = 0; drawn <= (size_t)draw->crashes; drawn++) {
		struct urn urn = { .n = (double)dose->boots,
				   .crashes = draw->crashes - (double)drawn,
				   .boots = boots_left };

		urn.low = fmax(0, urn.n - (urn.boots - urn.crashes));
		urn.high = fmin(urn.n, urn.crashes);
		for (size_t more = (size_t)urn.low; more <= (size_t)urn.high; more++) {
			double p = urn_probability(&urn, (double)more);
			const double *from = before + drawn * sums;
			double *to = after + (drawn + more) * sums + more * step;

			for (size_t i = 0; i + more * step < sums; i++)
				to[i] += p * from[i];
		}
	}
}

/* Distribution of the sum of the doses of a stratum's crashes; false where it takes too much. */
static bool distribution_of_draw(const struct triage_stratum *stratum, const struct draw *draw,
				 struct distribution *ret)
{
	size_t sums = (size_t)draw->crashes * (draw->high - draw->low) + 1;
	size_t states = ((size_t)draw->crashes + 1) * sums;
	AUTO_DISTRIBUTION before = { 0 }, after = { 0 };
	double boots_left = draw->boots;

	if (distribution_init(&before, 0, states) ||
	    distribution_init(ret, draw->crashes * draw->low, sums))
		return false;
	before.p[0] = 1;
	for (size_t i = 0; i < stratum->count; i++) {
		if (stratum->doses[i].boots == 0)
			continue;
		if (distribution_init(&after, 0, states))
			return false;
		draw_dose(&stratum->doses[i], draw, boots_left, before.p, after.p, sums);
		boots_left -= (double)stratum->doses[i].boots;
		distribution_deinit(&before);
		before = after;
		after = (struct distribution){ 0 };
	}
	for (size_t i = 0; i < sums; i++)
		ret->p[i] = before.p[(size_t)draw->crashes * sums + i];
	return true;
}

/* Multiplications that distribution_of_draw() takes. */
static double work_of(const struct triage_stratum *stratum, const struct draw *draw)
{
	double sums = draw->crashes * (draw->high - draw->low) + 1;

	return (double)stratum->count * (draw->crashes + 1) * (draw->crashes + 1) / 2 * sums;
}

/* The sum of the doses of all crashes, in all strata. */
static bool sum_draws(const struct triage_stratum *strata, size_t count, struct distribution *ret)
{
	double work = 0;

	if (distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		AUTO_DISTRIBUTION part = { 0 };
		struct draw draw = draw_of(&strata[i]);

		if (!draw_tells(&draw))
			continue;
		work += work_of(&strata[i], &draw);
		if (work > TREND_WORK_MAX || !distribution_of_draw(&strata[i], &draw, &part))
			return false;
		work += (double)ret->count * (double)part.count;
		if (work > TREND_WORK_MAX || distribution_add(ret, &part))
			return false;
	}
	return true;
}

double triage_trend(const struct triage_stratum *strata, size_t count, double *ret_z)
{
	AUTO_DISTRIBUTION sum = { 0 };
	double observed = 0, expected = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		struct draw draw = draw_of(&strata[i]);

		if (!draw_tells(&draw))
			continue;
		observed += draw.observed;
		expected += draw.crashes * draw.mean;
		variance += draw.variance;
	}
	*ret_z = variance > 0 ? (observed - expected) / sqrt(variance) : NAN;
	if (isnan(*ret_z))
		return NAN;
	if (sum_draws(strata, count, &sum))
		return distribution_tails(&sum, observed);
	return saddle_tails(strata, count);
}

/* That all crashes are of the largest dose, or of the smallest one. */
static double extreme(const struct triage_stratum *stratum, const struct draw *draw, uint32_t score)
{
	struct urn urn = { .crashes = draw->crashes, .boots = draw->boots };

	for (size_t i = 0; i < stratum->count; i++)
		urn.n += stratum->doses[i].score == score ? (double)stratum->doses[i].boots : 0;
	/* There are not enough of them: it is less likely than anything that can be told so easily. */
	return urn.n < urn.crashes ? 0 : urn_probability(&urn, urn.crashes);
}

double triage_trend_least(const struct triage_stratum *strata, size_t count)
{
	double up = 1, down = 1;
	bool is_told = false;

	for (size_t i = 0; i < count; i++) {
		struct draw draw = draw_of(&strata[i]);

		if (!draw_tells(&draw))
			continue;
		up *= extreme(&strata[i], &draw, draw.high);
		down *= extreme(&strata[i], &draw, draw.low);
		is_told = true;
	}
	return is_told ? fmin(2 * fmin(up, down), 1) : NAN;
}
