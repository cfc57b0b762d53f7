// SPDX-License-Identifier: GPL-2.0-only
/*
 * Publish given bytes as a KHO subtree, for tests of the readers.
 *
 * `insmod lineage_kho_blob.ko name=NAME bytes=HEX` publishes the bytes at every finalization, with
 * the KHO of Linux 6.18, stock or with our series. size=N sets another size; bytes beyond HEX are
 * 0. The parameter result is the last result of kho_add_subtree(); 1 before the first finalization.
 * fails=N makes the first N finalizations fail after the subtree was added.
 */
#include <linux/gfp.h>
#include <linux/hex.h>
#include <linux/kexec_handover.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

#define BLOB_MAX (1 << 20)

static char *name = "lineage-test";
module_param(name, charp, 0444);
static char *bytes = "";
module_param(bytes, charp, 0444);
static int size = -1;
module_param(size, int, 0444);
static int result = 1;
module_param(result, int, 0444);
static int fails;
module_param(fails, int, 0444);

static struct folio *folio;

static int add(struct kho_serialization *ser)
{
	void *blob = folio_address(folio);

#if __has_include(<linux/kho/abi/kexec_metadata.h>)
	return kho_add_subtree(ser, name, blob, (size_t)size);
#else
	return kho_add_subtree(ser, name, blob);
#endif
}

/* An error of kho_add_subtree() does not make the finalization fail: result holds the error. */
static int on_event(struct notifier_block *block, unsigned long event, void *data)
{
	if (event != KEXEC_KHO_FINALIZE)
		return NOTIFY_DONE;
	result = kho_preserve_folio(folio);
	if (!result)
		result = add(data);
	pr_info("lineage_kho_blob: %s: %d\n", name, result);
	return fails-- > 0 ? notifier_from_errno(-EIO) : NOTIFY_DONE;
}

static struct notifier_block block = { .notifier_call = on_event };

static int __init lineage_kho_blob_init(void)
{
	size_t given = strlen(bytes) / 2;
	int err;

	if (!kho_is_enabled())
		return -EOPNOTSUPP;
	if (size < 0)
		size = (int)given;
	if (size > BLOB_MAX)
		return -EINVAL;
	folio = folio_alloc(GFP_KERNEL | __GFP_ZERO,
			    get_order(max3((size_t)size, given, (size_t)1)));
	if (!folio)
		return -ENOMEM;
	err = hex2bin(folio_address(folio), bytes, given);
	if (!err)
		err = register_kho_notifier(&block);
	if (err)
		folio_put(folio);
	return err;
}

/* There is no exit function: 6.18 cannot unpreserve, and the blob must not change. */
module_init(lineage_kho_blob_init);
MODULE_DESCRIPTION("Publishes given bytes through Kexec HandOver, for tests");
MODULE_LICENSE("GPL");
