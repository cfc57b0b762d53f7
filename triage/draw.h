/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What do the doses of a stratum add up to, whose crashes are drawn from its boots? */
#ifndef LINEAGE_TRIAGE_DRAW_H
#define LINEAGE_TRIAGE_DRAW_H

#include "statistics.h"

/**
 * struct draw - a stratum
 * @boots, @crashes: of all doses
 * @mean: dose of a boot
 * @observed: sum of the doses of its crashes
 * @variance: of that, where crashes do not depend on the dose
 * @low, @high: the smallest and the largest dose that has boots
 */
struct draw {
	double boots;
	double crashes;
	double mean;
	double observed;
	double variance;
	uint32_t low;
	uint32_t high;
};

/** draw_of() - add up a stratum */
struct draw draw_of(const struct triage_stratum *stratum);

/** draw_tells() - could its crashes be of other doses? */
bool draw_tells(const struct draw *draw);

#endif /* LINEAGE_TRIAGE_DRAW_H */
