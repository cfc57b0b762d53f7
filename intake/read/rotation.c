// SPDX-License-Identifier: GPL-2.0-or-later
/* Names that log rotation gives to the older parts of a log. */
#include "rotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define NUMBER_DIGITS_MAX 4
#define DATE_DIGITS 8

/* Suffixes of the compression programs that log rotation runs. Some formats cannot be read. */
static const char *const compressions[] = { ".gz",  ".xz",   ".zst", ".bz2",
					    ".lz4", ".lzma", ".lzo", ".Z" };

/* Suffixes that logrotate's option "extension" keeps at the end of a name, after the number. */
static const char *const extensions[] = { ".log", ".txt" };

static bool cut_suffix(char *name, const char *suffix)
{
	size_t length = strlen(name), own = strlen(suffix);

	if (length <= own || strcmp(name + length - own, suffix) != 0)
		return false;
	name[length - own] = '\0';
	return true;
}

/* Read @count digits. */
static bool take_digits(const char **text, size_t count, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < count; i++) {
		if ((*text)[i] < '0' || (*text)[i] > '9')
			return false;
		*ret = 10 * *ret + (uint64_t)((*text)[i] - '0');
	}
	*text += count;
	return true;
}

/* Take "20240305" or "2024-03-05", with a year from 1970 to 2199. */
static bool take_date(const char **text, uint64_t *ret)
{
	const char *rest = *text;
	uint64_t year, month, day;
	bool has_dashes;

	if (!take_digits(&rest, 4, &year))
		return false;
	has_dashes = *rest == '-';
	rest += has_dashes;
	if (!take_digits(&rest, 2, &month) || (has_dashes && *rest++ != '-') ||
	    !take_digits(&rest, 2, &day) || year < 1970 || year > 2199 || month < 1 || month > 12 ||
	    day < 1 || day > 31)
		return false;
	*ret = (year * 100 + month) * 100 + day;
	*text = rest;
	return true;
}

/*
 * Take the rest after a date: nothing, an hour ("13" in "2024030513"), a time of day ("-1300",
 * "T130000", "-13:00:00"), or the seconds since 1970 ("-1709640000").
 */
static bool take_clock(const char *text, uint64_t *ret)
{
	size_t digits = 0;

	*ret = 0;
	if (*text && strchr("-T_.", *text) && text[1])
		text++;
	for (; *text; text++) {
		if (*text == ':' && digits > 0 && text[1])
			continue;
		if (*text < '0' || *text > '9')
			return false;
		*ret = 10 * *ret + (uint64_t)(*text - '0');
		digits++;
	}
	return digits <= 10 && digits % 2 == 0;
}

/* Parse a date with an optional time of day. Return false for any other text. */
static bool parse_date(const char *text, uint64_t *ret)
{
	uint64_t date, clock;

	if (!take_date(&text, &date) || !take_clock(text, &clock))
		return false;
	*ret = date * 10000000000U + clock;
	return true;
}

/* Cut the number off "NAME.12". */
static bool cut_number(char *name, uint64_t *ret)
{
	char *dot = strrchr(name, '.');
	size_t digits = dot ? strlen(dot + 1) : 0;

	if (digits == 0 || digits > NUMBER_DIGITS_MAX || strspn(dot + 1, DIGITS) != digits ||
	    (dot[1] == '0' && digits > 1) || dot == name)
		return false;
	*ret = strtoull(dot + 1, NULL, 10);
	*dot = '\0';
	return true;
}

/* Cut the date off "NAME-20240305" or "NAME.2024-03-05"; the name may also be only a date. */
static bool cut_date(char *name, uint64_t *ret)
{
	if (!name[0])
		return false;
	if (parse_date(name, ret)) {
		*name = '\0';
		return true;
	}
	for (char *at = name + 1; at[0] && at[1]; at++)
		if (strchr("-._", *at) && parse_date(at + 1, ret)) {
			*at = '\0';
			return true;
		}
	return false;
}

bool intake_rotation_cut_date(char *name)
{
	uint64_t date;

	return cut_date(name, &date);
}

static bool cut_rotation(char *stem, struct intake_rotation *rotation)
{
	if (cut_number(stem, &rotation->number))
		rotation->kind = INTAKE_ROTATION_NUMBER;
	else if (cut_date(stem, &rotation->number))
		rotation->kind = INTAKE_ROTATION_DATE;
	return rotation->kind != INTAKE_ROTATION_NONE;
}

static const char *extension_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof(extensions) / sizeof(*extensions); i++)
		if (strcmp(dot, extensions[i]) == 0)
			return extensions[i];
	return NULL;
}

bool intake_rotation_cut_compression(char *name)
{
	for (size_t i = 0; i < sizeof(compressions) / sizeof(*compressions); i++)
		if (cut_suffix(name, compressions[i]))
			return true;
	return false;
}

void intake_rotation_parse(const char *name, char ret_stem[INTAKE_NAME_SIZE],
			   struct intake_rotation *ret)
{
	const char *extension;

	*ret = (struct intake_rotation){ .kind = INTAKE_ROTATION_NONE };
	snprintf(ret_stem, INTAKE_NAME_SIZE, "%s", name);
	ret->is_compressed = intake_rotation_cut_compression(ret_stem);
	if (cut_rotation(ret_stem, ret)) {
		ret->is_sure = ret->kind == INTAKE_ROTATION_DATE || extension_of(ret_stem) ||
			       intake_rotation_is_log(ret_stem);
		return;
	}
	extension = extension_of(ret_stem);
	if (!extension || !cut_suffix(ret_stem, extension))
		return;
	cut_rotation(ret_stem, ret);
	strcat(ret_stem, extension);
	ret->is_sure = ret->kind == INTAKE_ROTATION_DATE ||
		       (ret->kind == INTAKE_ROTATION_NUMBER && intake_rotation_is_log(ret_stem));
}

int intake_rotation_compare(const struct intake_rotation *a, const struct intake_rotation *b)
{
	if (a->kind != b->kind)
		return (int)a->kind - (int)b->kind;
	if (a->number != b->number)
		return (a->number > b->number) == (a->kind == INTAKE_ROTATION_NUMBER) ? -1 : 1;
	return (int)b->is_compressed - (int)a->is_compressed;
}

bool intake_rotation_is_log(const char *stem)
{
	static const char *const names[] = {
		"boot",	  "console", "consolelog", "dmesg",	   "journal",  "kdump",
		"kern",	  "kernel",  "kmsg",	   "log",	   "messages", "netconsole",
		"serial", "syslog",  "system",	   "vmcore-dmesg",
	};
	size_t length = strcspn(stem, ".");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == length && strncmp(stem, names[i], length) == 0)
			return true;
	return false;
}
