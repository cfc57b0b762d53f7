// SPDX-License-Identifier: GPL-2.0-or-later
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
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
	return 0;
}

static int write_and_sync(int fd, const char *data, size_t size, mode_t mode)
{
	int error = write_all(fd, data, size);

	if (!error && (fchmod(fd, mode) || fsync(fd)))
		error = -errno;
	return error;
}

static int replace(const char *path, const void *data, size_t size, mode_t mode)
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
	error = write_and_sync(fd, data, size, mode);
	if (!error && rename(beside, path))
		error = -errno;
	if (error)
		unlink(beside);
	return error;
}

int lineage_file_replace(const char *path, const void *data, size_t size)
{
	return replace(path, data, size, 0644);
}

static int write_into(const char *path, const void *data, size_t size)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : write_all(fd, data, size);
}

static mode_t mode_of_new(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int lineage_file_write(const char *path, const void *data, size_t size)
{
	LINEAGE_AUTO_FREE char *real = NULL;
	struct stat status;

	if (stat(path, &status))
		return errno == ENOENT ? replace(path, data, size, mode_of_new()) : -errno;
	if (!S_ISREG(status.st_mode))
		return write_into(path, data, size);
	real = realpath(path, NULL);
	return real ? replace(real, data, size, status.st_mode & 07777) : -errno;
}
