/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Archives and compressed files that are not read, and the commands that make them readable. */
#ifndef LINEAGE_INTAKE_READ_ARCHIVE_H
#define LINEAGE_INTAKE_READ_ARCHIVE_H

#include <stddef.h>

/**
 * intake_archive_advice() - say what an input is, if it is a kind that is not read
 * @head: its first bytes, decompressed; a tar archive is recognised by 512 of them
 *
 * Return: one line for people, static, that names the command to use; NULL for all other inputs.
 */
const char *intake_archive_advice(const char *head, size_t length);

#endif /* LINEAGE_INTAKE_READ_ARCHIVE_H */
