// SPDX-License-Identifier: GPL-2.0-or-later
#include "distribution.h"

#include <errno.h>
#include <math.h>

#include "hypergeometric.h"

/* Smaller probabilities are dropped, because their products would lose precision. */
#define SMALLEST 1e-300
#define STEPS_MAX 100 /* limit of triage_support_count_min() in each direction */

int triage_distribution_init(struct triage_distribution *distribution, double first, size_t count)
{
	double *p = calloc(count, sizeof(*p));

	if (!p)
		return -ENOMEM;
	*distribution = (struct triage_distribution){ .first = first, .count = count, .p = p };
	return 0;
}

/* Return the last value above (or below) @x whose probability exceeds SMALLEST. @p is P(@x). */
static double reach_up(const struct triage_hypergeometric *h, double x, double p)
{
	for (; x < h->high; x++) {
		p *= triage_hypergeometric_next_ratio(h, x);
		if (!(p > SMALLEST))
			break;
	}
	return x;
}

static double reach_down(const struct triage_hypergeometric *h, double x, double p)
{
	for (; x > h->low; x--) {
		p /= triage_hypergeometric_next_ratio(h, x - 1);
		if (!(p > SMALLEST))
			break;
	}
	return x;
}

/*
 * Return @steps if all values up to this number of steps from the mode have probabilities above
 * SMALLEST, because @ratio to the power of @steps is, and else 0. @ratio: that of the probabilities
 * of the last step, which is the smallest of all steps
 */
static double steps_above_smallest(double steps, double ratio)
{
	/* The probability of the mode is above 2^-90, since there are fewer values than 2^90. */
	return steps > 0 && steps * ilogb(ratio) > -900 ? steps : 0;
}

double triage_support_count_min(const struct triage_hypergeometric *h)
{
	double mode = triage_hypergeometric_mode(h);
	double up = fmin(h->high - mode, STEPS_MAX), down = fmin(mode - h->low, STEPS_MAX);

	return 1 + steps_above_smallest(up, triage_hypergeometric_next_ratio(h, mode + up - 1)) +
	       steps_above_smallest(down, 1 / triage_hypergeometric_next_ratio(h, mode - down));
}

struct triage_support triage_support_of(const struct triage_hypergeometric *h)
{
	double mode = triage_hypergeometric_mode(h),
	       top = triage_hypergeometric_probability(h, mode);
	double low = reach_down(h, mode, top), high = reach_up(h, mode, top);

	return (struct triage_support){
		.low = low, .mode = mode, .top = top, .count = (size_t)(high - low) + 1
	};
}

int triage_distribution_of_hypergeometric(const struct triage_hypergeometric *h,
					  const struct triage_support *support,
					  struct triage_distribution *ret)
{
	double low = support->low;
	int error = triage_distribution_init(ret, low, support->count);
	size_t at = (size_t)(support->mode - low);

	if (error)
		return error;
	ret->p[at] = support->top;
	for (size_t i = at; i + 1 < ret->count; i++)
		ret->p[i + 1] = ret->p[i] * triage_hypergeometric_next_ratio(h, low + (double)i);
	for (size_t i = at; i > 0; i--)
		ret->p[i - 1] =
			ret->p[i] / triage_hypergeometric_next_ratio(h, low + (double)i - 1);
	return 0;
}

int triage_distribution_add(struct triage_distribution *sum, const struct triage_distribution *part)
{
	struct triage_distribution both;
	int error = triage_distribution_init(&both, sum->first + part->first,
					     sum->count + part->count - 1);

	if (error)
		return error;
	/* The sum is most often longer than the part. */
	for (size_t i = part->count; i > 0; i--) {
		double *restrict to = both.p + i - 1;
		const double *restrict p = sum->p;
		double times = part->p[i - 1];

		for (size_t j = 0; j < sum->count; j++)
			to[j] += times * p[j];
	}
	triage_distribution_deinit(sum);
	*sum = both;
	return 0;
}

static double probability_of(const struct triage_distribution *distribution, double value)
{
	double at = value - distribution->first;

	return at >= 0 && at < (double)distribution->count ? distribution->p[(size_t)at] : 0;
}

double triage_distribution_two_sided(const struct triage_distribution *distribution, double value)
{
	double own = probability_of(distribution, value) * TRIAGE_TIES, sum = 0;

	for (size_t i = 0; i < distribution->count; i++)
		if (distribution->p[i] <= own)
			sum += distribution->p[i];
	return fmin(sum, 1);
}

double triage_distribution_tails(const struct triage_distribution *distribution, double value)
{
	double below = 0, above = 0;

	for (size_t i = 0; i < distribution->count; i++) {
		double here = distribution->first + (double)i;

		below += here <= value ? distribution->p[i] : 0;
		above += here >= value ? distribution->p[i] : 0;
	}
	return fmin(2 * fmin(below, above), 1);
}
