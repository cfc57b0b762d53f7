// SPDX-License-Identifier: GPL-2.0-or-later
#include "pager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pager;
static int terminal = -1;

static const char *find_pager(void)
{
	const char *name = getenv("PAGER");

	if (!name)
		name = "less";
	return strcmp(name, "") == 0 || strcmp(name, "cat") == 0 ? NULL : name;
}

/* Execute the pager in the child process, or cat if the pager cannot be run. */
static void become(const char *name, const int *ends)
{
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	close(ends[1]);
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", "command -v \"${0%% *}\" > /dev/null && exec $0; exec cat",
	      name, (char *)NULL);
	_exit(127);
}

static void close_ends(int (*ends)[2])
{
	for (size_t i = 0; i < 2; i++)
		if ((*ends)[i] >= 0)
			close((*ends)[i]);
}

void pager_start(void)
{
	__attribute__((cleanup(close_ends))) int ends[2] = { -1, -1 };
	const char *name = find_pager();

	if (!name || !isatty(STDOUT_FILENO) || pipe(ends))
		return;
	fflush(NULL);
	pager = fork();
	if (pager == 0)
		become(name, ends);
	if (pager > 0) {
		/* Quitting the pager early is not an error. */
		signal(SIGPIPE, SIG_IGN);
		terminal = dup(STDOUT_FILENO);
		dup2(ends[1], STDOUT_FILENO);
	}
}

void pager_end(void)
{
	if (pager <= 0)
		return;
	fflush(stdout);
	clearerr(stdout);
	dup2(terminal, STDOUT_FILENO); /* closes the pipe: the pager reads end of file */
	close(terminal);
	waitpid(pager, NULL, 0);
	pager = 0;
}
