// SPDX-License-Identifier: GPL-2.0-or-later
#include "tsv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_deinit(struct text *text)
{
	free(text->at);
	*text = (struct text){ 0 };
}

static bool make_room(struct text *text, size_t more)
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

void text_append(struct text *text, const char *bytes, size_t size)
{
	if (!make_room(text, size))
		return;
	memcpy(text->at + text->size, bytes, size);
	text->size += size;
	text->at[text->size] = '\0';
}

void text_print(struct text *text, const char *format, ...)
{
	va_list arguments;
	char *printed;
	int length;

	va_start(arguments, format);
	length = vasprintf(&printed, format, arguments);
	va_end(arguments);
	if (length < 0) {
		text->has_failed = true;
		return;
	}
	text_append(text, printed, (size_t)length);
	free(printed);
}

static void append_escaped(struct text *text, const char *value, const char *escaped,
			   const char *letters)
{
	while (*value) {
		size_t plain = strcspn(value, escaped);
		const char *which;

		text_append(text, value, plain);
		value += plain;
		if (!*value)
			break;
		which = strchr(escaped, *value++);
		text_append(text, "\\", 1);
		text_append(text, &letters[which - escaped], 1);
	}
}

void text_literal(struct text *text, const char *value)
{
	text_append(text, "'", 1);
	append_escaped(text, value, "\\'", "\\'");
	text_append(text, "'", 1);
}

void text_field(struct text *text, const char *value, char end)
{
	if (value)
		append_escaped(text, value, "\\\t\n\r", "\\tnr");
	else
		text_append(text, "\\N", 2);
	text_append(text, &end, 1);
}

void text_number(struct text *text, int64_t value, char end)
{
	text_print(text, "%" PRId64 "%c", value, end);
}

void text_optional(struct text *text, bool is_known, int64_t value, char end)
{
	if (is_known)
		text_number(text, value, end);
	else
		text_field(text, NULL, end);
}

int64_t text_value(const char *field)
{
	return field ? strtoll(field, NULL, 10) : 0;
}

/* Old servers escape more than new ones: all of it is known here. */
static char unescape(char letter)
{
	static const char letters[] = "bfnrt0", bytes[] = "\b\f\n\r\t";
	const char *which = letter ? strchr(letters, letter) : NULL;

	return which ? bytes[which - letters] : letter;
}

/* Unescapes a field where it is; returns what ended it, and NULL for \N. */
static char take_field(char **at, const char **ret)
{
	char *from = *at, *to = *at, end;

	*ret = from;
	if (from[0] == '\\' && from[1] == 'N' && (from[2] == '\t' || from[2] == '\n')) {
		*ret = NULL;
		from += 2;
	}
	for (; *from && *from != '\t' && *from != '\n'; from++) {
		if (from[0] == '\\' && from[1])
			*to++ = unescape(*++from);
		else
			*to++ = *from;
	}
	end = *from;
	*at = end ? from + 1 : from;
	if (*ret)
		*to = '\0';
	return end;
}

int text_row(char **at, const char **ret, size_t count)
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
