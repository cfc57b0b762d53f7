// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How is a log of plain lines taken apart: dmesg, a serial console, a syslog file, vmcore-dmesg?
 *
 * Each line stands for itself (printk_line.h).
 */
#include "decoder.h"

#include <stdlib.h>

#include "lines.h"
#include "printk_line.h"

struct printk {
	const struct intake_sink *sink;
	struct intake_lines lines;
};

static void take_line(void *data, const char *line, size_t length, uint64_t offset)
{
	const struct printk *printk = data;
	struct intake_record record = { .offset = offset };

	intake_printk_line_decode(line, length, &record);
	printk->sink->record(printk->sink->data, &record);
}

static void destroy(void *state)
{
	struct printk *printk = state;

	if (!printk)
		return;
	intake_lines_deinit(&printk->lines);
	free(printk);
}

static void *create(const struct intake_sink *sink)
{
	struct printk *printk = calloc(1, sizeof(*printk));

	if (!printk)
		return NULL;
	printk->sink = sink;
	printk->lines.line = take_line;
	printk->lines.data = printk;
	printk->lines.sink = sink;
	printk->lines.max = INTAKE_LINE_MAX;
	if (intake_lines_init(&printk->lines) == 0)
		return printk;
	destroy(printk);
	return NULL;
}

static void feed(void *state, const char *bytes, size_t length, uint64_t offset)
{
	struct printk *printk = state;

	intake_lines_feed(&printk->lines, bytes, length, offset);
}

static void finish(void *state)
{
	struct printk *printk = state;

	intake_lines_finish(&printk->lines);
}

/* Any text may be one: it is what is left where no other encoding fits. */
static int likeness(const char *head, size_t length)
{
	return 1;
}

const struct intake_decoder intake_decoder_printk = {
	.name = "printk",
	.summary = "plain lines: dmesg, a console, a syslog file, vmcore-dmesg",
	.may_skip_lines = true,
	.likeness = likeness,
	.create = create,
	.feed = feed,
	.finish = finish,
	.destroy = destroy,
};
