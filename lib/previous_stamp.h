/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does the history of this machine say of the stamp that the running kernel has? */
#ifndef LINEAGE_LIB_PREVIOUS_STAMP_H
#define LINEAGE_LIB_PREVIOUS_STAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "root.h"

/*
 * One line: the value of the stamp of the boot before this one, as `kexec-lineage record` found it
 * in the history; an empty line where that had none.
 */
#define LINEAGE_PREVIOUS_STAMP_PATH "run/kexec-lineage/previous-stamp"

/**
 * lineage_previous_stamp_is() - did the boot before this one have the very same stamp?
 * @stamp: the stamp's value
 * @length: of @stamp
 *
 * Return: whether it had; false where the history is not known.
 */
bool lineage_previous_stamp_is(const struct lineage_root *root, const char *stamp, size_t length);

#endif /* LINEAGE_LIB_PREVIOUS_STAMP_H */
