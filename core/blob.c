// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "blob.h"

int lineage_metadata_blob_decode(const void *blob, size_t size, struct lineage_metadata *ret,
				 struct lineage_fault *fault)
{
	const void *metadata;
	int error;

	if (!lineage_fdt_is(blob, size))
		return lineage_metadata_decode(blob, size, ret, fault);
	error = lineage_fdt_find(blob, size, KHO_KEXEC_METADATA_NODE_NAME, &metadata, &size, fault);
	if (error == -ENODATA)
		return lineage_fault_set(fault, error, "the FDT does not contain kexec-metadata",
					 0);
	return error ? error : lineage_metadata_decode(metadata, size, ret, fault);
}

int lineage_metadata_blob_encode(const struct lineage_metadata *metadata, void *buf, size_t size,
				 size_t *ret_size)
{
	struct kho_kexec_metadata wire;
	const struct lineage_fdt_property property = {
		.name = KHO_KEXEC_METADATA_NODE_NAME,
		.value = &wire,
		.size = sizeof(wire),
	};
	int error;

	error = lineage_metadata_encode(metadata, &wire);
	return error ? error : lineage_fdt_write(&property, 1, buf, size, ret_size);
}

/* Find a string property; its only NUL must be the last byte. @ret_length excludes the NUL. */
static int find_string(const void *fdt, size_t size, const char *name, const char **ret,
		       size_t *ret_length, struct lineage_fault *fault)
{
	const void *value;
	int error;

	error = lineage_fdt_find(fdt, size, name, &value, &size, fault);
	if (error)
		return error;
	if (size == 0 || memchr(value, '\0', size) != (const char *)value + size - 1)
		return lineage_fault_set(fault, -EILSEQ,
					 "a string in the FDT has no NUL at its end", 0);
	*ret = value;
	*ret_length = size - 1;
	return 0;
}

int lineage_kho_blob_decode(const void *blob, size_t size, struct lineage_stamp *ret,
			    struct lineage_fault *fault)
{
	const char *compatible, *value;
	size_t length;
	int error;

	error = find_string(blob, size, "compatible", &compatible, &length, fault);
	if (error == -ENODATA)
		return lineage_fault_set(fault, -EILSEQ, "the FDT has no compatible property", 0);
	if (error)
		return error;
	if (strcmp(compatible, LINEAGE_KHO_COMPATIBLE) != 0)
		return lineage_fault_set(fault, -EPROTONOSUPPORT, "its version is unknown", 0);
	error = find_string(blob, size, LINEAGE_KHO_STAMP_PROPERTY, &value, &length, fault);
	if (error == -ENODATA)
		return lineage_fault_set(fault, -EILSEQ, "the FDT does not contain a stamp", 0);
	return error ? error : lineage_stamp_parse(value, length, ret, fault);
}

int lineage_kho_blob_encode(const char *stamp, void *buf, size_t size, size_t *ret_size)
{
	const char *value = stamp + LINEAGE_STAMP_PREFIX_LENGTH;
	const struct lineage_fdt_property properties[] = {
		{ "compatible", LINEAGE_KHO_COMPATIBLE, sizeof(LINEAGE_KHO_COMPATIBLE) },
		{ LINEAGE_KHO_STAMP_PROPERTY, value, strlen(value) + 1 },
	};

	return lineage_fdt_write(properties, sizeof(properties) / sizeof(properties[0]), buf, size,
				 ret_size);
}
