// SPDX-License-Identifier: GPL-2.0-or-later
#include "distinct_ranges.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/cleanup.h"

#define SAMPLES 1000
#define STANDARD_ERRORS 3
#define CRASHES_MAX 100000 /* the binomial distribution of more crashes takes too long */

/**
 * struct range - the releases @first to @last - 1
 * @share: share of the crashes that is expected
 * @least: least number of crashes that has a small p-value
 * @probability: probability of at least @least crashes
 */
struct range {
	size_t first;
	size_t last;
	double share;
	unsigned int least;
	double probability;
};

/**
 * struct ranges - what is needed to draw random crashes
 * @shares: array of @releases elements: shares of the crashes
 * @list: array of @count ranges that can have a small p-value
 * @drawn: array of @releases elements: crashes after each release
 * @sums: array of @releases + 1 elements: sums of @drawn
 *
 * All arrays are owned.
 */
struct ranges {
	double *shares;
	size_t releases;
	struct range *list;
	size_t count;
	unsigned int crashes;
	unsigned int *drawn;
	unsigned int *sums;
	gsl_rng *random;
	gsl_ran_discrete_t *choice;
};

static void ranges_deinit(struct ranges *ranges)
{
	free(ranges->shares);
	free(ranges->list);
	free(ranges->drawn);
	free(ranges->sums);
	gsl_rng_free(ranges->random);
	gsl_ran_discrete_free(ranges->choice);
}
#define AUTO_RANGES __attribute__((cleanup(ranges_deinit))) struct ranges

static size_t count_ranges(size_t releases)
{
	return releases * (releases - 1) / 2 - 1;
}

/* Return the probability of at least @least of the crashes. */
static double tail(const struct ranges *ranges, double share, unsigned int least)
{
	return least > 0 ? gsl_cdf_binomial_Q(least - 1, share, ranges->crashes) : 1;
}

/*
 * Set the least number of crashes whose probability is at most @p. Return whether there is one.
 * @range->least: not larger than this number
 */
static bool set_least(const struct ranges *ranges, struct range *range, double p)
{
	unsigned int low = range->least, step = 1;

	if (tail(ranges, range->share, ranges->crashes) > p)
		return false;
	/* Most often, the number is near. */
	while (low + step < ranges->crashes && tail(ranges, range->share, low + step) > p) {
		low += step;
		step *= 2;
	}
	while (step > 0) {
		if (low + step <= ranges->crashes && tail(ranges, range->share, low + step) > p)
			low += step;
		step /= 2;
	}
	range->least = low + 1;
	range->probability = tail(ranges, range->share, range->least);
	return range->probability > 0;
}

static void list_ranges(struct ranges *ranges, double p)
{
	for (size_t i = 0; i < ranges->releases; i++) {
		struct range range = { .first = i, .share = ranges->shares[i] };

		for (size_t j = i + 1; j < ranges->releases; j++) {
			range.share = fmin(1, range.share + ranges->shares[j]);
			range.last = j + 1;
			/* A longer range needs at least as many crashes. */
			range.least = range.least > 0 ? range.least - 1 : 0;
			if (range.last - range.first < ranges->releases &&
			    set_least(ranges, &range, p))
				ranges->list[ranges->count++] = range;
		}
	}
}

static int ranges_init(struct ranges *ranges, const double *expected, double p)
{
	double sum = 0;

	ranges->shares = calloc(ranges->releases, sizeof(*ranges->shares));
	ranges->drawn = calloc(ranges->releases, sizeof(*ranges->drawn));
	ranges->sums = calloc(ranges->releases + 1, sizeof(*ranges->sums));
	ranges->list = calloc(count_ranges(ranges->releases) + 1, sizeof(*ranges->list));
	ranges->random = gsl_rng_alloc(gsl_rng_mt19937);
	if (!ranges->shares || !ranges->drawn || !ranges->sums || !ranges->list || !ranges->random)
		return -ENOMEM;
	gsl_rng_set(ranges->random, 1); /* not a seed from the environment */
	for (size_t i = 0; i < ranges->releases; i++)
		sum += expected[i];
	for (size_t i = 0; i < ranges->releases; i++)
		ranges->shares[i] = expected[i] / sum;
	list_ranges(ranges, p);
	return 0;
}

/* Prepare the choice of a range in proportion to its probability. Return the sum of all. */
static double prepare_choice(struct ranges *ranges)
{
	LINEAGE_AUTO_FREE double *weights = calloc(ranges->count, sizeof(*weights));
	double sum = 0;

	for (size_t i = 0; weights && i < ranges->count; i++) {
		weights[i] = ranges->list[i].probability;
		sum += weights[i];
	}
	ranges->choice = weights ? gsl_ran_discrete_preproc(ranges->count, weights) : NULL;
	return sum;
}

/* Draw a number of crashes that is at least @range->least. */
static unsigned int draw_count(struct ranges *ranges, const struct range *range)
{
	double rest = gsl_rng_uniform(ranges->random) * range->probability;
	unsigned int crashes = range->least;

	while (crashes < ranges->crashes) {
		rest -= gsl_ran_binomial_pdf(crashes, range->share, ranges->crashes);
		if (rest < 0)
			break;
		crashes++;
	}
	return crashes;
}

/* Distribute crashes among the releases @first to @last - 1. */
static void distribute(struct ranges *ranges, size_t first, size_t last, unsigned int crashes)
{
	double rest = 0;

	for (size_t i = first; i < last; i++)
		rest += ranges->shares[i];
	for (size_t i = first; i < last; i++) {
		double share = rest > 0 ? fmin(1, ranges->shares[i] / rest) : 1;

		ranges->drawn[i] =
			i + 1 == last ? crashes : gsl_ran_binomial(ranges->random, share, crashes);
		crashes -= ranges->drawn[i];
		rest -= ranges->shares[i];
	}
}

/* Distribute crashes among the releases outside of a range. */
static void distribute_others(struct ranges *ranges, const struct range *range,
			      unsigned int crashes)
{
	double before = 0, share;
	unsigned int drawn;

	for (size_t i = 0; i < range->first; i++)
		before += ranges->shares[i];
	share = fmin(1, before / (1 - range->share));
	if (range->last == ranges->releases)
		drawn = crashes;
	else
		drawn = range->first > 0 ? gsl_ran_binomial(ranges->random, share, crashes) : 0;
	distribute(ranges, 0, range->first, drawn);
	distribute(ranges, range->last, ranges->releases, crashes - drawn);
}

/* Draw crashes that give a range a small p-value. Return the number of ranges that have one. */
static size_t draw(struct ranges *ranges)
{
	const struct range *range = &ranges->list[gsl_ran_discrete(ranges->random, ranges->choice)];
	unsigned int crashes = draw_count(ranges, range);
	size_t small = 0;

	distribute(ranges, range->first, range->last, crashes);
	distribute_others(ranges, range, ranges->crashes - crashes);
	for (size_t i = 0; i < ranges->releases; i++)
		ranges->sums[i + 1] = ranges->sums[i] + ranges->drawn[i];
	for (size_t i = 0; i < ranges->count; i++) {
		const struct range *one = &ranges->list[i];

		small += ranges->sums[one->last] - ranges->sums[one->first] >= one->least;
	}
	return small;
}

/* Return an upper limit of the mean of 1 / N. */
static double mean_of_inverse(struct ranges *ranges)
{
	double sum = 0, squares = 0, mean;

	for (size_t i = 0; i < SAMPLES; i++) {
		double one = 1 / (double)draw(ranges);

		sum += one;
		squares += one * one;
	}
	mean = sum / SAMPLES;
	return mean + STANDARD_ERRORS * sqrt(fmax(0, squares / SAMPLES - mean * mean) / SAMPLES);
}

int triage_distinct_ranges(const double *expected, size_t count, double crashes, double p,
			   double *ret)
{
	AUTO_RANGES ranges = { .releases = count };
	double all = (double)count_ranges(count), sum;
	int error;

	*ret = all;
	if (!(p < 1) || !(crashes <= CRASHES_MAX))
		return 0;
	ranges.crashes = (unsigned int)crashes;
	error = ranges_init(&ranges, expected, p);
	if (error || ranges.count == 0)
		return error;
	sum = prepare_choice(&ranges);
	if (!ranges.choice)
		return -ENOMEM;
	*ret = fmax(1, fmin(all, sum * mean_of_inverse(&ranges) / p));
	return 0;
}
