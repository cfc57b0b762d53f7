/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Buffers of exact size, stamps with a correct CRC, and random bytes for the tests of the core. */
#ifndef LINEAGE_TESTS_SUPPORT_H
#define LINEAGE_TESTS_SUPPORT_H

/* cmocka.h needs these headers first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/lineage.h"
#include "core/stamp.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define UNTOUCHED 0xa5 /* content of an output before a call that must not write it */

struct random {
	uint64_t state;
};

/* xorshift64*: fast, and good enough to choose bytes. */
static inline uint64_t random_next(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return random->state * 0x2545f4914f6cdd1dULL;
}

/* A number from 0 to @bound - 1. */
static inline uint32_t random_below(struct random *random, uint32_t bound)
{
	return (uint32_t)((random_next(random) >> 32) * bound >> 32);
}

/* Make a random state from @seed, which may be any number. */
struct random random_from(uint64_t seed);

/* Return the number in the environment variable @name, or @otherwise if the variable is not set. */
uint64_t number_from_environment(const char *name, uint64_t otherwise);

/* Allocate exactly @length bytes, so that a sanitizer detects every overrun; free() it. */
char *heap_copy(const void *bytes, size_t length);

/* Allocate @size bytes, each UNTOUCHED; free() it. */
void *heap_untouched(size_t size);

/* Return whether all bytes are still UNTOUCHED. */
bool is_untouched(const void *bytes, size_t size);

/* Append a comma and the CRC that zlib computes; @buf has room for 9 more bytes and a NUL. */
size_t append_crc(char *buf, size_t length);

/* Make a lineage of this count and chain; the chain is not validated. */
struct lineage make_lineage(uint32_t count, const char *chain);

/* Make a kexec stamp of this count and chain for @made_for. */
struct lineage_stamp make_stamp(uint32_t count, const char *made_for, const char *chain);

/* Fill @buf with a chain of exactly @length bytes, "aaaa,b,a,b..."; needs length >= 1; no NUL. */
void fill_chain(char *buf, size_t length);

#endif /* LINEAGE_TESTS_SUPPORT_H */
