// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy_newest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "policy.h"

/* All dates have the same length, so that a new one replaces the old one. */
#define DIGITS 12
#define SIZE (DIGITS + 1)

int64_t lineage_host_policy_newest_read(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	int64_t made;

	if (lineage_root_read(root, LINEAGE_HOST_POLICY_NEWEST_PATH, SIZE + 1, &text, &size) ||
	    size != SIZE || strspn(text, "0123456789") != DIGITS || text[DIGITS] != '\n')
		return -1;
	made = strtoll(text, NULL, 10);
	return made > (int64_t)time(NULL) + LINEAGE_HOST_POLICY_FUTURE_S ? -1 : made;
}

int lineage_host_policy_newest_write(const struct lineage_root *root, int64_t made)
{
	LINEAGE_AUTO_CLOSE int fd = -1;
	char text[SIZE + 16];

	if (made <= lineage_host_policy_newest_read(root))
		return 0;
	fd = lineage_root_open_to_write(root, LINEAGE_HOST_POLICY_NEWEST_PATH,
					O_CREAT | O_NONBLOCK);
	if (fd < 0)
		return fd;
	snprintf(text, sizeof(text), "%0*" PRId64 "\n", DIGITS, made);
	if (write(fd, text, SIZE) != SIZE || ftruncate(fd, SIZE) || fdatasync(fd))
		return errno ? -errno : -EIO;
	return 0;
}
