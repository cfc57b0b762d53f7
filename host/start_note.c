// SPDX-License-Identifier: GPL-2.0-or-later
#include "start_note.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "note_line.h"

/* The last line of a note: without it, only a part of the note was written. */
#define END "end"

/* Attributes of an EFI variable: non-volatile, with access at boot and at run time. */
static const unsigned char efi_attributes[4] = { 7, 0, 0, 0 };

static int parse_time(const struct lineage_host_value *value, int64_t *ret)
{
	char text[24], *end;

	if (lineage_host_value_copy(value, text, sizeof(text)) || text[0] < '0' || text[0] > '9')
		return -EILSEQ;
	errno = 0;
	*ret = strtoll(text, &end, 10);
	return errno || *end ? -EILSEQ : 0;
}

static int parse_line(const char *text, size_t length, struct lineage_host_start *start)
{
	struct lineage_host_value value;

	if (lineage_host_line_has(text, length, "boot", &value))
		return lineage_host_value_copy(&value, start->boot_id, sizeof(start->boot_id));
	if (lineage_host_line_has(text, length, "release", &value))
		return lineage_host_value_copy_release(&value, start->release);
	return lineage_host_line_has(text, length, "time", &value)
		       ? parse_time(&value, &start->time)
		       : 0;
}

int lineage_host_start_parse(const char *text, struct lineage_host_start *ret)
{
	struct lineage_host_start start = { .time = -1 };
	bool has_lines = false;
	int error = 0;

	while (*text && !error) {
		size_t length = strcspn(text, "\n");

		if (length == strlen(END) && memcmp(text, END, length) == 0) {
			if (!start.boot_id[0] || start.time < 0)
				return -EILSEQ;
			*ret = start;
			return 0;
		}
		has_lines |= length > 0;
		error = parse_line(text, length, &start);
		text += length + (text[length] ? 1 : 0);
	}
	return error ? error : has_lines ? -EILSEQ : -ENODATA;
}

int lineage_host_start_read(const struct lineage_root *root, struct lineage_host_start *ret)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size;
	int error = lineage_root_read(root, LINEAGE_HOST_START_PATH, 2 * LINEAGE_HOST_START_SIZE,
				      &text, &size);

	return error ? error : lineage_host_start_parse(text, ret);
}

static int write_block(const struct lineage_root *root, const char *path, int flags,
		       const char *text)
{
	char block[LINEAGE_HOST_START_SIZE];
	size_t length = strlen(text);
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open_to_write(root, path, flags);
	ssize_t written;

	if (fd < 0)
		return fd;
	memset(block, '\n', sizeof(block));
	memcpy(block, text, length < sizeof(block) ? length : sizeof(block));
	written = write(fd, block, sizeof(block));
	if (written >= 0 && (size_t)written < sizeof(block))
		return -ENOSPC;
	/* A file that cannot be synchronised is not on a disk. */
	return written < 0 || (fdatasync(fd) && errno != EINVAL) ? -errno : 0;
}

int lineage_host_start_create(const struct lineage_root *root)
{
	int error = write_block(root, LINEAGE_HOST_START_PATH, O_CREAT | O_EXCL, "");

	return error == -EEXIST ? 0 : error;
}

void lineage_host_start_format(const struct lineage_host_start *start,
			       char ret[LINEAGE_HOST_START_SIZE])
{
	snprintf(ret, LINEAGE_HOST_START_SIZE, "boot=%s\nrelease=%s\ntime=%" PRId64 "\n" END "\n",
		 start->boot_id, start->release, start->time);
}

int lineage_host_start_write(const struct lineage_root *root,
			     const struct lineage_host_start *start)
{
	char text[LINEAGE_HOST_START_SIZE];

	lineage_host_start_format(start, text);
	return write_block(root, LINEAGE_HOST_START_PATH, 0, text);
}

int lineage_host_start_clear(const struct lineage_root *root)
{
	return write_block(root, LINEAGE_HOST_START_PATH, 0, "");
}

int lineage_host_start_write_run(const struct lineage_root *root,
				 const struct lineage_host_start *start)
{
	char text[LINEAGE_HOST_START_SIZE];

	lineage_host_start_format(start, text);
	return write_block(root, LINEAGE_HOST_START_RUN_PATH, O_CREAT, text);
}

static bool is_by(const struct lineage_root *root, const char *path, const char *boot_id)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	struct lineage_host_start note;
	size_t size;

	return lineage_root_read(root, path, 2 * LINEAGE_HOST_START_SIZE, &text, &size) == 0 &&
	       lineage_host_start_parse(text, &note) == 0 && strcmp(note.boot_id, boot_id) == 0;
}

bool lineage_host_start_is_by(const struct lineage_root *root, const char *boot_id)
{
	return is_by(root, LINEAGE_HOST_START_PATH, boot_id);
}

bool lineage_host_start_run_is_by(const struct lineage_root *root, const char *boot_id)
{
	return is_by(root, LINEAGE_HOST_START_RUN_PATH, boot_id);
}

/* The kernel protects an EFI variable that it does not know from being overwritten. */
static void make_writable(const struct lineage_root *root)
{
	LINEAGE_AUTO_CLOSE int fd = lineage_root_open(root, LINEAGE_HOST_FAILED_START_PATH);
	int flags;

	if (fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_IMMUTABLE_FL)) {
		flags &= ~FS_IMMUTABLE_FL;
		(void)ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
}

int lineage_host_start_disprove(const struct lineage_root *root, const char *boot_id)
{
	char data[sizeof(efi_attributes) + LINEAGE_HOST_START_ID_SIZE];
	size_t length = strnlen(boot_id, LINEAGE_HOST_START_ID_SIZE - 1);
	LINEAGE_AUTO_CLOSE int fd = -1;
	ssize_t written;

	make_writable(root);
	fd = lineage_root_open_to_write(root, LINEAGE_HOST_FAILED_START_PATH, O_CREAT);
	if (fd < 0)
		return fd;
	memcpy(data, efi_attributes, sizeof(efi_attributes));
	memcpy(data + sizeof(efi_attributes), boot_id, length);
	length += sizeof(efi_attributes);
	written = write(fd, data, length);
	if (written < 0)
		return -errno;
	return (size_t)written < length ? -EIO : 0;
}

bool lineage_host_start_is_disproved(const struct lineage_root *root, const char *boot_id)
{
	LINEAGE_AUTO_FREE char *data = NULL;
	size_t size, length = strlen(boot_id);

	return lineage_root_read(root, LINEAGE_HOST_FAILED_START_PATH, LINEAGE_HOST_START_SIZE,
				 &data, &size) == 0 &&
	       size == sizeof(efi_attributes) + length &&
	       memcmp(data + sizeof(efi_attributes), boot_id, length) == 0;
}
