/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where does a line end, in bytes that come in any pieces? */
#ifndef LINEAGE_INTAKE_DECODE_LINES_H
#define LINEAGE_INTAKE_DECODE_LINES_H

#include "record.h"

/**
 * struct intake_lines - a splitter
 * @line: called with each line, without its newline and the carriage returns before that, and
 *	its offset in the input; a line longer than @max is cut there and its rest dropped
 * @data: handed to @line
 * @sink: told of lines that were cut
 * @max: bytes
 * @buffer: of the line that is not complete yet; @max bytes, the splitter's
 *
 * The rest is the splitter's own.
 */
struct intake_lines {
	void (*line)(void *data, const char *line, size_t length, uint64_t offset);
	void *data;
	const struct intake_sink *sink;
	size_t max;
	char *buffer;
	size_t held;
	uint64_t start;
	bool is_open;
	bool is_cut;
};

/** intake_lines_init() - @lines has line, data, sink and max set; 0 or -ENOMEM */
int intake_lines_init(struct intake_lines *lines);

/** intake_lines_feed() - split some more bytes */
void intake_lines_feed(struct intake_lines *lines, const char *bytes, size_t length,
		       uint64_t offset);

/** intake_lines_finish() - the input ended: what is held is a line */
void intake_lines_finish(struct intake_lines *lines);

/** intake_lines_deinit() - free what init made; fine on a zeroed one */
void intake_lines_deinit(struct intake_lines *lines);

#endif /* LINEAGE_INTAKE_DECODE_LINES_H */
