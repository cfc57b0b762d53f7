/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 64-bit FNV-1a hash (RFC 9923). It is fast, but inputs with equal hashes are easy to
 * construct.
 */
#ifndef LINEAGE_INTAKE_DECODE_HASH_H
#define LINEAGE_INTAKE_DECODE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define INTAKE_HASH_START 0xcbf29ce484222325ULL /* hash of zero bytes */

/** intake_hash_add() - extend @hash by @length bytes */
static inline uint64_t intake_hash_add(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *bytes = (const unsigned char *)data;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
	return hash;
}

#endif /* LINEAGE_INTAKE_DECODE_HASH_H */
