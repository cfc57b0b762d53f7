// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "crc32.h"

/*
 * Remainders of the sixteen values of a half byte under the reflected polynomial 0xedb88320. This
 * table of 64 bytes is fast enough for a stamp of at most 1 KiB. A table of 1 KiB would be larger
 * than all other data of the core.
 */
static const uint32_t remainder_of_nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t lineage_crc32(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint32_t crc = 0xffffffff;
	size_t i;

	for (i = 0; i < size; i++) {
		crc ^= bytes[i];
		crc = crc >> 4 ^ remainder_of_nibble[crc & 15];
		crc = crc >> 4 ^ remainder_of_nibble[crc & 15];
	}
	return ~crc;
}
