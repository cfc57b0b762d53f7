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

/*
 * The same for a cut report, whose other facts show less: the logs of the kernel have microseconds.
 * Reports of two CPUs can follow each other within a millisecond.
 */
#define CUT_TOLERANCE_US 1

/* End of the title of a report in which no function was found (intake/recognise/title.c). */
#define NO_FRAME " (no frame)"

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

/* Return whether both printk times are known and are the same, except for rounding. */
static bool have_same_printk_time(const struct store_crash *a, const struct store_crash *b)
{
	return has_printk_time(a) && has_printk_time(b) &&
	       llabs((long long)(a->uptime_us - b->uptime_us)) <= CUT_TOLERANCE_US;
}

/* Return whether @title is the title of a report without a frame, and @whole has the same head. */
static bool has_head_of(const char *title, const char *whole)
{
	const char *missing = strstr(title, NO_FRAME);

	return missing && strncmp(title, whole, (size_t)(missing - title)) == 0;
}

/* Return whether the list @frames is the beginning of the longer list @whole. */
static bool begins(const char *frames, const char *whole)
{
	size_t length = strlen(frames);

	return strncmp(frames, whole, length) == 0 && whole[length] == '\n';
}

bool store_crash_is_cut_of(const struct store_crash *cut, const struct store_crash *whole)
{
	if (!have_same_printk_time(cut, whole) || strcmp(cut->type, whole->type) != 0 ||
	    !whole->frames || !whole->frames[0])
		return false;
	if (!cut->frames || !cut->frames[0])
		return cut->signature[0] == '\0' && has_head_of(cut->title, whole->title);
	return strcmp(cut->title, whole->title) == 0 && begins(cut->frames, whole->frames);
}
