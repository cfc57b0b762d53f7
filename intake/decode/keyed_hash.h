/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SipHash-1-3: a keyed hash for hash tables. Without the key, nobody can choose names that have
 * equal hashes (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012). Hash tables of
 * Linux use the same variant (Linux lib/siphash.c).
 */
#ifndef LINEAGE_INTAKE_DECODE_KEYED_HASH_H
#define LINEAGE_INTAKE_DECODE_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

/** struct intake_hash_key - a secret key */
struct intake_hash_key {
	uint64_t words[2];
};

/** intake_hash_key_make() - make a random key */
struct intake_hash_key intake_hash_key_make(void);

/** intake_keyed_hash() - hash @length bytes */
uint64_t intake_keyed_hash(const struct intake_hash_key *key, const void *data, size_t length);

#endif /* LINEAGE_INTAKE_DECODE_KEYED_HASH_H */
