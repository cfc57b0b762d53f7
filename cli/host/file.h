/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading of whole files, with a size limit and error messages. */
#ifndef LINEAGE_CLI_HOST_FILE_H
#define LINEAGE_CLI_HOST_FILE_H

#include <stddef.h>

/**
 * read_file() - read a whole file
 * @path: path of the file
 * @limit: maximum size in bytes; a larger file is an error
 * @ret_size: number of bytes read
 *
 * Return: the bytes and a NUL, which the caller frees; NULL after an error message.
 */
char *read_file(const char *path, size_t limit, size_t *ret_size);

/* Read stdin to its end, as read_file() reads a file. */
char *read_stdin(size_t limit, size_t *ret_size);

#endif /* LINEAGE_CLI_HOST_FILE_H */
