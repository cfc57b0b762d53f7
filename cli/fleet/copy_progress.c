// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy_progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define QUIET_S 2

void copy_progress_begin(struct copy_progress *progress)
{
	clock_gettime(CLOCK_MONOTONIC, &progress->begun);
	progress->is_terminal = isatty(STDERR_FILENO);
}

static double elapsed_s(const struct copy_progress *progress)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - progress->begun.tv_sec) +
	       (double)(now.tv_nsec - progress->begun.tv_nsec) / 1e9;
}

void copy_progress_show(struct copy_progress *progress, uint64_t done, uint64_t total)
{
	double seconds = elapsed_s(progress), speed;
	uint64_t left = total > done ? total - done : 0;

	if (!progress->is_terminal || seconds < QUIET_S || done == 0 || total == 0)
		return;
	speed = (double)done / seconds;
	fprintf(stderr,
		"\r\033[Kkexec-lineage: copied %" PRIu64 " of %" PRIu64
		" boots (%.0f per second, %.0f s left)",
		done, total, speed, (double)left / speed);
	fflush(stderr);
	progress->has_line = true;
}

void copy_progress_end(struct copy_progress *progress)
{
	if (progress->has_line)
		fputs("\r\033[K", stderr);
	progress->has_line = false;
}
