/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does a file get a new content without ever being there by half? */
#ifndef LINEAGE_LIB_REPLACE_H
#define LINEAGE_LIB_REPLACE_H

#include <stddef.h>

/**
 * lineage_file_replace() - write a file beside, and rename it into place
 * @path: the file; its folder is there
 * @data: what it is to hold
 * @size: how many bytes
 *
 * The file is readable by all and is on the disk when this returns.
 *
 * Return: 0, -ENOMEM, or the negative errno of what went wrong; then the old file is as it was,
 * and nothing lies beside it.
 */
int lineage_file_replace(const char *path, const void *data, size_t size);

/**
 * lineage_file_write() - the same for a file that somebody named, who may have meant any kind
 *
 * Where a symbolic link leads is replaced, and not the link; a device or a pipe is written to. A file that is there keeps
 * its permissions, a new one has those that the umask leaves.
 *
 * Return: as lineage_file_replace().
 */
int lineage_file_write(const char *path, const void *data, size_t size);

#endif /* LINEAGE_LIB_REPLACE_H */
