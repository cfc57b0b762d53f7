// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for logs of plain lines: dmesg, a serial console, a syslog file, vmcore-dmesg.
 *
 * Each line is decoded on its own (printk_line.h).
 */
#include "line_decoder.h"
#include "printk_line.h"

static void take_line(void *data, const char *line, size_t length, uint64_t offset)
{
	const struct intake_line_decoder *decoder = data;
	struct intake_record record = { .offset = offset };

	intake_printk_line_decode(line, length, &record);
	decoder->sink->record(decoder->sink->data, &record);
}

/* Any text can be such a log. This decoder is the default if no other encoding matches. */
static int likeness(const char *head, size_t length)
{
	return 1;
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct intake_line_decoder),
	.line_max = INTAKE_LINE_MAX,
	.line = take_line,
};

static void *create(const struct intake_sink *sink)
{
	return intake_line_decoder_create(&format, sink);
}

const struct intake_decoder intake_decoder_printk = {
	.name = "printk",
	.may_skip_lines = true,
	.likeness = likeness,
	.create = create,
	.feed = intake_line_decoder_feed,
	.finish = intake_line_decoder_finish,
	.destroy = intake_line_decoder_destroy,
};
