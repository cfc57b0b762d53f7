// SPDX-License-Identifier: GPL-2.0-or-later
#include "stratum_sums.h"

#include <math.h>

struct triage_stratum_sums triage_stratum_sums_of(const struct triage_stratum *stratum)
{
	struct triage_stratum_sums sums = { .low = UINT32_MAX };
	double spread = 0;

	for (size_t i = 0; i < stratum->count; i++) {
		const struct triage_dose *dose = &stratum->doses[i];

		if (dose->boots == 0)
			continue;
		sums.boots += (double)dose->boots;
		sums.crashes += (double)dose->crashes;
		sums.observed += dose->score * (double)dose->crashes;
		sums.mean += dose->score * (double)dose->boots;
		sums.low = dose->score < sums.low ? dose->score : sums.low;
		sums.high = dose->score > sums.high ? dose->score : sums.high;
	}
	sums.mean /= sums.boots;
	for (size_t i = 0; i < stratum->count; i++)
		spread += pow(stratum->doses[i].score - sums.mean, 2) *
			  (double)stratum->doses[i].boots;
	sums.variance = sums.crashes * (sums.boots - sums.crashes) * spread /
			(sums.boots * (sums.boots - 1));
	return sums;
}

bool triage_stratum_sums_is_informative(const struct triage_stratum_sums *sums)
{
	return sums->low < sums->high && sums->crashes > 0 && sums->crashes < sums->boots;
}
