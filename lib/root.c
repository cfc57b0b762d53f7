// SPDX-License-Identifier: GPL-2.0-or-later
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

#define FIRST_READ 4096
#define LINE_LIMIT 65536
#define NEW_FILE_MODE 0644
#define CMDLINE_LIMIT (1 << 20) /* far more than any kernel accepts */

int lineage_root_init(struct lineage_root *root, const char *path)
{
	int fd = open(path ? path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	root->fd = fd;
	root->is_system = !path;
	return 0;
}

void lineage_root_deinit(struct lineage_root *root)
{
	if (root->fd >= 0)
		close(root->fd);
	root->fd = -1;
}

static int open_below(const struct lineage_root *root, const char *path, int flags)
{
	int fd = -1;

	errno = ENOSYS;
	if (!root->is_system) {
		struct open_how how = {
			.flags = (unsigned int)flags,
			.mode = flags & O_CREAT ? NEW_FILE_MODE : 0,
			.resolve = RESOLVE_IN_ROOT,
		};

		fd = (int)syscall(SYS_openat2, root->fd, path, &how, sizeof(how));
	}
	/* Linux before 5.6 has no openat2(). With openat(), a link may lead out of the folder. */
	if (fd < 0 && errno == ENOSYS)
		fd = openat(root->fd, path, flags, NEW_FILE_MODE);
	return fd < 0 ? -errno : fd;
}

int lineage_root_open(const struct lineage_root *root, const char *path)
{
	return open_below(root, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

int lineage_root_open_to_write(const struct lineage_root *root, const char *path, int flags)
{
	return open_below(root, path, flags | O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
}

bool lineage_root_has(const struct lineage_root *root, const char *path)
{
	LINEAGE_AUTO_CLOSE int fd = open_below(root, path, O_PATH | O_CLOEXEC);

	return fd >= 0;
}

int lineage_read_all(int fd, size_t limit, char **ret, size_t *ret_size)
{
	LINEAGE_AUTO_FREE char *bytes = NULL;
	size_t capacity = 0;
	size_t size = 0;

	while (size < limit || !bytes) {
		ssize_t got;

		if (size == capacity) {
			char *more;

			capacity = capacity ? 2 * capacity : FIRST_READ;
			if (capacity > limit)
				capacity = limit;
			more = realloc(bytes, capacity + 1);
			if (!more)
				return -ENOMEM;
			bytes = more;
		}
		got = read(fd, bytes + size, capacity - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		size += (size_t)got;
	}
	bytes[size] = '\0';
	*ret = bytes;
	bytes = NULL;
	*ret_size = size;
	return 0;
}

int lineage_root_read(const struct lineage_root *root, const char *path, size_t limit, char **ret,
		      size_t *ret_size)
{
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open(root, path);

	if (fd < 0)
		return fd;
	return lineage_read_all(fd, limit, ret, ret_size);
}

int lineage_root_write(const struct lineage_root *root, const char *path, const char *text)
{
	LINEAGE_AUTO_CLOSE int fd = open_below(root, path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	size_t length = strlen(text);
	ssize_t written;

	if (fd < 0)
		return fd;
	written = write(fd, text, length);
	if (written < 0)
		return -errno;
	return (size_t)written == length ? 0 : -EIO;
}

int lineage_root_read_line(const struct lineage_root *root, const char *path, char **ret)
{
	size_t size;
	int error;

	error = lineage_root_read(root, path, LINE_LIMIT, ret, &size);
	if (!error)
		(*ret)[strcspn(*ret, "\n")] = '\0';
	return error;
}

int lineage_root_read_cmdline(const struct lineage_root *root, char **ret, size_t *ret_size)
{
	return lineage_root_read(root, LINEAGE_CMDLINE_PATH, CMDLINE_LIMIT, ret, ret_size);
}
