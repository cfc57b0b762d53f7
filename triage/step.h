/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in a row of groups does one rate of crashes go over into another? */
#ifndef LINEAGE_TRIAGE_STEP_H
#define LINEAGE_TRIAGE_STEP_H

#include "statistics.h"

/* Twice the difference of two log likelihoods that is chance 19 times out of 20: quantile 0.95 of chi-square. */
#define STEP_95 3.841458820694124

/** step_table() - the groups from @at on against those before it */
struct triage_table step_table(const struct triage_dose *groups, size_t count, size_t at);

/** step_fit() - log likelihood of what a table has, each side at a rate of its own */
double step_fit(const struct triage_table *table);

/**
 * step_find() - the likeliest step
 * @ret_fit: its log likelihood
 *
 * Return: the first group behind it, from 1 on; 0 where there are fewer than two groups.
 */
size_t step_find(const struct triage_dose *groups, size_t count, double *ret_fit);

#endif /* LINEAGE_TRIAGE_STEP_H */
