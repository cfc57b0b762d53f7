/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the regular files in a tar archive: ustar, with the long names of GNU tar and of pax.
 *
 * Paths are passed on as they are in the archive. They may be absolute or contain "..".
 */
#ifndef LINEAGE_INTAKE_READ_TAR_H
#define LINEAGE_INTAKE_READ_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTAKE_TAR_BLOCK 512
/* Maximum length of a path, including the NUL. A longer path is an error. */
#define INTAKE_TAR_PATH_SIZE 4096
/* Maximum size of an extended header. */
#define INTAKE_TAR_HEADER_MAX 65536

/**
 * struct intake_tar_listener - receiver of the files
 * @file: receives the path and size of the next regular file
 * @bytes: receives the next bytes of its content
 * @data: passed to both
 *
 * Both return 0, or a negative errno, which ends the reading.
 */
struct intake_tar_listener {
	int (*file)(void *data, const char *path, uint64_t size);
	int (*bytes)(void *data, const unsigned char *bytes, size_t size);
	void *data;
};

/** enum intake_tar_state - meaning of the next bytes */
enum intake_tar_state {
	INTAKE_TAR_HEADER,
	INTAKE_TAR_CONTENT,
	INTAKE_TAR_SKIPPED,   /* content of something that is not a regular file */
	INTAKE_TAR_LONG_NAME, /* path of the next file, in GNU tar's format */
	INTAKE_TAR_PAX,	      /* extended header of the next file */
	INTAKE_TAR_ENDED,     /* after the end of the archive */
};

/**
 * struct intake_tar - an archive that is being read
 * @listener: receives the files
 * @state: meaning of the next bytes
 * @block: the first @filled bytes of a header
 * @left: remaining bytes of the content
 * @padding: bytes after the content, up to the next header
 * @extended: the first @length bytes of a long name or extended header
 * @path: path of the next file, if a previous header contained it; otherwise empty
 * @has_size: a previous header contained the size of the next file, which is @size
 */
struct intake_tar {
	const struct intake_tar_listener *listener;
	enum intake_tar_state state;
	unsigned char block[INTAKE_TAR_BLOCK];
	size_t filled;
	uint64_t left;
	uint64_t padding;
	char extended[INTAKE_TAR_HEADER_MAX + 1];
	size_t length;
	char path[INTAKE_TAR_PATH_SIZE];
	bool has_size;
	uint64_t size;
};

/** intake_tar_init() - begin to read an archive */
void intake_tar_init(struct intake_tar *tar, const struct intake_tar_listener *listener);

/**
 * intake_tar_feed() - read the next bytes
 *
 * Return: 0; -EILSEQ if the bytes are not from a tar archive; an error of the listener. After an
 * error, no more bytes may be fed.
 */
int intake_tar_feed(struct intake_tar *tar, const unsigned char *bytes, size_t size);

/** intake_tar_is_complete() - check that the end of the archive was read */
bool intake_tar_is_complete(const struct intake_tar *tar);

#endif /* LINEAGE_INTAKE_READ_TAR_H */
