// SPDX-License-Identifier: GPL-2.0-only
/*
 * Publish blobs when the module is loaded, and remove them when it is unloaded (Linux 6.19 and
 * later).
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kexec_handover.h>
#include <linux/mm.h>

#include "kho.h"

static struct {
	void *page;
	const struct lineage_kho_blob *blobs;
	size_t count;
} published;

bool lineage_kho_is_on(void)
{
	return kho_is_enabled();
}

void *lineage_kho_get_page(void)
{
	void *page = kho_alloc_preserve(PAGE_SIZE);

	return IS_ERR(page) ? NULL : page;
}

void lineage_kho_put_page(void *page)
{
	kho_unpreserve_free(page);
}

/* kho_remove_subtree() searches for the address and ignores a blob that was not added. */
static void remove_blobs(const struct lineage_kho_blob *blobs, size_t count)
{
	while (count > 0)
		kho_remove_subtree(blobs[--count].bytes);
}

int lineage_kho_publish(void *page, const struct lineage_kho_blob *blobs, size_t count)
{
	size_t i;
	int err;

	for (i = 0; i < count; i++) {
		err = lineage_kho_add(NULL, &blobs[i]);
		if (err && err != -EEXIST) {
			remove_blobs(blobs, i);
			return err;
		}
	}
	published.page = page;
	published.blobs = blobs;
	published.count = count;
	return 0;
}

void lineage_kho_unpublish(void)
{
	if (!published.page)
		return;
	remove_blobs(published.blobs, published.count);
	kho_unpreserve_free(published.page);
	published.page = NULL;
}
