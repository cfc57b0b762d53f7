// SPDX-License-Identifier: GPL-2.0-or-later
#include "statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define POWER 0.8	       /* power of the test of triage_boots_needed() */
#define Z_95 1.959963984540054 /* quantile 0.975 of the normal distribution */

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
	return (struct triage_interval){ ratio, ratio * exp(-Z_95 * sigma),
					 ratio * exp(Z_95 * sigma) };
}

struct triage_interval triage_odds_ratio(const struct triage_table *table)
{
	double a = (double)table->crashes, b = (double)(table->boots - table->crashes);
	double c = (double)table->other_crashes;
	double d = (double)(table->other_boots - table->other_crashes);
	struct triage_interval interval = { a * d / (b * c), NAN, NAN };
	double ratio, error;

	if (table->boots == 0 || table->other_boots == 0)
		return (struct triage_interval){ NAN, NAN, NAN };
	if (a == 0 || b == 0 || c == 0 || d == 0) {
		a += 0.5;
		b += 0.5;
		c += 0.5;
		d += 0.5;
	}
	ratio = log(a * d / (b * c));
	error = sqrt(1 / a + 1 / b + 1 / c + 1 / d);
	interval.low = exp(ratio - Z_95 * error);
	interval.high = exp(ratio + Z_95 * error);
	return interval;
}

struct triage_interval triage_mantel_haenszel_odds(const struct triage_table *tables, size_t count)
{
	double r = 0, s = 0, pr = 0, mixed = 0, qs = 0, ratio, sigma;

	for (size_t i = 0; i < count; i++) {
		double a = (double)tables[i].crashes, n = (double)tables[i].boots;
		double c = (double)tables[i].other_crashes, m = (double)tables[i].other_boots;
		double all = n + m, b = n - a, d = m - c;
		double with = a * d / all, without = b * c / all;
		double p = (a + d) / all, q = (b + c) / all;

		if (n == 0 || m == 0)
			continue;
		r += with;
		s += without;
		pr += p * with;
		mixed += p * without + q * with;
		qs += q * without;
	}
	ratio = r / s;
	sigma = sqrt(pr / (2 * r * r) + mixed / (2 * r * s) + qs / (2 * s * s));
	if (!(r > 0 && s > 0))
		return (struct triage_interval){ ratio, NAN, NAN };
	return (struct triage_interval){ ratio, ratio * exp(-Z_95 * sigma),
					 ratio * exp(Z_95 * sigma) };
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

struct triage_interval triage_share_interval(const struct triage_dose *dose)
{
	double n = (double)dose->boots, p = (double)dose->crashes / n, z2 = Z_95 * Z_95;
	double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
	double reach = Z_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);

	return (struct triage_interval){ p, fmax(0, middle - reach), fmin(1, middle + reach) };
}

double triage_sample_size(double p, double other, double times, double level)
{
	double mean = (p + times * other) / (1 + times);
	double needed, correction;

	if (!(p > other))
		return INFINITY;
	needed = gsl_cdf_ugaussian_Qinv(level / 2) * sqrt(mean * (1 - mean) * (1 + 1 / times)) +
		 gsl_cdf_ugaussian_Pinv(POWER) * sqrt(p * (1 - p) + other * (1 - other) / times);
	needed = pow(needed / (p - other), 2);
	/* An exact test has less power than the normal approximation if few boots crash. */
	correction = 1 + sqrt(1 + 2 * (1 + 1 / times) / (needed * (p - other)));
	return ceil(needed * correction * correction / 4);
}

uint64_t triage_boots_needed(const struct triage_table *table, double level)
{
	double needed =
		triage_sample_size((double)table->crashes / (double)table->boots,
				   (double)table->other_crashes / (double)table->other_boots,
				   (double)table->other_boots / (double)table->boots, level);

	return needed > (double)table->boots && needed < 1e18 ? (uint64_t)needed : 0;
}
