/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saddlepoint approximation of the conditional test for a trend within strata. */
#ifndef LINEAGE_TRIAGE_SADDLEPOINT_H
#define LINEAGE_TRIAGE_SADDLEPOINT_H

#include "tables.h"

/**
 * triage_saddlepoint_tails() - approximate p-value of the sum of the doses of all crashes, given
 * each stratum's crashes
 * @strata: array of @count strata; at least one must be informative
 *
 * The double saddlepoint approximation of a conditional logistic model: I. M. Skovgaard, Journal of
 * Applied Probability 24, 1987; A. C. Davison, Journal of the Royal Statistical Society B 50, 1988.
 * With ten or more crashes, the relative error is a few parts in a thousand however small the
 * probability (tests/unit/triage/test_peers.py), and 7 % at the end of the support.
 *
 * Return: twice the smaller tail, at most 1 (both tails include the observed sum); 1 if no solution
 * is found; NAN if memory runs out.
 */
double triage_saddlepoint_tails(const struct triage_stratum *strata, size_t count);

/**
 * struct triage_moments - moments of a sum of doses, given each stratum's boots and crashes
 * @excess: the observed sum minus its expected value
 * @variance, @third: second and third central moments
 * @widest: largest difference between a dose and the mean of its stratum, or more
 */
struct triage_moments {
	double excess;
	double variance;
	double third;
	double widest;
};

/**
 * triage_near_mean_tails() - as triage_saddlepoint_tails(), much faster, for a sum near its mean
 *
 * The normal approximation, corrected for the skewness: F. Y. Edgeworth, 1905; H. Cramer, 1928.
 *
 * Return: twice the smaller tail, which is above 0.2; NAN if the sum is not near its mean or its
 * distribution is not near a normal one.
 */
double triage_near_mean_tails(const struct triage_moments *moments);

#endif /* LINEAGE_TRIAGE_SADDLEPOINT_H */
