// SPDX-License-Identifier: GPL-2.0-or-later
#include "tsv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

void tsv_deinit(struct tsv *text)
{
	free(text->at);
	*text = (struct tsv){ 0 };
}

static bool make_room(struct tsv *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : 256;
	char *larger;

	if (text->has_failed || more >= SIZE_MAX / 2 - text->size) {
		text->has_failed = true;
		return false;
	}
	while (capacity < text->size + more + 1)
		capacity *= 2;
	if (capacity == text->capacity)
		return true;
	larger = realloc(text->at, capacity);
	if (!larger) {
		text->has_failed = true;
		return false;
	}
	text->at = larger;
	text->capacity = capacity;
	return true;
}

void tsv_append(struct tsv *text, const char *bytes, size_t size)
{
	if (!make_room(text, size))
		return;
	memcpy(text->at + text->size, bytes, size);
	text->size += size;
	text->at[text->size] = '\0';
}

void tsv_print(struct tsv *text, const char *format, ...)
{
	LINEAGE_AUTO_FREE char *printed = NULL;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vasprintf(&printed, format, arguments);
	va_end(arguments);
	if (length < 0) {
		printed = NULL;
		text->has_failed = true;
		return;
	}
	tsv_append(text, printed, (size_t)length);
}

static void append_escaped(struct tsv *text, const char *value, const char *escaped,
			   const char *letters)
{
	while (*value) {
		size_t plain = strcspn(value, escaped);
		const char *which;

		tsv_append(text, value, plain);
		value += plain;
		if (!*value)
			break;
		which = strchr(escaped, *value++);
		tsv_append(text, "\\", 1);
		tsv_append(text, &letters[which - escaped], 1);
	}
}

void tsv_literal(struct tsv *text, const char *value)
{
	tsv_append(text, "'", 1);
	append_escaped(text, value, "\\'", "\\'");
	tsv_append(text, "'", 1);
}

void tsv_field(struct tsv *text, const char *value, char end)
{
	if (value)
		append_escaped(text, value, "\\\t\n\r", "\\tnr");
	else
		tsv_append(text, "\\N", 2);
	tsv_append(text, &end, 1);
}

void tsv_unsigned(struct tsv *text, uint64_t value, char end)
{
	char digits[24];
	char *at = digits + sizeof(digits);

	*--at = end;
	do
		*--at = (char)('0' + value % 10);
	while (value /= 10);
	tsv_append(text, at, (size_t)(digits + sizeof(digits) - at));
}

void tsv_number(struct tsv *text, int64_t value, char end)
{
	if (value < 0)
		tsv_append(text, "-", 1);
	tsv_unsigned(text, value < 0 ? -(uint64_t)value : (uint64_t)value, end);
}

void tsv_optional(struct tsv *text, bool is_known, int64_t value, char end)
{
	if (is_known)
		tsv_number(text, value, end);
	else
		tsv_field(text, NULL, end);
}

#define DIGITS_MAX 18 /* every number with so many digits is an int64_t */

int64_t tsv_value(const char *field)
{
	const char *first = field, *at;
	int64_t value = 0;
	bool is_negative;

	if (!field)
		return 0;
	is_negative = *first == '-';
	first += is_negative;
	for (at = first; *at >= '0' && *at <= '9' && at < first + DIGITS_MAX; at++)
		value = value * 10 + (*at - '0');
	if (*at)
		return strtoll(field, NULL, 10);
	return is_negative ? -value : value;
}

static bool is_decimal(const char *field)
{
	const char *at = field + (*field == '-');

	if (!*at)
		return false;
	while (*at >= '0' && *at <= '9')
		at++;
	return !*at;
}

bool tsv_has_types(const char *const *fields, const char *types)
{
	for (size_t i = 0; types[i]; i++) {
		const char *field = fields[i];

		if (types[i] == TSV_NUMBER && field && !is_decimal(field))
			return false;
		if (types[i] == TSV_COUNT &&
		    (!field || !is_decimal(field) || tsv_value(field) > UINT32_MAX))
			return false;
	}
	return true;
}

/* Old servers escape more characters than new servers. The table has all escapes. */
static char unescape(char letter)
{
	static const char letters[] = "bfnrt0", bytes[] = "\b\f\n\r\t";
	const char *which = letter ? strchr(letters, letter) : NULL;

	return which ? bytes[which - letters] : letter;
}

/* Whether a character ends a field, or begins an escape. */
static const bool is_special[256] = { ['\0'] = true, ['\t'] = true, ['\n'] = true, ['\\'] = true };

/* Copy a field from its first escape on, without escapes. Return the end of the field. */
static char *unescape_rest(char *from, char **to)
{
	while (*from == '\\') {
		*(*to)++ = from[1] ? unescape(from[1]) : '\\';
		from += from[1] ? 2 : 1;
		while (!is_special[(unsigned char)*from])
			*(*to)++ = *from++;
	}
	return from;
}

/* Unescape a field in place. Return the character after it; @ret is NULL for \N. */
static char take_field(char **at, const char **ret)
{
	char *from = *at, *to, end;

	*ret = from;
	if (from[0] == '\\' && from[1] == 'N' && (from[2] == '\t' || from[2] == '\n')) {
		*ret = NULL;
		from += 2;
	}
	while (!is_special[(unsigned char)*from])
		from++;
	to = from;
	from = unescape_rest(from, &to);
	end = *from;
	*at = end ? from + 1 : from;
	if (*ret)
		*to = '\0';
	return end;
}

bool tsv_begin(char **at, const char **ret, size_t count)
{
	bool has_more = true;

	for (size_t i = 0; i < count && has_more; i++)
		has_more = take_field(at, &ret[i]) == '\t';
	return has_more;
}

int tsv_row(char **at, const char **ret, size_t count)
{
	if (!**at)
		return 0;
	for (size_t i = 0; i < count; i++) {
		char end = take_field(at, &ret[i]);

		if (end != (i + 1 < count ? '\t' : '\n'))
			return -EBADMSG;
	}
	return 1;
}
