/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Progress of a copy on a terminal. */
#ifndef LINEAGE_CLI_FLEET_COPY_PROGRESS_H
#define LINEAGE_CLI_FLEET_COPY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/**
 * struct copy_progress - progress
 * @begun: start of the copy, by CLOCK_MONOTONIC
 * @is_terminal: stderr is a terminal
 * @has_line: a line is on the terminal
 */
struct copy_progress {
	struct timespec begun;
	bool is_terminal;
	bool has_line;
};

/** copy_progress_begin() - note the start */
void copy_progress_begin(struct copy_progress *progress);

/**
 * copy_progress_show() - show how many boots were copied; nothing in the first two seconds, and
 * nothing if stderr is not a terminal
 * @done: number of boots copied by this run
 * @total: number of boots to copy by this run
 */
void copy_progress_show(struct copy_progress *progress, uint64_t done, uint64_t total);

/** copy_progress_end() - clear the line, before another message */
void copy_progress_end(struct copy_progress *progress);

#endif /* LINEAGE_CLI_FLEET_COPY_PROGRESS_H */
