// SPDX-License-Identifier: GPL-2.0-or-later
#include "notes.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char gnu_name[] = "GNU";

/* Name and description are each padded to four bytes. */
static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~(uint64_t)3;
}

static int print_build_id(const unsigned char *bytes, uint32_t size, char *ret)
{
	uint32_t i;

	if (size == 0 || size > (LINEAGE_HOST_BUILD_ID_SIZE - 1) / 2)
		return -ENODATA;
	for (i = 0; i < size; i++)
		sprintf(ret + 2 * i, "%02x", bytes[i]);
	return 0;
}

int lineage_host_notes_find_build_id(const void *notes, size_t size,
				     char ret[LINEAGE_HOST_BUILD_ID_SIZE])
{
	const unsigned char *at = notes;

	while (size >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr header; /* Elf32_Nhdr has the same layout */
		uint64_t name_size, note_size;

		memcpy(&header, at, sizeof(header));
		name_size = padded(header.n_namesz);
		note_size = sizeof(header) + name_size + padded(header.n_descsz);
		if (note_size > size)
			return -EILSEQ;
		if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == sizeof(gnu_name) &&
		    memcmp(at + sizeof(header), gnu_name, sizeof(gnu_name)) == 0)
			return print_build_id(at + sizeof(header) + name_size, header.n_descsz,
					      ret);
		at += note_size;
		size -= note_size;
	}
	return -ENODATA;
}
