/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One-sided exact tests, with the p-values that they can have.
 *
 * A test of few crashes can have only a few p-values. Its distribution under the null hypothesis is
 * then known: the probability of a p-value of at most t is the largest possible p-value up to t.
 * docs/appendix/statistics.md has the formulas and their sources.
 */
#ifndef LINEAGE_TRIAGE_TAILS_H
#define LINEAGE_TRIAGE_TAILS_H

#include <stdbool.h>
#include <stddef.h>

/* Possible p-values of a single test above this limit are not listed. */
#define TRIAGE_TAIL_MAX 0.1
/*
 * If a test has more possible p-values than this, the result hardly depends on which values are
 * possible.
 */
#define TRIAGE_TAIL_VALUES_MAX 64
/* P-values that differ by less than this factor count as equal. */
#define TRIAGE_TAIL_TIES 1.000000001

/**
 * struct triage_tail - a one-sided test; {.p = NAN} if there was no test
 * @p: p-value; NAN if there was no test
 * @values: array of the @count possible p-values up to @limit, ascending; owned
 * @limit: possible p-values above it are not listed
 * @is_fine: the possible p-values are too many to be listed, or unknown
 */
struct triage_tail {
	double p;
	double *values;
	size_t count;
	double limit;
	bool is_fine;
};

void triage_tail_deinit(struct triage_tail *tail);

/* Deinitialise the test at the end of the scope. Initialise the variable at its declaration. */
#define TRIAGE_AUTO_TAIL __attribute__((cleanup(triage_tail_deinit))) struct triage_tail

/**
 * triage_tail_probability() - probability, under the null hypothesis, of a p-value of at most
 * @limit, or an upper bound of it; 0 if there was no test
 */
double triage_tail_probability(const struct triage_tail *tail, double limit);

/**
 * struct triage_part - one of several tests that are combined
 * @weight: share of the error of the first kind
 */
struct triage_part {
	struct triage_tail tail;
	double weight;
};

/**
 * triage_tails_combine() - test the common null hypothesis of several tests
 * @parts: array of @count tests of the same crashes
 * @ret: the combined test; the caller deinitialises it
 * @ret_best: index of the test with the smallest ratio of p-value and weight; 0 if none has a
 *	p-value
 *
 * The weights are divided by their sum over the tests that have a p-value. The statistic is the
 * smallest ratio of p-value and weight. Its p-value is the sum of the probabilities that the ratio
 * of each test is at most as large, which is exact or too large (Bonferroni; P. H. Westfall,
 * R. D. Wolfinger, American Statistician 51, 1997).
 *
 * Return: 0 or -ENOMEM.
 */
int triage_tails_combine(const struct triage_part *parts, size_t count, struct triage_tail *ret,
			 size_t *ret_best);

#endif /* LINEAGE_TRIAGE_TAILS_H */
