// SPDX-License-Identifier: GPL-2.0-or-later
/* Removal of terminal control sequences from a captured console: colours, cursor moves, titles. */
#include "terminal.h"

#define ESCAPE '\033'
#define STRING_MAX 256 /* if a title or control string is longer, its end was lost */
#define IS_CONTROL(c) ((unsigned char)(c) < ' ' && (c) != '\t' && (c) != '\r')

/*
 * Test eight bytes at once. In the result, the highest bit of each byte below a blank is set. The
 * subtraction may borrow, which can set the highest bit of the next byte, too.
 */
static uint64_t has_control(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return (word - 0x2020202020202020ULL) & ~word & 0x8080808080808080ULL;
}

bool intake_terminal_is_needed(struct intake_text line)
{
	size_t i = 0;

	while (i < line.length) {
		if (i + sizeof(uint64_t) <= line.length && !has_control(line.at + i)) {
			i += sizeof(uint64_t);
			continue;
		}
		if ((unsigned char)line.at[i] < ' ' && line.at[i] != '\t')
			return true;
		i++;
	}
	return false;
}

/*
 * Skip all bytes at offset @at with values from @from to @to. Return the offset of the next byte.
 */
static size_t span(struct intake_text text, size_t at, unsigned char from, unsigned char to)
{
	size_t length = at;

	while (length < text.length && (unsigned char)text.at[length] >= from &&
	       (unsigned char)text.at[length] <= to)
		length++;
	return length;
}

/*
 * Measure "ESC [ parameters intermediates final" (ECMA-48, 5.4). @ret_break: how to end the line
 * before the sequence, see intake_terminal_clean(); not modified if the line goes on.
 */
static size_t csi_length(struct intake_text text, char *ret_break)
{
	size_t at = span(text, 2, 0x30, 0x3f);

	at = span(text, at, 0x20, 0x2f);
	if (at == text.length)
		return at;
	if ((unsigned char)text.at[at] < 0x40 || (unsigned char)text.at[at] > 0x7e)
		return 2;
	if (text.at[at] == 'J')
		*ret_break = '\f';
	else if (memchr("ABEFGHSTdf", text.at[at], 10))
		*ret_break = '\r';
	return at + 1;
}

/* Measure a title or another control string (ECMA-48, 5.6), which ends with BEL or "ESC \". */
static size_t string_length(struct intake_text text)
{
	for (size_t i = 2; i < text.length && i < STRING_MAX; i++) {
		if (text.at[i] == '\a')
			return i + 1;
		if (text.at[i] == ESCAPE && i + 1 < text.length && text.at[i + 1] == '\\')
			return i + 2;
	}
	return 2;
}

static size_t escape_length(struct intake_text text, char *ret_break)
{
	size_t at;

	if (text.length < 2)
		return text.length;
	if (text.at[1] == '[')
		return csi_length(text, ret_break);
	if (memchr("]P^_X", text.at[1], 5))
		return string_length(text);
	if (text.at[1] == 'c')
		*ret_break = '\f';
	else if (memchr("DEM", text.at[1], 3))
		*ret_break = '\r';
	at = span(text, 1, 0x20, 0x2f);
	return at < text.length ? at + 1 : at;
}

size_t intake_terminal_clean(struct intake_text line, char *ret)
{
	size_t used = 0;

	while (line.length > 0) {
		char line_break = '\0';
		size_t length = 1;

		if (line.at[0] == ESCAPE)
			length = escape_length(line, &line_break);
		else if (!IS_CONTROL(line.at[0]))
			ret[used++] = line.at[0];
		if (line_break != '\0')
			ret[used++] = line_break;
		line = intake_text_skip(line, length);
	}
	return used;
}

bool intake_terminal_take_line(struct intake_text *text, struct intake_text *ret, bool *is_erased)
{
	struct intake_text line = { .at = text->at };

	while (text->length > 0 && (text->at[0] == '\r' || text->at[0] == '\f')) {
		*is_erased = *is_erased || text->at[0] == '\f';
		*text = intake_text_skip(*text, 1);
	}
	line.at = text->at;
	while (line.length < text->length && line.at[line.length] != '\r' &&
	       line.at[line.length] != '\f')
		line.length++;
	*text = intake_text_skip(*text, line.length);
	*ret = line;
	return line.length > 0;
}
