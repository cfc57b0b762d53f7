// SPDX-License-Identifier: GPL-2.0-or-later
#include "multiple_testing.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "lib/cleanup.h"

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/*
 * Tarone's level: @level / k for the smallest k such that at most k tests have a smallest possible
 * p-value of at most @level / k.
 */
static double share_level(const double *sorted, size_t count, double level)
{
	size_t able = count;

	for (size_t k = 1; k <= count; k++) {
		while (able > 0 && sorted[able - 1] > level / (double)k)
			able--;
		if (able <= k)
			return level / (double)k;
	}
	return level;
}

long triage_testable(const double *least, size_t count, double level, bool *ret)
{
	LINEAGE_AUTO_FREE double *sorted = calloc(count ? count : 1, sizeof(*sorted));
	size_t tests = 0;
	long able = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!isnan(least[i]))
			sorted[tests++] = least[i];
	qsort(sorted, tests, sizeof(*sorted), compare_doubles);
	level = share_level(sorted, tests, level);
	for (size_t i = 0; i < count; i++) {
		ret[i] = least[i] <= level;
		able += ret[i];
	}
	return able;
}

struct rank {
	double p;
	size_t at;
};

static int compare_ranks(const void *left, const void *right)
{
	double a = ((const struct rank *)left)->p, b = ((const struct rank *)right)->p;

	return (a > b) - (a < b);
}

int triage_benjamini_hochberg(double *p, size_t count)
{
	LINEAGE_AUTO_FREE struct rank *ranks = calloc(count ? count : 1, sizeof(*ranks));
	size_t tests = 0;
	double least = 1;

	if (!ranks)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		if (!isnan(p[i]))
			ranks[tests++] = (struct rank){ p[i], i };
	qsort(ranks, tests, sizeof(*ranks), compare_ranks);
	for (size_t i = tests; i > 0; i--) {
		least = fmin(least, ranks[i - 1].p * (double)tests / (double)i);
		p[ranks[i - 1].at] = least;
	}
	return 0;
}
