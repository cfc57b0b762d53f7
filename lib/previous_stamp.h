/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader and writer of /run/kexec-lineage/previous-stamp, which contains the previous boot's stamp.
 *
 * If the running kernel has the same stamp as the previous boot, the stamp was copied from an old
 * command line. The previous boot's stamp is stored only in the boot history, a database that the
 * library does not read. Therefore `kexec-lineage record` copies that stamp into this file for the
 * library (docs/decisions/history-through-a-file.md).
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
