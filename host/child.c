// SPDX-License-Identifier: GPL-2.0-or-later
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Read until the child has closed its end. Return 0, or -ETIMEDOUT. */
static int collect(int in, int64_t end_ms, char *output, size_t size)
{
	char rest[256];
	size_t length = 0;

	for (;;) {
		struct pollfd poller = { .fd = in, .events = POLLIN };
		int64_t left_ms = end_ms - now_ms();
		bool is_full = length + 1 >= size;
		ssize_t got;

		output[length] = '\0';
		if (left_ms <= 0)
			return -ETIMEDOUT;
		if (poll(&poller, 1, (int)left_ms) <= 0)
			continue;
		got = is_full ? read(in, rest, sizeof(rest))
			      : read(in, output + length, size - length - 1);
		if (got == 0 || (got < 0 && errno != EINTR))
			return 0;
		if (got > 0 && !is_full)
			length += (size_t)got;
	}
}

/*
 * Reap the child, which has closed its end of the pipe and normally exits at once. Wait for it
 * until @end_ms.
 */
static int wait_for(pid_t child, int64_t end_ms)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	int status;
	pid_t found;

	while ((found = waitpid(child, &status, WNOHANG)) == 0) {
		if (now_ms() >= end_ms)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	if (found < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int lineage_host_child_start(int (*work)(const void *data, int out), const void *data,
			     struct lineage_host_child *ret)
{
	int ends[2];
	pid_t child;
	int error;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	child = fork();
	if (child == 0)
		_exit(work(data, ends[1]));
	error = child < 0 ? -errno : 0;
	close(ends[1]);
	if (error)
		close(ends[0]);
	else
		*ret = (struct lineage_host_child){ .process = child, .in = ends[0] };
	return error;
}

int lineage_host_child_wait(const struct lineage_host_child *child, int deadline_ms, char *output,
			    size_t size)
{
	int64_t end_ms = now_ms() + deadline_ms;
	int error = collect(child->in, end_ms, output, size);

	return error ? error : wait_for(child->process, end_ms);
}

void lineage_host_child_forget(struct lineage_host_child *child)
{
	close(child->in);
	child->process = 0;
}

int lineage_host_child_end(struct lineage_host_child *child, int deadline_ms, char *output,
			   size_t size)
{
	int result = lineage_host_child_wait(child, deadline_ms, output, size);

	/* Do not signal a child that was reaped: another process can have its id. */
	if (result == -ETIMEDOUT) {
		kill(child->process, SIGKILL);
		/* Do not wait for the child: if it is blocked on a disk, it does not end now. */
		waitpid(child->process, NULL, WNOHANG);
	}
	lineage_host_child_forget(child);
	return result;
}

int lineage_host_child_run(int (*work)(const void *data, int out), const void *data,
			   int deadline_ms, char *output, size_t size)
{
	struct lineage_host_child child;
	int result = lineage_host_child_start(work, data, &child);

	output[0] = '\0';
	return result ? result : lineage_host_child_end(&child, deadline_ms, output, size);
}
