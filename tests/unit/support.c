// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers, stamps and random bytes for the tests of the core. */
#include "support.h"

#include <stdio.h>
#include <zlib.h>

struct random random_from(uint64_t seed)
{
	/* xorshift never leaves the state 0. */
	struct random random = { .state = seed * 0x9e3779b97f4a7c15ULL | 1 };
	int i;

	for (i = 0; i < 8; i++)
		random_next(&random);
	return random;
}

uint64_t number_from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

char *heap_copy(const void *bytes, size_t length)
{
	char *copy = malloc(length > 0 ? length : 1);

	if (!copy)
		abort();
	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

void *heap_untouched(size_t size)
{
	void *bytes = malloc(size > 0 ? size : 1);

	if (!bytes)
		abort();
	memset(bytes, UNTOUCHED, size);
	return bytes;
}

bool is_untouched(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	size_t i;

	for (i = 0; i < size; i++) {
		if (at[i] != UNTOUCHED)
			return false;
	}
	return true;
}

size_t append_crc(char *buf, size_t length)
{
	uLong crc = crc32(0, (const Bytef *)buf, (uInt)length);

	return length + (size_t)sprintf(buf + length, ",%08lx", crc);
}

struct lineage make_lineage(uint32_t count, const char *chain)
{
	struct lineage lineage = { .count = count, .chain_length = (uint32_t)strlen(chain) };

	if (lineage.chain_length > sizeof(lineage.chain))
		abort();
	memcpy(lineage.chain, chain, lineage.chain_length);
	return lineage;
}

struct lineage_stamp make_stamp(uint32_t count, const char *made_for, const char *chain)
{
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC };

	stamp.lineage = make_lineage(count, chain);
	strcpy(stamp.made_for, made_for);
	return stamp;
}

void fill_chain(char *buf, size_t length)
{
	size_t first = length % 2 == 1 ? 1 : 2;
	size_t i;

	memset(buf, 'a', first);
	for (i = first; i < length; i += 2) {
		buf[i] = ',';
		buf[i + 1] = (i - first) % 4 == 0 ? 'b' : 'c';
	}
}
