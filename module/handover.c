// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read and publish the lineage through Kexec HandOver (KHO).
 *
 * There are two subtrees. "kexec-metadata" has the format of Linux 7.1 and is published only if the
 * kernel does not publish it itself. "kexec-lineage" has the whole stamp. Both are in one page; for
 * their format see core/blob.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pfn.h>
#include <linux/printk.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include "core/blob.h"
#include "kexec_lineage.h"
#include "kho/kho.h"

/* Offsets of the two blobs in the page that is handed over. */
#define METADATA_AT 0
#define LINEAGE_AT LINEAGE_METADATA_FDT_MAX

static_assert(LINEAGE_AT + LINEAGE_KHO_FDT_MAX <= PAGE_SIZE);

static struct lineage_kho_blob blobs[2];

/*
 * Copy a subtree, at most up to the end of its page: KHO before Linux 7.1 does not report sizes,
 * and only this page is known to exist. The address comes from another kernel and is not trusted.
 */
static int __init read_subtree(const char *name, void *buffer, size_t *ret_size)
{
	phys_addr_t phys;
	size_t reported, size;
	int err;

	err = lineage_kho_find(name, &phys, &reported);
	if (err)
		return err;
	size = PAGE_SIZE - offset_in_page(phys);
	if (reported)
		size = min(size, reported);
	if (!pfn_valid(PHYS_PFN(phys)) ||
	    copy_from_kernel_nofault(buffer, phys_to_virt(phys), size)) {
		pr_warn("KHO's %s not used: address %pa is outside memory\n", name, &phys);
		return -EFAULT;
	}
	*ret_size = size;
	return 0;
}

static void __init read_metadata(void *buffer, struct lineage_handover *ret)
{
	struct lineage_fault fault;
	size_t size;
	int err;

	if (read_subtree(KHO_KEXEC_METADATA_NODE_NAME, buffer, &size))
		return;
	err = lineage_metadata_blob_decode(buffer, size, &ret->metadata, &fault);
	if (err)
		lineage_say_rejected("KHO's " KHO_KEXEC_METADATA_NODE_NAME, err, &fault);
	ret->has_metadata = !err;
}

static void __init read_lineage(void *buffer, struct lineage_handover *ret)
{
	struct lineage_fault fault;
	size_t size;
	int err;

	if (read_subtree(LINEAGE_KHO_NODE_NAME, buffer, &size))
		return;
	err = lineage_kho_blob_decode(buffer, size, &ret->stamp, &fault);
	if (err)
		lineage_say_rejected("KHO's " LINEAGE_KHO_NODE_NAME, err, &fault);
	ret->has_stamp = !err;
}

/**
 * lineage_handover_read() - read the subtrees that the previous kernel handed over
 * @ret: zeroed by the caller; receives the subtrees that exist and are valid
 *
 * Prints a warning for each rejected blob. The pages stay reserved: debugfs shows them while this
 * kernel runs.
 */
void __init lineage_handover_read(struct lineage_handover *ret)
{
	static u8 buffer[PAGE_SIZE] __initdata;

	read_metadata(buffer, ret);
	read_lineage(buffer, ret);
}

/* A kernel whose headers define the metadata publishes it itself; Kbuild checks this. */
#ifdef LINEAGE_KERNEL_PUBLISHES_METADATA
static size_t __init make_metadata(const struct lineage_stamp *next, void *page,
				   struct lineage_kho_blob *ret)
{
	return 0;
}
#else
static size_t __init make_metadata(const struct lineage_stamp *next, void *page,
				   struct lineage_kho_blob *ret)
{
	struct lineage_metadata metadata = { .kexec_count = next->lineage.count };
	int err;

	strscpy(metadata.previous_release, init_utsname()->release,
		sizeof(metadata.previous_release));
	ret->name = KHO_KEXEC_METADATA_NODE_NAME;
	ret->bytes = page + METADATA_AT;
	err = lineage_metadata_blob_encode(&metadata, ret->bytes, LINEAGE_METADATA_FDT_MAX,
					   &ret->size);
	return err ? 0 : 1;
}
#endif

/* Return the number of blobs; 0 if there is no next stamp, which self.c has already reported. */
static size_t __init make_blobs(void *page)
{
	static struct lineage_stamp next __initdata;
	size_t count;

	if (lineage_self.next_length == 0 || lineage_self_make_next(&next))
		return 0;
	count = make_metadata(&next, page, &blobs[0]);
	blobs[count].name = LINEAGE_KHO_NODE_NAME;
	blobs[count].bytes = page + LINEAGE_AT;
	if (lineage_kho_blob_encode(lineage_self.next, blobs[count].bytes, LINEAGE_KHO_FDT_MAX,
				    &blobs[count].size) == 0)
		count++;
	return count;
}

void __init lineage_handover_init(void)
{
	size_t count;
	void *page;
	int err;

	if (!lineage_kho_is_on())
		return;
	page = lineage_kho_get_page();
	if (!page) {
		pr_warn("lineage not handed over through KHO: no memory\n");
		return;
	}
	count = make_blobs(page);
	if (count == 0)
		goto put;
	err = lineage_kho_publish(page, blobs, count);
	if (!err)
		return;
	pr_warn("lineage not handed over through KHO: %d\n", err);
put:
	lineage_kho_put_page(page);
}

void lineage_handover_exit(void)
{
	lineage_kho_unpublish();
}
