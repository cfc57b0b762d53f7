/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Atomic replacement of files: a reader sees the old content or the new one, never a part. */
#ifndef LINEAGE_LIB_REPLACE_H
#define LINEAGE_LIB_REPLACE_H

#include <stddef.h>

/**
 * lineage_file_replace() - replace a file through a temporary file in the same folder
 * @path: the file; its folder exists
 * @data: the new content
 * @size: bytes at @data
 *
 * The file gets the mode 0644 and has been synchronised to the disk when the function returns. On
 * failure the old file is unchanged and no temporary file is left.
 *
 * Return: 0; -ENOMEM; the negative errno of mkstemp(3), write(2), fchmod(2), fsync(2) or rename(2).
 */
int lineage_file_replace(const char *path, const void *data, size_t size);

/**
 * lineage_file_write() - write to a path that the user named
 * @path: the file; need not exist
 * @data: the new content
 * @size: bytes at @data
 *
 * Replaces a regular file as lineage_file_replace() does, but keeps its mode; a new file gets the
 * mode that the umask leaves. If @path is a symbolic link, its target is replaced, not the link.
 * Any other file, such as a device or a pipe, is opened and written to.
 *
 * Return: as lineage_file_replace(); also the negative errno of stat(2), realpath(3) or open(2).
 */
int lineage_file_write(const char *path, const void *data, size_t size);

#endif /* LINEAGE_LIB_REPLACE_H */
