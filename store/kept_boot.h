/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of boots that outlive the row or the event that they came from. */
#ifndef LINEAGE_STORE_KEPT_BOOT_H
#define LINEAGE_STORE_KEPT_BOOT_H

#include "store.h"

/**
 * struct kept_boot - a boot that owns its texts
 * @boot: the boot; its texts are in @texts
 * @texts: all texts, one after the other
 * @version: version of its row on a server; 0 if the server has no row yet
 */
struct kept_boot {
	struct store_boot boot;
	char *texts;
	uint64_t version;
};

/**
 * store_texts_keep() - copy texts
 * @texts: addresses of @count pointers, which then point to the copies; NULL pointers stay NULL
 *
 * Return: the copies, one after the other, which the caller frees; NULL if memory runs out.
 */
char *store_texts_keep(const char **const *texts, size_t count);

/**
 * store_boot_keep() - copy @boot. Return: the copy, which the caller destroys; NULL if memory runs
 * out.
 */
struct kept_boot *store_boot_keep(const struct store_boot *boot);

/** store_boot_destroy() - free a struct kept_boot; NULL is ignored */
void store_boot_destroy(void *kept);

static inline void store_cleanup_kept_boot(struct kept_boot **kept)
{
	store_boot_destroy(*kept);
}
#define STORE_AUTO_KEPT_BOOT __attribute__((cleanup(store_cleanup_kept_boot))) struct kept_boot

#endif /* LINEAGE_STORE_KEPT_BOOT_H */
