/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection of archives, compressions and encodings that are not read, and of databases. */
#ifndef LINEAGE_INTAKE_READ_ARCHIVE_H
#define LINEAGE_INTAKE_READ_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * intake_archive_advice() - identify an archive, or an unsupported compression or encoding
 * @head: the first bytes of the input, decompressed; 512 bytes are needed to detect a tar archive
 *
 * Return: a static one-line message with the command to use; NULL for all other inputs.
 */
const char *intake_archive_advice(const char *head, size_t length);

/**
 * intake_archive_is_database() - return whether the input is a file of an SQLite database
 * @head: as for intake_archive_advice()
 *
 * A store contains text of kernel logs, and may be in the folder of the logs.
 */
bool intake_archive_is_database(const char *head, size_t length);

#endif /* LINEAGE_INTAKE_READ_ARCHIVE_H */
