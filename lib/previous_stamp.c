// SPDX-License-Identifier: GPL-2.0-or-later
#include "previous_stamp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "replace.h"

/* One line: the value of the stamp; an empty line if the previous boot had none. */
#define PATH "run/kexec-lineage/previous-stamp"

bool lineage_previous_stamp_is(const struct lineage_root *root, const char *stamp, size_t length)
{
	LINEAGE_AUTO_FREE char *previous = NULL;

	if (length == 0 || lineage_root_read_line(root, PATH, &previous))
		return false;
	return strlen(previous) == length && memcmp(previous, stamp, length) == 0;
}

int lineage_previous_stamp_write(const char *root, const char *stamp)
{
	LINEAGE_AUTO_FREE char *path = NULL;
	LINEAGE_AUTO_FREE char *line = NULL;
	char *slash;

	if (asprintf(&path, "%s/" PATH, root ? root : "") < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&line, "%s\n", stamp ? stamp : "") < 0) {
		line = NULL;
		return -ENOMEM;
	}
	slash = strrchr(path, '/');
	*slash = '\0';
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	*slash = '/';
	return lineage_file_replace(path, line, strlen(line));
}
