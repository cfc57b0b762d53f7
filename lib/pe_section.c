// SPDX-License-Identifier: GPL-2.0-or-later
#include "pe_section.h"

#include <errno.h>
#include <string.h>

#include "core/little_endian.h"

#define PE_POINTER_OFFSET 0x3c
#define PE_SIGNATURE "PE\0"
#define COFF_SIZE 24 /* with the signature */
#define COFF_SECTIONS_OFFSET 6
#define COFF_OPTIONAL_OFFSET 20
#define SECTION_SIZE 40
#define SECTION_LENGTH_OFFSET 16
#define SECTION_POINTER_OFFSET 20

int lineage_pe_section(const unsigned char *head, size_t size, size_t number,
		       struct lineage_pe_section *ret)
{
	size_t pe, at;

	if (size < PE_POINTER_OFFSET + 4 || memcmp(head, "MZ", 2) != 0)
		return -EILSEQ;
	pe = lineage_read_le(head + PE_POINTER_OFFSET, 4);
	if (pe > size || size - pe < COFF_SIZE || memcmp(head + pe, PE_SIGNATURE, 4) != 0)
		return -EILSEQ;
	if (number >= lineage_read_le(head + pe + COFF_SECTIONS_OFFSET, 2))
		return 0;
	at = pe + COFF_SIZE + lineage_read_le(head + pe + COFF_OPTIONAL_OFFSET, 2) +
	     number * SECTION_SIZE;
	if (at > size || size - at < SECTION_SIZE)
		return -EILSEQ;
	*ret = (struct lineage_pe_section){
		.name = head + at,
		.offset = lineage_read_le(head + at + SECTION_POINTER_OFFSET, 4),
		.length = lineage_read_le(head + at + SECTION_LENGTH_OFFSET, 4),
	};
	return 1;
}
