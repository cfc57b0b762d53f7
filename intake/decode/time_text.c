// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsers for the times and host names that programs write before a line. */
#include "time_text.h"

#include <ctype.h>
#include <time.h>

#define USEC_PER_SEC 1000000U
#define LEAP_YEAR 1972 /* a leap year, so that 29 February is valid */

bool intake_time_take_digits(struct intake_text *text, size_t count, int *ret)
{
	int number = 0;

	if (text->length < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!isdigit((unsigned char)text->at[i]))
			return false;
		number = 10 * number + (text->at[i] - '0');
	}
	*text = intake_text_skip(*text, count);
	*ret = number;
	return true;
}

/* Take an offset from UTC: "+01:00", "+0100", "-05" or "Z". */
static bool take_zone(struct intake_text *text, int *ret_seconds)
{
	struct intake_text rest = *text, minutes_text;
	int hours, minutes = 0, sign = 1;

	*ret_seconds = 0;
	if (intake_text_take(text, "Z"))
		return true;
	if (intake_text_take(&rest, "-"))
		sign = -1;
	else if (!intake_text_take(&rest, "+"))
		return false;
	if (!intake_time_take_digits(&rest, 2, &hours) || hours > 23)
		return false;
	minutes_text = rest;
	intake_text_take(&minutes_text, ":");
	if (intake_time_take_digits(&minutes_text, 2, &minutes) && minutes <= 59)
		rest = minutes_text;
	else
		minutes = 0;
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	*text = rest;
	return true;
}

static bool take_clock(struct intake_text *text, struct tm *date)
{
	return intake_time_take_digits(text, 2, &date->tm_hour) && intake_text_take(text, ":") &&
	       intake_time_take_digits(text, 2, &date->tm_min) && intake_text_take(text, ":") &&
	       intake_time_take_digits(text, 2, &date->tm_sec) && date->tm_hour <= 23 &&
	       date->tm_min <= 59 && date->tm_sec <= 60;
}

static void take_fraction(struct intake_text *text)
{
	struct intake_text rest = *text;
	uint64_t fraction;

	if ((intake_text_take(&rest, ".") || intake_text_take(&rest, ",")) &&
	    intake_text_take_number(&rest, &fraction))
		*text = rest;
}

bool intake_time_take_iso(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text rest = *text;
	struct tm date = { 0 };
	int zone;

	if (!intake_time_take_digits(&rest, 4, &date.tm_year) || !intake_text_take(&rest, "-") ||
	    !intake_time_take_digits(&rest, 2, &date.tm_mon) || !intake_text_take(&rest, "-") ||
	    !intake_time_take_digits(&rest, 2, &date.tm_mday) ||
	    !(intake_text_take(&rest, "T") || intake_text_take(&rest, " ")) ||
	    !take_clock(&rest, &date) || date.tm_mon < 1 || date.tm_mon > 12 || date.tm_mday < 1 ||
	    date.tm_mday > 31)
		return false;
	take_fraction(&rest);
	date.tm_year -= 1900;
	date.tm_mon -= 1;
	ret->seconds = (int64_t)timegm(&date);
	ret->wall_us = ret->seconds > 0 ? (uint64_t)ret->seconds * USEC_PER_SEC : 0;
	ret->is_known = take_zone(&rest, &zone);
	if (ret->is_known)
		ret->seconds -= zone;
	*text = rest;
	return true;
}

static bool take_month(struct intake_text *text, int *ret)
{
	static const char *const months[] = { "Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ",
					      "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec " };

	for (int i = 0; i < 12; i++)
		if (intake_text_take(text, months[i])) {
			*ret = i;
			return true;
		}
	return false;
}

bool intake_time_take_syslog(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text rest = *text;
	struct tm date = { .tm_year = LEAP_YEAR - 1900 };
	uint64_t day;

	if (!take_month(&rest, &date.tm_mon))
		return false;
	intake_text_take(&rest, " "); /* "Jan  1" */
	if (!intake_text_take_number(&rest, &day) || day > 31 || !intake_text_take(&rest, " ") ||
	    !take_clock(&rest, &date))
		return false;
	take_fraction(&rest);
	date.tm_mday = (int)day;
	*ret = (struct intake_time){ .wall_us = (uint64_t)timegm(&date) * USEC_PER_SEC };
	*text = rest;
	return true;
}
