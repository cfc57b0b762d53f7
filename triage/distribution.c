// SPDX-License-Identifier: GPL-2.0-or-later
#include "distribution.h"

#include <errno.h>
#include <math.h>

#include "statistics.h"
#include "urn.h"

/* Products of anything smaller would lose digits. */
#define SMALLEST 1e-300

int distribution_init(struct distribution *distribution, double first, size_t count)
{
	double *p = calloc(count, sizeof(*p));

	if (!p)
		return -ENOMEM;
	*distribution = (struct distribution){ .first = first, .count = count, .p = p };
	return 0;
}

/* How far from the mode up, or down, there is some probability. */
static double reach_up(const struct urn *urn, double x, double p)
{
	while (x < urn->high && p * urn_step_up(urn, x) > SMALLEST)
		p *= urn_step_up(urn, x++);
	return x;
}

static double reach_down(const struct urn *urn, double x, double p)
{
	while (x > urn->low && p / urn_step_up(urn, x - 1) > SMALLEST)
		p /= urn_step_up(urn, --x);
	return x;
}

int distribution_of_urn(const struct urn *urn, struct distribution *ret)
{
	double mode = urn_mode(urn), top = urn_probability(urn, mode);
	double low = reach_down(urn, mode, top), high = reach_up(urn, mode, top);
	int error = distribution_init(ret, low, (size_t)(high - low) + 1);
	size_t at = (size_t)(mode - low);

	if (error)
		return error;
	ret->p[at] = top;
	for (size_t i = at; i + 1 < ret->count; i++)
		ret->p[i + 1] = ret->p[i] * urn_step_up(urn, low + (double)i);
	for (size_t i = at; i > 0; i--)
		ret->p[i - 1] = ret->p[i] / urn_step_up(urn, low + (double)i - 1);
	return 0;
}

int distribution_add(struct distribution *sum, const struct distribution *part)
{
	struct distribution both;
	int error =
		distribution_init(&both, sum->first + part->first, sum->count + part->count - 1);

	if (error)
		return error;
	for (size_t i = 0; i < sum->count; i++)
		for (size_t j = 0; j < part->count; j++)
			both.p[i + j] += sum->p[i] * part->p[j];
	distribution_deinit(sum);
	*sum = both;
	return 0;
}

static double probability_of(const struct distribution *distribution, double value)
{
	double at = value - distribution->first;

	return at >= 0 && at < (double)distribution->count ? distribution->p[(size_t)at] : 0;
}

double distribution_two_sided(const struct distribution *distribution, double value)
{
	double own = probability_of(distribution, value) * TRIAGE_TIES, sum = 0;

	for (size_t i = 0; i < distribution->count; i++)
		if (distribution->p[i] <= own)
			sum += distribution->p[i];
	return fmin(sum, 1);
}

double distribution_tails(const struct distribution *distribution, double value)
{
	double below = 0, above = 0;

	for (size_t i = 0; i < distribution->count; i++) {
		double here = distribution->first + (double)i;

		below += here <= value ? distribution->p[i] : 0;
		above += here >= value ? distribution->p[i] : 0;
	}
	return fmin(2 * fmin(below, above), 1);
}
