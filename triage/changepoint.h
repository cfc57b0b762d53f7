/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maximum likelihood estimate of a changepoint in the crash rate of an ordered sequence of groups. */
#ifndef LINEAGE_TRIAGE_CHANGEPOINT_H
#define LINEAGE_TRIAGE_CHANGEPOINT_H

#include "tables.h"

/* Largest likelihood ratio statistic inside a 95 % confidence set: quantile 0.95 of chi-square, 1 degree of freedom. */
#define TRIAGE_CHANGEPOINT_95 3.841458820694124

/** triage_changepoint_table() - 2x2 table of the groups from @at on against the groups before @at */
struct triage_table triage_changepoint_table(const struct triage_dose *groups, size_t count,
					     size_t at);

/** triage_changepoint_log_likelihood() - maximum log likelihood of a table, one crash rate for each side */
double triage_changepoint_log_likelihood(const struct triage_table *table);

/**
 * triage_changepoint_find() - find the most likely changepoint
 * @ret_fit: its log likelihood
 *
 * Return: index of the first group after the changepoint, at least 1; 0 if there are fewer than two groups.
 */
size_t triage_changepoint_find(const struct triage_dose *groups, size_t count, double *ret_fit);

#endif /* LINEAGE_TRIAGE_CHANGEPOINT_H */
