/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Row of a boot, together with the column texts that it owns. */
#ifndef LINEAGE_STORE_ROWS_ROW_H
#define LINEAGE_STORE_ROWS_ROW_H

#include <stdlib.h>

#include "store/identity.h"

/**
 * struct store_boot_row - a boot to add
 * @boot: the boot; texts that are not in the members below belong to the report or the event from
 *	which the row was made
 * @chain, @evidence, @conflicts: owned; NULL for none
 * @marks, @aliases: buffers for texts of @boot; @boot points to them, so the struct must not be
 *	copied
 */
struct store_boot_row {
	struct store_boot boot;
	char *chain;
	char *evidence;
	char *conflicts;
	char marks[LINEAGE_MARKS_SIZE];
	char aliases[3 * STORE_ALIAS_SIZE];
};

static inline void store_boot_row_deinit(struct store_boot_row *row)
{
	free(row->chain);
	free(row->evidence);
	free(row->conflicts);
	*row = (struct store_boot_row){ 0 };
}

/* Deinitialise the row at the end of the scope. Initialise the variable at its declaration. */
#define STORE_AUTO_BOOT_ROW __attribute__((cleanup(store_boot_row_deinit))) struct store_boot_row

#endif /* LINEAGE_STORE_ROWS_ROW_H */
