/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines printed about one crash, and the stacks in them. */
#ifndef LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H
#define LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"

/* More lines and bytes than these are not kept: the largest report known, of lockdep, has 40 KB. */
#define INTAKE_REPORT_BYTES 65536
#define INTAKE_REPORT_LINES 1024
/* Deeper stacks than this, all stacks of a report taken together, are cut. */
#define INTAKE_TRACE_MAX 512

/**
 * struct intake_report - the lines of one crash
 * @bytes: their texts, one after the other
 * @used: how many @bytes
 * @ends: where each line ends in @bytes
 * @count: of lines
 * @header: which line told that it is a crash; what is before led up to it
 * @is_cut: it had more lines than are kept
 * @is_shared: the log does not tell who printed a line: some may be another task's
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

/** intake_report_init() - 0 or -ENOMEM */
int intake_report_init(struct intake_report *report);

/** intake_report_deinit() - free what init made; fine on a zeroed one */
void intake_report_deinit(struct intake_report *report);

/* Frees at the end of the scope; initialise it where it is declared. */
#define INTAKE_AUTO_REPORT __attribute__((cleanup(intake_report_deinit)))

/** intake_report_add() - one more line; where there is no room, is_cut is set */
void intake_report_add(struct intake_report *report, struct intake_text line);

/** intake_report_line() - a line, which lives as long as the report */
struct intake_text intake_report_line(const struct intake_report *report, size_t index);

/** intake_report_find() - the first line at or after @from that has @text; count where none */
size_t intake_report_find(const struct intake_report *report, size_t from, const char *text);

/** Whose stack it is. */
enum intake_stack {
	INTAKE_STACK_CRASH, /* of what crashed */
	INTAKE_STACK_OTHER, /* of who allocated, freed, or holds something; of another CPU */
};

/**
 * struct intake_trace_frame - a frame, and where it stood
 * @frame: the function
 * @stack: whose
 * @is_pc: a register line told it, not a trace
 * @line: which line of the report
 */
struct intake_trace_frame {
	struct intake_frame frame;
	enum intake_stack stack;
	bool is_pc;
	size_t line;
};

/** struct intake_trace - all frames below the header, in the order in which they were printed */
struct intake_trace {
	struct intake_trace_frame frames[INTAKE_TRACE_MAX];
	size_t count;
};

/** intake_trace_collect() - the frames of a report; they live as long as the report */
void intake_trace_collect(const struct intake_report *report, struct intake_trace *ret);

#endif /* LINEAGE_INTAKE_RECOGNISE_CRASH_REPORT_H */
