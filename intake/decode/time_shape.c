// SPDX-License-Identifier: GPL-2.0-or-later
/* Parser for the forms in which programs write a date and a time of day before a line. */
#include "time_shape.h"

#include <ctype.h>

#define USEC_PER_SEC 1000000U
#define NAME_MAX_BYTES 24 /* the longest name of a month in a glibc locale has 20 bytes */
#define ZONE_MAX 6

static bool is_name_byte(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/*
 * Take the name of a month or a weekday: letters or UTF-8, and an optional period. Chinese,
 * Japanese and Korean month names begin with digits.
 */
static bool take_name(struct intake_text *text, struct intake_text *ret)
{
	struct intake_text rest = *text;
	size_t digits = 0, length;

	while (digits < 2 && digits < rest.length && isdigit((unsigned char)rest.at[digits]))
		digits++;
	if (digits == rest.length || (digits > 0 && (unsigned char)rest.at[digits] < 0x80))
		return false;
	for (length = digits; length < rest.length && is_name_byte(rest.at[length]); length++)
		if (length == NAME_MAX_BYTES)
			return false;
	if (length == digits)
		return false;
	*ret = (struct intake_text){ .at = rest.at, .length = length };
	rest = intake_text_skip(rest, length);
	intake_text_take(&rest, ".");
	*text = rest;
	return true;
}

static int month_of(struct intake_text name)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++)
		if (intake_text_is(name, months[i]))
			return i + 1;
	return 0;
}

static bool take_blanks(struct intake_text *text)
{
	size_t length = text->length;

	intake_text_take_blanks(text);
	return text->length < length;
}

/* Take a time of day, which may have a fraction. */
static bool take_clock(struct intake_text *text, struct intake_date *date)
{
	struct intake_text fraction_text;
	uint64_t fraction;

	if (!intake_time_take_clock(text, date))
		return false;
	fraction_text = *text;
	if ((intake_text_take(&fraction_text, ".") || intake_text_take(&fraction_text, ",")) &&
	    intake_text_take_number(&fraction_text, &fraction))
		*text = fraction_text;
	return true;
}

static bool take_day(struct intake_text *text, int *ret)
{
	uint64_t day;

	if (!intake_text_take_number(text, &day) || day < 1 || day > 31)
		return false;
	*ret = (int)day;
	return true;
}

static bool take_year(struct intake_text *text, int *ret)
{
	int year;

	if (!intake_time_take_digits(text, 4, &year) || year < 1970)
		return false;
	*ret = year;
	return true;
}

/* Set the time; a month of 0 is in an unknown language, a year of 0 is absent. */
static void set_time(const struct intake_date *date, bool is_utc, struct intake_time *ret)
{
	struct intake_date whole = *date;

	*ret = (struct intake_time){ 0 };
	if (date->month == 0)
		return;
	if (whole.year == 0)
		whole.year = INTAKE_LEAP_YEAR;
	ret->seconds = intake_time_of_date(&whole);
	ret->wall_us = ret->seconds > 0 ? (uint64_t)ret->seconds * USEC_PER_SEC : 0;
	ret->is_known = is_utc && date->year > 0;
	if (!ret->is_known)
		ret->seconds = 0;
}

/* Take a zone after a time: "UTC", "CET", "+01". The time is known only for UTC. */
static bool take_zone_name(struct intake_text *text, bool *ret_is_utc)
{
	struct intake_text rest = *text, zone;
	size_t letters = 0;

	if (!intake_text_take(&rest, " "))
		return false;
	zone = intake_text_take_word(&rest);
	if (zone.length < 2 || zone.length > ZONE_MAX)
		return false;
	if (zone.at[0] == '+' || zone.at[0] == '-')
		letters = 1;
	for (size_t i = letters; i < zone.length; i++)
		if (letters ? !isdigit((unsigned char)zone.at[i])
			    : !isupper((unsigned char)zone.at[i]))
			return false;
	*ret_is_utc = intake_text_is(zone, "UTC") || intake_text_is(zone, "GMT");
	*text = rest;
	return true;
}

/* Take "Tue 2024-03-05 09:14:00.000000 UTC" of journalctl -o short-full and verbose. */
static bool take_weekday_iso(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text weekday;
	struct intake_time time = { 0 };
	bool is_utc = false;

	if (!take_name(text, &weekday) || !intake_text_take(text, " ") ||
	    !intake_time_take_iso(text, &time))
		return false;
	if (take_zone_name(text, &is_utc) && is_utc)
		time.is_known = true;
	*ret = time;
	return true;
}

/* Take "Mar  5 09:14:00" of syslog in any language, with an optional year before or after it. */
static bool take_month_first(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text name, rest;
	struct intake_date date = { 0 };

	if (!take_name(text, &name) || !take_blanks(text) || !take_day(text, &date.day) ||
	    !take_blanks(text))
		return false;
	rest = *text;
	if (take_year(&rest, &date.year) && take_blanks(&rest))
		*text = rest;
	else
		date.year = 0;
	if (!take_clock(text, &date))
		return false;
	rest = *text;
	if (date.year == 0 && intake_text_take(&rest, " ") && take_year(&rest, &date.year) &&
	    (rest.length == 0 || !isalnum((unsigned char)rest.at[0])))
		*text = rest;
	date.month = month_of(name);
	set_time(&date, false, ret);
	return true;
}

/* Take "2024 Mar 05 09:14:00.000000" of SONiC's rsyslog, whose clock is in UTC. */
static bool take_year_first(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text name;
	struct intake_date date = { 0 };

	if (!take_year(text, &date.year) || !intake_text_take(text, " ") ||
	    !take_name(text, &name) || !take_blanks(text) || !take_day(text, &date.day) ||
	    !take_blanks(text) || !take_clock(text, &date))
		return false;
	date.month = month_of(name);
	set_time(&date, true, ret);
	return true;
}

/*
 * Take "Tue Mar  5 09:14:00 2024" or "Tue Mar  5 09:14:00 UTC 2024" of ctime(3), OpenWrt's logread
 * and date(1).
 */
static bool take_ctime(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text weekday, name;
	struct intake_date date = { 0 };
	bool is_utc = false;

	if (!take_name(text, &weekday) || !take_blanks(text) || !take_name(text, &name) ||
	    !take_blanks(text) || !take_day(text, &date.day) || !take_blanks(text) ||
	    !take_clock(text, &date))
		return false;
	take_zone_name(text, &is_utc);
	if (!intake_text_take(text, " ") || !take_year(text, &date.year))
		return false;
	date.month = month_of(name);
	set_time(&date, is_utc, ret);
	return true;
}

/* Take "05 Mar 2024 09:14:00" or "05/Mar/2024:09:14:00". */
static bool take_day_first(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text name;
	struct intake_date date = { 0 };
	char separator[2] = { 0 };

	if (!take_day(text, &date.day) || text->length == 0 || !memchr(" -/", text->at[0], 3))
		return false;
	separator[0] = text->at[0];
	*text = intake_text_skip(*text, 1);
	if (!take_name(text, &name) || !intake_text_take(text, separator) ||
	    !take_year(text, &date.year) ||
	    !(intake_text_take(text, " ") || intake_text_take(text, ":")) ||
	    !take_clock(text, &date))
		return false;
	date.month = month_of(name);
	set_time(&date, false, ret);
	return date.month > 0;
}

/* Take "2024/03/05 09:14:00" or "2024.03.05-09:14:00". */
static bool take_slashes(struct intake_text *text, struct intake_time *ret)
{
	struct intake_date date = { 0 };
	char separator[2] = { 0 };

	if (!take_year(text, &date.year) || text->length == 0 || !memchr("/.-", text->at[0], 3))
		return false;
	separator[0] = text->at[0];
	*text = intake_text_skip(*text, 1);
	if (!intake_time_take_digits(text, 2, &date.month) || date.month < 1 || date.month > 12 ||
	    !intake_text_take(text, separator) || !intake_time_take_digits(text, 2, &date.day) ||
	    date.day < 1 || date.day > 31 || text->length == 0 || !memchr(" T-_", text->at[0], 4))
		return false;
	*text = intake_text_skip(*text, 1);
	if (!take_clock(text, &date))
		return false;
	set_time(&date, false, ret);
	return true;
}

/* Take "1709630040.123456" of journalctl -o short-unix and ts %.s. */
static bool take_epoch(struct intake_text *text, struct intake_time *ret)
{
	struct intake_text rest = *text;
	uint64_t seconds, fraction;

	if (!intake_text_take_number(&rest, &seconds) || text->length - rest.length != 10 ||
	    !intake_text_take(&rest, ".") || !intake_text_take_number(&rest, &fraction))
		return false;
	*ret = (struct intake_time){ .is_known = true,
				     .seconds = (int64_t)seconds,
				     .wall_us = seconds * USEC_PER_SEC };
	*text = rest;
	return true;
}

/*
 * Each row takes one form off the front. It works on a copy of the text, which is dropped if the
 * row does not match. To add a form, add a function and a row here, and a line in
 * tests/golden/encode_wrappers.py.
 */
static const struct {
	bool is_number_first;
	bool (*take)(struct intake_text *text, struct intake_time *ret);
} shapes[] = {
	{ true, intake_time_take_iso }, { true, take_epoch },	{ true, take_year_first },
	{ true, take_day_first },	{ true, take_slashes }, { true, take_month_first },
	{ false, take_month_first },	{ false, take_ctime },	{ false, take_weekday_iso },
};

bool intake_time_take_shape(struct intake_text *text, struct intake_time *ret)
{
	bool is_number = text->length > 0 && isdigit((unsigned char)text->at[0]);

	if (text->length < 8 || (!is_number && !is_name_byte(text->at[0])))
		return false;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct intake_text rest = *text;
		struct intake_time time = { 0 };

		if (shapes[i].is_number_first != is_number || !shapes[i].take(&rest, &time) ||
		    (rest.length > 0 && isalnum((unsigned char)rest.at[0])))
			continue;
		*text = rest;
		*ret = time;
		return true;
	}
	return false;
}

bool intake_time_take_hours(struct intake_text *text)
{
	struct intake_text rest = *text;
	struct intake_date date;

	if (!take_clock(&rest, &date) || (rest.length > 0 && isalnum((unsigned char)rest.at[0])))
		return false;
	*text = rest;
	return true;
}

bool intake_time_is_like(struct intake_text word)
{
	size_t digits = 0;

	for (size_t i = 0; i < word.length; i++) {
		bool is_digit = isdigit((unsigned char)word.at[i]);

		if (!is_digit && memchr(":-/.", word.at[i], 4) && i + 2 < word.length &&
		    isdigit((unsigned char)word.at[i + 1]) &&
		    isdigit((unsigned char)word.at[i + 2]) &&
		    (digits == 4 || (digits == 2 && word.at[i] == ':')))
			return true;
		digits = is_digit ? digits + 1 : 0;
		if (digits >= 10)
			return true;
	}
	return false;
}
