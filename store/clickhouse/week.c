// SPDX-License-Identifier: GPL-2.0-or-later
#include "week.h"

#include "store/identity.h"

uint16_t clickhouse_week_of(const struct store_boot *boot, uint64_t now_ns)
{
	int64_t time = (int64_t)(now_ns / 1000000000), week;

	if (boot->has_time && boot->time >= STORE_CLOCK_IS_SET_S)
		time = boot->time;
	else if (boot->has_last_seen && boot->last_seen >= STORE_CLOCK_IS_SET_S)
		time = boot->last_seen;
	week = time / STORE_WEEK_S;
	return week < UINT16_MAX ? (uint16_t)week : UINT16_MAX;
}
