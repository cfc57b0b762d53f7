/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parsing of text that is neither terminated nor trusted.
 *
 * A function that takes something off the front of a text leaves the text unchanged on failure.
 */
#ifndef LINEAGE_INTAKE_DECODE_TEXT_H
#define LINEAGE_INTAKE_DECODE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "record.h"

/** intake_text_of() - convert a string to a text */
static inline struct intake_text intake_text_of(const char *string)
{
	return (struct intake_text){ .at = string, .length = strlen(string) };
}

/** intake_text_skip() - drop the first @count bytes; the text must be long enough */
static inline struct intake_text intake_text_skip(struct intake_text text, size_t count)
{
	return (struct intake_text){ .at = text.at + count, .length = text.length - count };
}

/** intake_text_starts() - return whether a text starts with a string */
static inline bool intake_text_starts(struct intake_text text, const char *prefix)
{
	size_t length;

	if (text.length == 0 || text.at[0] != prefix[0])
		return prefix[0] == '\0';
	length = strlen(prefix);
	return text.length >= length && memcmp(text.at, prefix, length) == 0;
}

/** intake_text_is() - return whether a text equals a string */
static inline bool intake_text_is(struct intake_text text, const char *string)
{
	return intake_text_starts(text, string) && text.length == strlen(string);
}

/** intake_text_ends() - return whether a text ends with a string */
bool intake_text_ends(struct intake_text text, const char *suffix);

/**
 * intake_text_find() - return the offset of a string in a text; the text's length if not found
 * @string: not empty
 */
size_t intake_text_find(struct intake_text text, const char *string);

/** intake_text_has() - check whether a text contains a string */
bool intake_text_has(struct intake_text text, const char *string);

/** intake_text_take() - take a string off the front; return false if the text starts otherwise */
static inline bool intake_text_take(struct intake_text *text, const char *prefix)
{
	if (!intake_text_starts(*text, prefix))
		return false;
	*text = intake_text_skip(*text, strlen(prefix));
	return true;
}

/** intake_text_take_blanks() - take all spaces and tabs off the front */
void intake_text_take_blanks(struct intake_text *text);

/** intake_text_take_word() - take the bytes before the first space off the front; may be empty */
struct intake_text intake_text_take_word(struct intake_text *text);

/**
 * intake_text_take_until() - take a string and the bytes before it off the front; set @ret to the
 * bytes before it; return false if the text does not contain the string
 */
bool intake_text_take_until(struct intake_text *text, const char *end, struct intake_text *ret);

/** intake_text_take_number() - take a decimal number of at most 64 bits off the front */
bool intake_text_take_number(struct intake_text *text, uint64_t *ret);

/** intake_text_take_hex() - skip one or more hex digits; the value is discarded */
bool intake_text_take_hex(struct intake_text *text);

/** intake_text_trim() - remove spaces, tabs and carriage returns at both ends */
struct intake_text intake_text_trim(struct intake_text text);

#endif /* LINEAGE_INTAKE_DECODE_TEXT_H */
