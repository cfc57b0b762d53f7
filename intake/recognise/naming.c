// SPDX-License-Identifier: GPL-2.0-or-later
/* Conversion of messages to titles that are equal on every machine. */
#include "naming.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void intake_naming_set_head(struct intake_naming *naming, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(naming->head, sizeof(naming->head), format, arguments);
	va_end(arguments);
}

static void append(struct intake_naming *naming, size_t *used, const char *text, size_t length)
{
	size_t room = sizeof(naming->head) - 1 - *used;

	if (length > room)
		length = room;
	memcpy(naming->head + *used, text, length);
	*used += length;
	naming->head[*used] = '\0';
}

static size_t word_length(struct intake_text text)
{
	size_t length = 0;

	while (length < text.length &&
	       (isalnum((unsigned char)text.at[length]) || text.at[length] == '_'))
		length++;
	return length;
}

/* Match an address or another long hexadecimal number with a digit: "deadbeef" may be a word. */
static bool is_address(struct intake_text word)
{
	bool has_digit = false;
	bool has_prefix = intake_text_take(&word, "0x");

	for (size_t i = 0; i < word.length; i++) {
		if (!isxdigit((unsigned char)word.at[i]))
			return false;
		has_digit = has_digit || isdigit((unsigned char)word.at[i]);
	}
	return word.length > 0 && (has_prefix || (word.length >= 8 && has_digit));
}

static bool is_number(struct intake_text word)
{
	for (size_t i = 0; i < word.length; i++)
		if (!isdigit((unsigned char)word.at[i]))
			return false;
	return word.length > 0;
}

void intake_naming_set_text(struct intake_naming *naming, const char *before,
			    struct intake_text text)
{
	size_t used = 0;

	naming->head[0] = '\0';
	append(naming, &used, before, strlen(before));
	text = intake_text_trim(text);
	while (text.length > 0) {
		size_t length = word_length(text);
		struct intake_text word = { .at = text.at, .length = length };

		if (is_address(word))
			append(naming, &used, "ADDR", 4);
		else if (is_number(word))
			append(naming, &used, "NUM", 3);
		else if (length > 0)
			append(naming, &used, word.at, length);
		else if (isprint((unsigned char)text.at[0]))
			append(naming, &used, text.at, 1);
		text = intake_text_skip(text, length > 0 ? length : 1);
	}
	while (used > 0 && naming->head[used - 1] == ' ')
		naming->head[--used] = '\0';
}
