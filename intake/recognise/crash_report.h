/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of one crash report. */
#ifndef LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H
#define LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intake/decode/text.h"

/* Limits of a report. The largest known report (lockdep) has 40 KB. */
#define INTAKE_REPORT_BYTES 65536
#define INTAKE_REPORT_LINES 1024

/**
 * struct intake_report - the lines of one crash
 * @bytes: texts of the lines, concatenated
 * @used: number of @bytes in use
 * @ends: end of each line in @bytes
 * @count: number of lines
 * @header: index of the line that identified the crash; the lines before it announced the crash
 * @is_cut: the report was longer than the limits
 * @is_shared: the log does not name the context of lines, so some lines may be from another task
 */
struct intake_report {
	char *bytes;
	size_t used;
	uint32_t *ends;
	size_t count;
	size_t header;
	bool is_cut;
	bool is_shared;
};

/** intake_report_init() - allocate; return 0 or -ENOMEM */
int intake_report_init(struct intake_report *report);

/** intake_report_deinit() - free what init allocated; a zeroed report is allowed */
void intake_report_deinit(struct intake_report *report);

/* Free the report at the end of the scope. Initialise it in its declaration. */
#define INTAKE_AUTO_REPORT __attribute__((cleanup(intake_report_deinit)))

/** intake_report_add() - add a line; set is_cut if there is no room */
void intake_report_add(struct intake_report *report, struct intake_text line);

/** intake_report_clear() - remove all lines */
void intake_report_clear(struct intake_report *report);

/** intake_report_is_half_full() - check whether half of the room is in use */
bool intake_report_is_half_full(const struct intake_report *report);

/** intake_report_line() - return a line, valid as long as the report */
struct intake_text intake_report_line(const struct intake_report *report, size_t index);

/** intake_report_find() - return the first line at or after @from that contains @text, or count */
size_t intake_report_find(const struct intake_report *report, size_t from, const char *text);

/**
 * intake_report_text() - all lines, each ended by a newline
 *
 * A tab becomes a blank and a NUL a question mark; other bytes are unchanged. Return: an allocated
 * string, which the caller frees; NULL if memory runs out.
 */
char *intake_report_text(const struct intake_report *report);

#endif /* LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H */
