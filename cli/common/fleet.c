// SPDX-License-Identifier: GPL-2.0-or-later
#include "fleet.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "output.h"

/* kexec-lineage sets this variable to its own version. */
#define CALLER_VARIABLE "KEXEC_LINEAGE_CALLER"

/* Build the path of kexec-lineage-fleet in the folder of the running program. */
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

	if (setenv(CALLER_VARIABLE, VERSION, 1)) {
		complain("out of memory");
		return STATUS_FAILED;
	}
	if (find_sibling(path, sizeof(path))) {
		execv(path, argv);
		if (errno != ENOENT) {
			complain("%s: cannot run %s: %s", command, path, strerror(errno));
			return STATUS_FAILED;
		}
	}
	execvp(FLEET_PROGRAM, argv);
	/*
	 * EACCES: a folder of PATH cannot be searched. ENOTDIR: an entry of PATH is not a folder.
	 */
	if (errno == ENOENT || errno == EACCES || errno == ENOTDIR)
		complain("%s: " FLEET_PROGRAM
			 " is not installed (install the package " FLEET_PROGRAM ")",
			 command);
	else
		complain("%s: cannot run " FLEET_PROGRAM ": %s", command, strerror(errno));
	return STATUS_FAILED;
}

bool fleet_check_caller(void)
{
	const char *caller = getenv(CALLER_VARIABLE);

	if (caller && strcmp(caller, VERSION) != 0) {
		complain("version mismatch: kexec-lineage is %s, " FLEET_PROGRAM " is " VERSION
			 " (install the same version of both packages)",
			 caller);
		return false;
	}
	unsetenv(CALLER_VARIABLE);
	return true;
}
