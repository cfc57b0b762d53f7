// SPDX-License-Identifier: GPL-2.0-only
/* Replacement for kernels without KHO or with an unknown KHO API. */
#include <linux/errno.h>

#include "kho.h"

bool lineage_kho_is_on(void)
{
	return false;
}

int lineage_kho_find(const char *name, phys_addr_t *ret_phys, size_t *ret_size)
{
	return -ENOENT;
}

void *lineage_kho_get_page(void)
{
	return NULL;
}

void lineage_kho_put_page(void *page)
{
}

int lineage_kho_publish(void *page, const struct lineage_kho_blob *blobs, size_t count)
{
	return -EOPNOTSUPP;
}

void lineage_kho_unpublish(void)
{
}
