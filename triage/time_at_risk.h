/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time at risk of the boots of one case, divided into bands of uptime.
 *
 * The boots of a band are compared only with each other, so that a crash rate that rises or falls
 * with the uptime does not favour the origin of longer or shorter boots.
 */
#ifndef LINEAGE_TRIAGE_TIME_AT_RISK_H
#define LINEAGE_TRIAGE_TIME_AT_RISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exposure.h"
#include "store/store.h"

/* Units of time per second: so many that a unit never has two crashes. */
#define TRIAGE_UNITS_PER_SECOND 1000

/**
 * struct triage_time_at_risk - the time at risk of one case; all zero if it is unknown
 * @cells: array of @cell_count cells, sorted as in struct triage_exposure. @label is the label
 *	times STORE_BANDS plus the band, and @boots is a number of equal units of time. Bands
 *	without a crash are left out.
 * @kexeced: number of cells after a kexec
 * @crashes: the crashes in these cells, likewise
 * @sums: array of @sum_count cells with the labels of the exposure, sorted likewise; @boots is the
 *	time in seconds
 * @hazards: crashes per second in each band, over all cells
 */
struct triage_time_at_risk {
	struct triage_cell *cells;
	size_t cell_count;
	size_t kexeced;
	struct triage_crash_cell *crashes;
	size_t crash_count;
	struct triage_cell *sums;
	size_t sum_count;
	double hazards[STORE_BANDS];
};

/**
 * triage_time_at_risk_init() - find the time at risk of the boots of a case
 * @release, @signature: the numbers of the case
 * @ret: the times, or all zero if they are unknown for more than 10 % of the boots
 *
 * Origins are left out if less than 90 % of their boots have a known length, or if their crashes
 * come so late that the ends of their other boots must be missing. The times are unknown if such
 * origins have more than 10 % of the boots. Return: 0 or -ENOMEM.
 */
int triage_time_at_risk_init(struct triage_time_at_risk *ret,
			     const struct triage_exposure *exposure, uint32_t release,
			     uint32_t signature);

void triage_time_at_risk_deinit(struct triage_time_at_risk *times);

#define TRIAGE_AUTO_TIME_AT_RISK \
	__attribute__((cleanup(triage_time_at_risk_deinit))) struct triage_time_at_risk

/** triage_time_at_risk_is_known() - return whether there are times */
bool triage_time_at_risk_is_known(const struct triage_time_at_risk *times);

/** triage_time_at_risk_has() - return whether the times of an origin are known */
bool triage_time_at_risk_has(const struct triage_time_at_risk *times, uint32_t origin);

/**
 * triage_time_at_risk_expected() - number of crashes expected at the rates of all boots
 * @band: band of the times at risk
 * @boots: number of boots
 * @seconds: sum of their times at risk
 */
double triage_time_at_risk_expected(const struct triage_time_at_risk *times, uint32_t band,
				    double boots, double seconds);

#endif /* LINEAGE_TRIAGE_TIME_AT_RISK_H */
