/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader and writer of /run/kexec-lineage/previous-stamp, which contains the stamp that the
 * previous boot had, and the stamp that it made for the next kernel.
 *
 * If the running kernel has the same stamp as the previous boot, the stamp was copied from an old
 * command line. If it has the stamp for the next kernel, it was not. Both are stored only in the
 * boot history, a database that the library does not read. Therefore `kexec-lineage record` copies
 * them into this file for the library (docs/decisions/history-through-a-file.md).
 */
#ifndef LINEAGE_LIB_PREVIOUS_STAMP_H
#define LINEAGE_LIB_PREVIOUS_STAMP_H

#include <stddef.h>

#include "core/boot_kind.h"

#include "root.h"

/**
 * lineage_previous_stamp_compare() - compare a stamp with those of the previous boot
 * @root: the system to read
 * @stamp: value of the running kernel's stamp, which is valid; no NUL needed
 * @length: bytes of @stamp
 * @lineage: the lineage in it
 *
 * Return: LINEAGE_HISTORY_SILENT also if the file cannot be read, or if a boot that is not in it
 * may have been in between.
 */
enum lineage_history lineage_previous_stamp_compare(const struct lineage_root *root,
						    const char *stamp, size_t length,
						    const struct lineage *lineage);

/**
 * lineage_previous_stamp_write() - write the stamps of the previous boot
 * @root: path of the root folder; NULL for the running system
 * @stamp: value of the previous boot's stamp, NUL-terminated; NULL if it had none
 * @next: value of the stamp that it made for a next kernel, NUL-terminated; NULL if unknown
 *
 * Creates the folder kexec-lineage if it is missing, and replaces the file atomically.
 *
 * Return: 0; -ENOMEM; the negative errno of mkdir(2); the errors of lineage_file_replace().
 */
int lineage_previous_stamp_write(const char *root, const char *stamp, const char *next);

#endif /* LINEAGE_LIB_PREVIOUS_STAMP_H */
