// SPDX-License-Identifier: GPL-2.0-only
/*
 * Publish blobs when KHO is finalized (Linux 6.18).
 *
 * A notifier adds the blobs at each finalization, and KHO drops them at an abort. From finalization
 * to abort the page belongs to KHO and cannot be taken back. If the module is unloaded in between,
 * the page stays allocated.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kexec_handover.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/printk.h>

#include "kho.h"

/* KHO's lock protects @is_handed_over; lineage_kho_unpublish() reads it after the last callback. */
static struct {
	void *page;
	const struct lineage_kho_blob *blobs;
	size_t count;
	bool is_handed_over;
} published;

bool lineage_kho_is_on(void)
{
	return kho_is_enabled();
}

void *lineage_kho_get_page(void)
{
	return (void *)get_zeroed_page(GFP_KERNEL);
}

void lineage_kho_put_page(void *page)
{
	free_page((unsigned long)page);
}

static int hand_over(struct kho_serialization *ser)
{
	size_t i;
	int err;

	err = kho_preserve_pages(virt_to_page(published.page), 1);
	if (err)
		return err;
	published.is_handed_over = true;
	for (i = 0; i < published.count; i++) {
		err = lineage_kho_add(ser, &published.blobs[i]);
		if (err)
			return err;
	}
	return 0;
}

/* Always return NOTIFY_DONE: an error of this module must not make the finalization fail. */
static int follow_kho(struct notifier_block *block, unsigned long event, void *data)
{
	int err;

	switch (event) {
	case KEXEC_KHO_FINALIZE:
		err = hand_over(data);
		if (err)
			pr_warn("lineage not handed over through KHO: %d\n", err);
		break;
	case KEXEC_KHO_ABORT:
		published.is_handed_over = false;
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block kho_block = {
	.notifier_call = follow_kho,
};

int lineage_kho_publish(void *page, const struct lineage_kho_blob *blobs, size_t count)
{
	int err;

	published.page = page;
	published.blobs = blobs;
	published.count = count;
	err = register_kho_notifier(&kho_block);
	if (err)
		published.page = NULL;
	return err;
}

void lineage_kho_unpublish(void)
{
	if (!published.page)
		return;
	unregister_kho_notifier(&kho_block);
	if (!published.is_handed_over)
		free_page((unsigned long)published.page);
	published.page = NULL;
}
