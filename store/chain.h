/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the column chain. It allocates nothing, because the chains of many boots are read.
 * store/rows/encoding.h writes the column.
 */
#ifndef LINEAGE_STORE_CHAIN_H
#define LINEAGE_STORE_CHAIN_H

#include <stdint.h>

/* LINEAGE_RELEASE_SIZE of core/, which store/ does not use. */
#define STORE_RELEASE_SIZE 65

/**
 * store_chain_next() - iterate over the text of the column chain, newest kernel first
 * @at: the position; initially the start of the text; each call advances it
 * @ret_release: release of the kernel
 * @ret_runs: number of consecutive kernels of this release
 *
 * docs/explanation/store.md describes the encoding.
 *
 * Return: 1 for an entry, 0 after the last one, -EILSEQ if the text is not a chain.
 */
int store_chain_next(const char **at, char ret_release[STORE_RELEASE_SIZE], uint32_t *ret_runs);

#endif /* LINEAGE_STORE_CHAIN_H */
