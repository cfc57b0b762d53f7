/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Definition of the first lines of a boot. The early line marks, and the boot ids that ingest
 * makes, are computed from these lines.
 *
 * Only lines of the kernel count, starting with its banner ("Linux version ..."). The microseconds
 * of the lines distinguish two boots of one machine. The very first lines all have the same time.
 * Therefore the first lines end when the time has changed LINEAGE_FIRST_LINES_TIMES times, at the
 * latest after LINEAGE_FIRST_LINES_MAX lines. If no line has a time, they end after
 * LINEAGE_FIRST_LINES_WITHOUT_TIME_MAX lines.
 */
#ifndef LINEAGE_LIB_FIRST_LINES_H
#define LINEAGE_LIB_FIRST_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAGE_FIRST_LINES_TIMES 24
#define LINEAGE_FIRST_LINES_MAX 512
#define LINEAGE_FIRST_LINES_WITHOUT_TIME_MAX 24

/**
 * struct lineage_first_lines - the first lines so far; all zero before the banner
 * @lines: number of lines
 * @is_timed: at least one line has a time
 * @times: number of changes of the time between consecutive lines
 * @uptime_us: time of the last line
 */
struct lineage_first_lines {
	unsigned int lines;
	bool is_timed;
	unsigned int times;
	uint64_t uptime_us;
};

/** lineage_first_lines_are_complete() - return whether all first lines have been added */
bool lineage_first_lines_are_complete(const struct lineage_first_lines *first);

/**
 * lineage_first_lines_add() - count a line
 * @uptime_us: its printk time; 0 if it has none
 */
void lineage_first_lines_add(struct lineage_first_lines *first, bool has_uptime,
			     uint64_t uptime_us);

/**
 * lineage_line_is_of_program() - return whether a line has the prefix of a program
 *
 * The log of a console does not show who wrote a line, but a prefix such as "systemd[1]: " is never
 * from the kernel. Other logs of the kernel do not contain the line.
 */
bool lineage_line_is_of_program(const char *text, size_t length);

#endif /* LINEAGE_LIB_FIRST_LINES_H */
