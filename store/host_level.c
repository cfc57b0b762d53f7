// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The hash is SipHash-2-4 with the key 0 (Aumasson and Bernstein, "SipHash: a fast short-input
 * PRF", 2012). ClickHouse has the same function: sipHash64().
 */
#include "host_level.h"

#include <stddef.h>
#include <string.h>

#define COMPRESSION_ROUNDS 2
#define FINALIZATION_ROUNDS 4

static uint64_t rotate(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

static void add_rounds(uint64_t state[4], int rounds)
{
	for (int i = 0; i < rounds; i++) {
		state[0] += state[1];
		state[2] += state[3];
		state[1] = rotate(state[1], 13) ^ state[0];
		state[3] = rotate(state[3], 16) ^ state[2];
		state[0] = rotate(state[0], 32);
		state[2] += state[1];
		state[0] += state[3];
		state[1] = rotate(state[1], 17) ^ state[2];
		state[3] = rotate(state[3], 21) ^ state[0];
		state[2] = rotate(state[2], 32);
	}
}

static void add_word(uint64_t state[4], uint64_t word)
{
	state[3] ^= word;
	add_rounds(state, COMPRESSION_ROUNDS);
	state[0] ^= word;
}

/* Read up to 8 bytes, the first byte in the lowest bits. */
static uint64_t read_word(const char *bytes, size_t count)
{
	uint64_t word = 0;

	for (size_t i = 0; i < count; i++)
		word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
	return word;
}

uint64_t store_host_hash(const char *host)
{
	uint64_t state[4] = { 0x736f6d6570736575, 0x646f72616e646f6d, 0x6c7967656e657261,
			      0x7465646279746573 };
	size_t length = strlen(host), at = 0;

	for (; length - at >= 8; at += 8)
		add_word(state, read_word(host + at, 8));
	add_word(state, read_word(host + at, length - at) | (uint64_t)length << 56);
	state[2] ^= 0xff;
	add_rounds(state, FINALIZATION_ROUNDS);
	return state[0] ^ state[1] ^ state[2] ^ state[3];
}

uint32_t store_host_level(const char *host)
{
	uint64_t hash = store_host_hash(host);
	uint32_t level = 0;

	while (level < STORE_HOST_LEVEL_MAX && (hash >> (63 - level) & 1) == 0)
		level++;
	return level;
}
