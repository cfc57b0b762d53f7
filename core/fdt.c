// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "fdt.h"

#define MAGIC 0xd00dfeed
#define VERSION 17
#define OLDEST_COMPATIBLE 16

/* Offsets of the header's fields. */
#define MAGIC_AT 0
#define TOTAL_SIZE_AT 4
#define STRUCTURE_AT 8
#define STRINGS_AT 12
#define RESERVATIONS_AT 16
#define VERSION_AT 20
#define COMPATIBLE_VERSION_AT 24
#define STRINGS_SIZE_AT 32
#define STRUCTURE_SIZE_AT 36
#define HEADER_SIZE 40

#define RESERVATIONS_END_SIZE 16
#define TAG_SIZE 4
#define PROPERTY_HEADER_SIZE (3 * TAG_SIZE) /* tag, size of the value, offset of the name */

#define TAG_BEGIN_NODE 1
#define TAG_END_NODE 2
#define TAG_PROPERTY 3
#define TAG_NOP 4
#define TAG_END 9

static uint32_t read_be32(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
	       bytes[3];
}

static void write_be32(unsigned char *bytes, size_t value)
{
	bytes[0] = (unsigned char)(value >> 24);
	bytes[1] = (unsigned char)(value >> 16);
	bytes[2] = (unsigned char)(value >> 8);
	bytes[3] = (unsigned char)value;
}

/* Tags are aligned to 4 bytes. */
static size_t align(size_t offset)
{
	return (offset + TAG_SIZE - 1) & ~(size_t)(TAG_SIZE - 1);
}

bool lineage_fdt_is(const void *bytes, size_t size)
{
	return size >= TAG_SIZE && read_be32(bytes) == MAGIC;
}

uint32_t lineage_fdt_total_size(const void *bytes)
{
	return read_be32((const unsigned char *)bytes + TOTAL_SIZE_AT);
}

/* Compute the sizes of the structure block and of the strings block. */
static void measure(const struct lineage_fdt_property *properties, size_t count,
		    size_t *ret_structure, size_t *ret_strings)
{
	size_t structure =
		4 * TAG_SIZE; /* begin of the root, its empty name, its end, the end tag */
	size_t strings = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		structure += PROPERTY_HEADER_SIZE + align(properties[i].size);
		strings += strlen(properties[i].name) + 1;
	}
	*ret_structure = structure;
	*ret_strings = strings;
}

static void write_header(unsigned char *fdt, size_t structure_size, size_t strings_size)
{
	const size_t structure = HEADER_SIZE + RESERVATIONS_END_SIZE;

	write_be32(fdt + MAGIC_AT, MAGIC);
	write_be32(fdt + TOTAL_SIZE_AT, structure + structure_size + strings_size);
	write_be32(fdt + STRUCTURE_AT, structure);
	write_be32(fdt + STRINGS_AT, structure + structure_size);
	write_be32(fdt + RESERVATIONS_AT, HEADER_SIZE);
	write_be32(fdt + VERSION_AT, VERSION);
	write_be32(fdt + COMPATIBLE_VERSION_AT, OLDEST_COMPATIBLE);
	write_be32(fdt + STRINGS_SIZE_AT, strings_size);
	write_be32(fdt + STRUCTURE_SIZE_AT, structure_size);
}

int lineage_fdt_write(const struct lineage_fdt_property *properties, size_t count, void *buf,
		      size_t size, size_t *ret_size)
{
	unsigned char *fdt = buf;
	unsigned char *structure = fdt + HEADER_SIZE + RESERVATIONS_END_SIZE;
	size_t structure_size, strings_size, total_size;
	unsigned char *strings;
	size_t name = 0;
	size_t i;

	measure(properties, count, &structure_size, &strings_size);
	total_size = HEADER_SIZE + RESERVATIONS_END_SIZE + structure_size + strings_size;
	if (total_size > size)
		return -ENOSPC;
	memset(fdt, 0, total_size);
	strings = structure + structure_size;
	write_be32(structure, TAG_BEGIN_NODE);
	structure += 2 * TAG_SIZE;
	for (i = 0; i < count; i++) {
		size_t name_size = strlen(properties[i].name) + 1;

		write_be32(structure, TAG_PROPERTY);
		write_be32(structure + TAG_SIZE, properties[i].size);
		write_be32(structure + 2 * TAG_SIZE, name);
		structure += PROPERTY_HEADER_SIZE;
		memcpy(structure, properties[i].value, properties[i].size);
		structure += align(properties[i].size);
		memcpy(strings + name, properties[i].name, name_size);
		name += name_size;
	}
	write_be32(structure, TAG_END_NODE);
	write_be32(structure + TAG_SIZE, TAG_END);
	/* The header is written last, so that an incomplete FDT has no magic. */
	write_header(fdt, structure_size, strings_size);
	*ret_size = total_size;
	return 0;
}

/* The two blocks of an FDT, as pointers into its bytes. */
struct blocks {
	const unsigned char *structure;
	size_t structure_size;
	const char *strings;
	size_t strings_size;
};

static int malformed(struct lineage_fault *fault, const char *what, size_t offset)
{
	return lineage_fault_set(fault, -EILSEQ, what, offset);
}

/* Return whether a block of @size bytes at @start is between the header and the end. */
static bool lies_inside(uint32_t start, uint32_t size, uint32_t total_size)
{
	return start >= HEADER_SIZE && start <= total_size && size <= total_size - start;
}

static int read_header(const unsigned char *fdt, size_t size, struct blocks *ret,
		       struct lineage_fault *fault)
{
	uint32_t total_size, structure, strings;

	if (!lineage_fdt_is(fdt, size))
		return malformed(fault, "it does not begin with the magic of an FDT", MAGIC_AT);
	if (size < HEADER_SIZE)
		return lineage_fault_set_values(fault, -EILSEQ,
						"the FDT is shorter than its header", 0,
						(uint32_t)size, HEADER_SIZE);
	total_size = lineage_fdt_total_size(fdt);
	if (total_size > size)
		return lineage_fault_set_values(fault, -EILSEQ,
						"the FDT is truncated, size in bytes",
						TOTAL_SIZE_AT, (uint32_t)size, total_size);
	/* Every kernel writes version 17. */
	if (read_be32(fdt + VERSION_AT) < VERSION)
		return lineage_fault_set_values(fault, -EILSEQ, "the FDT has an old version",
						VERSION_AT, read_be32(fdt + VERSION_AT), VERSION);
	if (read_be32(fdt + COMPATIBLE_VERSION_AT) > VERSION)
		return lineage_fault_set_values(fault, -EILSEQ, "the FDT has a newer version",
						COMPATIBLE_VERSION_AT,
						read_be32(fdt + COMPATIBLE_VERSION_AT), VERSION);
	structure = read_be32(fdt + STRUCTURE_AT);
	strings = read_be32(fdt + STRINGS_AT);
	ret->structure_size = read_be32(fdt + STRUCTURE_SIZE_AT);
	ret->strings_size = read_be32(fdt + STRINGS_SIZE_AT);
	if (structure % TAG_SIZE != 0 ||
	    !lies_inside(structure, (uint32_t)ret->structure_size, total_size))
		return malformed(fault, "the structure block is outside the FDT", STRUCTURE_AT);
	if (!lies_inside(strings, (uint32_t)ret->strings_size, total_size))
		return malformed(fault, "the strings block is outside the FDT", STRINGS_AT);
	ret->structure = fdt + structure;
	ret->strings = (const char *)fdt + strings;
	return 0;
}

/* Return the next tag other than NOP; TAG_END at the end of the block. */
static uint32_t next_tag(const struct blocks *blocks, size_t *at)
{
	while (blocks->structure_size - *at >= TAG_SIZE) {
		uint32_t tag = read_be32(blocks->structure + *at);

		*at += TAG_SIZE;
		if (tag != TAG_NOP)
			return tag;
	}
	return TAG_END;
}

static bool has_name(const struct blocks *blocks, uint32_t offset, const char *name)
{
	size_t size = strlen(name) + 1;

	return offset <= blocks->strings_size && size <= blocks->strings_size - offset &&
	       memcmp(blocks->strings + offset, name, size) == 0;
}

int lineage_fdt_find(const void *fdt, size_t size, const char *name, const void **ret_value,
		     size_t *ret_size, struct lineage_fault *fault)
{
	const size_t numbers = PROPERTY_HEADER_SIZE - TAG_SIZE;
	struct blocks blocks;
	size_t at = 0;
	int error;

	error = read_header(fdt, size, &blocks, fault);
	if (error)
		return error;
	if (next_tag(&blocks, &at) != TAG_BEGIN_NODE || blocks.structure_size - at < TAG_SIZE ||
	    blocks.structure[at] != '\0')
		return malformed(fault, "the FDT does not begin with a root node", STRUCTURE_AT);
	at += TAG_SIZE;
	/* The properties of a node precede everything else in it. */
	while (next_tag(&blocks, &at) == TAG_PROPERTY) {
		uint32_t value_size, name_offset;

		if (blocks.structure_size - at < numbers)
			return malformed(fault, "a property of the FDT is truncated", STRUCTURE_AT);
		value_size = read_be32(blocks.structure + at);
		name_offset = read_be32(blocks.structure + at + TAG_SIZE);
		at += numbers;
		if (value_size > blocks.structure_size - at)
			return malformed(fault, "a property of the FDT is truncated", STRUCTURE_AT);
		if (has_name(&blocks, name_offset, name)) {
			*ret_value = blocks.structure + at;
			*ret_size = value_size;
			return 0;
		}
		if (blocks.structure_size - at < align(value_size))
			break;
		at += align(value_size);
	}
	return lineage_fault_set(fault, -ENODATA, "the FDT has no such property", 0);
}
