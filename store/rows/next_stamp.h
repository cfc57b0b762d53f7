/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stamp that a recorded boot made for the next kernel. */
#ifndef LINEAGE_STORE_ROWS_NEXT_STAMP_H
#define LINEAGE_STORE_ROWS_NEXT_STAMP_H

#include "store/store.h"

/**
 * store_next_stamp() - make the stamp that a boot made for a next kernel of unknown release
 * @boot: the boot
 * @ret: value of the stamp; the caller frees it; NULL if it cannot be made from the row
 *
 * Return: 0 or -ENOMEM.
 */
int store_next_stamp(const struct store_boot *boot, char **ret);

#endif /* LINEAGE_STORE_ROWS_NEXT_STAMP_H */
