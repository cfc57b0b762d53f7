/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run a function in a child process with a deadline: the parent continues even if the child hangs.
 */
#ifndef LINEAGE_HOST_CHILD_H
#define LINEAGE_HOST_CHILD_H

#include <stddef.h>

/**
 * lineage_host_child_run() - run a function in a child process, for a limited time
 * @work: the function; its result is the exit status of the child; it may write to the descriptor
 *	@out
 * @data: passed to @work
 * @deadline_ms: time after which the child is killed, in milliseconds
 * @output: receives the bytes that the child wrote, NUL-terminated; bytes that do not fit are
 *	discarded
 * @size: bytes at @output, at least 1
 *
 * Return: the exit status of the child, 0 to 255; -ETIMEDOUT if it was killed; -EINTR if a signal
 * ended it; the negative errno of pipe(2), fork(2) or waitpid(2).
 */
int lineage_host_child_run(int (*work)(const void *data, int out), const void *data,
			   int deadline_ms, char *output, size_t size);

#endif /* LINEAGE_HOST_CHILD_H */
