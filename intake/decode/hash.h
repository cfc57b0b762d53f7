/* SPDX-License-Identifier: GPL-2.0-or-later */
/* By which number are bytes found again? FNV-1a, 64 bits (RFC 9923): quick, and not to be trusted against an enemy. */
#ifndef LINEAGE_INTAKE_DECODE_HASH_H
#define LINEAGE_INTAKE_DECODE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define INTAKE_HASH_START 0xcbf29ce484222325ULL /* of no bytes */

/** intake_hash_add() - the hash of what @hash is of, and @length more bytes */
static inline uint64_t intake_hash_add(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)data;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

#endif /* LINEAGE_INTAKE_DECODE_HASH_H */
