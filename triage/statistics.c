// SPDX-License-Identifier: GPL-2.0-or-later
/* How likely is it that a difference is chance, and how large is it? */
#include "statistics.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "hypergeometric.h"

/* Terms below this part of the sum do not change it any more. */
#define NEGLIGIBLE 1e-18

/* Sum of all probabilities from x on outwards, p being that of x. */
static double tail_up(const struct triage_hypergeometric *h, double x, double p)
{
	double sum = 0;

	for (; x <= h->high && p > NEGLIGIBLE * sum; x++) {
		sum += p;
		p *= triage_hypergeometric_next_ratio(h, x);
	}
	return sum;
}

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
 * The first x, from the mode outwards, that is not likelier than @limit: probabilities fall on both
 * sides of the mode, so halving finds it. @direction: 1 up, -1 down.
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

struct triage_interval triage_risk_ratio(const struct triage_table *table)
{
	double a = (double)table->crashes, n = (double)table->boots;
	double c = (double)table->other_crashes, m = (double)table->other_boots;
	struct triage_interval interval = { (a / n) / (c / m), NAN, NAN };
	double ratio, error;

	if (n == 0 || m == 0)
		return (struct triage_interval){ NAN, NAN, NAN };
	if (a == 0 || c == 0 || (a == n && c == m)) {
		a += 0.5;
		c += 0.5;
		n += 1;
		m += 1;
	}
	ratio = log((a / n) / (c / m));
	error = sqrt((n - a) / (a * n) + (m - c) / (c * m));
	interval.low = exp(ratio - TRIAGE_Z_95 * error);
	interval.high = exp(ratio + TRIAGE_Z_95 * error);
	return interval;
}

struct triage_interval triage_mantel_haenszel(const struct triage_table *tables, size_t count)
{
	double group = 0, rest = 0, error = 0, ratio, sigma;

	for (size_t i = 0; i < count; i++) {
		double a = (double)tables[i].crashes, n = (double)tables[i].boots;
		double c = (double)tables[i].other_crashes, m = (double)tables[i].other_boots;
		double all = n + m, crashes = a + c;

		if (n == 0 || m == 0)
			continue;
		group += a * m / all;
		rest += c * n / all;
		error += (n * m * crashes - a * c * all) / (all * all);
	}
	ratio = group / rest;
	sigma = sqrt(error / (group * rest));
	if (!(group > 0 && rest > 0))
		return (struct triage_interval){ ratio, NAN, NAN };
	return (struct triage_interval){ ratio, ratio * exp(-TRIAGE_Z_95 * sigma),
					 ratio * exp(TRIAGE_Z_95 * sigma) };
}

double triage_mantel_haenszel_z(const struct triage_table *tables, size_t count)
{
	double excess = 0, variance = 0;

	for (size_t i = 0; i < count; i++) {
		double n = (double)tables[i].boots, m = (double)tables[i].other_boots;
		double crashes = (double)tables[i].crashes + (double)tables[i].other_crashes;
		double all = n + m;

		if (n == 0 || m == 0)
			continue;
		excess += (double)tables[i].crashes - n * crashes / all;
		variance += n * m * crashes * (all - crashes) / (all * all * (all - 1));
	}
	return variance > 0 ? excess / sqrt(variance) : NAN;
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

/*
 * The smallest k for which no more than k tests have a least of no more than @level / k: those, and no others, may
 * be found at a level that is shared among them.
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
	double *sorted = calloc(count ? count : 1, sizeof(*sorted));
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
	free(sorted);
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
	struct rank *ranks = calloc(count ? count : 1, sizeof(*ranks));
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
	free(ranks);
	return 0;
}
