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
#include "tails.h"

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
 * triage_trend_z() - statistic of the Cochran-Armitage test for a trend within strata
 * @strata: array of @count strata
 *
 * Positive if the crash rate increases with the dose; NAN if no stratum is informative.
 */
double triage_trend_z(const struct triage_stratum *strata, size_t count);

/**
 * triage_fisher_tails() - the two one-sided exact tests of the crashes of a group within strata
 * @tables: array of @count tables, one for each stratum
 * @ret_above: test for at least as many crashes of the group as observed
 * @ret_below: test for at most as many crashes of the group as observed
 *
 * The caller deinitialises both. Return: 0 or -ENOMEM.
 */
int triage_fisher_tails(const struct triage_table *tables, size_t count,
			struct triage_tail *ret_above, struct triage_tail *ret_below);

/**
 * triage_fisher_tests() - triage_fisher_strata() and triage_fisher_tails() of the same tables
 * @ret: result of triage_fisher_strata()
 */
int triage_fisher_tests(const struct triage_table *tables, size_t count, double *ret,
			struct triage_tail *ret_above, struct triage_tail *ret_below);

/** triage_trend_tails() - as triage_fisher_tails(), for the sum of the doses of all crashes */
int triage_trend_tails(const struct triage_stratum *strata, size_t count,
		       struct triage_tail *ret_above, struct triage_tail *ret_below);

#endif /* LINEAGE_TRIAGE_EXACT_TEST_H */
