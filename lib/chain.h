/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How does a chain leave the library? As an array, one allocation, freed with free(). */
#ifndef LINEAGE_LIB_CHAIN_H
#define LINEAGE_LIB_CHAIN_H

#include "kexec-lineage.h"
#include "core/lineage.h"

/**
 * lineage_chain_create() - a lineage's chain as an array
 * @ret: the entries, newest first, with their strings in the same allocation; the caller frees
 * @ret_length: how many
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_chain_create(const struct lineage *lineage, struct lineage_entry **ret,
			 size_t *ret_length);

#endif /* LINEAGE_LIB_CHAIN_H */
