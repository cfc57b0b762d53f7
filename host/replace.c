// SPDX-License-Identifier: GPL-2.0-or-later
#include "replace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, data, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		data += written;
		size -= (size_t)written;
	}
	return fchmod(fd, 0644) || fsync(fd) ? -errno : 0;
}

int host_replace_file(const char *path, const void *data, size_t size)
{
	LINEAGE_AUTO_FREE char *beside = NULL;
	LINEAGE_AUTO_CLOSE int fd = -1;
	int error;

	if (asprintf(&beside, "%s.XXXXXX", path) < 0) {
		beside = NULL;
		return -ENOMEM;
	}
	fd = mkstemp(beside);
	if (fd < 0)
		return -errno;
	error = write_all(fd, data, size);
	if (!error && rename(beside, path))
		error = -errno;
	if (error)
		unlink(beside);
	return error;
}
