// SPDX-License-Identifier: GPL-2.0-or-later
/* Common part of decoders whose records are lines. */
#include "line_decoder.h"

#include <stdlib.h>

void *intake_line_decoder_create(const struct intake_decoder *decoder,
				 const struct intake_sink *sink)
{
	const struct intake_line_format *format = decoder->lines;
	struct intake_line_decoder *state = calloc(1, format->state_size);

	if (!state)
		return NULL;
	state->format = format;
	state->sink = sink;
	state->lines = (struct intake_lines){
		.line = format->line, .data = state, .sink = sink, .max = format->line_max
	};
	if ((!format->init || format->init(state) == 0) && intake_lines_init(&state->lines) == 0)
		return state;
	intake_line_decoder_destroy(state);
	return NULL;
}

void intake_line_decoder_feed(void *state, const char *bytes, size_t length, uint64_t offset)
{
	struct intake_line_decoder *decoder = state;

	intake_lines_feed(&decoder->lines, bytes, length, offset);
}

void intake_line_decoder_finish(void *state)
{
	struct intake_line_decoder *decoder = state;

	intake_lines_finish(&decoder->lines);
	if (decoder->format->finish)
		decoder->format->finish(decoder);
}

void intake_line_decoder_destroy(void *state)
{
	struct intake_line_decoder *decoder = state;

	if (!decoder)
		return;
	if (decoder->format->deinit)
		decoder->format->deinit(decoder);
	intake_lines_deinit(&decoder->lines);
	free(decoder);
}
