/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Common part of decoders whose records are lines: state, life cycle, and splitting into lines. */
#ifndef LINEAGE_INTAKE_DECODE_LINE_DECODER_H
#define LINEAGE_INTAKE_DECODE_LINE_DECODER_H

#include "decoder.h"
#include "lines.h"

/**
 * struct intake_line_format - the specific part of a line decoder
 * @state_size: size of the state, which begins with a struct intake_line_decoder
 * @line_max: maximum line length in bytes; longer lines are truncated
 * @line: decode one line
 * @init: initialise the rest of the zeroed state; return 0 or -ENOMEM; may be NULL
 * @finish: decode remaining data after the last line; may be NULL
 * @deinit: free what @init allocated, also after a failed @init; may be NULL
 */
struct intake_line_format {
	size_t state_size;
	size_t line_max;
	void (*line)(void *state, const char *line, size_t length, uint64_t offset);
	int (*init)(void *state);
	void (*finish)(void *state);
	void (*deinit)(void *state);
};

/** struct intake_line_decoder - the first member of a line decoder's state */
struct intake_line_decoder {
	const struct intake_line_format *format;
	const struct intake_sink *sink;
	struct intake_lines lines;
};

/* Implementations of @create, @feed, @finish and @destroy of a decoder whose @lines is set. */
void *intake_line_decoder_create(const struct intake_decoder *decoder,
				 const struct intake_sink *sink);
void intake_line_decoder_feed(void *state, const char *bytes, size_t length, uint64_t offset);
void intake_line_decoder_finish(void *state);
void intake_line_decoder_destroy(void *state);

/* Initialisers of the four members of struct intake_decoder that these functions implement. */
#define INTAKE_LINE_FUNCTIONS                                                   \
	.create = intake_line_decoder_create, .feed = intake_line_decoder_feed, \
	.finish = intake_line_decoder_finish, .destroy = intake_line_decoder_destroy

#endif /* LINEAGE_INTAKE_DECODE_LINE_DECODER_H */
