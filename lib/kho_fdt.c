// SPDX-License-Identifier: GPL-2.0-or-later
#include "kho_fdt.h"

#include <errno.h>
#include <libfdt.h>
#include <string.h>

#include "core/fdt.h"

#define SIZE_PROPERTY "blob-size"

/* Properties that held a subtree's address, newest first. To add one, add a row and a fixture. */
static const char *const address_properties[] = { "preserved-data", "fdt" };

/*
 * From include/linux/kho/abi/kexec_handover.h and kernel/kexec_handover.c in Linux. No release of
 * Linux has kho-v2.
 */
static const char *const known_abis[] = { "kho-v1", "kho-v2", "kho-v3", "kho-v4" };

static uint32_t read_be32(const unsigned char *bytes)
{
	fdt32_t value;

	memcpy(&value, bytes, sizeof(value));
	return fdt32_to_cpu(value);
}

/* Round up to a multiple of 4: tags of the structure block are aligned to 4 bytes. */
static size_t align_tag(size_t offset)
{
	return (offset + 3) & ~(size_t)3;
}

/*
 * Return whether every name and every property ends inside the structure block. libfdt 1.6.1
 * (Debian 12) adds a property's length to its offset without an overflow check and then loops
 * forever. Layout: Devicetree Specification 0.4, 5.4. @fdt has passed fdt_check_header().
 */
static bool has_sound_lengths(const void *fdt)
{
	const unsigned char *block = (const unsigned char *)fdt + fdt_off_dt_struct(fdt);
	size_t size = fdt_size_dt_struct(fdt);
	size_t at = 0;

	while (at < size && size - at >= FDT_TAGSIZE) {
		uint32_t tag = read_be32(block + at);
		const unsigned char *nul;
		uint32_t length;

		at += FDT_TAGSIZE;
		switch (tag) {
		case FDT_BEGIN_NODE:
			nul = memchr(block + at, '\0', size - at);
			if (!nul)
				return false;
			at = align_tag((size_t)(nul - block) + 1);
			break;
		case FDT_PROP:
			if (size - at < 2 * FDT_TAGSIZE)
				return false;
			length = read_be32(block + at);
			at += 2 * FDT_TAGSIZE;
			if (length > size - at)
				return false;
			at = align_tag(at + length);
			break;
		case FDT_END_NODE:
		case FDT_NOP:
			break;
		default:
			return tag == FDT_END;
		}
	}
	return false;
}

int lineage_fdt_check(const void *fdt, size_t size, struct lineage_fault *fault)
{
	if (!lineage_fdt_is(fdt, size))
		return lineage_fault_set(fault, -EILSEQ,
					 "it does not begin with the magic of an FDT", 0);
	if (size < sizeof(struct fdt_header))
		return lineage_fault_set_values(fault, -EILSEQ,
						"the FDT is shorter than its header", 0,
						(uint32_t)size, sizeof(struct fdt_header));
	if (fdt_totalsize(fdt) > size)
		return lineage_fault_set_values(fault, -EILSEQ,
						"the FDT is truncated, size in bytes",
						offsetof(struct fdt_header, totalsize),
						(uint32_t)size, fdt_totalsize(fdt));
	/*
	 * Every kernel writes version 17. For older versions, which fdt_check_header() accepts,
	 * fdt_check_full() of libfdt 1.6.1 (Debian 12) dereferences a null pointer (found by
	 * tests/fuzz).
	 */
	if (fdt_version(fdt) < FDT_LAST_SUPPORTED_VERSION)
		return lineage_fault_set_values(fault, -EILSEQ, "the FDT has an old version",
						offsetof(struct fdt_header, version),
						fdt_version(fdt), FDT_LAST_SUPPORTED_VERSION);
	if (fdt_check_header(fdt) || !has_sound_lengths(fdt) || fdt_check_full(fdt, size))
		return lineage_fault_set(fault, -EILSEQ, "the FDT's structure is broken", 0);
	return 0;
}

const char *lineage_fdt_compatible(const void *fdt)
{
	int length;
	const char *compatible = fdt_getprop(fdt, 0, "compatible", &length);

	return compatible && length > 0 && memchr(compatible, '\0', (size_t)length) ? compatible
										    : NULL;
}

bool lineage_kho_is_known(const char *compatible)
{
	size_t i;

	for (i = 0; i < sizeof(known_abis) / sizeof(known_abis[0]); i++) {
		if (strcmp(compatible, known_abis[i]) == 0)
			return true;
	}
	return false;
}

/* Read a u64 in native byte order: -ENODATA if there is no @name, -EILSEQ for a wrong size. */
static int read_u64(const void *fdt, int node, const char *name, uint64_t *ret,
		    struct lineage_fault *fault)
{
	int length;
	const void *value = fdt_getprop(fdt, node, name, &length);

	if (!value)
		return -ENODATA;
	if (length != sizeof(*ret))
		return lineage_fault_set_values(fault, -EILSEQ,
						"a property of a subtree has a wrong size",
						(size_t)((const char *)value - (const char *)fdt),
						(uint32_t)length, sizeof(*ret));
	memcpy(ret, value, sizeof(*ret));
	return 0;
}

static int read_subtree(const void *fdt, int node, struct lineage_subtree *ret,
			struct lineage_fault *fault)
{
	struct lineage_subtree subtree = { .name = fdt_get_name(fdt, node, NULL) };
	int error = -ENODATA;
	size_t i;

	for (i = 0; i < sizeof(address_properties) / sizeof(address_properties[0]); i++) {
		error = read_u64(fdt, node, address_properties[i], &subtree.address, fault);
		if (error != -ENODATA) {
			subtree.property = address_properties[i];
			break;
		}
	}
	if (error == -ENODATA)
		return lineage_fault_set(fault, -EPROTONOSUPPORT,
					 "a subtree has none of the known address properties", 0);
	if (error)
		return error;
	error = read_u64(fdt, node, SIZE_PROPERTY, &subtree.size, fault);
	if (error && error != -ENODATA)
		return error;
	subtree.has_size = !error;
	*ret = subtree;
	return 0;
}

int lineage_kho_next_subtree(const void *fdt, int *node, struct lineage_subtree *ret,
			     struct lineage_fault *fault)
{
	int next = *node < 0 ? fdt_first_subnode(fdt, 0) : fdt_next_subnode(fdt, *node);

	if (next < 0)
		return -ENODATA;
	*node = next;
	return read_subtree(fdt, next, ret, fault);
}

int lineage_kho_find_subtree(const void *fdt, const char *name, struct lineage_subtree *ret,
			     struct lineage_fault *fault)
{
	int node = fdt_subnode_offset(fdt, 0, name);

	return node < 0 ? -ENODATA : read_subtree(fdt, node, ret, fault);
}
