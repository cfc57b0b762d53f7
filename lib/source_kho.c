// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read from debugfs the lineage that Kexec HandOver (KHO) delivered. A kernel with
 * module/patches/interface also shows the metadata in sysfs, to all users.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/blob.h"
#include "core/decimal.h"
#include "core/merge_carriers.h"
#include "core/metadata.h"
#include "cleanup.h"
#include "finding.h"
#include "kho_fdt.h"

#define DEBUGFS_FOLDER "sys/kernel/debug"
#define FDT_PATH DEBUGFS_FOLDER "/kho/in/fdt"
#define BLOB_FOLDER DEBUGFS_FOLDER "/kho/in/sub_fdts/"

#define PREVIOUS_RELEASE_PATH "sys/kernel/kexec/previous_release"
#define COUNT_PATH "sys/kernel/kexec/count"

#define FDT_LIMIT (1 << 20)
#define BLOB_LIMIT 4096 /* with metadata an FDT has about 200 bytes, with a stamp up to 1280 */
#define HEAD_SIZE 8	/* an FDT's magic and total size */

/**
 * struct blob_reader - how to read one of the two subtrees that carry a lineage
 * @name: name of its node
 * @path: its file in debugfs
 * @title: its name in messages
 * @bare_size: bytes to read if KHO does not report the size and the blob is not an FDT
 * @read: decodes its bytes into a finding
 */
struct blob_reader {
	const char *name;
	const char *path;
	const char *title;
	size_t bare_size;
	void (*read)(struct lineage_finding *finding, const void *blob, size_t size,
		     const char *what);
};

static const struct blob_reader metadata_reader = {
	.name = KHO_KEXEC_METADATA_NODE_NAME,
	.path = BLOB_FOLDER KHO_KEXEC_METADATA_NODE_NAME,
	.title = "metadata blob",
	.bare_size = sizeof(struct kho_kexec_metadata),
	.read = lineage_finding_set_metadata_blob,
};

/* This blob is always an FDT. Any other content is rejected after its first bytes. */
static const struct blob_reader lineage_reader = {
	.name = LINEAGE_KHO_NODE_NAME,
	.path = BLOB_FOLDER LINEAGE_KHO_NODE_NAME,
	.title = LINEAGE_KHO_NODE_NAME,
	.bare_size = HEAD_SIZE,
	.read = lineage_finding_set_kho_blob,
};

/*
 * Return how many bytes of the blob may be read. Kernels before 7.1 treat any blob as an FDT. If it
 * is not an FDT, they compute a wrong size: a reader gets hundreds of megabytes of unrelated
 * memory, or the kernel hits a BUG(). Therefore, if KHO does not report the size, the first bytes
 * show whether the blob is an FDT, and any other blob is read only up to @bare_size.
 */
static size_t wanted_bytes(const struct blob_reader *reader, const struct lineage_subtree *subtree,
			   const char *head, size_t size)
{
	size_t wanted = reader->bare_size;

	if (subtree && subtree->has_size)
		wanted = subtree->size < BLOB_LIMIT ? (size_t)subtree->size : BLOB_LIMIT;
	else if (lineage_fdt_is(head, size) && size >= HEAD_SIZE)
		wanted = lineage_fdt_total_size(head);
	return wanted < BLOB_LIMIT ? wanted : BLOB_LIMIT;
}

static int read_blob(const struct lineage_root *root, const struct blob_reader *reader,
		     const struct lineage_subtree *subtree, char **ret, size_t *ret_size)
{
	LINEAGE_AUTO_FREE char *head = NULL;
	size_t size;
	int error;

	error = lineage_root_read(root, reader->path, HEAD_SIZE, &head, &size);
	if (error)
		return error;
	return lineage_root_read(root, reader->path, wanted_bytes(reader, subtree, head, size), ret,
				 ret_size);
}

static void take_blob(const char *blob, size_t size, const struct blob_reader *reader,
		      const struct lineage_subtree *subtree, struct lineage_finding *finding)
{
	char title[64];

	if (subtree && subtree->has_size && size < BLOB_LIMIT && size < subtree->size) {
		lineage_finding_set(finding, LINEAGE_STATUS_MALFORMED,
				    "KHO's FDT says that the %s has %llu bytes: found %zu",
				    reader->title, (unsigned long long)subtree->size, size);
		return;
	}
	snprintf(title, sizeof(title), "KHO's %s", reader->title);
	reader->read(finding, blob, size, title);
}

/*
 * Find the blob in KHO's own FDT. Return false, with a status in the finding, if there is nothing
 * to read; if KHO simply has no such blob, the finding gets no detail.
 */
static bool find_blob(const char *fdt, const struct blob_reader *reader,
		      struct lineage_subtree *ret, struct lineage_finding *finding)
{
	struct lineage_fault fault;
	int error = lineage_kho_find_subtree(fdt, reader->name, ret, &fault);

	if (error == -ENODATA)
		finding->status = LINEAGE_STATUS_ABSENT;
	else if (error)
		lineage_finding_set_fault(finding, error, "KHO's FDT", &fault);
	return !error;
}

/* Read one subtree; @fdt is NULL if only the blobs were saved, for example in a sosreport. */
static void read_subtree(const struct lineage_root *root, const char *fdt,
			 const struct blob_reader *reader, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *blob = NULL;
	struct lineage_subtree subtree;
	size_t size;
	int error;

	if (fdt && !find_blob(fdt, reader, &subtree, finding))
		return;
	error = read_blob(root, reader, fdt ? &subtree : NULL, &blob, &size);
	if (error == -ENOENT && !fdt)
		finding->status = LINEAGE_STATUS_ABSENT;
	else if (error)
		lineage_finding_set_unreadable(finding, error, reader->path);
	else
		take_blob(blob, size, reader, fdt ? &subtree : NULL, finding);
}

/* Append a text to the detail. */
__attribute__((format(printf, 2, 3))) static void add_detail(struct lineage_finding *finding,
							     const char *format, ...)
{
	size_t length = strlen(finding->detail);
	va_list arguments;

	if (length > 0)
		length += (size_t)snprintf(finding->detail + length,
					   sizeof(finding->detail) - length, "; ");
	if (length >= sizeof(finding->detail))
		return;
	va_start(arguments, format);
	vsnprintf(finding->detail + length, sizeof(finding->detail) - length, format, arguments);
	va_end(arguments);
}

/* Set the detail: which subtree was used, and what was wrong with the other one. */
static void describe(const struct lineage_finding *metadata, const struct lineage_finding *lineage,
		     struct lineage_finding *finding)
{
	bool has_metadata = metadata->status == LINEAGE_STATUS_OK;
	bool has_lineage = lineage->status == LINEAGE_STATUS_OK;

	finding->detail[0] = '\0';
	if (finding->contradicts) {
		add_detail(finding,
			   LINEAGE_KHO_NODE_NAME
			   " says the previous kernel was %s, " KHO_KEXEC_METADATA_NODE_NAME
			   " says %s; not used",
			   lineage->previous_release, metadata->previous_release);
		return;
	}
	if (has_metadata && has_lineage)
		add_detail(finding,
			   "from " KHO_KEXEC_METADATA_NODE_NAME " and " LINEAGE_KHO_NODE_NAME);
	else if (has_lineage)
		add_detail(finding, "from " LINEAGE_KHO_NODE_NAME);
	if (has_metadata && metadata->detail[0])
		add_detail(finding, "%s%s", has_lineage ? KHO_KEXEC_METADATA_NODE_NAME " " : "",
			   metadata->detail);
	if (!has_metadata && metadata->detail[0])
		add_detail(finding, "not used: %s", metadata->detail);
	if (!has_lineage && lineage->detail[0])
		add_detail(finding, "not used: %s", lineage->detail);
}

/* Merge the subtrees by the rule of core/merge_carriers.c; at least one of them is valid. */
static void merge(const struct lineage_finding *metadata, const struct lineage_finding *lineage,
		  struct lineage_finding *finding)
{
	struct lineage_metadata content = { .kexec_count = metadata->metadata_count };
	struct lineage_carriers carriers = { 0 };
	struct lineage_merged_carriers merged;

	if (metadata->status == LINEAGE_STATUS_OK) {
		memcpy(content.previous_release, metadata->previous_release,
		       sizeof(content.previous_release));
		carriers.metadata = &content;
		finding->is_metadata = true;
		finding->metadata_count = metadata->metadata_count;
	}
	if (lineage->status == LINEAGE_STATUS_OK)
		carriers.kho = &lineage->lineage;
	lineage_merge_carriers(&carriers, &merged);
	memcpy(finding->previous_release, merged.previous_release,
	       sizeof(finding->previous_release));
	finding->contradicts = merged.rejects_kho;
	if (carriers.kho && !merged.rejects_kho) {
		finding->kho_count = lineage->lineage.count;
		finding->lineage = merged.lineage;
	}
	finding->has_count = finding->kho_count > 0 || finding->metadata_count > 0;
	if (finding->has_count)
		finding->lineage.count = merged.lineage.count;
	describe(metadata, lineage, finding);
}

/* Neither subtree is valid. Report a broken blob rather than an absent one. */
static void reject(const struct lineage_finding *metadata, const struct lineage_finding *lineage,
		   struct lineage_finding *finding)
{
	finding->status =
		metadata->status != LINEAGE_STATUS_ABSENT ? metadata->status : lineage->status;
	if (metadata->detail[0])
		add_detail(finding, "%s", metadata->detail);
	if (lineage->detail[0])
		add_detail(finding, "%s", lineage->detail);
}

static void set_absent(const struct lineage_root *root, const char *fdt,
		       struct lineage_finding *finding)
{
	const char *compatible = fdt ? lineage_fdt_compatible(fdt) : NULL;

	if (fdt)
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "KHO (%.64s) handed over neither " KHO_KEXEC_METADATA_NODE_NAME
				    " nor " LINEAGE_KHO_NODE_NAME,
				    compatible ? compatible : "ABI unknown");
	else if (lineage_root_has(root, DEBUGFS_FOLDER "/kho"))
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "KHO is on, but the previous kernel handed nothing over");
	else
		lineage_finding_set(finding, LINEAGE_STATUS_ABSENT,
				    "no /" DEBUGFS_FOLDER
				    "/kho: KHO is not built into this kernel, KHO is off "
				    "(boot with kho=on), or debugfs is not mounted");
}

static void read_subtrees(const struct lineage_root *root, const char *fdt,
			  struct lineage_finding *finding)
{
	struct lineage_finding metadata = { 0 };
	struct lineage_finding lineage = { 0 };

	read_subtree(root, fdt, &metadata_reader, &metadata);
	read_subtree(root, fdt, &lineage_reader, &lineage);
	if (metadata.status == LINEAGE_STATUS_OK || lineage.status == LINEAGE_STATUS_OK)
		merge(&metadata, &lineage, finding);
	else
		reject(&metadata, &lineage, finding);
	if (finding->status == LINEAGE_STATUS_ABSENT && !finding->detail[0])
		set_absent(root, fdt, finding);
}

static void read_debugfs(const struct lineage_root *root, struct lineage_finding *finding)
{
	LINEAGE_AUTO_FREE char *fdt = NULL;
	struct lineage_fault fault;
	size_t size;
	int error;

	error = lineage_root_read(root, FDT_PATH, FDT_LIMIT, &fdt, &size);
	if (error && error != -ENOENT) {
		lineage_finding_set_unreadable(finding, error, FDT_PATH);
		return;
	}
	if (!error) {
		error = lineage_fdt_check(fdt, size, &fault);
		if (error) {
			lineage_finding_set_fault(finding, error, "KHO's FDT", &fault);
			return;
		}
	}
	read_subtrees(root, fdt, finding);
}

static int read_sysfs(const struct lineage_root *root, struct lineage_metadata *ret)
{
	LINEAGE_AUTO_FREE char *release = NULL;
	LINEAGE_AUTO_FREE char *count = NULL;
	struct lineage_metadata metadata;
	size_t length;
	int error;

	error = lineage_root_read_line(root, PREVIOUS_RELEASE_PATH, &release);
	if (!error)
		error = lineage_root_read_line(root, COUNT_PATH, &count);
	if (error)
		return error;
	length = strlen(release);
	if (!lineage_release_is_valid(release, length) ||
	    lineage_decimal_parse(count, strlen(count), &metadata.kexec_count))
		return -EILSEQ;
	memcpy(metadata.previous_release, release, length + 1);
	*ret = metadata;
	return 0;
}

void lineage_source_read_kho(const struct lineage_root *root, struct lineage_finding *finding)
{
	struct lineage_metadata metadata;
	int error;

	read_debugfs(root, finding);
	if (finding->status != LINEAGE_STATUS_ABSENT && finding->status != LINEAGE_STATUS_FORBIDDEN)
		return;
	error = read_sysfs(root, &metadata);
	if (!error) {
		lineage_finding_set_metadata(finding, &metadata);
		add_detail(finding, "from /" PREVIOUS_RELEASE_PATH);
	} else if (error == -EILSEQ) {
		lineage_finding_set(finding, LINEAGE_STATUS_MALFORMED,
				    "/" PREVIOUS_RELEASE_PATH " or /" COUNT_PATH
				    " does not contain a valid release or count");
	}
}
