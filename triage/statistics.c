// SPDX-License-Identifier: GPL-2.0-or-later
/* How likely is it that a difference is chance, and how large is it? */
#include "statistics.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define Z_95 1.959963984540054 /* quantile 0.975 of the normal distribution */
/* Two tables are equally unlikely where their probabilities differ by rounding only, as R has it. */
#define TIES 1.0000001
/* Terms below this part of the sum do not change it any more. */
#define NEGLIGIBLE 1e-18

/*
 * log(n!) less Stirling's approximation. Differences of lgamma() lose all digits where counts are
 * large; Loader's saddle point expansion keeps them (C. Loader, Fast and Accurate Computation of
 * Binomial Probabilities, 2000).
 */
static double stirling_error(double n)
{
	static const double exact[] = {
		0.0,
		0.0810614667953272582196702,
		0.0413406959554092940938221,
		0.02767792568499833914878929,
		0.02079067210376509311152277,
		0.01664469118982119216319487,
		0.01387612882307074799874573,
		0.01189670994589177009505572,
		0.010411265261972096497478567,
		0.009255462182712732917728637,
		0.008330563433362871256469318,
		0.007573675487951840794972024,
		0.006942840107209529865664152,
		0.006408994188004207068439631,
		0.005951370112758847735624416,
		0.005554733551962801371038690,
	};
	double square = n * n;

	if (n < 16)
		return exact[(int)n];
	return (1.0 / 12 -
		(1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) /
			square) /
	       n;
}

/* x log(x / m) + m - x, without cancellation where x is near m. */
static double deviance(double x, double m)
{
	double v, ej, sum, before;

	if (fabs(x - m) >= 0.1 * (x + m))
		return x * log(x / m) + m - x;
	v = (x - m) / (x + m);
	sum = (x - m) * v;
	ej = 2 * x * v;
	for (int j = 1;; j++) {
		before = sum;
		ej *= v * v;
		sum += ej / (2 * j + 1);
		if (sum == before)
			return sum;
	}
}

/* Probability of x successes in n trials. */
static double binomial(double x, double n, double p)
{
	double q = 1 - p, logarithm;

	if (n == 0)
		return 1;
	if (x == 0)
		return p < 0.1 ? exp(-deviance(n, n * q) - n * p) : exp(n * log(q));
	if (x == n)
		return q < 0.1 ? exp(-deviance(n, n * p) - n * q) : exp(n * log(p));
	logarithm = stirling_error(n) - stirling_error(x) - stirling_error(n - x) -
		    deviance(x, n * p) - deviance(n - x, n * q);
	return exp(logarithm) * sqrt(n / (2 * M_PI * x * (n - x)));
}

/* Probability of x crashes among n boots of the group, of all crashes among all boots. */
static double hypergeometric(double x, double n, double crashes, double boots)
{
	double p = n / boots;

	if (p == 0 || p == 1)
		return 1;
	return binomial(x, crashes, p) * binomial(n - x, boots - crashes, p) /
	       binomial(n, boots, p);
}

/* The distribution's four numbers, and where it is not 0. */
struct urn {
	double n;
	double crashes;
	double boots;
	double low;
	double high;
};

/* p(x + 1) / p(x) */
static double step_up(const struct urn *urn, double x)
{
	return (urn->crashes - x) * (urn->n - x) /
	       ((x + 1) * (urn->boots - urn->crashes - urn->n + x + 1));
}

/* Sum of all probabilities from x on outwards, p being that of x. */
static double tail_up(const struct urn *urn, double x, double p)
{
	double sum = 0;

	for (; x <= urn->high && p > NEGLIGIBLE * sum; x++) {
		sum += p;
		p *= step_up(urn, x);
	}
	return sum;
}

static double tail_down(const struct urn *urn, double x, double p)
{
	double sum = 0;

	for (; x >= urn->low && p > NEGLIGIBLE * sum; x--) {
		sum += p;
		if (x > urn->low)
			p /= step_up(urn, x - 1);
	}
	return sum;
}

static double probability(const struct urn *urn, double x)
{
	return hypergeometric(x, urn->n, urn->crashes, urn->boots);
}

/*
 * The first x, from the mode outwards, that is not likelier than @limit: probabilities fall on both
 * sides of the mode, so halving finds it. @direction: 1 up, -1 down.
 */
static double find_unlikely(const struct urn *urn, double mode, double end, double limit,
			    double direction)
{
	double inside = mode, outside = end + direction;

	while (fabs(outside - inside) > 1) {
		double middle = inside + direction * floor(fabs(outside - inside) / 2);

		if (probability(urn, middle) <= limit)
			outside = middle;
		else
			inside = middle;
	}
	return outside;
}

double triage_fisher(const struct triage_table *table)
{
	struct urn urn = { .n = (double)table->boots,
			   .crashes = (double)(table->crashes + table->other_crashes),
			   .boots = (double)(table->boots + table->other_boots) };
	double x = (double)table->crashes, mode, own, far, sum;

	urn.low = fmax(0, urn.n - (urn.boots - urn.crashes));
	urn.high = fmin(urn.n, urn.crashes);
	if (urn.low == urn.high)
		return 1;
	mode = floor((urn.n + 1) * (urn.crashes + 1) / (urn.boots + 2));
	mode = fmin(fmax(mode, urn.low), urn.high);
	own = probability(&urn, x);
	if (x >= mode) {
		sum = tail_up(&urn, x, own);
		far = find_unlikely(&urn, mode, urn.low, own * TIES, -1);
		/* The mode itself is as unlikely where the table is the mode. */
		if (x == mode)
			far = mode - 1;
		if (far >= urn.low)
			sum += tail_down(&urn, far, probability(&urn, far));
	} else {
		sum = tail_down(&urn, x, own);
		far = find_unlikely(&urn, mode, urn.high, own * TIES, 1);
		if (far <= urn.high)
			sum += tail_up(&urn, far, probability(&urn, far));
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
	interval.low = exp(ratio - Z_95 * error);
	interval.high = exp(ratio + Z_95 * error);
	return interval;
}

struct triage_interval triage_mantel_haenszel(const struct triage_table *tables, size_t count,
					      double *ret_p)
{
	double group = 0, rest = 0, error = 0, excess = 0, variance = 0, ratio, sigma;

	for (size_t i = 0; i < count; i++) {
		double a = (double)tables[i].crashes, n = (double)tables[i].boots;
		double c = (double)tables[i].other_crashes, m = (double)tables[i].other_boots;
		double all = n + m, crashes = a + c;

		if (n == 0 || m == 0)
			continue;
		group += a * m / all;
		rest += c * n / all;
		error += (n * m * crashes - a * c * all) / (all * all);
		excess += a - n * crashes / all;
		if (all > 1)
			variance += n * m * crashes * (all - crashes) / (all * all * (all - 1));
	}
	*ret_p = variance > 0 ? gsl_cdf_chisq_Q(excess * excess / variance, 1) : NAN;
	ratio = group / rest;
	sigma = sqrt(error / (group * rest));
	if (!(group > 0 && rest > 0))
		return (struct triage_interval){ ratio, NAN, NAN };
	return (struct triage_interval){ ratio, ratio * exp(-Z_95 * sigma),
					 ratio * exp(Z_95 * sigma) };
}

double triage_trend(const struct triage_dose *doses, size_t count, double *ret_z)
{
	double boots = 0, crashes = 0, mean = 0, excess = 0, spread = 0, p;

	for (size_t i = 0; i < count; i++) {
		boots += (double)doses[i].boots;
		crashes += (double)doses[i].crashes;
		mean += doses[i].score * (double)doses[i].boots;
	}
	p = crashes / boots;
	mean /= boots;
	for (size_t i = 0; i < count; i++) {
		double from_mean = doses[i].score - mean;

		excess += from_mean * ((double)doses[i].crashes - p * (double)doses[i].boots);
		spread += from_mean * from_mean * (double)doses[i].boots;
	}
	*ret_z = excess / sqrt(p * (1 - p) * spread);
	return isfinite(*ret_z) ? 2 * gsl_cdf_ugaussian_Q(fabs(*ret_z)) : NAN;
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
