/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probability distribution of a sum of independent integers, as an array of probabilities. */
#ifndef LINEAGE_TRIAGE_DISTRIBUTION_H
#define LINEAGE_TRIAGE_DISTRIBUTION_H

#include <stddef.h>
#include <stdlib.h>

struct triage_hypergeometric;

/* Probabilities that differ by less than this factor count as equal, as in R's fisher.test(). */
#define TRIAGE_TIES 1.0000001

/**
 * struct triage_distribution - probabilities of @count consecutive integers
 * @first: the integer whose probability is @p[0]; integers outside the array have probability 0
 * @count: number of elements
 * @p: probabilities; owned
 */
struct triage_distribution {
	double first;
	size_t count;
	double *p;
};

static inline void triage_distribution_deinit(struct triage_distribution *distribution)
{
	free(distribution->p);
}

/*
 * Deinitialise the distribution at the end of the scope. Initialise the variable at its
 * declaration.
 */
#define TRIAGE_AUTO_DISTRIBUTION \
	__attribute__((cleanup(triage_distribution_deinit))) struct triage_distribution

/**
 * triage_distribution_init() - allocate @count zero probabilities from @first on; return 0 or
 * -ENOMEM
 */
int triage_distribution_init(struct triage_distribution *distribution, double first, size_t count);

/**
 * struct triage_support - @count integers from @low on, whose probabilities are not too small for a
 *	double
 * @mode: the most probable integer
 * @top: its probability
 */
struct triage_support {
	double low;
	double mode;
	double top;
	size_t count;
};

/** triage_support_count_min() - lower bound of the @count of triage_support_of(), much faster */
double triage_support_count_min(const struct triage_hypergeometric *h);

/** triage_support_of() - the support of a hypergeometric distribution */
struct triage_support triage_support_of(const struct triage_hypergeometric *h);

/**
 * triage_distribution_of_hypergeometric() - all probabilities of a hypergeometric distribution
 * @support: result of triage_support_of()
 *
 * Return: 0 or -ENOMEM.
 */
int triage_distribution_of_hypergeometric(const struct triage_hypergeometric *h,
					  const struct triage_support *support,
					  struct triage_distribution *ret);

/**
 * triage_distribution_add() - convolve: @sum becomes the distribution of the sum of both variables
 *
 * Return: 0, or -ENOMEM with @sum unchanged.
 */
int triage_distribution_add(struct triage_distribution *sum,
			    const struct triage_distribution *part);

/** triage_distribution_two_sided() - sum of all probabilities that are at most P(@value) */
double triage_distribution_two_sided(const struct triage_distribution *distribution, double value);

/** triage_distribution_tails() - twice the smaller tail, at most 1; both tails include @value */
double triage_distribution_tails(const struct triage_distribution *distribution, double value);

#endif /* LINEAGE_TRIAGE_DISTRIBUTION_H */
