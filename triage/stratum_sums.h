/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Per-stratum sums (boots, crashes, mean, variance) used by the trend test. */
#ifndef LINEAGE_TRIAGE_STRATUM_SUMS_H
#define LINEAGE_TRIAGE_STRATUM_SUMS_H

#include <stdbool.h>

#include "tables.h"

/**
 * struct triage_stratum_sums - sums over the doses of one stratum
 * @boots, @crashes: totals
 * @mean: mean dose of a boot
 * @observed: sum of the doses of the boots that crashed
 * @variance, @third: variance and third central moment of @observed under the null hypothesis,
 *	given @boots and @crashes
 * @low, @high: smallest and largest dose with at least one boot
 */
struct triage_stratum_sums {
	double boots;
	double crashes;
	double mean;
	double observed;
	double variance;
	double third;
	uint32_t low;
	uint32_t high;
};

/** triage_stratum_sums_of() - the sums of a stratum */
struct triage_stratum_sums triage_stratum_sums_of(const struct triage_stratum *stratum);

/** triage_stratum_sums_is_informative() - true if @observed has more than one possible value */
bool triage_stratum_sums_is_informative(const struct triage_stratum_sums *sums);

#endif /* LINEAGE_TRIAGE_STRATUM_SUMS_H */
