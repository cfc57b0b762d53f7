/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How is text taken apart that is neither terminated nor trusted?
 *
 * Every function that takes something off the front of a text does so only where all of it is
 * there, and leaves the text alone otherwise.
 */
#ifndef LINEAGE_INTAKE_DECODE_TEXT_H
#define LINEAGE_INTAKE_DECODE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "record.h"

/** intake_text_of() - a string as a text */
static inline struct intake_text intake_text_of(const char *string)
{
	return (struct intake_text){ .at = string, .length = strlen(string) };
}

/** intake_text_skip() - without its first @count bytes, of which it must have so many */
static inline struct intake_text intake_text_skip(struct intake_text text, size_t count)
{
	return (struct intake_text){ .at = text.at + count, .length = text.length - count };
}

/** intake_text_is() - the same bytes? */
bool intake_text_is(struct intake_text text, const char *string);

/** intake_text_starts() - does it begin with these? Asked very often, and mostly the first byte tells. */
static inline bool intake_text_starts(struct intake_text text, const char *prefix)
{
	size_t length;

	if (text.length == 0 || text.at[0] != prefix[0])
		return prefix[0] == '\0';
	length = strlen(prefix);
	return text.length >= length && memcmp(text.at, prefix, length) == 0;
}

/** intake_text_ends() - does it end with these? */
bool intake_text_ends(struct intake_text text, const char *suffix);

/** intake_text_find() - where a string begins in it; its length where nowhere */
size_t intake_text_find(struct intake_text text, const char *string);

/** intake_text_has() - is this somewhere in it? */
bool intake_text_has(struct intake_text text, const char *string);

/** intake_text_take() - a string off the front */
static inline bool intake_text_take(struct intake_text *text, const char *prefix)
{
	if (!intake_text_starts(*text, prefix))
		return false;
	*text = intake_text_skip(*text, strlen(prefix));
	return true;
}

/** intake_text_take_blanks() - blanks and tabs off the front, as many as there are */
void intake_text_take_blanks(struct intake_text *text);

/** intake_text_take_word() - what stands in front of the first blank or end, maybe nothing */
struct intake_text intake_text_take_word(struct intake_text *text);

/** intake_text_take_until() - what stands in front of a string, and both off the front */
bool intake_text_take_until(struct intake_text *text, const char *end, struct intake_text *ret);

/** intake_text_take_number() - decimal digits, at least one, that fit */
bool intake_text_take_number(struct intake_text *text, uint64_t *ret);

/** intake_text_take_hex() - hexadecimal digits, at least one; how large a number they make is not told */
bool intake_text_take_hex(struct intake_text *text);

/** intake_text_trim() - without blanks, tabs and carriage returns at both ends */
struct intake_text intake_text_trim(struct intake_text text);

#endif /* LINEAGE_INTAKE_DECODE_TEXT_H */
