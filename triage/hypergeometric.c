// SPDX-License-Identifier: GPL-2.0-or-later
#include "hypergeometric.h"

#include <math.h>

#include "tables.h"

/*
 * Return log(n!) minus Stirling's approximation. For large counts, differences of lgamma() have no
 * correct digits, but Loader's saddlepoint expansion is accurate (C. Loader, Fast and Accurate
 * Computation of Binomial Probabilities, 2000).
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

/* Return x log(x / m) + m - x, without cancellation if x is near m. */
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

/* Return log(p). @q: 1 - p. */
static double log_of(double p, double q)
{
	return q < 0.5 ? log1p(-q) : log(p);
}

/* Return the probability of @x successes in @n trials. @q: 1 - @p, precise even if @p is near 1. */
static double binomial(double x, double n, double p, double q)
{
	double logarithm;

	if (n == 0)
		return 1;
	if (x == 0)
		return exp(n * log_of(q, p));
	if (x == n)
		return exp(n * log_of(p, q));
	logarithm = stirling_error(n) - stirling_error(x) - stirling_error(n - x) -
		    deviance(x, n * p) - deviance(n - x, n * q);
	return exp(logarithm) * sqrt(n / (2 * M_PI * x * (n - x)));
}

double triage_hypergeometric_probability(const struct triage_hypergeometric *h, double x)
{
	double n = h->n, crashes = h->crashes;
	double boots = h->boots, p = n / boots, q = (boots - n) / boots;

	if (p == 0 || q == 0)
		return 1;
	return binomial(x, crashes, p, q) * binomial(n - x, boots - crashes, p, q) /
	       binomial(n, boots, p, q);
}

struct triage_hypergeometric triage_hypergeometric_of(const struct triage_table *table)
{
	struct triage_hypergeometric h = { .n = (double)table->boots,
					   .crashes =
						   (double)(table->crashes + table->other_crashes),
					   .boots = (double)(table->boots + table->other_boots) };

	h.low = fmax(0, h.n - (h.boots - h.crashes));
	h.high = fmin(h.n, h.crashes);
	return h;
}

double triage_hypergeometric_mode(const struct triage_hypergeometric *h)
{
	double mode = floor((h->n + 1) * (h->crashes + 1) / (h->boots + 2));

	return fmin(fmax(mode, h->low), h->high);
}
