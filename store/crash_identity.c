// SPDX-License-Identifier: GPL-2.0-or-later
#include "crash_identity.h"

#include <stdlib.h>
#include <string.h>

#include "identity.h"

/*
 * Maximum difference between the times of one crash in two sources. printk times differ by
 * rounding, times of day by the delay of delivery.
 */
#define UPTIME_TOLERANCE_US 2000
#define TIME_TOLERANCE_S 5

/* Dates have no fractions of a second: an uptime from dates is a whole number of seconds. */
static bool has_printk_time(const struct store_crash *crash)
{
	return crash->has_uptime && crash->uptime_us % 1000000 != 0;
}

bool store_crash_is_same(const struct store_crash *a, const struct store_crash *b)
{
	if (strcmp(a->signature, b->signature) != 0)
		return false;
	if (has_printk_time(a) == has_printk_time(b) && a->has_uptime && b->has_uptime)
		return llabs((long long)(a->uptime_us - b->uptime_us)) <= UPTIME_TOLERANCE_US;
	if (a->has_time && b->has_time)
		return llabs((long long)(a->time - b->time)) <= TIME_TOLERANCE_S;
	return !a->has_uptime || !b->has_uptime ||
	       llabs((long long)(a->uptime_us - b->uptime_us)) <= STORE_START_ERROR_S * 1000000LL;
}
