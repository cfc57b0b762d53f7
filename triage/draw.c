// SPDX-License-Identifier: GPL-2.0-or-later
#include "draw.h"

#include <math.h>

struct draw draw_of(const struct triage_stratum *stratum)
{
	struct draw draw = { .low = UINT32_MAX };
	double spread = 0;

	for (size_t i = 0; i < stratum->count; i++) {
		const struct triage_dose *dose = &stratum->doses[i];

		if (dose->boots == 0)
			continue;
		draw.boots += (double)dose->boots;
		draw.crashes += (double)dose->crashes;
		draw.observed += dose->score * (double)dose->crashes;
		draw.mean += dose->score * (double)dose->boots;
		draw.low = dose->score < draw.low ? dose->score : draw.low;
		draw.high = dose->score > draw.high ? dose->score : draw.high;
	}
	draw.mean /= draw.boots;
	for (size_t i = 0; i < stratum->count; i++)
		spread += pow(stratum->doses[i].score - draw.mean, 2) *
			  (double)stratum->doses[i].boots;
	draw.variance = draw.crashes * (draw.boots - draw.crashes) * spread /
			(draw.boots * (draw.boots - 1));
	return draw;
}

bool draw_tells(const struct draw *draw)
{
	return draw->low < draw->high && draw->crashes > 0 && draw->crashes < draw->boots;
}
