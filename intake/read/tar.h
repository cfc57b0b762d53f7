/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the regular files in a tar archive: ustar, with the long names of GNU tar and of pax.
 *
 * The paths are those of the archive. They may be absolute, and lead anywhere.
 */
#ifndef LINEAGE_INTAKE_READ_TAR_H
#define LINEAGE_INTAKE_READ_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTAKE_TAR_BLOCK 512
/* Longer paths are not valid. */
#define INTAKE_TAR_PATH_SIZE 4096
/* The extended header of a file must not be larger. */
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

/** enum intake_tar_state - what the next bytes are */
enum intake_tar_state {
	INTAKE_TAR_HEADER,
	INTAKE_TAR_CONTENT,
	INTAKE_TAR_SKIPPED,   /* content of something that is not a regular file */
	INTAKE_TAR_LONG_NAME, /* path of the next file, of GNU tar */
	INTAKE_TAR_PAX,	      /* extended header of the next file */
	INTAKE_TAR_ENDED,     /* after the end of the archive */
};

/**
 * struct intake_tar - an archive that is being read
 * @listener: receives the files
 * @state: what the next bytes are
 * @block: the first @filled bytes of a header
 * @left: bytes of the content that follow
 * @padding: bytes after the content, up to the next header
 * @extended: the first @length bytes of a long name or extended header
 * @path: path of the next file if a header before it has it; otherwise empty
 * @has_size: a header before the next file has its size, which is @size
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
 * Return: 0; -EILSEQ if they are not those of a tar archive; an error of the listener. After an
 * error the archive must not be read any further.
 */
int intake_tar_feed(struct intake_tar *tar, const unsigned char *bytes, size_t size);

/** intake_tar_is_complete() - check that the end of the archive was read */
bool intake_tar_is_complete(const struct intake_tar *tar);

#endif /* LINEAGE_INTAKE_READ_TAR_H */
