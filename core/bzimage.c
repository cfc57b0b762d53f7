// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "bzimage.h"

#include "little_endian.h"

#define SETUP_SECTS_OFFSET 0x1f1
#define MAGIC_OFFSET 0x202
#define PROTOCOL_OFFSET 0x206
#define VERSION_OFFSET 0x20e /* holds the offset of the version string, minus VERSION_BASE */
#define VERSION_BASE 0x200
#define CMDLINE_SIZE_OFFSET 0x238
#define HEADER_END 0x23c
#define PAYLOAD_OFFSET 0x248 /* from the end of the setup sectors on */
#define PAYLOAD_LENGTH_OFFSET 0x24c
#define PROTOCOL_WITH_CMDLINE_SIZE 0x0206
#define PROTOCOL_WITH_PAYLOAD 0x0208
#define SECTOR_BYTES 512
#define OLD_SETUP_SECTS 4
#define OLD_CMDLINE_SIZE 255
#define ELFCOREHDR_ROOM 30 /* reserved by Linux arch/x86/kernel/kexec-bzimage64.c */

/* A release that is truncated or not valid is as good as none. @ret: unchanged without one */
static void read_release(const unsigned char *image, size_t size, char *ret)
{
	size_t start = lineage_read_le(image + VERSION_OFFSET, 2) + VERSION_BASE;

	if (start != VERSION_BASE && start < size)
		lineage_release_read((const char *)image + start, size - start, ret);
}

static bool has_magic(const unsigned char *image, size_t size)
{
	return size >= MAGIC_OFFSET + 4 && memcmp(image + MAGIC_OFFSET, "HdrS", 4) == 0;
}

static size_t read_cmdline_limit(const unsigned char *image)
{
	uint32_t size = OLD_CMDLINE_SIZE;

	if (lineage_read_le(image + PROTOCOL_OFFSET, 2) >= PROTOCOL_WITH_CMDLINE_SIZE)
		size = (uint32_t)lineage_read_le(image + CMDLINE_SIZE_OFFSET, 4);
	/* The loader accepts size - ELFCOREHDR_ROOM bytes including the NUL. */
	return size > ELFCOREHDR_ROOM ? size - ELFCOREHDR_ROOM - 1 : 0;
}

int lineage_bzimage_read(const void *image, size_t size, struct lineage_bzimage *ret)
{
	const unsigned char *bytes = image;
	char release[LINEAGE_RELEASE_SIZE] = "";

	if (!has_magic(bytes, size))
		return -ENODATA;
	if (size < HEADER_END)
		return -EILSEQ;
	read_release(bytes, size, release);
	memcpy(ret->release, release, sizeof(release));
	ret->cmdline_limit = read_cmdline_limit(bytes);
	return 0;
}

bool lineage_bzimage_payload(const void *image, size_t size, struct lineage_bzimage_payload *ret)
{
	const unsigned char *bytes = image;
	uint64_t sectors;

	if (size < LINEAGE_BZIMAGE_PAYLOAD_HEAD || !has_magic(bytes, size) ||
	    lineage_read_le(bytes + PROTOCOL_OFFSET, 2) < PROTOCOL_WITH_PAYLOAD)
		return false;
	sectors = bytes[SETUP_SECTS_OFFSET] ? bytes[SETUP_SECTS_OFFSET] : OLD_SETUP_SECTS;
	ret->offset = (sectors + 1) * SECTOR_BYTES + lineage_read_le(bytes + PAYLOAD_OFFSET, 4);
	ret->size = lineage_read_le(bytes + PAYLOAD_LENGTH_OFFSET, 4);
	return true;
}
