/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Reader of little-endian numbers in untrusted images. */
#ifndef LINEAGE_CORE_LITTLE_ENDIAN_H
#define LINEAGE_CORE_LITTLE_ENDIAN_H

#include "env.h"

/**
 * lineage_read_le() - read a number whose lowest byte comes first
 * @at: the first byte; no alignment needed
 * @bytes: its bytes, up to 8
 */
static inline uint64_t lineage_read_le(const unsigned char *at, int bytes)
{
	uint64_t value = 0;

	while (bytes-- > 0)
		value = value << 8 | at[bytes];
	return value;
}

#endif /* LINEAGE_CORE_LITTLE_ENDIAN_H */
