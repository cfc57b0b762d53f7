/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact conditional tests: Fisher's test, with and without strata, and the test for a trend.
 *
 * docs/appendix/statistics.md has the formulas and their sources. All functions are pure. Counts
 * may be up to 2^53, zero included.
 */
#ifndef LINEAGE_TRIAGE_EXACT_TEST_H
#define LINEAGE_TRIAGE_EXACT_TEST_H

#include <stdbool.h>

#include "tables.h"

/** triage_fisher() - two-sided p-value of Fisher's exact test, as in R's fisher.test() */
double triage_fisher(const struct triage_table *table);

/**
 * triage_fisher_strata() - two-sided p-value of Fisher's exact test within strata
 * @tables: array of @count tables, one for each stratum
 *
 * The statistic is the number of crashes in the group over all strata. If the exact distribution
 * would take too long, the result comes from triage_saddlepoint_tails(). The result is NAN if no
 * stratum is informative.
 */
double triage_fisher_strata(const struct triage_table *tables, size_t count);

/**
 * triage_fisher_least() - smallest possible p-value of triage_fisher_strata()
 * @is_either_way: consider the extremes in both directions; if false, only the extreme with the
 *	most crashes in the group
 *
 * The result depends only on the margins of the tables, not on which boots crashed. NAN if no
 * stratum is informative.
 */
double triage_fisher_least(const struct triage_table *tables, size_t count, bool is_either_way);

/**
 * triage_trend() - Cochran-Armitage test for a trend within strata
 * @strata: array of @count strata
 * @ret_z: the statistic, positive if the crash rate increases with the dose; NAN if no stratum is
 *	informative
 *
 * Return: p-value of the sum of the doses of all crashes (twice the smaller tail), exact if the
 * computation is fast enough, else approximated by triage_saddlepoint_tails(); NAN if no stratum is
 * informative.
 */
double triage_trend(const struct triage_stratum *strata, size_t count, double *ret_z);

/** triage_trend_least() - smallest possible p-value of triage_trend() */
double triage_trend_least(const struct triage_stratum *strata, size_t count);

#endif /* LINEAGE_TRIAGE_EXACT_TEST_H */
