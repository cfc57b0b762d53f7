/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How likely is it that a difference is chance, and how large is it?
 *
 * Formulas and their sources: docs/triage.md. Every function is pure; counts may be up to 2^53, zeros
 * included. What cannot be told is NAN.
 */
#ifndef LINEAGE_TRIAGE_STATISTICS_H
#define LINEAGE_TRIAGE_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRIAGE_Z_95 1.959963984540054 /* quantile 0.975 of the normal distribution */
/* Two outcomes are equally unlikely where their probabilities differ by rounding only, as R has it. */
#define TRIAGE_TIES 1.0000001

/**
 * struct triage_table - crashes of a group against those of the rest
 * @crashes: boots of the group that crashed
 * @boots: boots of the group
 * @other_crashes: boots of the rest that crashed
 * @other_boots: boots of the rest
 */
struct triage_table {
	uint64_t crashes;
	uint64_t boots;
	uint64_t other_crashes;
	uint64_t other_boots;
};

/** struct triage_interval - an estimate and where its true value is with 95 % confidence */
struct triage_interval {
	double estimate;
	double low;
	double high;
};

/**
 * triage_fisher() - Fisher's exact test, two-sided
 *
 * The probability of a table at least as unlikely as this one where the group makes no difference.
 */
double triage_fisher(const struct triage_table *table);

/**
 * triage_risk_ratio() - how many times likelier a boot of the group crashes
 *
 * The interval is Katz's, by logarithms. Where a count of crashes is 0, or all boots crashed, half a boot is added to each cell
 * for the interval; the estimate stays what it is, infinite where only the group crashed, NAN where nothing did.
 */
struct triage_interval triage_risk_ratio(const struct triage_table *table);

/**
 * triage_mantel_haenszel() - the same over strata: how many times likelier within each of them
 * @tables: one for each stratum; @count of them
 *
 * The interval is Greenland's and Robins'.
 */
struct triage_interval triage_mantel_haenszel(const struct triage_table *tables, size_t count);

/**
 * triage_mantel_haenszel_z() - how far the group's crashes are from what is expected, in standard deviations
 *
 * The root of the Cochran-Mantel-Haenszel statistic, without continuity correction: above 0 where the group has more.
 * NAN where no stratum can tell.
 */
double triage_mantel_haenszel_z(const struct triage_table *tables, size_t count);

/**
 * triage_fisher_strata() - Fisher's exact test within strata
 *
 * The probability of a number of crashes in the group, over all strata, that is at least as unlikely as this one
 * where the group makes no difference in any of them. Where the exact sum would take too long, twice the smaller tail, by triage_saddlepoint_tails(). NAN where no stratum can tell.
 */
double triage_fisher_strata(const struct triage_table *tables, size_t count);

/**
 * triage_fisher_least() - the smallest probability that the test within strata can give for more crashes in the group
 * @is_either_way: or for fewer ones
 *
 * It depends on the sums only, not on who crashed. A test whose least is above the level finds nothing.
 */
double triage_fisher_least(const struct triage_table *tables, size_t count, bool is_either_way);

/**
 * struct triage_dose - boots at some dose: a kexec count
 * @score: the dose
 * @crashes: boots that crashed
 * @boots: all of them
 */
struct triage_dose {
	uint32_t score;
	uint64_t crashes;
	uint64_t boots;
};

/** struct triage_stratum - the doses that may be compared with each other, in any order */
struct triage_stratum {
	const struct triage_dose *doses;
	size_t count;
};

/**
 * triage_trend() - the Cochran-Armitage test, within strata: do crashes grow, or shrink, with the dose?
 * @strata: @count of them
 * @ret_z: the statistic: above 0 where they grow; NAN where nothing tells
 *
 * Return: the probability of a sum of the doses of all crashes at least as far out, twice that of the side it is
 * on, where crashes do not depend on the dose: exactly where that is cheap, by triage_saddlepoint_tails() elsewhere. NAN where
 * nothing tells.
 */
double triage_trend(const struct triage_stratum *strata, size_t count, double *ret_z);

/** triage_trend_least() - the smallest probability that triage_trend() can give, as for triage_fisher_least() */
double triage_trend_least(const struct triage_stratum *strata, size_t count);

/**
 * triage_testable() - which of many tests can find anything at a level?
 * @least: the smallest probability of each, NAN where there was no test
 * @ret: true for those that can: R. E. Tarone, Biometrics 46, 1990; for false discoveries P. B. Gilbert, Applied
 *	Statistics 54, 2005. The others need not be counted among the tests.
 *
 * Return: how many can; or -ENOMEM.
 */
long triage_testable(const double *least, size_t count, double level, bool *ret);

/**
 * triage_benjamini_hochberg() - q-values of many tests at a time
 * @p: in: probabilities, NAN where there was no test, which stays so; out: the share of false alarms among all
 *	that are at least as unlikely as this one
 *
 * Return: 0, or -ENOMEM, and nothing was changed.
 */
int triage_benjamini_hochberg(double *p, size_t count);

#endif /* LINEAGE_TRIAGE_STATISTICS_H */
