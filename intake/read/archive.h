/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detection of unsupported archives and compressions, and the commands that convert them. */
#ifndef LINEAGE_INTAKE_READ_ARCHIVE_H
#define LINEAGE_INTAKE_READ_ARCHIVE_H

#include <stddef.h>

/**
 * intake_archive_advice() - identify an archive or an unsupported compression
 * @head: the first bytes of the input, decompressed; 512 bytes are needed to detect a tar archive
 *
 * Return: a static one-line message with the command to use; NULL for all other inputs.
 */
const char *intake_archive_advice(const char *head, size_t length);

#endif /* LINEAGE_INTAKE_READ_ARCHIVE_H */
