/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exact test of whether a group of boots crashes more on one label than on the others.
 *
 * docs/appendix/statistics.md has the formula and its source.
 */
#ifndef LINEAGE_TRIAGE_HOMOGENEITY_H
#define LINEAGE_TRIAGE_HOMOGENEITY_H

#include <stddef.h>

#include "tables.h"

/**
 * triage_homogeneity_p() - exact one-sided test of a common odds ratio, against a larger one in
 * @tables
 * @tables: array of @count tables, one for each stratum of the label
 * @others: array of @other_count tables, one for each stratum of the other labels
 *
 * The test takes the crashes of each stratum and all crashes of the group as given. The
 * distribution of the group's crashes in @tables then does not depend on the common odds ratio.
 *
 * Return: the probability of at least as many crashes of the group in @tables; NAN if a side has no
 * informative stratum, or if the sum takes too long.
 */
double triage_homogeneity_p(const struct triage_table *tables, size_t count,
			    const struct triage_table *others, size_t other_count);

#endif /* LINEAGE_TRIAGE_HOMOGENEITY_H */
