/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Derivation of the end of a boot from the next boot of its host. */
#ifndef LINEAGE_STORE_ENDING_H
#define LINEAGE_STORE_ENDING_H

#include "store.h"

/**
 * store_ending() - derive how a boot ended
 * @before: the boot; the function uses its release, count, boot kind and end
 * @after: the next recorded boot of the same host
 *
 * Return: the recorded end of @before, unless it is "running"; then the end that @after shows.
 */
enum store_end store_ending(const struct store_boot *before, const struct store_boot *after);

#endif /* LINEAGE_STORE_ENDING_H */
