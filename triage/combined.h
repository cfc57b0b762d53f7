/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One p-value out of several tests of the same hypothesis, which may depend on each other. */
#ifndef LINEAGE_TRIAGE_COMBINED_H
#define LINEAGE_TRIAGE_COMBINED_H

#include <stddef.h>

/**
 * triage_combined() - combine the p-values of tests of one hypothesis
 * @p: array of @count p-values; NAN for a test that was impossible, which is left out
 * @weights: array of @count positive weights; only their ratios matter
 *
 * The tests may depend on each other in the way in which tests of the same boots do. If all tests
 * have the same p-value, up to 0.75, the result is this p-value. One test with a p-value far below
 * the others, up to about 0.01, gives its p-value divided by the share of its weight, as with
 * Bonferroni's correction.
 *
 * Source: Y. Liu, J. Xie, "Cauchy combination test", Journal of the American Statistical
 * Association 115, 2020. A p-value near 1 would outweigh any other one, and Fisher's test often has
 * a p-value of 1, so larger p-values than 0.75 count as 0.75.
 *
 * Return: the p-value of the combination, or NAN if all tests were impossible.
 */
double triage_combined(const double *p, const double *weights, size_t count);

#endif /* LINEAGE_TRIAGE_COMBINED_H */
