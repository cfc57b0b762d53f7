// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lineage did Kexec HandOver bring, as debugfs shows it? */
#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "evidence.h"
#include "kho_fdt.h"

#define DEBUGFS_FOLDER "sys/kernel/debug"
#define FDT_PATH DEBUGFS_FOLDER "/kho/in/fdt"
#define BLOB_PATH DEBUGFS_FOLDER "/kho/in/sub_fdts/" KHO_KEXEC_METADATA_NODE_NAME

#define FDT_LIMIT (1 << 20)
#define BLOB_LIMIT 4096			/* an FDT-shaped blob needs some 200 bytes */
#define HEAD_SIZE (2 * sizeof(fdt32_t)) /* an FDT's magic and total size */

/*
 * How many bytes of the blob may be read? Kernels before 7.1 take any blob for an FDT and let a
 * reader run through hundreds of megabytes of foreign memory, or BUG on it: so, where KHO does not
 * tell the size, the first bytes decide, and of a bare blob only the 73 of version 1 are read.
 */
static size_t wanted_bytes(const struct lineage_subtree *subtree, const char *head, size_t size)
{
	size_t wanted = sizeof(struct kho_kexec_metadata);

	if (subtree && subtree->has_size)
		wanted = subtree->size < BLOB_LIMIT ? (size_t)subtree->size : BLOB_LIMIT;
	else if (lineage_fdt_is(head, size) && size >= HEAD_SIZE)
		wanted = fdt_totalsize(head);
	return wanted < BLOB_LIMIT ? wanted : BLOB_LIMIT;
}

static int read_blob(const struct lineage_root *root, const struct lineage_subtree *subtree,
		     char **ret, size_t *ret_size)
{
	LINEAGE_AUTO_FREE char *head = NULL;
	size_t size;
	int error;

	error = lineage_root_read(root, BLOB_PATH, HEAD_SIZE, &head, &size);
	if (error)
		return error;
	return lineage_root_read(root, BLOB_PATH, wanted_bytes(subtree, head, size), ret, ret_size);
}

static void take_blob(const char *blob, size_t size, const struct lineage_subtree *subtree,
		      struct lineage_finding *finding)
{
	struct lineage_metadata metadata;
	struct lineage_fault fault;
	int error;

	if (subtree && subtree->has_size && size < BLOB_LIMIT && size < subtree->size) {
		lineage_finding_set(
			finding, LINEAGE_STATUS_MALFORMED,
			"KHO's FDT says that the metadata blob has %llu bytes: found %zu",
			(unsigned long long)subtree->size, size);
		return;
	}
	error = lineage_blob_decode(blob, size, &metadata, &fault);
	if (error)
		lineage_finding_set_fault(finding, error, "KHO's metadata blob", &fault);
	else
		lineage_finding_set_metadata(finding, &metadata);
}

/* What KHO's own FDT says of the blob; false, and a status set, where there is no blob to read. */
static bool find_blob(const char *fdt, size_t size, struct lineage_subtree *ret,
		      struct lineage_finding *finding)
{
	struct lineage_fault fault;
	const char *compatible;
	int error;

	error = lineage_fdt_check(fdt, size, &fault);
	if (error) {
		lineage_finding_set_fault(finding, error, "KHO's FDT", &fault);
		return false;
	}
	error = lineage_kho_find_subtree(fdt, KHO_KEXEC_METADATA_NODE_NAME, ret, &fault);
	if (error == -ENODATA) {
		compatible = lineage_fdt_compatible(fdt);
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "KHO (%.64s) handed over no " KHO_KEXEC_METADATA_NODE_NAME,
				    compatible ? compatible : "no ABI named");
	} else if (error) {
		lineage_finding_set_fault(finding, error, "KHO's FDT", &fault);
	}
	return !error;
}

static void set_absent(const struct lineage_root *root, struct lineage_finding *finding)
{
	if (lineage_root_has(root, DEBUGFS_FOLDER "/kho"))
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "KHO is on, and the kernel before handed nothing over");
	else
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "no /" DEBUGFS_FOLDER "/kho: KHO is not in this kernel or off "
				    "(kho=on), or debugfs is not mounted");
}

void lineage_source_read_kho(const struct lineage_root *root, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *fdt = NULL;
	LINEAGE_AUTO_FREE char *blob = NULL;
	struct lineage_subtree subtree;
	size_t fdt_size, blob_size;
	bool has_fdt;
	int error;

	error = lineage_root_read(root, FDT_PATH, FDT_LIMIT, &fdt, &fdt_size);
	if (error && error != -ENOENT) {
		lineage_finding_set_unreadable(finding, error, FDT_PATH);
		return;
	}
	has_fdt = !error;
	if (has_fdt && !find_blob(fdt, fdt_size, &subtree, finding))
		return;
	error = read_blob(root, has_fdt ? &subtree : NULL, &blob, &blob_size);
	if (error == -ENOENT && !has_fdt)
		set_absent(root, finding);
	else if (error)
		lineage_finding_set_unreadable(finding, error, BLOB_PATH);
	else
		take_blob(blob, blob_size, has_fdt ? &subtree : NULL, finding);
}
