// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsers for the times and host names that programs write before a line. */
#include "time_text.h"

#include <ctype.h>

#define USEC_PER_SEC 1000000U
#define CYCLE_YEARS 400	    /* the calendar repeats after this time */
#define DAYS_TO_1970 865565 /* from 1 March of the year -400 to 1 January 1970 */
#define ISO_LENGTH 19	    /* length of "2026-11-26T04:27:03" */

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

bool intake_time_take_clock(struct intake_text *text, struct intake_date *date)
{
	return intake_time_take_digits(text, 2, &date->hour) && intake_text_take(text, ":") &&
	       intake_time_take_digits(text, 2, &date->minute) && intake_text_take(text, ":") &&
	       intake_time_take_digits(text, 2, &date->second) && date->hour <= 23 &&
	       date->minute <= 59 && date->second <= 60;
}

static void take_fraction(struct intake_text *text)
{
	struct intake_text rest = *text;
	uint64_t fraction;

	if ((intake_text_take(&rest, ".") || intake_text_take(&rest, ",")) &&
	    intake_text_take_number(&rest, &fraction))
		*text = rest;
}

int64_t intake_time_of_date(const struct intake_date *date)
{
	/* A year begins in March, so that the leap day is the last day of a year. */
	int64_t year = CYCLE_YEARS + date->year - (date->month < 3);
	int64_t month = date->month > 2 ? date->month - 3 : date->month + 9;
	/* The months from March on have 31, 30, 31, 30 and 31 days, twice, and then 31. */
	int64_t days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
		       date->day - 1 - DAYS_TO_1970;

	return ((days * 24 + date->hour) * 60 + date->minute) * 60 + date->second;
}

/* Read @count digits at @at. */
static bool read_digits(const char *at, size_t count, int *ret)
{
	*ret = 0;
	for (size_t i = 0; i < count; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*ret = 10 * *ret + (at[i] - '0');
	}
	return true;
}

/*
 * Read "2026-11-26T04:27:03". Several forms of prefixes begin with it, so it is read several times
 * for each line of most logs. Check the separators first: they rule out all other lines.
 */
static bool read_iso(struct intake_text text, struct intake_date *ret)
{
	const char *at = text.at;

	return text.length >= ISO_LENGTH && at[4] == '-' && at[7] == '-' &&
	       (at[10] == 'T' || at[10] == ' ') && at[13] == ':' && at[16] == ':' &&
	       read_digits(at, 4, &ret->year) && read_digits(at + 5, 2, &ret->month) &&
	       read_digits(at + 8, 2, &ret->day) && read_digits(at + 11, 2, &ret->hour) &&
	       read_digits(at + 14, 2, &ret->minute) && read_digits(at + 17, 2, &ret->second) &&
	       ret->month >= 1 && ret->month <= 12 && ret->day >= 1 && ret->day <= 31 &&
	       ret->hour <= 23 && ret->minute <= 59 && ret->second <= 60;
}

bool intake_time_take_iso(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text rest;
	struct intake_date date;
	int zone;

	if (!read_iso(*text, &date))
		return false;
	rest = intake_text_skip(*text, ISO_LENGTH);
	take_fraction(&rest);
	ret->seconds = intake_time_of_date(&date);
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
			*ret = i + 1;
			return true;
		}
	return false;
}

bool intake_time_take_syslog(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text rest = *text;
	struct intake_date date = { .year = INTAKE_LEAP_YEAR };
	uint64_t day;

	if (!take_month(&rest, &date.month))
		return false;
	intake_text_take(&rest, " "); /* "Jan  1" */
	if (!intake_text_take_number(&rest, &day) || day > 31 || !intake_text_take(&rest, " ") ||
	    !intake_time_take_clock(&rest, &date))
		return false;
	take_fraction(&rest);
	date.day = (int)day;
	*ret = (struct intake_time){ .wall_us =
					     (uint64_t)intake_time_of_date(&date) * USEC_PER_SEC };
	*text = rest;
	return true;
}
