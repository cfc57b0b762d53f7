// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing of text that is neither terminated nor trusted. */
#include "text.h"

#include <ctype.h>

bool intake_text_ends(struct intake_text text, const char *suffix)
{
	size_t length = strlen(suffix);

	return text.length >= length &&
	       intake_text_is(intake_text_skip(text, text.length - length), suffix);
}

/*
 * Search for one byte of the string, which is faster than memmem() in a short text. Use the second
 * byte if the first byte is a blank, because blanks are frequent.
 */
size_t intake_text_find(struct intake_text text, const char *string)
{
	size_t length = strlen(string), sought = string[0] == ' ' && length > 1;
	const char *at, *end;

	if (text.length < length)
		return text.length;
	at = text.at + sought;
	end = at + text.length - length + 1;
	while ((at = memchr(at, string[sought], (size_t)(end - at)))) {
		if (memcmp(at - sought, string, length) == 0)
			return (size_t)(at - sought - text.at);
		at++;
	}
	return text.length;
}

bool intake_text_has(struct intake_text text, const char *string)
{
	return intake_text_find(text, string) < text.length;
}

void intake_text_take_blanks(struct intake_text *text)
{
	while (text->length > 0 && (text->at[0] == ' ' || text->at[0] == '\t'))
		*text = intake_text_skip(*text, 1);
}

struct intake_text intake_text_take_word(struct intake_text *text)
{
	struct intake_text word = *text;
	size_t length = 0;

	while (length < text->length && text->at[length] != ' ' && text->at[length] != '\t')
		length++;
	word.length = length;
	*text = intake_text_skip(*text, length);
	return word;
}

bool intake_text_take_until(struct intake_text *text, const char *end, struct intake_text *ret)
{
	size_t length = intake_text_find(*text, end);

	if (length == text->length)
		return false;
	*ret = (struct intake_text){ .at = text->at, .length = length };
	*text = intake_text_skip(*text, length + strlen(end));
	return true;
}

bool intake_text_take_number(struct intake_text *text, uint64_t *ret)
{
	uint64_t number = 0;
	size_t length;

	for (length = 0; length < text->length && isdigit((unsigned char)text->at[length]);
	     length++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(text->at[length] - '0'), &number))
			return false;
	if (length == 0)
		return false;
	*text = intake_text_skip(*text, length);
	*ret = number;
	return true;
}

bool intake_text_take_hex(struct intake_text *text)
{
	size_t length = 0;

	while (length < text->length && isxdigit((unsigned char)text->at[length]))
		length++;
	*text = intake_text_skip(*text, length);
	return length > 0;
}

struct intake_text intake_text_trim(struct intake_text text)
{
	intake_text_take_blanks(&text);
	while (text.length > 0 && memchr(" \t\r", text.at[text.length - 1], 3))
		text.length--;
	return text;
}
