/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Order and selection of the boots that store_list_boots() reports, for all back ends. */
#ifndef LINEAGE_STORE_LISTING_H
#define LINEAGE_STORE_LISTING_H

#include "store.h"

/**
 * struct store_listing - boots in the order of their start; all zero at first
 * @boots: the boots; owned
 */
struct store_listing {
	struct store_listed *boots;
	size_t count;
	size_t allocated;
};

/**
 * store_listing_add() - add a copy of @boot, in any order
 * @data: a struct store_listing
 *
 * Return: 0, or -ENOMEM.
 */
int store_listing_add(const struct store_boot *boot, void *data);

/**
 * store_listing_sort() - order the boots and set their ages
 *
 * Boots are ordered by host. The order of boots that a machine recorded does not depend on its
 * clock. A boot that is known only from a log is placed by its time. If it has no time, it stays
 * after the boot that was added before it. A lost kexec follows the boot that started it.
 */
void store_listing_sort(struct store_listing *listing);

/**
 * store_listing_visit() - report the boots that match @filter
 *
 * Return: 0, or the first value other than 0 that the visitor returned.
 */
int store_listing_visit(const struct store_listing *listing, const struct store_filter *filter,
			store_boot_visitor *visit, void *data);

/** store_listing_clear() - free all boots */
void store_listing_clear(struct store_listing *listing);

#define STORE_AUTO_LISTING __attribute__((cleanup(store_listing_clear))) struct store_listing

#endif /* LINEAGE_STORE_LISTING_H */
