/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a boot, derived from the next boot of its host. */
#ifndef LINEAGE_STORE_ENDING_H
#define LINEAGE_STORE_ENDING_H

#include "store.h"

/**
 * store_ending() - how a boot ended
 * @before: the boot; its release, count, way to come up and end count
 * @after: the next boot of the same host that was written down
 *
 * Return: the end of @before, now that @after is known; its own where that says more than
 * "running".
 */
enum store_end store_ending(const struct store_boot *before, const struct store_boot *after);

#endif /* LINEAGE_STORE_ENDING_H */
