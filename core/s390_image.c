// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "s390_image.h"

#define MAGIC "S390EP"
#define MAGIC_OFFSET 0x10008
#define MAGIC_END (MAGIC_OFFSET + sizeof(MAGIC) - 1)
#define VERSION_OFFSET 0x10428
#define CMDLINE_SIZE_OFFSET 0x10430
#define OLD_CMDLINE_SIZE 896

static uint64_t read_number(const unsigned char *at)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < sizeof(value); i++)
		value = value << 8 | at[i];
	return value;
}

/* The loader rejects a line that fills the area together with its NUL. */
static size_t limit_of(uint64_t size)
{
	if (size == 0)
		size = OLD_CMDLINE_SIZE;
	if (size > UINT32_MAX)
		size = UINT32_MAX;
	return size > 2 ? (size_t)size - 2 : 0;
}

int lineage_s390_image_find(const void *image, size_t size, struct lineage_s390_image *ret)
{
	const unsigned char *bytes = image;

	if (size < MAGIC_END || memcmp(bytes + MAGIC_OFFSET, MAGIC, MAGIC_END - MAGIC_OFFSET) != 0)
		return -ENODATA;
	if (size < LINEAGE_S390_IMAGE_HEAD)
		return -EILSEQ;
	ret->version_offset = read_number(bytes + VERSION_OFFSET);
	ret->cmdline_limit = limit_of(read_number(bytes + CMDLINE_SIZE_OFFSET));
	return 0;
}
