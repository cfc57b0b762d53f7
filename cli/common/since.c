// SPDX-License-Identifier: GPL-2.0-or-later
#include "since.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char since_forms[] = "2026-11-24, '2026-11-24 18:05[:30]', 2026-11-24T18:05:30Z, today, "
			   "yesterday, 3d (s, min, h, d, w) or @SECONDS";

static int64_t start_of_day(time_t now, int days_ago)
{
	struct tm day;

	localtime_r(&now, &day);
	day.tm_hour = day.tm_min = day.tm_sec = 0;
	day.tm_mday -= days_ago;
	day.tm_isdst = -1;
	return mktime(&day);
}

/* Parse '@' and a number of seconds. */
static bool parse_epoch(const char *text, int64_t *ret)
{
	char *end;

	if (text[0] != '@' || text[1] < '0' || text[1] > '9')
		return false;
	errno = 0;
	*ret = strtoll(text + 1, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool parse_ago(const char *text, time_t now, int64_t *ret)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = { { "s", 1 }, { "min", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 } };
	char *unit;
	long number;
	size_t i;

	if (text[0] < '0' || text[0] > '9')
		return false;
	number = strtol(text, &unit, 10);
	if (number > 1000000)
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t length = strlen(units[i].name);

		if (strncmp(unit, units[i].name, length) == 0 &&
		    (unit[length] == '\0' || strcmp(unit + length, " ago") == 0)) {
			*ret = now - number * units[i].seconds;
			return true;
		}
	}
	return false;
}

static bool parse_date(const char *text, int64_t *ret)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S",
					       "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S" };
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct tm day = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &day);

		if (end && *end == '\0') {
			*ret = mktime(&day);
			return true;
		}
		if (end && strcmp(end, "Z") == 0 && i > 0) {
			*ret = timegm(&day);
			return true;
		}
	}
	return false;
}

bool since_parse(const char *text, time_t now, int64_t *ret)
{
	int64_t moment = 0;
	bool is_known = true;

	if (strcmp(text, "today") == 0)
		moment = start_of_day(now, 0);
	else if (strcmp(text, "yesterday") == 0)
		moment = start_of_day(now, 1);
	else
		is_known = parse_epoch(text, &moment) || parse_ago(text, now, &moment) ||
			   parse_date(text, &moment);
	if (is_known)
		*ret = moment;
	return is_known;
}
