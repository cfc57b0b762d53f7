// SPDX-License-Identifier: GPL-2.0-or-later
#include "exact_test.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "distribution.h"
#include "hypergeometric.h"
#include "lib/cleanup.h"
#include "saddlepoint.h"
#include "stratum_sums.h"

/*
 * Maximum number of multiplications in one exact test; 10^9 of them take about a second. The limit
 * for the trend test is higher: each crash of each release needs only one trend test, but up to
 * three Fisher tests for each origin.
 */
#define TREND_WORK_MAX 1e6
#define FISHER_WORK_MAX 1e5
/* A term smaller than this fraction of the sum does not change the sum. */
#define NEGLIGIBLE 1e-18

/* Return the sum of the probabilities from @x up to the end of the support. @p is P(@x). */
static double tail_up(const struct triage_hypergeometric *h, double x, double p)
{
	double sum = 0;

	for (; x <= h->high && p > NEGLIGIBLE * sum; x++) {
		sum += p;
		p *= triage_hypergeometric_next_ratio(h, x);
	}
	return sum;
}

/* Return the sum of the probabilities from @x down to the start of the support. */
static double tail_down(const struct triage_hypergeometric *h, double x, double p)
{
	double sum = 0;

	for (; x >= h->low && p > NEGLIGIBLE * sum; x--) {
		sum += p;
		if (x > h->low)
			p /= triage_hypergeometric_next_ratio(h, x - 1);
	}
	return sum;
}

/*
 * Find the first value, from the mode outwards, with a probability of at most @limit. Probabilities
 * decrease on both sides of the mode, so a binary search works. @direction: 1 up, -1 down.
 */
static double find_unlikely(const struct triage_hypergeometric *h, double mode, double end,
			    double limit, double direction)
{
	double inside = mode, outside = end + direction;

	while (fabs(outside - inside) > 1) {
		double middle = inside + direction * floor(fabs(outside - inside) / 2);

		if (triage_hypergeometric_probability(h, middle) <= limit)
			outside = middle;
		else
			inside = middle;
	}
	return outside;
}

double triage_fisher(const struct triage_table *table)
{
	struct triage_hypergeometric h = triage_hypergeometric_of(table);
	double x = (double)table->crashes, mode, own, far, sum;

	if (h.low == h.high)
		return 1;
	mode = triage_hypergeometric_mode(&h);
	own = triage_hypergeometric_probability(&h, x);
	if (triage_hypergeometric_probability(&h, mode) <= own * TRIAGE_TIES)
		return 1;
	if (x > mode) {
		sum = tail_up(&h, x, own);
		far = find_unlikely(&h, mode, h.low, own * TRIAGE_TIES, -1);
		if (far >= h.low)
			sum += tail_down(&h, far, triage_hypergeometric_probability(&h, far));
	} else {
		sum = tail_down(&h, x, own);
		far = find_unlikely(&h, mode, h.high, own * TRIAGE_TIES, 1);
		if (far <= h.high)
			sum += tail_up(&h, far, triage_hypergeometric_probability(&h, far));
	}
	return fmin(sum, 1);
}

/**
 * struct margins - what the exact tests of some tables have in common
 * @tables: array of the @count informative tables; owned
 * @crashes: crashes of the group in these tables
 * @excess: these crashes minus their expected number
 */
struct margins {
	struct triage_table *tables;
	size_t count;
	double crashes;
	double excess;
};

static void margins_deinit(struct margins *margins)
{
	free(margins->tables);
}
#define AUTO_MARGINS __attribute__((cleanup(margins_deinit))) struct margins

static int margins_init(struct margins *margins, const struct triage_table *tables, size_t count)
{
	*margins = (struct margins){
		.tables = reallocarray(NULL, count + 1, sizeof(*margins->tables)),
	};
	if (!margins->tables)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct triage_hypergeometric h = triage_hypergeometric_of(&tables[i]);

		if (h.low == h.high)
			continue;
		margins->tables[margins->count++] = tables[i];
		margins->crashes += (double)tables[i].crashes;
		margins->excess += (double)tables[i].crashes - h.n * h.crashes / h.boots;
	}
	return 0;
}

/* Return whether the distribution over all strata is surely too expensive. */
static bool is_expensive(const struct margins *margins)
{
	double work = 0, values = 1;

	for (size_t i = 0; i < margins->count && work <= FISHER_WORK_MAX; i++) {
		struct triage_hypergeometric h = triage_hypergeometric_of(&margins->tables[i]);
		double count = triage_support_count_min(&h);

		work += values * count;
		values += count - 1;
	}
	return work > FISHER_WORK_MAX;
}

/*
 * Compute the distribution of the group's crashes over all strata. Return false if this is too
 * expensive.
 */
static bool sum_strata(const struct margins *margins, struct triage_distribution *ret)
{
	LINEAGE_AUTO_FREE struct triage_support *supports =
		reallocarray(NULL, margins->count + 1, sizeof(*supports));
	double work = 0, values = 1;

	if (is_expensive(margins))
		return false;
	for (size_t i = 0; i < margins->count && supports; i++) {
		struct triage_hypergeometric h = triage_hypergeometric_of(&margins->tables[i]);

		supports[i] = triage_support_of(&h);
		work += values * (double)supports[i].count;
		values += (double)supports[i].count - 1;
		if (work > FISHER_WORK_MAX)
			return false;
	}
	if (!supports || triage_distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < margins->count; i++) {
		TRIAGE_AUTO_DISTRIBUTION part = { 0 };
		struct triage_hypergeometric h = triage_hypergeometric_of(&margins->tables[i]);

		if (triage_distribution_of_hypergeometric(&h, &supports[i], &part) ||
		    triage_distribution_add(ret, &part))
			return false;
	}
	return true;
}

/* Return the moments of the group's crashes. */
static struct triage_moments moments_of(const struct margins *margins)
{
	struct triage_moments moments = { .excess = margins->excess, .widest = 1 };

	for (size_t i = 0; i < margins->count; i++) {
		struct triage_hypergeometric h = triage_hypergeometric_of(&margins->tables[i]);
		double p = h.n / h.boots, quiet = h.boots - h.crashes;
		double variance = h.crashes * p * (1 - p) * quiet / (h.boots - 1);

		moments.variance += variance;
		/* With two boots, the distribution is symmetric. */
		if (h.boots > 2)
			moments.third +=
				variance * (1 - 2 * p) * (quiet - h.crashes) / (h.boots - 2);
	}
	return moments;
}

/*
 * Approximate the test, with dose 1 for the group and 0 for the other boots. Return NAN if memory
 * runs out.
 */
static double approximate(const struct margins *margins)
{
	struct triage_moments moments = moments_of(margins);
	double near = triage_near_mean_tails(&moments);
	size_t count = margins->count;
	LINEAGE_AUTO_FREE struct triage_stratum *strata =
		reallocarray(NULL, count, sizeof(*strata));
	LINEAGE_AUTO_FREE struct triage_dose *doses = reallocarray(NULL, 2 * count, sizeof(*doses));

	if (!isnan(near))
		return near;
	if (!strata || !doses)
		return NAN;
	for (size_t i = 0; i < count; i++) {
		const struct triage_table *table = &margins->tables[i];
		struct triage_dose *pair = &doses[2 * i];

		pair[0] = (struct triage_dose){ 0, table->other_crashes, table->other_boots };
		pair[1] = (struct triage_dose){ 1, table->crashes, table->boots };
		strata[i] = (struct triage_stratum){ pair, 2 };
	}
	return triage_saddlepoint_tails(strata, count);
}

double triage_fisher_strata(const struct triage_table *tables, size_t count)
{
	TRIAGE_AUTO_DISTRIBUTION sum = { 0 };
	AUTO_MARGINS margins;

	if (margins_init(&margins, tables, count) || margins.count == 0)
		return NAN;
	if (margins.count == 1)
		return triage_fisher(margins.tables);
	if (sum_strata(&margins, &sum))
		return triage_distribution_two_sided(&sum, margins.crashes);
	return approximate(&margins);
}

/* List the possible p-values of a tail; @up: the tail of large values. Return 0 or -ENOMEM. */
static int list_values(const struct triage_distribution *sum, bool up, struct triage_tail *tail)
{
	double p = 0;
	size_t i;

	tail->limit = TRIAGE_TAIL_MAX;
	tail->values = calloc(TRIAGE_TAIL_VALUES_MAX, sizeof(*tail->values));
	if (!tail->values)
		return -ENOMEM;
	for (i = 0; i < sum->count && tail->count < TRIAGE_TAIL_VALUES_MAX; i++) {
		double here = sum->p[up ? sum->count - 1 - i : i];

		p += here;
		if (p > TRIAGE_TAIL_MAX)
			return 0;
		if (here > 0)
			tail->values[tail->count++] = p;
	}
	if (i < sum->count) {
		triage_tail_deinit(tail);
		tail->is_fine = true;
	}
	return 0;
}

/* Make both tails of a distribution. Return 0 or -ENOMEM. */
static int make_tails(const struct triage_distribution *sum, double value,
		      struct triage_tail *ret_above, struct triage_tail *ret_below)
{
	struct triage_tail above = { 0 }, below = { 0 };

	for (size_t i = 0; i < sum->count && sum->first + (double)i <= value; i++)
		below.p += sum->p[i];
	/* Add in the order of list_values(), so that the result is one of the listed values. */
	for (size_t i = sum->count; i > 0 && sum->first + (double)(i - 1) >= value; i--)
		above.p += sum->p[i - 1];
	above.p = fmin(above.p, 1);
	below.p = fmin(below.p, 1);
	if (list_values(sum, true, &above) || list_values(sum, false, &below)) {
		triage_tail_deinit(&above);
		triage_tail_deinit(&below);
		return -ENOMEM;
	}
	*ret_above = above;
	*ret_below = below;
	return 0;
}

/*
 * Make both tails from @twice, which is twice the smaller tail. The sign of @excess shows which
 * tail is the smaller one. Return 0, or -ENOMEM if @twice is NAN.
 */
static int halve_tails(double twice, double excess, struct triage_tail *ret_above,
		       struct triage_tail *ret_below)
{
	if (isnan(twice))
		return -ENOMEM;
	*ret_above = (struct triage_tail){ .p = excess > 0 ? twice / 2 : 1, .is_fine = true };
	*ret_below = (struct triage_tail){ .p = excess < 0 ? twice / 2 : 1, .is_fine = true };
	return 0;
}

/* Sum the tails of one table that is too large to compute its whole distribution. */
static void sum_tails(const struct triage_table *table, struct triage_tail *ret_above,
		      struct triage_tail *ret_below)
{
	struct triage_hypergeometric h = triage_hypergeometric_of(table);
	double x = (double)table->crashes, own = triage_hypergeometric_probability(&h, x);

	*ret_above = (struct triage_tail){ .p = fmin(tail_up(&h, x, own), 1), .is_fine = true };
	*ret_below = (struct triage_tail){ .p = fmin(tail_down(&h, x, own), 1), .is_fine = true };
}

int triage_fisher_tests(const struct triage_table *tables, size_t count, double *ret,
			struct triage_tail *ret_above, struct triage_tail *ret_below)
{
	TRIAGE_AUTO_DISTRIBUTION sum = { 0 };
	AUTO_MARGINS margins;
	bool is_one;

	*ret = NAN;
	*ret_above = *ret_below = (struct triage_tail){ .p = NAN };
	if (margins_init(&margins, tables, count))
		return -ENOMEM;
	is_one = margins.count == 1;
	if (margins.count == 0)
		return 0;
	if (is_one)
		*ret = triage_fisher(margins.tables);
	if (sum_strata(&margins, &sum)) {
		if (!is_one)
			*ret = triage_distribution_two_sided(&sum, margins.crashes);
		return make_tails(&sum, margins.crashes, ret_above, ret_below);
	}
	if (is_one) {
		sum_tails(margins.tables, ret_above, ret_below);
		return 0;
	}
	*ret = approximate(&margins);
	return halve_tails(*ret, margins.excess, ret_above, ret_below);
}

int triage_fisher_tails(const struct triage_table *tables, size_t count,
			struct triage_tail *ret_above, struct triage_tail *ret_below)
{
	double ignored;

	return triage_fisher_tests(tables, count, &ignored, ret_above, ret_below);
}

/*
 * Add one dose to the joint distribution of the number of crashes and the sum of their doses.
 * @before and @after have, for each number of crashes, the probabilities of @values sums. Doses are
 * counted from the smallest dose of the stratum. @highest: the largest dose in @before
 */
static void add_dose(const struct triage_dose *dose, const struct triage_stratum_sums *sums,
		     double boots_left, size_t highest, const double *before, double *after,
		     size_t values)
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
			const double *restrict from = before + drawn * values;
			double *restrict to = after + (drawn + more) * values + more * step;
			size_t end = drawn * highest + 1;

			for (size_t i = 0; i < end && i + more * step < values; i++)
				to[i] += p * from[i];
		}
	}
}

/*
 * Compute the distribution of the sum of doses over a stratum's crashes. Return false if memory
 * runs out.
 */
static bool distribution_of_stratum(const struct triage_stratum *stratum,
				    const struct triage_stratum_sums *sums,
				    struct triage_distribution *ret)
{
	size_t values = (size_t)sums->crashes * (sums->high - sums->low) + 1;
	size_t states = ((size_t)sums->crashes + 1) * values, highest = 0;
	TRIAGE_AUTO_DISTRIBUTION before = { 0 }, after = { 0 };
	double boots_left = sums->boots;

	if (triage_distribution_init(&before, 0, states) ||
	    triage_distribution_init(ret, sums->crashes * sums->low, values))
		return false;
	before.p[0] = 1;
	for (size_t i = 0; i < stratum->count; i++) {
		const struct triage_dose *dose = &stratum->doses[i];

		if (dose->boots == 0)
			continue;
		if (triage_distribution_init(&after, 0, states))
			return false;
		add_dose(dose, sums, boots_left, highest, before.p, after.p, values);
		boots_left -= (double)dose->boots;
		if (dose->score - sums->low > highest)
			highest = dose->score - sums->low;
		triage_distribution_deinit(&before);
		before = after;
		after = (struct triage_distribution){ 0 };
	}
	for (size_t i = 0; i < values; i++)
		ret->p[i] = before.p[(size_t)sums->crashes * values + i];
	return true;
}

/* Return the number of possible sums of doses over a stratum's crashes. */
static double values_of(const struct triage_stratum_sums *sums)
{
	return sums->crashes * (sums->high - sums->low) + 1;
}

/* Return the number of multiplications of distribution_of_stratum(). */
static double work_of(const struct triage_stratum *stratum, const struct triage_stratum_sums *sums)
{
	return (double)stratum->count * (sums->crashes + 1) * (sums->crashes + 1) / 2 *
	       values_of(sums);
}

/* Return whether the distribution of the sum of doses over all strata can be computed. */
static bool is_cheap(const struct triage_stratum *strata, size_t count)
{
	double work = 0, values = 1;

	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		work += work_of(&strata[i], &sums) + values * values_of(&sums);
		values += values_of(&sums) - 1;
		if (work > TREND_WORK_MAX)
			return false;
	}
	return true;
}

/*
 * Compute the distribution of the sum of doses over all strata. Return false if this is too
 * expensive.
 */
static bool sum_scores(const struct triage_stratum *strata, size_t count,
		       struct triage_distribution *ret)
{
	if (!is_cheap(strata, count) || triage_distribution_init(ret, 0, 1))
		return false;
	ret->p[0] = 1;
	for (size_t i = 0; i < count; i++) {
		TRIAGE_AUTO_DISTRIBUTION part = { 0 };
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (triage_stratum_sums_is_informative(&sums) &&
		    (!distribution_of_stratum(&strata[i], &sums, &part) ||
		     triage_distribution_add(ret, &part)))
			return false;
	}
	return true;
}

double triage_trend_z(const struct triage_stratum *strata, size_t count)
{
	double excess = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		excess += sums.observed - sums.crashes * sums.mean;
		variance += sums.variance;
	}
	return variance > 0 ? excess / sqrt(variance) : NAN;
}

int triage_trend_tails(const struct triage_stratum *strata, size_t count,
		       struct triage_tail *ret_above, struct triage_tail *ret_below)
{
	TRIAGE_AUTO_DISTRIBUTION sum = { 0 };
	struct triage_moments moments = { 0 };
	double observed = 0, twice;
	bool is_any = false;

	*ret_above = *ret_below = (struct triage_tail){ .p = NAN };
	for (size_t i = 0; i < count; i++) {
		struct triage_stratum_sums sums = triage_stratum_sums_of(&strata[i]);

		if (!triage_stratum_sums_is_informative(&sums))
			continue;
		observed += sums.observed;
		moments.excess += sums.observed - sums.crashes * sums.mean;
		moments.variance += sums.variance;
		moments.third += sums.third;
		moments.widest = fmax(moments.widest, sums.high - sums.low);
		is_any = true;
	}
	if (!is_any)
		return 0;
	if (sum_scores(strata, count, &sum))
		return make_tails(&sum, observed, ret_above, ret_below);
	twice = triage_near_mean_tails(&moments);
	if (isnan(twice))
		twice = triage_saddlepoint_tails(strata, count);
	return halve_tails(twice, moments.excess, ret_above, ret_below);
}
