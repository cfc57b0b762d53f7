/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many tests the ranges of previous releases are worth. */
#ifndef LINEAGE_TRIAGE_DISTINCT_RANGES_H
#define LINEAGE_TRIAGE_DISTINCT_RANGES_H

#include <stddef.h>

/**
 * triage_distinct_ranges() - compute the factor that corrects the p-value of a range
 * @expected: array of @count positive numbers, at least 2: crashes that are expected after each
 *	previous release, in version order
 * @crashes: number of crashes
 * @p: p-value of the range that was chosen, larger than 0
 * @ret: the probability that at least one range has a p-value of at most @p, divided by @p: from 1
 *	to the number of ranges (Bonferroni's factor)
 *
 * Ranges are of at least two releases, but not of all. Most of them overlap, so that often many
 * ranges have a small p-value, or none. The expected number of such ranges is therefore larger than
 * the probability of at least one. Their ratio is the mean of 1 / N, over the cases in which at
 * least one range has a small p-value, where N is the number of ranges that have one. It is
 * estimated from random crashes, which are the same in each call, plus three standard errors.
 *
 * Source: D. Q. Naiman, C. E. Priebe, Journal of Computational and Graphical Statistics 10, 2001.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_distinct_ranges(const double *expected, size_t count, double crashes, double p,
			   double *ret);

#endif /* LINEAGE_TRIAGE_DISTINCT_RANGES_H */
