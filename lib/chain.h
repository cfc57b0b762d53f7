/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion of a chain into the array of the public header. */
#ifndef LINEAGE_LIB_CHAIN_H
#define LINEAGE_LIB_CHAIN_H

#include "kexec-lineage.h"
#include "core/lineage.h"

/**
 * lineage_chain_create() - convert a chain into an array
 * @lineage: the lineage; its chain may be empty
 * @ret: the entries, newest first; a single allocation that includes their strings; the caller
 *	frees it with free()
 * @ret_length: entries of @ret; may be 0
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_chain_create(const struct lineage *lineage, struct lineage_entry **ret,
			 size_t *ret_length);

#endif /* LINEAGE_LIB_CHAIN_H */
