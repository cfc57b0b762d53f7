/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part that decoders of whole lines share: their state, its life, and the way from bytes to lines. */
#ifndef LINEAGE_INTAKE_DECODE_LINE_DECODER_H
#define LINEAGE_INTAKE_DECODE_LINE_DECODER_H

#include "decoder.h"
#include "lines.h"

/**
 * struct intake_line_format - what differs between such decoders
 * @state_size: bytes of the state, which begins with a struct intake_line_decoder
 * @line_max: bytes; longer lines are cut
 * @line: takes a line
 * @init: makes the rest of the state, which is zeroed: 0 or -ENOMEM; NULL
 * @finish: after the last line: decode what is left; NULL
 * @deinit: free what @init made, also where it failed; NULL
 */
struct intake_line_format {
	size_t state_size;
	size_t line_max;
	void (*line)(void *state, const char *line, size_t length, uint64_t offset);
	int (*init)(void *state);
	void (*finish)(void *state);
	void (*deinit)(void *state);
};

/** struct intake_line_decoder - the first member of such a decoder's state */
struct intake_line_decoder {
	const struct intake_line_format *format;
	const struct intake_sink *sink;
	struct intake_lines lines;
};

/** intake_line_decoder_create() - for @create of a decoder; NULL where there is no memory */
void *intake_line_decoder_create(const struct intake_line_format *format,
				 const struct intake_sink *sink);

/* These are @feed, @finish and @destroy of a decoder. */
void intake_line_decoder_feed(void *state, const char *bytes, size_t length, uint64_t offset);
void intake_line_decoder_finish(void *state);
void intake_line_decoder_destroy(void *state);

#endif /* LINEAGE_INTAKE_DECODE_LINE_DECODER_H */
