/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What does a chain begin with, and how does it leave the library? */
#ifndef LINEAGE_LIB_CHAIN_H
#define LINEAGE_LIB_CHAIN_H

#include <stdbool.h>

#include "kexec-lineage.h"
#include "lineage.h"

/**
 * lineage_chain_begins_with() - does this lineage's newest entry name that release?
 */
bool lineage_chain_begins_with(const struct lineage *lineage, const char *release);

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
