// SPDX-License-Identifier: GPL-2.0-or-later
#include "changepoint.h"

#include <math.h>

struct triage_table triage_changepoint_table(const struct triage_dose *groups, size_t count,
					     size_t at)
{
	struct triage_table table = { 0 };

	for (size_t i = 0; i < count; i++) {
		if (i >= at) {
			table.boots += groups[i].boots;
			table.crashes += groups[i].crashes;
		} else {
			table.other_boots += groups[i].boots;
			table.other_crashes += groups[i].crashes;
		}
	}
	return table;
}

/* Maximum of the binomial log likelihood, without the constant term. */
static double log_likelihood(uint64_t crashes, uint64_t boots)
{
	double rate = (double)crashes / (double)boots;

	if (crashes == 0 || crashes == boots)
		return 0;
	return (double)crashes * log(rate) + (double)(boots - crashes) * log1p(-rate);
}

double triage_changepoint_log_likelihood(const struct triage_table *table)
{
	return log_likelihood(table->crashes, table->boots) +
	       log_likelihood(table->other_crashes, table->other_boots);
}

size_t triage_changepoint_find(const struct triage_dose *groups, size_t count, double *ret_fit)
{
	size_t best = 0;

	*ret_fit = -INFINITY;
	for (size_t at = 1; at < count; at++) {
		struct triage_table table = triage_changepoint_table(groups, count, at);
		double fit = triage_changepoint_log_likelihood(&table);

		if (fit > *ret_fit) {
			*ret_fit = fit;
			best = at;
		}
	}
	return best;
}
