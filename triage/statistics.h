/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Risk ratios of 2x2 tables (with or without strata) and shares of crashed boots, each with a
 * confidence interval.
 *
 * docs/appendix/statistics.md has the formulas and their sources. All functions are pure. Counts
 * may be up to 2^53, zero included. Undefined values are NAN.
 */
#ifndef LINEAGE_TRIAGE_STATISTICS_H
#define LINEAGE_TRIAGE_STATISTICS_H

#include "tables.h"

/**
 * triage_risk_ratio() - risk ratio of the group against the other boots
 *
 * The interval is Katz's log interval. If a count of crashes is 0, or all boots crashed, half a
 * boot is added to each cell for the interval. The estimate is never corrected: infinite if only
 * the group crashed, NAN if no boot crashed.
 */
struct triage_interval triage_risk_ratio(const struct triage_table *table);

/**
 * triage_mantel_haenszel() - Mantel-Haenszel estimate of the risk ratio common to all strata
 * @tables: array of @count tables, one for each stratum
 *
 * The interval is the Greenland-Robins interval.
 */
struct triage_interval triage_mantel_haenszel(const struct triage_table *tables, size_t count);

/**
 * triage_odds_ratio() - odds ratio of the group against the other boots
 *
 * The interval is Woolf's. If a cell is 0, half a boot is added to each cell for the interval.
 */
struct triage_interval triage_odds_ratio(const struct triage_table *table);

/**
 * triage_mantel_haenszel_odds() - Mantel-Haenszel estimate of the odds ratio common to all strata
 * @tables: array of @count tables, one for each stratum
 *
 * The interval is that of Robins, Breslow and Greenland.
 */
struct triage_interval triage_mantel_haenszel_odds(const struct triage_table *tables, size_t count);

/**
 * triage_mantel_haenszel_z() - signed root of the Cochran-Mantel-Haenszel statistic, without
 * continuity correction
 *
 * Positive if the group has more crashes than expected. NAN if no stratum is informative.
 */
double triage_mantel_haenszel_z(const struct triage_table *tables, size_t count);

/**
 * triage_share_interval() - share of a dose's boots that crashed, with Wilson's score interval; NAN
 * if there are no boots
 */
struct triage_interval triage_share_interval(const struct triage_dose *dose);

/**
 * triage_sample_size() - size of a group with which a test at @level detects a larger rate with a
 * power of 80 %
 * @p, @other: the rates of the group and of the other boots
 * @times: other boots per boot of the group
 *
 * J. L. Fleiss, A. Tytun, H. Ury, Biometrics 36, 1980. INFINITY if @p is not larger.
 */
double triage_sample_size(double p, double other, double times, double level);

/**
 * triage_boots_needed() - return the sample size of the first group with which a test at @level
 * detects the observed rates with a power of 80 %
 *
 * The ratio of the two sample sizes stays as observed. Return: 0 if the group is large enough or
 * its rate is not larger.
 */
uint64_t triage_boots_needed(const struct triage_table *table, double level);

#endif /* LINEAGE_TRIAGE_STATISTICS_H */
