// SPDX-License-Identifier: GPL-2.0-or-later
#include "previous_stamp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "core/stamp.h"
#include "replace.h"

/*
 * Two lines: the values of the stamp of the previous boot, and of its stamp for the next kernel. A
 * line is empty if there was no stamp. An older version wrote only the first line.
 */
#define PATH "run/kexec-lineage/previous-stamp"
#define FILE_LIMIT (4 * LINEAGE_STAMP_MAX)

enum lineage_history lineage_previous_stamp_compare(const struct lineage_root *root,
						    const char *stamp, size_t length,
						    const struct lineage *lineage)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	struct lineage_stamp next;
	char *second, *end;
	size_t size;

	if (length == 0 || lineage_root_read(root, PATH, FILE_LIMIT, &text, &size))
		return LINEAGE_HISTORY_SILENT;
	second = memchr(text, '\n', size);
	if ((second ? (size_t)(second - text) : size) == length && memcmp(text, stamp, length) == 0)
		return lineage->count < UINT32_MAX ? LINEAGE_HISTORY_REPEATED
						   : LINEAGE_HISTORY_SILENT;
	if (!second)
		return LINEAGE_HISTORY_SILENT;
	second++;
	end = memchr(second, '\n', size - (size_t)(second - text));
	if (!end || lineage_stamp_parse(second, (size_t)(end - second), &next, NULL))
		return LINEAGE_HISTORY_SILENT;
	return lineage_history_compare(lineage, &next.lineage);
}

int lineage_previous_stamp_write(const char *root, const char *stamp, const char *next)
{
	LINEAGE_AUTO_FREE char *path = NULL;
	LINEAGE_AUTO_FREE char *line = NULL;
	char *slash;

	if (asprintf(&path, "%s/" PATH, root ? root : "") < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&line, "%s\n%s\n", stamp ? stamp : "", next ? next : "") < 0) {
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
