// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What does a kernel image tell of itself?
 *
 * Offsets and their meaning: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "cleanup.h"
#include "kexec-lineage.h"
#include "release.h"

#define HEAD_SIZE \
	(64 * 1024) /* the version string is below 32 KiB, where the real-mode code ends */
#define MAGIC_OFFSET 0x202
#define PROTOCOL_OFFSET 0x206
#define VERSION_OFFSET 0x20e /* where the version string is, less 0x200 */
#define CMDLINE_SIZE_OFFSET 0x238
#define HEADER_END 0x23c
#define PROTOCOL_WITH_CMDLINE_SIZE 0x0206
#define OLD_CMDLINE_SIZE 255
#define ELFCOREHDR_ROOM 30 /* arch/x86/kernel/kexec-bzimage64.c keeps this free of every line */

static uint16_t read_le16(const unsigned char *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return le16toh(value);
}

static uint32_t read_le32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

static int read_head(const char *path, unsigned char *head, size_t *ret_size)
{
	LINEAGE_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	gzFile file;
	int got;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
		return -EISDIR;
	/* zlib passes through what is not compressed. */
	file = gzdopen(fd, "rb");
	if (!file)
		return -ENOMEM;
	fd = -1;
	got = gzread(file, head, HEAD_SIZE);
	gzclose_r(file);
	if (got < 0)
		return -EIO;
	*ret_size = (size_t)got;
	return 0;
}

static int read_release(const unsigned char *head, size_t size, char *ret)
{
	size_t start = (size_t)read_le16(head + VERSION_OFFSET) + 0x200;
	const char *text = (const char *)head + start;
	size_t length = 0;

	if (start == 0x200)
		return 0;
	/* "6.1.0-56-cloud-amd64 (builder@host) #1 SMP ...": the release ends at the first blank. */
	while (start + length < size && text[length] != ' ' && text[length] != '\0')
		length++;
	if (start + length >= size || !lineage_release_is_valid(text, length))
		return -EILSEQ;
	memcpy(ret, text, length);
	ret[length] = '\0';
	return 0;
}

static size_t read_cmdline_limit(const unsigned char *head)
{
	uint32_t size = OLD_CMDLINE_SIZE;

	if (read_le16(head + PROTOCOL_OFFSET) >= PROTOCOL_WITH_CMDLINE_SIZE)
		size = read_le32(head + CMDLINE_SIZE_OFFSET);
	/* The loader counts the NUL and compares with "less than or equal". */
	return size > ELFCOREHDR_ROOM ? size - ELFCOREHDR_ROOM - 1 : 0;
}

int lineage_image_read(const char *path, struct lineage_image *ret)
{
	LINEAGE_AUTO_FREE unsigned char *head = malloc(HEAD_SIZE);
	struct lineage_image image = { .cmdline_limit = lineage_cmdline_default_limit() };
	size_t size = 0;
	int error;

	if (!head)
		return -ENOMEM;
	error = read_head(path, head, &size);
	if (error)
		return error;
	if (size >= MAGIC_OFFSET + 4 && memcmp(head + MAGIC_OFFSET, "HdrS", 4) == 0) {
		if (size < HEADER_END)
			return -EILSEQ;
		error = read_release(head, size, image.release);
		if (error)
			return error;
		image.cmdline_limit = read_cmdline_limit(head);
	}
	*ret = image;
	return 0;
}
