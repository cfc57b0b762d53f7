/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Splitter of a byte stream into lines. */
#ifndef LINEAGE_INTAKE_DECODE_LINES_H
#define LINEAGE_INTAKE_DECODE_LINES_H

#include "record.h"

/**
 * struct intake_lines - a splitter
 * @line: called for each line, with the line without its newline and the carriage returns before
 *	it, and with the offset of the line in the input; a line longer than @max is truncated
 * @data: passed to @line
 * @sink: receives a fault for each truncated line
 * @max: maximum line length in bytes
 * @ends_at_nuls: two or more NULs, which file systems leave after a power loss, also end a line
 * @buffer: @max bytes for an incomplete line, owned by the splitter
 *
 * The other members are private.
 */
struct intake_lines {
	void (*line)(void *data, const char *line, size_t length, uint64_t offset);
	void *data;
	const struct intake_sink *sink;
	size_t max;
	bool ends_at_nuls;
	char *buffer;
	size_t held;
	uint64_t start;
	bool is_open;
	bool is_cut;
	bool is_after_nul;
};

/** intake_lines_init() - initialise; the caller has set line, data, sink and max; 0 or -ENOMEM */
int intake_lines_init(struct intake_lines *lines);

/** intake_lines_feed() - split more bytes */
void intake_lines_feed(struct intake_lines *lines, const char *bytes, size_t length,
		       uint64_t offset);

/** intake_lines_finish() - deliver the last line at the end of the input */
void intake_lines_finish(struct intake_lines *lines);

/** intake_lines_deinit() - free what init allocated; a zeroed splitter is allowed */
void intake_lines_deinit(struct intake_lines *lines);

#endif /* LINEAGE_INTAKE_DECODE_LINES_H */
