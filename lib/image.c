// SPDX-License-Identifier: GPL-2.0-or-later
/* Read the header of a kernel image file, which may be compressed; core/bzimage.c decodes it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/bzimage.h"
#include "cleanup.h"
#include "kexec-lineage.h"
#include "sized.h"

static void close_gzip(gzFile *file)
{
	if (*file)
		gzclose_r(*file);
}

static int read_head(const char *path, void *head, size_t *ret_size)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	__attribute__((cleanup(close_gzip))) gzFile file = NULL;
	struct stat status;
	int got;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		return -EISDIR;
	/* zlib passes uncompressed data through. */
	file = gzdopen(fd, "rb");
	if (!file)
		return -ENOMEM;
	fd = -1; /* gzclose_r() closes it */
	got = gzread(file, head, LINEAGE_BZIMAGE_HEAD);
	if (got < 0)
		return -EIO;
	*ret_size = (size_t)got;
	return 0;
}

int lineage_image_read(const char *path, struct lineage_image *ret)
{
	LINEAGE_AUTO_FREE void *head = NULL;
	struct lineage_image image = { .cmdline_limit = lineage_cmdline_default_limit() };
	struct lineage_bzimage bzimage;
	size_t size = 0;
	int error;

	if (ret->size < LINEAGE_SIZE_TO(struct lineage_image, cmdline_limit))
		return -EINVAL;
	head = malloc(LINEAGE_BZIMAGE_HEAD);
	if (!head)
		return -ENOMEM;
	error = read_head(path, head, &size);
	if (error)
		return error;
	error = lineage_bzimage_read(head, size, &bzimage);
	if (error == -EILSEQ)
		return error;
	if (!error) {
		memcpy(image.release, bzimage.release, sizeof(image.release));
		image.cmdline_limit = bzimage.cmdline_limit;
	}
	lineage_sized_write(ret, &image, sizeof(image));
	return 0;
}
