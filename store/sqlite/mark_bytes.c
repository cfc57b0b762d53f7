// SPDX-License-Identifier: GPL-2.0-or-later
#include "mark_bytes.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

static bool parse_mark(const char *text, unsigned char ret[4])
{
	for (size_t i = 0; i < 8; i++) {
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;

		if (!digit)
			return false;
		ret[i / 2] = (unsigned char)(ret[i / 2] << 4 | (digit - digits));
	}
	return true;
}

size_t sqlite_marks_pack(const char *text, unsigned char ret[SQLITE_MARK_BYTES_MAX])
{
	size_t counts[LINEAGE_MARK_KINDS] = { 0 }, kind = 0, size = SQLITE_MARK_COUNTS;

	for (; *text; text += *text == ':' ? 1 : 8) {
		if (*text == ':') {
			if (++kind == LINEAGE_MARK_KINDS)
				return 0;
			continue;
		}
		if (size == SQLITE_MARK_BYTES_MAX || !parse_mark(text, ret + size))
			return 0;
		size += 4;
		counts[kind]++;
	}
	ret[0] = (unsigned char)counts[LINEAGE_MARK_EARLY];
	ret[1] = (unsigned char)counts[LINEAGE_MARK_SAMPLED];
	return kind == LINEAGE_MARK_CRASH ? size : 0;
}

bool sqlite_marks_unpack(const unsigned char *bytes, size_t size, char ret[LINEAGE_MARKS_SIZE])
{
	size_t marks = size < SQLITE_MARK_COUNTS ? 0 : (size - SQLITE_MARK_COUNTS) / 4;
	char *at = ret;

	if (size < SQLITE_MARK_COUNTS || (size - SQLITE_MARK_COUNTS) % 4 != 0 ||
	    marks > SQLITE_MARKS_MAX || bytes[0] + bytes[1] > (int)marks)
		return false;
	for (size_t i = 0; i <= marks; i++) {
		if (i == bytes[0])
			*at++ = ':';
		if (i == (size_t)bytes[0] + bytes[1])
			*at++ = ':';
		for (size_t digit = 0; i < marks && digit < 8; digit++) {
			unsigned char byte = bytes[SQLITE_MARK_COUNTS + 4 * i + digit / 2];

			*at++ = digits[digit % 2 == 0 ? byte >> 4 : byte & 0xf];
		}
	}
	*at = '\0';
	return true;
}
