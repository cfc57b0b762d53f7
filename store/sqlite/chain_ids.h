/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chains with the ids of releases instead of their names. */
#ifndef LINEAGE_STORE_SQLITE_CHAIN_IDS_H
#define LINEAGE_STORE_SQLITE_CHAIN_IDS_H

#include <stdint.h>

/**
 * sqlite_chain_next() - iterate over a chain of ids, newest kernel first
 * @at: the position; initially the start of the text; each call advances it
 * @ret_id: id in the table releases
 * @ret_runs: number of consecutive kernels of this release
 *
 * The text is a JSON array without white space. An element is the id of a release, or for several
 * consecutive kernels the array [id,runs] (docs/explanation/store.md, "Encodings of columns").
 *
 * Return: 1 for an element, 0 after the last one, -EILSEQ if the text is not such an array.
 */
int sqlite_chain_next(const char **at, int64_t *ret_id, uint32_t *ret_runs);

#endif /* LINEAGE_STORE_SQLITE_CHAIN_IDS_H */
