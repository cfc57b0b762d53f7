/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How is a whole number distributed that is a sum of others? */
#ifndef LINEAGE_TRIAGE_DISTRIBUTION_H
#define LINEAGE_TRIAGE_DISTRIBUTION_H

#include <stddef.h>
#include <stdlib.h>

struct urn;

/**
 * struct distribution - the probability of each value
 * @first: the value that @p begins with; all others have none
 * @count: how many
 * @p: owned
 */
struct distribution {
	double first;
	size_t count;
	double *p;
};

static inline void distribution_deinit(struct distribution *distribution)
{
	free(distribution->p);
}

/* Frees itself at the end of the scope; initialise it where it is declared. */
#define AUTO_DISTRIBUTION __attribute__((cleanup(distribution_deinit))) struct distribution

/** distribution_init() - values from @first on, all with no probability; 0 or -ENOMEM */
int distribution_init(struct distribution *distribution, double first, size_t count);

/** distribution_of_urn() - of the group's crashes; without what no double can hold; 0 or -ENOMEM */
int distribution_of_urn(const struct urn *urn, struct distribution *ret);

/** distribution_add() - @sum becomes that of a sum of the two; 0 or -ENOMEM, and nothing was changed */
int distribution_add(struct distribution *sum, const struct distribution *part);

/** distribution_two_sided() - of a value that is at least as unlikely as @value, ties (1e-7) included */
double distribution_two_sided(const struct distribution *distribution, double value);

/** distribution_tails() - twice the smaller one of: at most @value, at least @value; never more than 1 */
double distribution_tails(const struct distribution *distribution, double value);

#endif /* LINEAGE_TRIAGE_DISTRIBUTION_H */
