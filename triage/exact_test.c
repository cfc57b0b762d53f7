// SPDX-License-Identifier: GPL-2.0-or-later
/* The tests within strata: what is chance where only like is compared with like? */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "distribution.h"
#include "stratum_sums.h"
#include "saddlepoint.h"
#include "statistics.h"
#include "hypergeometric.h"

/*
 * Multiplications that an exact test may take, some 10^9 of which are a second: there is a trend for each crash of each
 * release, but a test or three for each of its origins.
 */
#define TREND_WORK_MAX 1e6
#define FISHER_WORK_MAX 1e5

/* Can this stratum tell anything? */
static bool is_informative(const struct triage_table *table)
{
	struct triage_hypergeometric h = triage_hypergeometric_of(table);

	return h.low < h.high;
}

/* Distribution of the group's crashes in all strata; false where it takes too much work, or memory. */
static bool sum_strata(const struct triage_table *tables, size_t count,
		       struct triage_distribution *ret)
{
	double work = 0;

	if (triage_distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		TRIAGE_AUTO_DISTRIBUTION part = { 0 };
		struct triage_hypergeometric h = triage_hypergeometric_of(&tables[i]);

		if (!is_informative(&tables[i]))
			continue;
		if (triage_distribution_of_hypergeometric(&h, &part))
			return false;
		work += (double)ret->count * (double)part.count;
		if (work > FISHER_WORK_MAX || triage_distribution_add(ret, &part))
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
		p = triage_saddlepoint_tails(strata, count);
	free(doses);
	free(strata);
	return p;
}

double triage_fisher_strata(const struct triage_table *tables, size_t count)
{
	TRIAGE_AUTO_DISTRIBUTION sum = { 0 };
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
		return triage_distribution_two_sided(&sum, crashes);
	return approximate(tables, count);
}

double triage_fisher_least(const struct triage_table *tables, size_t count, bool is_either_way)
{
	double most = 1, fewest = 1;
	bool is_told = false;

	for (size_t i = 0; i < count; i++) {
		struct triage_hypergeometric h = triage_hypergeometric_of(&tables[i]);

		if (h.low == h.high)
			continue;
		most *= triage_hypergeometric_probability(&h, h.high);
		fewest *= triage_hypergeometric_probability(&h, h.low);
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
static void add_dose(const struct triage_dose *dose, const struct triage_stratum_sums *sums,
		     double boots_left, const double *before, double *after, size_t values)
{
	size_t step = dose->score - sums->low;

	for (size_t drawn = 0; drawn <= (size_t)sums->crashes; drawn++) {
		struct triage_hypergeometric h = { .n = (double)dose->boots,
						   .crashes = sums->crashes - (double)drawn,
						   .boots = boots_left };

		h.low = fmax(0, h.n - (h.boots - h.crashes));
		h.high = fmin(h.n, h.crashes);
		for (size_t more = (size_t)h.low; more <= (size_t)h.high; more++) {
			double p = triage_hypergeometric_probability(&h, (double)more);
			const double *from = before + drawn * values;
			double *to = after + (drawn + more) * values + more * step;

			for (size_t i = 0; i + more * step < values; i++)
				to[i] += p * from[i];
		}
	}
}

/* Distribution of the sum of the doses of a stratum's crashes; false where it takes too much. */
static bool distribution_of_stratum(const struct triage_stratum *stratum,
				    const struct triage_stratum_sums *sums,
				    struct triage_distribution *ret)
{
	size_t values = (size_t)sums->crashes * (sums->high - sums->low) + 1;
	size_t states = ((size_t)sums->crashes + 1) * values;
	TRIAGE_AUTO_DISTRIBUTION before = { 0 }, after = { 0 };
	double boots_left = sums->boots;

	if (triage_distribution_init(&before, 0, states) ||
	    triage_distribution_init(ret, sums->crashes * sums->low, values))
		return false;
	before.p[0] = 1;
	for (size_t i = 0; i < stratum->count; i++) {
		if (stratum->doses[i].boots == 0)
			continue;
		if (triage_distribution_init(&after, 0, states))
			return false;
		add_dose(&stratum->doses[i], sums, boots_left, before.p, after.p, values);
		boots_left -= (double)stratum->doses[i].boots;
		triage_distribution_deinit(&before);
		before = after;
		after = (struct triage_distribution){ 0 };
	}
	for (size_t i = 0; i < values; i++)
		ret->p[i] = before.p[(size_t)sums->crashes * values + i];
	return true;
}

/* Multiplications that distribution_of_stratum() takes. */
static double work_of(const struct triage_stratum *stratum, const struct triage_stratum_sums *sums)
{
	double values = sums->crashes * (sums->high - sums->low) + 1;

	return (double)stratum->count * (sums->crashes + 1) * (sums->crashes + 1) / 2 * values;
}

/* The sum of the doses of all crashes, in all strata. */
static bool sum_scores(const struct triage_stratum *strata, size_t count,
		       struct triage_distribution *ret)
{
	double work = 0;

	if (triage_distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		TRIAGE_AUTO_DISTRIBUTION part = { 0 };
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		work += work_of(&strata[i], &sums);
		if (work > TREND_WORK_MAX || !distribution_of_stratum(&strata[i], &sums, &part))
			return false;
		work += (double)ret->count * (double)part.count;
		if (work > TREND_WORK_MAX || triage_distribution_add(ret, &part))
			return false;
	}
	return true;
}

double triage_trend(const struct triage_stratum *strata, size_t count, double *ret_z)
{
	TRIAGE_AUTO_DISTRIBUTION sum = { 0 };
	double observed = 0, expected = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		observed += sums.observed;
		expected += sums.crashes * sums.mean;
		variance += sums.variance;
	}
	*ret_z = variance > 0 ? (observed - expected) / sqrt(variance) : NAN;
	if (isnan(*ret_z))
		return NAN;
	if (sum_scores(strata, count, &sum))
		return triage_distribution_tails(&sum, observed);
	return triage_saddlepoint_tails(strata, count);
}

/* That all crashes are of the largest dose, or of the smallest one. */
static double extreme(const struct triage_stratum *stratum, const struct triage_stratum_sums *sums,
		      uint32_t score)
{
	struct triage_hypergeometric h = { .crashes = sums->crashes, .boots = sums->boots };

	for (size_t i = 0; i < stratum->count; i++)
		h.n += stratum->doses[i].score == score ? (double)stratum->doses[i].boots : 0;
	/* There are not enough of them: it is less likely than anything that can be told so easily. */
	return h.n < h.crashes ? 0 : triage_hypergeometric_probability(&h, h.crashes);
}

double triage_trend_least(const struct triage_stratum *strata, size_t count)
{
	double up = 1, down = 1;
	bool is_told = false;

	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		up *= extreme(&strata[i], &sums, sums.high);
		down *= extreme(&strata[i], &sums, sums.low);
		is_told = true;
	}
	return is_told ? fmin(2 * fmin(up, down), 1) : NAN;
}
