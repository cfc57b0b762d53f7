/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader and writer of /run/kexec-lineage/previous-stamp, the stamp of the previous boot.
 *
 * A stamp that equals the previous boot's was copied from an old command line. Only the boot
 * history shows the previous stamp, and the library reads no database. So `kexec-lineage record`
 * copies the previous boot's stamp from the history into this file, and the library reads the file
 * (docs/decisions/history-through-a-file.md).
 */
#ifndef LINEAGE_LIB_PREVIOUS_STAMP_H
#define LINEAGE_LIB_PREVIOUS_STAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "root.h"

/**
 * lineage_previous_stamp_is() - whether the previous boot had this stamp
 * @root: the system to read
 * @stamp: value of the running kernel's stamp; no NUL needed
 * @length: bytes of @stamp
 *
 * Return: true if the previous boot had this stamp; false if it had another stamp or none, or if
 * the file cannot be read.
 */
bool lineage_previous_stamp_is(const struct lineage_root *root, const char *stamp, size_t length);

/**
 * lineage_previous_stamp_write() - write the stamp of the previous boot
 * @root: path of the root folder; NULL for the running system
 * @stamp: value of the previous boot's stamp, NUL-terminated; NULL if it had none
 *
 * Creates the folder kexec-lineage if it is missing, and replaces the file atomically.
 *
 * Return: 0; -ENOMEM; the negative errno of mkdir(2); the errors of lineage_file_replace().
 */
int lineage_previous_stamp_write(const char *root, const char *stamp);

#endif /* LINEAGE_LIB_PREVIOUS_STAMP_H */
