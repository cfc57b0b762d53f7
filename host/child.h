/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Run a function in a child process with a deadline: the parent continues even if the child hangs.
 */
#ifndef LINEAGE_HOST_CHILD_H
#define LINEAGE_HOST_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/**
 * struct lineage_host_child - a child process
 * @process: its process id; 0 after the child was released
 * @in: end of the pipe from which its output is read
 */
struct lineage_host_child {
	pid_t process;
	int in;
};

/**
 * lineage_host_child_start() - run a function in a child process
 * @work, @data: as for lineage_host_child_run()
 * @ret: the child; the caller calls lineage_host_child_end() or lineage_host_child_forget()
 *
 * Return: 0; the negative errno of pipe(2) or fork(2).
 */
int lineage_host_child_start(int (*work)(const void *data, int out), const void *data,
			     struct lineage_host_child *ret);

/**
 * lineage_host_child_wait() - wait until a child has ended, for a limited time
 * @deadline_ms, @output, @size: as for lineage_host_child_run()
 *
 * Return: as lineage_host_child_run(); after -ETIMEDOUT, the child still runs.
 */
int lineage_host_child_wait(const struct lineage_host_child *child, int deadline_ms, char *output,
			    size_t size);

/** lineage_host_child_forget() - release a child that has ended or may go on */
void lineage_host_child_forget(struct lineage_host_child *child);

/**
 * lineage_host_child_end() - wait until a child has ended, kill it if it takes longer, and release
 * it
 * @deadline_ms, @output, @size: as for lineage_host_child_run()
 *
 * Return: as lineage_host_child_run().
 */
int lineage_host_child_end(struct lineage_host_child *child, int deadline_ms, char *output,
			   size_t size);

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
