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

	return names[format];
}

static void inspect_metadata(struct inspection_private *private, size_t size)
{
	private->inspection.format = LINEAGE_FORMAT_METADATA;
	lineage_finding_set_metadata_blob(&private->finding, private->bytes, size,
					  "the metadata blob");
}

/* Set the members that only a stamp has. */
static void publish_stamp(struct inspection_private *private)
{
	const struct lineage_finding *finding = &private->finding;
	struct lineage_inspection *inspection = &private->inspection;

	if (finding->status != LINEAGE_STATUS_OK)
		return;
	inspection->kind = (int)finding->kind;
	inspection->made_for = finding->made_for[0] ? finding->made_for : NULL;
	inspection->chain_is_complete = lineage_is_complete(&finding->lineage);
}

static void inspect_stamp(struct inspection_private *private, const char *value, size_t length)
{
	private->inspection.format = LINEAGE_FORMAT_STAMP;
	lineage_finding_set_stamp(&private->finding, value, length, "the stamp");
	publish_stamp(private);
}

static void inspect_lineage(struct inspection_private *private, size_t size)
{
	private->inspection.format = LINEAGE_FORMAT_LINEAGE;
	lineage_finding_set_kho_blob(&private->finding, private->bytes, size,
				     "the kexec-lineage blob");
	publish_stamp(private);
}

static int list_subtrees(struct inspection_private *private)
{
	struct lineage_inspection *inspection = &private->inspection;
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	int node = -1;
	int error;

	while ((error = lineage_kho_next_subtree(private->bytes, &node, &subtree, &fault)) == 0) {
		struct lineage_subtree *more =
			realloc(private->subtrees,
				(inspection->subtree_count + 1) * sizeof(*private->subtrees));

		if (!more)
			return -ENOMEM;
		private->subtrees = more;
		private->subtrees[inspection->subtree_count++] = subtree;
	}
	inspection->subtrees = private->subtrees;
	if (error != -ENODATA)
		lineage_finding_set_fault(&private->finding, error, "KHO's FDT", &fault);
	return 0;
}

static int inspect_fdt(struct inspection_private *private, size_t size)
{
	struct lineage_inspection *inspection = &private->inspection;
	struct lineage_fault fault;
	const char *compatible;
	int error;

	inspection->format = LINEAGE_FORMAT_KHO;
	error = lineage_fdt_check(private->bytes, size, &fault);
	if (error) {
		lineage_finding_set_fault(&private->finding, error, "the FDT", &fault);
		return 0;
	}
	compatible = lineage_fdt_compatible(private->bytes);
	if (compatible &&
	    strncmp(compatible, LINEAGE_NAME_PREFIX, sizeof(LINEAGE_NAME_PREFIX) - 1) == 0) {
		inspect_lineage(private, size);
		return 0;
	}
	if (fdt_getprop(private->bytes, 0, KHO_KEXEC_METADATA_NODE_NAME, NULL)) {
		inspect_metadata(private, size);
		return 0;
	}
	if (!compatible || strncmp(compatible, "kho-", 4) != 0) {
		inspection->format = LINEAGE_FORMAT_UNKNOWN;
		lineage_finding_set(&private->finding, LINEAGE_STATUS_UNSUPPORTED,
				    "an FDT, but neither KHO's nor one with kexec-metadata or "
				    "kexec-lineage in it");
		return 0;
	}
	inspection->compatible = compatible;
	if (!lineage_kho_is_known(compatible))
		lineage_finding_set(&private->finding, LINEAGE_STATUS_OK,
				    "an ABI that was not known when this program was written");
	return list_subtrees(private);
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

/* A stamp on a command line, or a stamp's value alone; all other text is unknown. */
static void inspect_text(struct inspection_private *private, size_t size)
{
	struct lineage_parameter parameter;
	const char *text = private->bytes;
	size_t digits = strspn(text, "0123456789");

	while (size > 0 && isspace((unsigned char)text[size - 1]))
		size--;
	if (lineage_cmdline_find(text, size, LINEAGE_STAMP_NAME, &parameter) && parameter.value)
		inspect_stamp(private, parameter.value, parameter.value_length);
	else if (digits > 0 && text[digits] == ',')
		inspect_stamp(private, text, size);
	else
		lineage_finding_set(&private->finding, LINEAGE_STATUS_UNSUPPORTED,
				    size ? "text without " LINEAGE_STAMP_PREFIX " in it"
					 : "it is empty");
}

/* Whether this may be a metadata blob, judged by its size or a plausible version. */
static bool is_like_metadata(const char *bytes, size_t size)
{
	uint32_t version = 0;

	memcpy(&version, bytes, size < sizeof(version) ? size : sizeof(version));
	return size <= sizeof(struct kho_kexec_metadata) || version <= UINT16_MAX ||
	       version == UINT32_MAX;
}

static int inspect_bytes(struct inspection_private *private, size_t size)
{
	int error = 0;

	if (lineage_fdt_is(private->bytes, size))
		error = inspect_fdt(private, size);
	else if (is_text(private->bytes, size))
		inspect_text(private, size);
	else if (is_like_metadata(private->bytes, size))
		inspect_metadata(private, size);
	else
		lineage_finding_set(&private->finding, LINEAGE_STATUS_UNSUPPORTED,
				    "neither a metadata blob, nor an FDT, nor a stamp");
	if (!error)
		error = lineage_chain_create(&private->finding.lineage, &private->chain,
					     &private->inspection.chain_length);
	return error;
}

static void destroy(struct inspection_private **private)
{
	if (*private)
		lineage_inspection_destroy(&(*private)->inspection);
}

int lineage_inspect(const void *data, size_t size, struct lineage_inspection **ret)
{
	__attribute__((cleanup(destroy))) struct inspection_private *private =
		calloc(1, sizeof(*private));
	struct lineage_finding *finding;
	int error;

	if (!private)
		return -ENOMEM;
	finding = &private->finding;
	private->bytes = malloc(size + 1);
	if (!private->bytes)
		return -ENOMEM;
	if (size > 0)
		memcpy(private->bytes, data, size);
	private->bytes[size] = '\0';
	error = inspect_bytes(private, size);
	if (error)
		return error;
	private->inspection.status = finding->status;
	private->inspection.detail = finding->detail[0] ? finding->detail : NULL;
	private->inspection.previous_release =
		finding->previous_release[0] ? finding->previous_release : NULL;
	private->inspection.has_count = finding->has_count;
	private->inspection.kexec_count = finding->lineage.count;
	private->inspection.chain = private->chain;
	*ret = &private->inspection;
	private = NULL;
	return 0;
}

void lineage_inspection_destroy(struct lineage_inspection *inspection)
{
	struct inspection_private *private = (struct inspection_private *)inspection;

	if (!private)
		return;
	free(private->chain);
	free(private->subtrees);
	free(private->bytes);
	free(private);
}
