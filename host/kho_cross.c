// SPDX-License-Identifier: GPL-2.0-or-later
#include "kho_cross.h"

#include <errno.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/root.h"

#define KHO_PATH "sys/kernel/debug/kho"
#define FINALIZE_PATH KHO_PATH "/out/finalize"
#define METADATA_PATH KHO_PATH "/out/sub_fdts/kexec-metadata"
#define EFI_PATH "sys/firmware/efi"
#define FDT_LIMIT 65536

/* The version of every kernel that userspace must finalize: Linux 6.16 to 7.0. */
#define FINALIZED_ABI "kho-v1"

/*
 * Find the version in an FDT. Linux 6.19 to 7.3 show only the first bytes of out/fdt, which contain
 * it.
 */
static void read_abi(const struct lineage_root *root, const char *path, char *ret)
{
	LINEAGE_AUTO_FREE char *fdt = NULL;
	struct lineage_image_kho found = { 0 };
	size_t size;

	if (lineage_root_read(root, path, FDT_LIMIT, &fdt, &size))
		return;
	lineage_host_image_kho_look(&found, fdt, size);
	if (!found.is_ambiguous)
		memcpy(ret, found.abi, sizeof(found.abi));
}

/*
 * A kernel that was started through KHO has in/fdt, and accepted it because it has the same
 * version. Any other kernel has out/fdt, Linux 6.18 only after it was finalized.
 */
static void find_running_abi(const struct lineage_root *root, char *ret)
{
	read_abi(root, KHO_PATH "/in/fdt", ret);
	if (!*ret)
		read_abi(root, KHO_PATH "/out/fdt", ret);
	if (!*ret && lineage_root_has(root, FINALIZE_PATH))
		memcpy(ret, FINALIZED_ABI, sizeof(FINALIZED_ABI));
}

static enum lineage_kho_crossing judge_all(const struct lineage_kho_cross *cross)
{
	if (cross->error || cross->image.is_ambiguous)
		return LINEAGE_KHO_UNKNOWN;
	if (!*cross->image.abi)
		return LINEAGE_KHO_IS_LOST;
	if (!*cross->running)
		return LINEAGE_KHO_UNKNOWN;
	return strcmp(cross->running, cross->image.abi) == 0 ? LINEAGE_KHO_CROSSES
							     : LINEAGE_KHO_IS_LOST;
}

/* Linux 6.18 shows the subtrees only after it was finalized. */
static bool may_publish_later(const struct lineage_root *root)
{
	LINEAGE_AUTO_FREE char *line = NULL;

	return lineage_root_read_line(root, FINALIZE_PATH, &line) == 0 && strcmp(line, "1") != 0;
}

static enum lineage_kho_crossing judge_line(const struct lineage_root *root,
					    const struct lineage_kho_cross *cross)
{
	if (cross->error)
		return LINEAGE_KHO_UNKNOWN;
	if (!cross->image.reads_metadata ||
	    (cross->all == LINEAGE_KHO_IS_LOST && !cross->image.reads_other_metadata))
		return LINEAGE_KHO_IS_LOST;
	if (!lineage_root_has(root, METADATA_PATH))
		return may_publish_later(root) ? LINEAGE_KHO_UNKNOWN : LINEAGE_KHO_IS_LOST;
	if (cross->all == LINEAGE_KHO_CROSSES || !cross->image.reads_other_metadata)
		return cross->all;
	/* module/patches/linux-7.3.y: on arm64 with EFI, the memory map is known too late. */
	return cross->image.is_arm64 && lineage_root_has(root, EFI_PATH) ? LINEAGE_KHO_UNKNOWN
									 : LINEAGE_KHO_CROSSES;
}

int lineage_host_kho_cross(const char *root_path, const char *image, struct lineage_kho_cross *ret)
{
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;
	struct lineage_kho_cross cross = { 0 };
	int error = lineage_root_init(&root, root_path), folder;

	if (error)
		return error;
	folder = lineage_root_open(&root, KHO_PATH);
	if (folder < 0)
		return folder == -EACCES || folder == -EPERM ? -EACCES : -ENODATA;
	lineage_cleanup_close(&folder);
	find_running_abi(&root, cross.running);
	cross.error = lineage_host_image_kho(image, &cross.image, &cross.program);
	cross.all = judge_all(&cross);
	cross.line = judge_line(&root, &cross);
	*ret = cross;
	return 0;
}
