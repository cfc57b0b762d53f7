// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read the release and the command-line limit of a kernel image file. core/ decodes the bzImages of
 * x86 and s390x, and the uncompressed images of arm64, riscv and ppc64. All may be compressed by
 * gzip, and all may be in a unified kernel image (a PE file with a section ".linux"); an Image may
 * also be in an EFI zboot image.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/banner.h"
#include "core/bzimage.h"
#include "core/cmdline.h"
#include "core/little_endian.h"
#include "core/s390_image.h"
#include "pe_section.h"
#include "cleanup.h"
#include "kexec-lineage.h"
#include "sized.h"

/* Linux drivers/firmware/efi/libstub/zboot-header.S */
#define ZBOOT_MAGIC "zimg"
#define ZBOOT_MAGIC_OFFSET 4
#define ZBOOT_PAYLOAD_OFFSET 8
#define ZBOOT_TYPE_OFFSET 24
#define ZBOOT_HEADER 64

/* Bytes at the beginning of any image that are enough to find out what it is. */
#define HEAD                                                                   \
	(LINEAGE_BZIMAGE_HEAD > LINEAGE_S390_IMAGE_HEAD ? LINEAGE_BZIMAGE_HEAD \
							: LINEAGE_S390_IMAGE_HEAD)

/* An image in another one is not searched for further ones. */
#define DEPTH_MAX 1

static int find_in(int fd, off_t offset, int depth, struct lineage_image *image);

static void close_gzip(gzFile *file)
{
	if (*file)
		gzclose_r(*file);
}
#define AUTO_GZIP __attribute__((cleanup(close_gzip)))

/* Open a part of a file, from @offset on. zlib passes uncompressed data through. */
static int open_part(int fd, off_t offset, gzFile *ret)
{
	LINEAGE_AUTO_CLOSE int copy = dup(fd);

	if (copy < 0)
		return -errno;
	if (offset > 0 && lseek(copy, offset, SEEK_SET) < 0)
		return -errno;
	*ret = gzdopen(copy, "rb");
	if (!*ret)
		return -ENOMEM;
	copy = -1; /* gzclose_r() closes it */
	return 0;
}

static size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

/* Look for the banner in an uncompressed image, from the beginning of the file on. */
static int find_banner(gzFile file, enum lineage_banner_place place, struct lineage_image *image)
{
	LINEAGE_AUTO_FREE unsigned char *bytes = malloc(LINEAGE_BANNER_BLOCK + LINEAGE_BANNER_REST);
	struct lineage_banner found = { 0 };
	size_t total = 0, rest = 0;
	int got;

	if (!bytes)
		return -ENOMEM;
	if (gzrewind(file))
		return -EIO;
	do {
		size_t room = LINEAGE_BANNER_BLOCK + LINEAGE_BANNER_REST - rest;

		got = gzread(file, bytes + rest, (unsigned int)room);
		if (got < 0)
			return -EIO;
		rest += (size_t)got;
		total += (size_t)got;
		lineage_banner_look(&found, place, bytes, rest);
		rest -= rest < LINEAGE_BANNER_BLOCK ? rest : LINEAGE_BANNER_BLOCK;
		memmove(bytes, bytes + LINEAGE_BANNER_BLOCK, rest);
	} while (rest > 0 && total <= LINEAGE_BANNER_LIMIT);
	if (total <= LINEAGE_BANNER_LIMIT)
		memcpy(image->release, found.release, sizeof(found.release));
	return 0;
}

/* Return the offset of the kernel in a unified kernel image; 0 for another file. */
static off_t find_linux_section(const unsigned char *head, size_t size)
{
	struct lineage_pe_section section;

	for (size_t i = 0; lineage_pe_section(head, size, i, &section) > 0; i++)
		if (memcmp(section.name, ".linux\0", LINEAGE_PE_NAME_SIZE) == 0)
			return (off_t)section.offset;
	return 0;
}

/* Return the offset of the payload of a zboot image that zlib can read; 0 for another file. */
static off_t find_zboot_payload(const unsigned char *head, size_t size)
{
	if (size < ZBOOT_HEADER || memcmp(head, "MZ", 2) != 0 ||
	    memcmp(head + ZBOOT_MAGIC_OFFSET, ZBOOT_MAGIC, 4) != 0 ||
	    memcmp(head + ZBOOT_TYPE_OFFSET, "gzip", 5) != 0)
		return 0;
	return (off_t)lineage_read_le(head + ZBOOT_PAYLOAD_OFFSET, 4);
}

static int find_in_bzimage(const unsigned char *head, size_t size, struct lineage_image *image)
{
	struct lineage_bzimage bzimage;
	int error = lineage_bzimage_read(head, size, &bzimage);

	if (error)
		return error;
	memcpy(image->release, bzimage.release, sizeof(image->release));
	image->cmdline_limit = bzimage.cmdline_limit;
	return 0;
}

static int find_in_s390_image(gzFile file, const unsigned char *head, size_t size,
			      struct lineage_image *image)
{
	struct lineage_s390_image found;
	char version[LINEAGE_RELEASE_SIZE];
	int error = lineage_s390_image_find(head, size, &found), got = 0;

	if (error)
		return error;
	if (found.version_offset > 0 && found.version_offset <= LINEAGE_BANNER_LIMIT) {
		if (gzseek(file, (z_off_t)found.version_offset, SEEK_SET) < 0)
			return -EIO;
		got = gzread(file, version, sizeof(version));
	}
	if (got < 0)
		return -EIO;
	lineage_release_read(version, (size_t)got, image->release);
	image->cmdline_limit = smaller(LINEAGE_CMDLINE_MAX, found.cmdline_limit);
	return 0;
}

static int find_in_head(int fd, gzFile file, const unsigned char *head, size_t size, int depth,
			struct lineage_image *image)
{
	enum lineage_banner_place place = lineage_banner_place(head, size);
	off_t inner = find_zboot_payload(head, size);
	int error = find_in_bzimage(head, size, image);

	if (error != -ENODATA)
		return error;
	error = find_in_s390_image(file, head, size, image);
	if (error != -ENODATA)
		return error;
	if (place != LINEAGE_BANNER_NOWHERE) {
		error = find_banner(file, place, image);
		image->cmdline_limit =
			smaller(LINEAGE_CMDLINE_MAX,
				lineage_banner_cmdline_limit(head, size, image->release));
		return error;
	}
	if (inner == 0)
		inner = find_linux_section(head, size);
	return inner > 0 && depth < DEPTH_MAX ? find_in(fd, inner, depth + 1, image) : 0;
}

/* Find the properties of the image at an offset of a file. Those that are unknown stay as is. */
static int find_in(int fd, off_t offset, int depth, struct lineage_image *image)
{
	LINEAGE_AUTO_FREE unsigned char *head = malloc(HEAD);
	AUTO_GZIP gzFile file = NULL;
	int error = head ? open_part(fd, offset, &file) : -ENOMEM;
	int got;

	if (error)
		return error;
	got = gzread(file, head, HEAD);
	if (got < 0)
		return -EIO;
	return find_in_head(fd, file, head, (size_t)got, depth, image);
}

int lineage_image_read(const char *path, struct lineage_image *ret)
{
	struct lineage_image image = { .cmdline_limit = lineage_cmdline_default_limit() };
	LINEAGE_AUTO_CLOSE int fd = -1;
	struct stat status;
	int error;

	if (ret->size < LINEAGE_SIZE_TO(struct lineage_image, cmdline_limit))
		return -EINVAL;
	/* A pipe would otherwise wait for a writer. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status))
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		return -ENOTBLK;
	error = find_in(fd, 0, 0, &image);
	if (error)
		return error;
	lineage_sized_write(ret, &image, sizeof(image));
	return 0;
}
