/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a PE file, as EFI kernel images are. */
#ifndef LINEAGE_PE_SECTION_H
#define LINEAGE_PE_SECTION_H

#include <stddef.h>
#include <stdint.h>

#define LINEAGE_PE_NAME_SIZE 8

/**
 * struct lineage_pe_section - one section
 * @name: LINEAGE_PE_NAME_SIZE bytes in the header; a shorter name is followed by NULs
 * @offset, @length: its place in the file, in bytes; not checked
 */
struct lineage_pe_section {
	const unsigned char *name;
	uint64_t offset;
	uint64_t length;
};

/**
 * lineage_pe_section() - read the header of a section
 * @head: first @size bytes of the file
 * @number: from 0
 *
 * Source: Microsoft PE format, COFF file header and section table.
 *
 * Return: 1, or 0 if the file has no more sections; -EILSEQ if it is not a PE file, or if the
 * header is not in the first @size bytes.
 */
int lineage_pe_section(const unsigned char *head, size_t size, size_t number,
		       struct lineage_pe_section *ret);

#endif /* LINEAGE_PE_SECTION_H */
