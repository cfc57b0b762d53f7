// SPDX-License-Identifier: GPL-2.0-or-later
/* The exact tests over several strata: what is the distribution of a sum of draws from several urns? */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "statistics.h"
#include "urn.h"

/* Multiplications that a test may cost; where it would take more, counts are large and the normal distribution is near. */
#define WORK_MAX 2e7
/* Below the smallest double nothing is added any more. */
#define SMALLEST 1e-305

/**
 * struct distribution - of a number that is an integer
 * @first: the number that @p begins with
 * @count: how many
 */
struct distribution {
	double *p;
	double first;
	size_t count;
};

static void distribution_deinit(struct distribution *distribution)
{
	free(distribution->p);
}
#define AUTO_DISTRIBUTION __attribute__((cleanup(distribution_deinit))) struct distribution

/* Of a number that is always 0. */
static int distribution_init(struct distribution *ret)
{
	ret->p = malloc(sizeof(*ret->p));
	if (!ret->p)
		return -ENOMEM;
	ret->p[0] = 1;
	ret->first = 0;
	ret->count = 1;
	return 0;
}

/* Of a sum of two: @sum becomes it, @part stays. */
static int add(struct distribution *sum, const struct distribution *part)
{
	size_t count = sum->count + part->count - 1;
	double *p = calloc(count, sizeof(*p));

	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < sum->count; i++)
		for (size_t j = 0; j < part->count; j++)
			p[i + j] += sum->p[i] * part->p[j];
	free(sum->p);
	*sum = (struct distribution){ p, sum->first + part->first, count };
	return 0;
}

/* Of crashes in the group, where the group makes no difference; without what no double can hold. */
static int distribution_of_urn(const struct urn *urn, struct distribution *ret)
{
	double mode = urn_mode(urn), top = urn_probability(urn, mode);
	double low = urn_reach(urn, mode, urn->low, SMALLEST),
	       high = urn_reach(urn, mode, urn->high, SMALLEST);

	ret->first = low;
	ret->count = (size_t)(high - low) + 1;
	ret->p = malloc(ret->count * sizeof(*ret->p));
	if (!ret->p)
		return -ENOMEM;
	ret->p[(size_t)(mode - low)] = top;
	for (double x = mode; x < high; x++)
		ret->p[(size_t)(x - low) + 1] = ret->p[(size_t)(x - low)] * urn_step_up(urn, x);
	for (double x = mode; x > low; x--)
		ret->p[(size_t)(x - low) - 1] = ret->p[(size_t)(x - low)] / urn_step_up(urn, x - 1);
	return 0;
}
