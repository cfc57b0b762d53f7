// SPDX-License-Identifier: GPL-2.0-or-later
#include "stratum_sums.h"

struct triage_stratum_sums triage_stratum_sums_of(const struct triage_stratum *stratum)
{
	struct triage_stratum_sums sums = { .low = UINT32_MAX };
	double spread = 0, skew = 0, quiet;

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
	for (size_t i = 0; i < stratum->count; i++) {
		double score = stratum->doses[i].score - sums.mean;
		double square = score * score * (double)stratum->doses[i].boots;

		spread += square;
		skew += square * score;
	}
	quiet = sums.boots - sums.crashes;
	sums.variance = sums.crashes * quiet * spread / (sums.boots * (sums.boots - 1));
	/* With two boots, the distribution is symmetric. */
	if (sums.boots > 2)
		sums.third = sums.crashes * quiet * (quiet - sums.crashes) * skew /
			     (sums.boots * (sums.boots - 1) * (sums.boots - 2));
	return sums;
}

bool triage_stratum_sums_is_informative(const struct triage_stratum_sums *sums)
{
	return sums->low < sums->high && sums->crashes > 0 && sums->crashes < sums->boots;
}
