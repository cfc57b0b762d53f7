// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of one crash report. */
#include "crash_report.h"

#include <errno.h>
#include <stdlib.h>

int intake_report_init(struct intake_report *report)
{
	*report = (struct intake_report){ 0 };
	report->bytes = malloc(INTAKE_REPORT_BYTES);
	report->ends = malloc(INTAKE_REPORT_LINES * sizeof(*report->ends));
	if (report->bytes && report->ends)
		return 0;
	intake_report_deinit(report);
	return -ENOMEM;
}

void intake_report_deinit(struct intake_report *report)
{
	free(report->bytes);
	free(report->ends);
	*report = (struct intake_report){ 0 };
}

void intake_report_add(struct intake_report *report, struct intake_text line)
{
	if (report->count == INTAKE_REPORT_LINES ||
	    line.length > INTAKE_REPORT_BYTES - report->used) {
		report->is_cut = true;
		return;
	}
	if (line.length > 0)
		memcpy(report->bytes + report->used, line.at, line.length);
	report->used += line.length;
	report->ends[report->count++] = (uint32_t)report->used;
}

void intake_report_clear(struct intake_report *report)
{
	report->used = 0;
	report->count = 0;
	report->header = 0;
	report->is_cut = false;
}

bool intake_report_is_half_full(const struct intake_report *report)
{
	return report->count >= INTAKE_REPORT_LINES / 2 || report->used >= INTAKE_REPORT_BYTES / 2;
}

struct intake_text intake_report_line(const struct intake_report *report, size_t index)
{
	size_t start = index > 0 ? report->ends[index - 1] : 0;

	return (struct intake_text){ .at = report->bytes + start,
				     .length = report->ends[index] - start };
}

size_t intake_report_find(const struct intake_report *report, size_t from, const char *text)
{
	for (size_t i = from; i < report->count; i++)
		if (intake_text_has(intake_report_line(report, i), text))
			return i;
	return report->count;
}

char *intake_report_text(const struct intake_report *report)
{
	char *text = malloc(report->used + report->count + 1), *at = text;

	for (size_t i = 0; text && i < report->count; i++) {
		struct intake_text line = intake_report_line(report, i);

		for (size_t j = 0; j < line.length; j++)
			*at++ = line.at[j] == '\t' ? ' ' : line.at[j] ? line.at[j] : '?';
		*at++ = '\n';
	}
	if (text)
		*at = '\0';
	return text;
}
