// SPDX-License-Identifier: GPL-2.0-or-later
#include "printable.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Return whether a character changes the display order of other characters or ends a line: U+061C,
 * U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069 (Unicode Standard Annex 9).
 */
static bool is_reordering(const unsigned char *text, size_t length)
{
	unsigned int point;

	if (length == 2)
		return text[0] == 0xd8 && text[1] == 0x9c;
	if (length != 3 || text[0] != 0xe2)
		return false;
	point = 0x2000 | ((text[1] & 0x3fU) << 6) | (text[2] & 0x3fU);
	return point == 0x200e || point == 0x200f || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/*
 * Return the length of the UTF-8 sequence of the character at @text; 0 if it is not well-formed
 * (The Unicode Standard, table 3-7) or not printable.
 */
static size_t printable_length(const unsigned char *text)
{
	size_t length, i;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f ? 1 : 0;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	else
		return 0;
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	if ((text[0] == 0xc2 && text[1] < 0xa0) /* C1 control characters */ ||
	    (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f) ||
	    is_reordering(text, length))
		return 0;
	return length;
}

static bool is_printable(const char *text)
{
	while (*text) {
		size_t length = printable_length((const unsigned char *)text);

		if (length == 0)
			return false;
		text += length;
	}
	return true;
}

int lineage_printable(const char *text, char **ret)
{
	bool is_clean = is_printable(text);
	char *copy = malloc(3 * strlen(text) + 1);
	char *at = copy;

	if (!copy)
		return -ENOMEM;
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (is_clean || (byte >= 0x20 && byte < 0x7f))
			*at++ = *text;
		else
			at += sprintf(at, "%%%02X", byte);
	}
	*at = '\0';
	*ret = copy;
	return 0;
}
