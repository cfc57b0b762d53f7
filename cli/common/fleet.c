// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

/* The program's own file says where its package, or its build, put the other one. */
static bool find_sibling(char *ret, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", ret, size);
	char *name;

	if (length < 0 || (size_t)length >= size)
		return false;
	ret[length] = '\0';
	name = strrchr(ret, '/');
	if (!name || (size_t)(name + 1 - ret) + sizeof(FLEET_PROGRAM) > size)
		return false;
	memcpy(name + 1, FLEET_PROGRAM, sizeof(FLEET_PROGRAM));
	return true;
}

int fleet_run(const char *command, char **argv)
{
	char path[PATH_MAX];

	if (find_sibling(path, sizeof(path))) {
		execv(path, argv);
		if (errno != ENOENT) {
			complain("%s: %s cannot be run: %s", command, path, strerror(errno));
			return STATUS_FAILED;
		}
	}
	execvp(FLEET_PROGRAM, argv);
	/* The last two are about folders in PATH: one that may not be searched, one that is none. */
	if (errno == ENOENT || errno == EACCES || errno == ENOTDIR)
		complain("%s: this needs " FLEET_PROGRAM
			 ", which is not installed: install the package " FLEET_PROGRAM,
			 command);
	else
		complain("%s: " FLEET_PROGRAM " cannot be run: %s", command, strerror(errno));
	return STATUS_FAILED;
}
