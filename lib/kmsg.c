// SPDX-License-Identifier: GPL-2.0-or-later
#include "kmsg.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

#define RECORD_SIZE 32768	/* a record has at most 8 KiB */
#define FILE_LIMIT (64UL << 20) /* if dev/kmsg is a regular file */

/* Each read(2) of the device returns one record; EPIPE means that records were overwritten. */
static int read_device(int fd, lineage_kmsg_visitor *visit, void *data)
{
	LINEAGE_AUTO_FREE char *record = malloc(RECORD_SIZE);

	if (!record)
		return -ENOMEM;
	for (;;) {
		ssize_t got = read(fd, record, RECORD_SIZE);

		if (got > 0)
			visit(record, (size_t)got, data);
		else if (got == 0 || errno == EAGAIN)
			return 0;
		else if (errno != EPIPE && errno != EINTR)
			return -errno;
	}
}

static int read_file(int fd, lineage_kmsg_visitor *visit, void *data)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	int error;

	error = lineage_read_all(fd, FILE_LIMIT, &text, &size);
	if (!error)
		visit(text, size, data);
	return error;
}

int lineage_kmsg_read(const struct lineage_root *root, lineage_kmsg_visitor *visit, void *data)
{
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open(root, LINEAGE_KMSG_PATH);
	struct stat status;

	if (fd < 0)
		return fd;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return read_file(fd, visit, data);
	return read_device(fd, visit, data);
}
