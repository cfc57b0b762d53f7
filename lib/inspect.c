// SPDX-License-Identifier: GPL-2.0-or-later
/* Recognise and decode bytes: a blob of KHO, KHO's own FDT, or a stamp. */
#include <ctype.h>
#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "core/blob.h"
#include "chain.h"
#include "cleanup.h"
#include "core/cmdline.h"
#include "finding.h"
#include "kho_fdt.h"

/* Prefix of the `compatible` of a kexec-lineage blob of any version. */
#define LINEAGE_NAME_PREFIX LINEAGE_KHO_NODE_NAME "-"

/* An inspection and the objects that it points to; the public part is first. */
struct inspection_private {
	struct lineage_inspection inspection;
	struct lineage_finding finding;
	struct lineage_entry *chain;
	struct lineage_subtree *subtrees;
	char *bytes; /* a copy of the input: strings of an FDT point into it */
};

const char *lineage_format_name(enum lineage_format format)
{
	static const char *const names[] = {
		[LINEAGE_FORMAT_UNKNOWN] = "unknown",
		[LINEAGE_FORMAT_STAMP] = "stamp",
		[LINEAGE_FORMAT_METADATA] = "metadata blob",
		[LINEAGE_FORMAT_KHO] = "KHO FDT",
		[LINEAGE_FORMAT_LINEAGE] = "kexec-lineage blob",
	};

	if ((size_t)format >= sizeof(names) / sizeof(names[0]))
		format = LINEAGE_FORMAT_UNKNOWN;
	return names[format];
}

static void inspect_metadata(struct inspection_private *owned, size_t size)
{
	owned->inspection.format = LINEAGE_FORMAT_METADATA;
	lineage_finding_set_metadata_blob(&owned->finding, owned->bytes, size, "the metadata blob");
}

/* Set the members that only a stamp has. */
static void publish_stamp(struct inspection_private *owned)
{
	const struct lineage_finding *finding = &owned->finding;
	struct lineage_inspection *inspection = &owned->inspection;

	if (finding->status != LINEAGE_STATUS_OK)
		return;
	inspection->kind = finding->kind;
	inspection->made_for = finding->made_for[0] ? finding->made_for : NULL;
	inspection->chain_is_complete = lineage_is_complete(&finding->lineage);
}

static void inspect_stamp(struct inspection_private *owned, const char *value, size_t length)
{
	owned->inspection.format = LINEAGE_FORMAT_STAMP;
	lineage_finding_set_stamp(&owned->finding, value, length, "the stamp");
	publish_stamp(owned);
}

static void inspect_lineage(struct inspection_private *owned, size_t size)
{
	owned->inspection.format = LINEAGE_FORMAT_LINEAGE;
	lineage_finding_set_kho_blob(&owned->finding, owned->bytes, size, "the kexec-lineage blob");
	publish_stamp(owned);
}

static int list_subtrees(struct inspection_private *owned)
{
	struct lineage_inspection *inspection = &owned->inspection;
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	int node = -1;
	int error;

	while ((error = lineage_kho_next_subtree(owned->bytes, &node, &subtree, &fault)) == 0) {
		struct lineage_subtree *more =
			realloc(owned->subtrees,
				(inspection->subtree_count + 1) * sizeof(*owned->subtrees));

		if (!more)
			return -ENOMEM;
		owned->subtrees = more;
		owned->subtrees[inspection->subtree_count++] = subtree;
	}
	inspection->subtrees = owned->subtrees;
	if (error != -ENODATA)
		lineage_finding_set_fault(&owned->finding, error, "KHO's FDT", &fault);
	return 0;
}

static int inspect_fdt(struct inspection_private *owned, size_t size)
{
	struct lineage_inspection *inspection = &owned->inspection;
	struct lineage_fault fault;
	const char *compatible;
	int error;

	inspection->format = LINEAGE_FORMAT_KHO;
	error = lineage_fdt_check(owned->bytes, size, &fault);
	if (error) {
		lineage_finding_set_fault(&owned->finding, error, "the FDT", &fault);
		return 0;
	}
	compatible = lineage_fdt_compatible(owned->bytes);
	if (compatible &&
	    strncmp(compatible, LINEAGE_NAME_PREFIX, sizeof(LINEAGE_NAME_PREFIX) - 1) == 0) {
		inspect_lineage(owned, size);
		return 0;
	}
	if (fdt_getprop(owned->bytes, 0, KHO_KEXEC_METADATA_NODE_NAME, NULL)) {
		inspect_metadata(owned, size);
		return 0;
	}
	if (!compatible || strncmp(compatible, "kho-", 4) != 0) {
		inspection->format = LINEAGE_FORMAT_UNKNOWN;
		lineage_finding_set(&owned->finding, LINEAGE_STATUS_UNSUPPORTED,
				    "an FDT, but neither KHO's nor one that contains "
				    "kexec-metadata or kexec-lineage");
		return 0;
	}
	inspection->compatible = compatible;
	if (!lineage_kho_is_known(compatible))
		lineage_finding_set(&owned->finding, LINEAGE_STATUS_OK,
				    "the version of KHO's ABI is unknown to this program");
	return list_subtrees(owned);
}

static bool is_text(const char *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte < 0x80 && !isprint(byte) && !isspace(byte))
			return false;
	}
	return true;
}

/* Decode a stamp on a command line, or the value of a stamp alone; reject all other text. */
static void inspect_text(struct inspection_private *owned, size_t size)
{
	struct lineage_parameter parameter;
	const char *text = owned->bytes;
	size_t digits = strspn(text, "0123456789");

	while (size > 0 && isspace((unsigned char)text[size - 1]))
		size--;
	if (lineage_cmdline_find(text, size, LINEAGE_STAMP_NAME, &parameter) && parameter.value)
		inspect_stamp(owned, parameter.value, parameter.value_length);
	else if (digits > 0 && text[digits] == ',')
		inspect_stamp(owned, text, size);
	else
		lineage_finding_set(&owned->finding, LINEAGE_STATUS_UNSUPPORTED,
				    size ? "text without " LINEAGE_STAMP_PREFIX : "it is empty");
}

/* Return whether the bytes may be a metadata blob, judged by their size or a plausible version. */
static bool is_like_metadata(const char *bytes, size_t size)
{
	uint32_t version = 0;

	memcpy(&version, bytes, size < sizeof(version) ? size : sizeof(version));
	return size <= sizeof(struct kho_kexec_metadata) || version <= UINT16_MAX ||
	       version == UINT32_MAX;
}

static int inspect_bytes(struct inspection_private *owned, size_t size)
{
	int error = 0;

	if (lineage_fdt_is(owned->bytes, size))
		error = inspect_fdt(owned, size);
	else if (is_text(owned->bytes, size))
		inspect_text(owned, size);
	else if (is_like_metadata(owned->bytes, size))
		inspect_metadata(owned, size);
	else
		lineage_finding_set(&owned->finding, LINEAGE_STATUS_UNSUPPORTED,
				    "neither a metadata blob, nor an FDT, nor a stamp");
	if (!error)
		error = lineage_chain_create(&owned->finding.lineage, &owned->chain,
					     &owned->inspection.chain_length);
	return error;
}

static void destroy(struct inspection_private **owned)
{
	if (*owned)
		lineage_inspection_destroy(&(*owned)->inspection);
}

int lineage_inspect(const void *data, size_t size, struct lineage_inspection **ret)
{
	__attribute__((cleanup(destroy))) struct inspection_private *owned =
		calloc(1, sizeof(*owned));
	struct lineage_finding *finding;
	int error;

	if (!owned)
		return -ENOMEM;
	finding = &owned->finding;
	owned->bytes = malloc(size + 1);
	if (!owned->bytes)
		return -ENOMEM;
	if (size > 0)
		memcpy(owned->bytes, data, size);
	owned->bytes[size] = '\0';
	error = inspect_bytes(owned, size);
	if (error)
		return error;
	owned->inspection.status = finding->status;
	owned->inspection.detail = finding->detail[0] ? finding->detail : NULL;
	owned->inspection.previous_release =
		finding->previous_release[0] ? finding->previous_release : NULL;
	owned->inspection.has_count = finding->has_count;
	owned->inspection.kexec_count = finding->lineage.count;
	owned->inspection.chain = owned->chain;
	*ret = &owned->inspection;
	owned = NULL;
	return 0;
}

void lineage_inspection_destroy(struct lineage_inspection *inspection)
{
	struct inspection_private *owned = (struct inspection_private *)inspection;

	if (!owned)
		return;
	free(owned->chain);
	free(owned->subtrees);
	free(owned->bytes);
	free(owned);
}
