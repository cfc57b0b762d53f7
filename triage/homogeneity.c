// SPDX-License-Identifier: GPL-2.0-or-later
#include "homogeneity.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "distribution.h"
#include "hypergeometric.h"
#include "lib/cleanup.h"
#include "statistics.h"

/* Maximum number of multiplications in one test; 10^9 of them take about a second. */
#define WORK_MAX 1e7

/*
 * Make the noncentral hypergeometric distribution of a table. Any odds ratio gives the same test.
 */
static bool make_part(const struct triage_table *table, double odds,
		      struct triage_distribution *ret)
{
	struct triage_hypergeometric h = triage_hypergeometric_of(table);
	double largest = 0, logarithm = 0;

	if (triage_distribution_init(ret, h.low, (size_t)(h.high - h.low) + 1))
		return false;
	for (size_t i = 0; i < ret->count; i++) {
		ret->p[i] = logarithm;
		largest = fmax(largest, logarithm);
		logarithm += log(triage_hypergeometric_next_ratio(&h, h.low + (double)i) * odds);
	}
	for (size_t i = 0; i < ret->count; i++)
		ret->p[i] = exp(ret->p[i] - largest);
	return true;
}

/* Return whether the group can have more than one number of crashes, given the margins. */
static bool is_informative(const struct triage_table *table)
{
	struct triage_hypergeometric h = triage_hypergeometric_of(table);

	return h.low < h.high;
}

/* Sum the distributions of all tables. Return whether this was possible. */
static bool sum_tables(const struct triage_table *tables, size_t count, double odds, double *work,
		       struct triage_distribution *ret)
{
	if (triage_distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		TRIAGE_AUTO_DISTRIBUTION part = { 0 };

		if (!is_informative(&tables[i]))
			continue;
		if (!make_part(&tables[i], odds, &part))
			return false;
		*work += (double)ret->count * (double)part.count;
		if (*work > WORK_MAX || triage_distribution_add(ret, &part))
			return false;
	}
	return ret->count > 1;
}

static double count_crashes(const struct triage_table *tables, size_t count)
{
	double crashes = 0;

	for (size_t i = 0; i < count; i++)
		if (is_informative(&tables[i]))
			crashes += (double)tables[i].crashes;
	return crashes;
}

static double probability(const struct triage_distribution *of, double value)
{
	double i = value - of->first;

	return i >= 0 && i < (double)of->count ? of->p[(size_t)i] : 0;
}

/*
 * Return an odds ratio with which the tables have nearly as many crashes of the group as observed.
 * With another one, the probabilities of all divisions of these crashes can be too small for a
 * double.
 */
static double common_odds(const struct triage_table *tables, size_t count,
			  const struct triage_table *others, size_t other_count)
{
	LINEAGE_AUTO_FREE struct triage_table *all = calloc(count + other_count + 1, sizeof(*all));
	double odds;

	if (!all)
		return NAN;
	for (size_t i = 0; i < count + other_count; i++)
		all[i] = i < count ? tables[i] : others[i - count];
	odds = triage_mantel_haenszel_odds(all, count + other_count).estimate;
	return odds > 0 && isfinite(odds) ? odds : 1;
}

double triage_homogeneity_p(const struct triage_table *tables, size_t count,
			    const struct triage_table *others, size_t other_count)
{
	TRIAGE_AUTO_DISTRIBUTION own = { 0 }, rest = { 0 };
	double observed = count_crashes(tables, count);
	double all = observed + count_crashes(others, other_count);
	double odds = common_odds(tables, count, others, other_count);
	double above = 0, sum = 0, work = 0;

	if (isnan(odds) || !sum_tables(tables, count, odds, &work, &own) ||
	    !sum_tables(others, other_count, odds, &work, &rest))
		return NAN;
	for (size_t i = 0; i < own.count; i++) {
		double value = own.first + (double)i;
		double p = own.p[i] * probability(&rest, all - value);

		sum += p;
		above += value >= observed ? p : 0;
	}
	return sum > 0 ? above / sum : NAN;
}
