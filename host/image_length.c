// SPDX-License-Identifier: GPL-2.0-or-later
#include "image_length.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#include "core/little_endian.h"
#include "lib/pe_section.h"

/* Return the larger of @end and the end of a part of the file. */
static uint64_t later(uint64_t end, uint64_t start, uint64_t length)
{
	if (length > UINT64_MAX - start)
		return UINT64_MAX;
	return length == 0 || start + length < end ? end : start + length;
}

static uint64_t pe_length(const unsigned char *head, size_t size)
{
	struct lineage_pe_section section;
	uint64_t end = 0;
	int found;

	for (size_t i = 0; (found = lineage_pe_section(head, size, i, &section)) > 0; i++)
		end = later(end, section.offset, section.length);
	return found < 0 ? 0 : end;
}

static uint64_t read_elf(const unsigned char *at, int bytes, bool is_big)
{
	uint64_t value = 0;

	if (!is_big)
		return lineage_read_le(at, bytes);
	while (bytes-- > 0)
		value = value << 8 | *at++;
	return value;
}

static uint64_t elf_length(const unsigned char *head, size_t size)
{
	bool is_big = head[EI_DATA] == ELFDATA2MSB;
	uint64_t at = read_elf(head + offsetof(Elf64_Ehdr, e_phoff), 8, is_big), end = 0;
	uint64_t step = read_elf(head + offsetof(Elf64_Ehdr, e_phentsize), 2, is_big);
	uint64_t segments = read_elf(head + offsetof(Elf64_Ehdr, e_phnum), 2, is_big);

	if (head[EI_CLASS] != ELFCLASS64 || step < sizeof(Elf64_Phdr))
		return 0;
	for (; segments > 0; segments--, at += step) {
		if (at > size || size - at < sizeof(Elf64_Phdr))
			return 0;
		end = later(end, read_elf(head + at + offsetof(Elf64_Phdr, p_offset), 8, is_big),
			    read_elf(head + at + offsetof(Elf64_Phdr, p_filesz), 8, is_big));
	}
	return end;
}

uint64_t lineage_host_image_length(const unsigned char *head, size_t size)
{
	if (size < sizeof(Elf64_Ehdr))
		return 0;
	if (memcmp(head, ELFMAG, SELFMAG) == 0)
		return elf_length(head, size);
	return pe_length(head, size);
}
