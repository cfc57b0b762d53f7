// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_cursor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "replace.h"

uint64_t ingest_cursor_read(const char *cursor, const char *path)
{
	uint64_t device, inode, offset;
	FILE *file = fopen(cursor, "re");
	struct stat status;
	int found;

	if (!file)
		return 0;
	found = fscanf(file, "%" SCNu64 " %" SCNu64 " %" SCNu64, &device, &inode, &offset);
	fclose(file);
	/* A log that was rotated away, or cut, is read from its start. */
	if (found != 3 || stat(path, &status) != 0 || status.st_dev != device ||
	    status.st_ino != inode || (uint64_t)status.st_size < offset)
		return 0;
	return offset;
}

int ingest_cursor_write(const char *cursor, const char *path, uint64_t offset)
{
	struct stat status;
	char line[80];
	int length;

	if (stat(path, &status) != 0)
		return -errno;
	length = snprintf(line, sizeof(line), "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			  (uint64_t)status.st_dev, (uint64_t)status.st_ino, offset);
	return host_replace_file(cursor, line, (size_t)length);
}
