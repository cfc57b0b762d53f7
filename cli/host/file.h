/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does a command read a whole file? With a limit, and a message where it cannot. */
#ifndef LINEAGE_CLI_HOST_FILE_H
#define LINEAGE_CLI_HOST_FILE_H

#include <stddef.h>

/**
 * read_file() - all of a file
 * @path: as the user wrote it
 * @limit: a file of more bytes is refused
 * @ret_size: how many bytes
 *
 * Return: the bytes and a NUL, which the caller frees; NULL after a message.
 */
char *read_file(const char *path, size_t limit, size_t *ret_size);

/* The same from stdin. */
char *read_stdin(size_t limit, size_t *ret_size);

#endif /* LINEAGE_CLI_HOST_FILE_H */
