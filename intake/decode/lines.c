// SPDX-License-Identifier: GPL-2.0-or-later
/* Splitter of a byte stream into lines. */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int intake_lines_init(struct intake_lines *lines)
{
	lines->buffer = malloc(lines->max);
	lines->held = 0;
	lines->is_open = false;
	lines->is_cut = false;
	lines->is_after_nul = false;
	return lines->buffer ? 0 : -ENOMEM;
}

static void hand_over(struct intake_lines *lines, const char *line, size_t length, bool is_cut)
{
	if (is_cut)
		lines->sink->fault(lines->sink->data, INTAKE_FAULT_LONG_LINE, lines->start);
	else
		while (length > 0 && line[length - 1] == '\r')
			length--;
	lines->line(lines->data, line, length, lines->start);
	lines->held = 0;
	lines->is_open = false;
	lines->is_cut = false;
}

/* Store the bytes of a line that continues in the next piece. */
static void hold(struct intake_lines *lines, const char *bytes, size_t length)
{
	size_t room = lines->max - lines->held;

	if (length > room) {
		lines->is_cut = true;
		length = room;
	}
	if (length > 0)
		memcpy(lines->buffer + lines->held, bytes, length);
	lines->held += length;
}

/* Deliver a line. Do not copy a line that lies in a single piece. */
static void end_line(struct intake_lines *lines, const char *bytes, size_t length)
{
	if (lines->held == 0 && !lines->is_cut) {
		bool is_cut = length > lines->max;

		hand_over(lines, bytes, is_cut ? lines->max : length, is_cut);
		return;
	}
	hold(lines, bytes, length);
	hand_over(lines, lines->buffer, lines->held, lines->is_cut);
}

/* Take bytes without a newline. The line may continue in the next piece. */
static void take_part(struct intake_lines *lines, const char *bytes, size_t length, uint64_t offset)
{
	if (length == 0)
		return;
	if (!lines->is_open)
		lines->start = offset;
	lines->is_open = true;
	hold(lines, bytes, length);
}

/* Take a NUL. The second NUL in a row ends the line; further NULs are ignored. */
static void take_nul(struct intake_lines *lines)
{
	if (lines->is_after_nul && lines->is_open)
		end_line(lines, lines->buffer, 0);
	lines->is_after_nul = true;
}

static void take_part_with_nuls(struct intake_lines *lines, const char *bytes, size_t length,
				uint64_t offset)
{
	while (length > 0) {
		const char *nul = memchr(bytes, 0, length);
		size_t size = nul ? (size_t)(nul - bytes) : length;

		if (size > 0)
			lines->is_after_nul = false;
		take_part(lines, bytes, size, offset);
		if (!nul)
			return;
		take_nul(lines);
		bytes += size + 1;
		length -= size + 1;
		offset += size + 1;
	}
}

static bool has_nuls(const struct intake_lines *lines, const char *bytes, size_t length)
{
	return lines->ends_at_nuls &&
	       (lines->is_after_nul || (length > 0 && memchr(bytes, 0, length)));
}

void intake_lines_feed(struct intake_lines *lines, const char *bytes, size_t length,
		       uint64_t offset)
{
	while (length > 0) {
		const char *newline = memchr(bytes, '\n', length);
		size_t size = newline ? (size_t)(newline - bytes) : length;
		size_t held = 0;

		if (has_nuls(lines, bytes, size))
			take_part_with_nuls(lines, bytes, held = size, offset);
		else if (!newline)
			take_part(lines, bytes, size, offset);
		if (!newline)
			return;
		if (!lines->is_open)
			lines->start = offset + held;
		lines->is_open = true;
		lines->is_after_nul = false;
		end_line(lines, bytes + held, size - held);
		bytes += size + 1;
		length -= size + 1;
		offset += size + 1;
	}
}

void intake_lines_finish(struct intake_lines *lines)
{
	if (lines->is_open)
		end_line(lines, lines->buffer, 0);
}

void intake_lines_deinit(struct intake_lines *lines)
{
	free(lines->buffer);
	lines->buffer = NULL;
}
