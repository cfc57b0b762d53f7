// SPDX-License-Identifier: GPL-2.0-or-later
#include "previous_stamp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/previous_stamp.h"
#include "lib/replace.h"

int host_previous_stamp_write(const char *root, const char *stamp)
{
	LINEAGE_AUTO_FREE char *path = NULL;
	LINEAGE_AUTO_FREE char *line = NULL;
	char *slash;

	if (asprintf(&path, "%s/" LINEAGE_PREVIOUS_STAMP_PATH, root ? root : "") < 0) {
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
