// SPDX-License-Identifier: GPL-2.0-or-later
/* SipHash-1-3: a keyed hash for hash tables. */
#include "keyed_hash.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

struct intake_hash_key intake_hash_key_make(void)
{
	struct intake_hash_key key = { 0 };
	struct timespec now;

	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) == sizeof(key))
		return key;
	/* Early in a boot, the kernel may have no random bytes yet. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	key.words[0] = (uint64_t)now.tv_nsec;
	key.words[1] = (uint64_t)(uintptr_t)&key;
	return key;
}

static uint64_t rotate(uint64_t word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static void add_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

uint64_t intake_keyed_hash(const struct intake_hash_key *key, const void *data, size_t length)
{
	uint64_t v[4] = {
		0x736f6d6570736575ULL ^ key->words[0],
		0x646f72616e646f6dULL ^ key->words[1],
		0x6c7967656e657261ULL ^ key->words[0],
		0x7465646279746573ULL ^ key->words[1],
	};
	const unsigned char *bytes = data;
	uint64_t word, last = (uint64_t)length << 56;

	for (; length >= sizeof(word); length -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		v[3] ^= word;
		add_round(v);
		v[0] ^= word;
	}
	for (size_t i = 0; i < length; i++)
		last |= (uint64_t)bytes[i] << (8 * i);
	v[3] ^= last;
	add_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	add_round(v);
	add_round(v);
	add_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
