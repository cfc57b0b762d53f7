// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_cursor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "intake/decode/hash.h"
#include "lib/replace.h"

#define FORMAT "kexec-lineage cursor 1: %" PRIu64 " %" PRIu64 " %" PRIu64 " %016" PRIx64 "\n"
#define FORMAT_IN "kexec-lineage cursor 1: %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNx64
#define LINE_SIZE 128
#define SUM_BYTES 256

/*
 * Checksum the bytes before the offset. The checksum detects a log that was truncated and has grown
 * again.
 */
static uint64_t sum_before(int fd, uint64_t offset)
{
	unsigned char bytes[SUM_BYTES];
	uint64_t length = offset < SUM_BYTES ? offset : SUM_BYTES;
	ssize_t got = pread(fd, bytes, length, (off_t)(offset - length));

	return intake_hash_add(INTAKE_HASH_START, bytes, got > 0 ? (size_t)got : 0);
}

/*
 * Find the file that @path named during the last run among the files of its folder. Return its
 * path, which the caller frees; NULL if it is not found or there is no memory.
 */
static char *find_renamed(const char *path, uint64_t device, uint64_t inode)
{
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path) + 1 : 0;
	LINEAGE_AUTO_FREE char *folder = strndup(length > 0 ? path : ".", length > 0 ? length : 1);
	DIR *directory = folder ? opendir(folder) : NULL;
	const struct dirent *entry;
	struct stat status;
	char *found = NULL;

	while (directory && !found && (entry = readdir(directory))) {
		if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		    status.st_dev == device && status.st_ino == inode &&
		    asprintf(&found, "%.*s%s", length, path, entry->d_name) < 0)
			found = NULL;
	}
	if (directory)
		closedir(directory);
	return found;
}

int ingest_cursor_read(const char *cursor, const char *path, uint64_t *ret, bool *ret_is_replaced,
		       char **ret_renamed)
{
	LINEAGE_AUTO_CLOSE int log = open(path, O_RDONLY | O_CLOEXEC);
	LINEAGE_AUTO_CLOSE int own = open(cursor, O_RDONLY | O_CLOEXEC);
	uint64_t device, inode, offset, sum;
	struct stat status, own_status;
	char line[LINE_SIZE] = "";
	ssize_t got;

	*ret = 0;
	*ret_is_replaced = false;
	*ret_renamed = NULL;
	if (log < 0 || fstat(log, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if (own < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstat(own, &own_status) != 0)
		return -errno;
	if (own_status.st_dev == status.st_dev && own_status.st_ino == status.st_ino)
		return -EINVAL;
	got = read(own, line, sizeof(line) - 1);
	if (got == 0)
		return 0;
	if (sscanf(line, FORMAT_IN, &device, &inode, &offset, &sum) != 4)
		return -EEXIST;
	/* A log that was rotated or truncated is read from its start. */
	if (status.st_dev == device && status.st_ino == inode &&
	    (uint64_t)status.st_size >= offset && sum_before(log, offset) == sum)
		*ret = offset;
	else
		*ret_is_replaced = true;
	if (*ret_is_replaced && (status.st_dev != device || status.st_ino != inode))
		*ret_renamed = find_renamed(path, device, inode);
	return 0;
}

int ingest_cursor_write(const char *cursor, const char *path, uint64_t offset)
{
	LINEAGE_AUTO_CLOSE int log = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char line[LINE_SIZE];
	int length;

	if (log < 0 || fstat(log, &status) != 0)
		return -errno;
	length = snprintf(line, sizeof(line), FORMAT, (uint64_t)status.st_dev,
			  (uint64_t)status.st_ino, offset, sum_before(log, offset));
	return lineage_file_write(cursor, line, (size_t)length);
}
