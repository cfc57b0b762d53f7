/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parsers for the times that programs write before a line. */
#ifndef LINEAGE_INTAKE_DECODE_TIME_TEXT_H
#define LINEAGE_INTAKE_DECODE_TIME_TEXT_H

#include "text.h"

/**
 * struct intake_time - a parsed date
 * @is_known: whether @seconds is known
 * @seconds: seconds since 1970 UTC
 * @wall_us: microseconds by the writer's clock; if the date has no year, the value wraps each year
 */
struct intake_time {
	bool is_known;
	int64_t seconds;
	uint64_t wall_us;
};

/** struct intake_date - a date and a time of day; each part may exceed its range, as in timegm() */
struct intake_date {
	int year;
	int month; /* 1 to 12 */
	int day;
	int hour;
	int minute;
	int second;
};

/* Year of a date without a year: a leap year, so that 29 February is valid. */
#define INTAKE_LEAP_YEAR 1972

/**
 * intake_time_of_date() - return the seconds from 1970 to a date in UTC
 *
 * As timegm(), which is much slower: most lines of a log have a date.
 */
int64_t intake_time_of_date(const struct intake_date *date);

/**
 * intake_time_take_iso() - take "2026-11-26T04:27:03.123456+00:00" off the front; the T may be a
 * space
 *
 * Without a zone, the time in seconds is unknown (RFC 3339, 4.4).
 *
 * Return: whether there was a time.
 */
bool intake_time_take_iso(struct intake_text *text, struct intake_time *ret);

/**
 * intake_time_take_syslog() - take "Nov 26 04:27:03" or "Nov 26 04:27:03.123456" off the front
 *
 * This form has no year and no zone (RFC 3164, 4.1.2), so the time in seconds is unknown.
 */
bool intake_time_take_syslog(struct intake_text *text, struct intake_time *ret);

/** intake_time_take_clock() - take "04:27:03" off the front; sets the time of day of @date */
bool intake_time_take_clock(struct intake_text *text, struct intake_date *date);

/** intake_time_take_digits() - take @count digits off the front, at most nine */
bool intake_time_take_digits(struct intake_text *text, size_t count, int *ret);

#endif /* LINEAGE_INTAKE_DECODE_TIME_TEXT_H */
