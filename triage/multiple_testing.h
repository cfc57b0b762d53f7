/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control of the false discovery rate over many tests of discrete data. */
#ifndef LINEAGE_TRIAGE_MULTIPLE_TESTING_H
#define LINEAGE_TRIAGE_MULTIPLE_TESTING_H

#include <stddef.h>

#include "tails.h"

/**
 * struct triage_weighted - a test with its weight
 * @test: the test; what it points to is not owned
 * @weight: above 0 and at most 1. The tests are ordered by the ratio of p-value and weight. The
 *	weight must not depend on the p-value under the null hypothesis.
 */
struct triage_weighted {
	struct triage_tail test;
	double weight;
};

/**
 * triage_discrete_q() - q-values of tests with known distributions of their p-values
 * @tests: array of @count tests
 * @ret: the q-values; NAN for a test without a p-value
 *
 * The step-down procedure of S. Doehler, G. Durand, E. Roquain, Electronic Journal of Statistics
 * 12, 2018: if the tests whose q-value is at most a level are accepted, the false discovery rate is
 * at most the level. It assumes that the p-values are independent.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_discrete_q(const struct triage_weighted *tests, size_t count, double *ret);

/**
 * triage_discrete_q_of_some() - q-values if only some of the tests are reported
 * @tests: array of all @count tests
 * @ratios: ratios of p-value and weight of the @some_count reported tests
 * @ret: their q-values, at least as large as those of triage_discrete_q()
 *
 * A test that is not reported, because another test explains it, does not raise the rank of other
 * tests.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_discrete_q_of_some(const struct triage_weighted *tests, size_t count,
			      const double *ratios, size_t some_count, double *ret);

/**
 * triage_discrete_level() - largest ratio of p-value and weight that is significant as number @rank
 * of the tests
 * @tests: array of @count tests
 * @level: false discovery rate
 * @rank: number of tests that are accepted, at least 1. With 1, the result is the level of a single
 *	test, which also keeps the error rate over all tests.
 * @ret: the ratio, at most @level
 *
 * Return: 0 or -ENOMEM.
 */
int triage_discrete_level(const struct triage_weighted *tests, size_t count, double level,
			  size_t rank, double *ret);

#endif /* LINEAGE_TRIAGE_MULTIPLE_TESTING_H */
