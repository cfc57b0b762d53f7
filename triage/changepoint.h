/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Maximum likelihood changepoint of the crash rate over an ordered sequence of groups. */
#ifndef LINEAGE_TRIAGE_CHANGEPOINT_H
#define LINEAGE_TRIAGE_CHANGEPOINT_H

#include "tables.h"

/* Limit of the likelihood ratio statistic at 95 %: quantile 0.95 of chi-square with 1 df. */
#define TRIAGE_CHANGEPOINT_95 3.841458820694124

/**
 * triage_changepoint_table() - make the 2x2 table of the groups from index @at on against the
 * earlier groups
 */
struct triage_table triage_changepoint_table(const struct triage_dose *groups, size_t count,
					     size_t at);

/** triage_changepoint_log_likelihood() - maximum log likelihood of a table */
double triage_changepoint_log_likelihood(const struct triage_table *table);

/**
 * triage_changepoint_find() - find the most likely changepoint
 * @ret_fit: log likelihood of the changepoint
 *
 * Return: index of the first group after the changepoint, at least 1; 0 if there are fewer than two
 * groups.
 */
size_t triage_changepoint_find(const struct triage_dose *groups, size_t count, double *ret_fit);

#endif /* LINEAGE_TRIAGE_CHANGEPOINT_H */
