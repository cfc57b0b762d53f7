// SPDX-License-Identifier: GPL-2.0-or-later
#include "image_length.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#include "core/little_endian.h"

/* Microsoft PE format: COFF file header and section table */
#define PE_POINTER_OFFSET 0x3c
#define PE_SIGNATURE "PE\0"
#define COFF_SIZE 24 /* with the signature */
#define COFF_SECTIONS_OFFSET 6
#define COFF_OPTIONAL_OFFSET 20
#define SECTION_SIZE 40
#define SECTION_LENGTH_OFFSET 16
#define SECTION_POINTER_OFFSET 20

/* Return the larger of @end and the end of a part of the file. */
static uint64_t later(uint64_t end, uint64_t start, uint64_t length)
{
	if (length > UINT64_MAX - start)
		return UINT64_MAX;
	return length == 0 || start + length < end ? end : start + length;
}

static uint64_t pe_length(const unsigned char *head, size_t size)
{
	uint64_t pe = lineage_read_le(head + PE_POINTER_OFFSET, 4), end = 0;
	size_t sections, at;

	if (pe > size || size - pe < COFF_SIZE || memcmp(head + pe, PE_SIGNATURE, 4) != 0)
		return 0;
	sections = lineage_read_le(head + pe + COFF_SECTIONS_OFFSET, 2);
	at = pe + COFF_SIZE + lineage_read_le(head + pe + COFF_OPTIONAL_OFFSET, 2);
	for (; sections > 0; sections--, at += SECTION_SIZE) {
		if (at > size || size - at < SECTION_SIZE)
			return 0;
		end = later(end, lineage_read_le(head + at + SECTION_POINTER_OFFSET, 4),
			    lineage_read_le(head + at + SECTION_LENGTH_OFFSET, 4));
	}
	return end;
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
	return memcmp(head, "MZ", 2) == 0 ? pe_length(head, size) : 0;
}
