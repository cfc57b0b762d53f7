// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Search for the words of scan.h with AVX2 or AVX-512.
 *
 * Each word has a window of WINDOW_SIZE bytes and is in one of eight buckets. For each byte of a
 * window, tables give the buckets that the byte may belong to. A position of the log needs a
 * comparison only if all bytes of the window have a bucket in common. Few positions do
 * (meson/scan_windows.py). AVX2 looks up the low half of each byte, and the high half of the first
 * two. With AVX512_VBMI one lookup takes seven bits of a byte, and all words are ASCII.
 */
#include "scan_vector.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>

/**
 * struct window - a word and its window
 * @offset: start of the window in the word
 * @value: the bytes of the window, the first one in the lowest bits
 * @mask: the bits of @value that a short word has
 */
struct window {
	const char *word;
	unsigned char length;
	unsigned char offset;
	uint32_t value;
	uint32_t mask;
};

/* Generated from the words. */
#include "scan_windows.h"

#define AVX2 __attribute__((target("avx2"), noinline))
#define AVX2_INLINE __attribute__((target("avx2"))) static inline
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi"), noinline))
/* A block has at most this size. Its windows and what is read with them end in this size, too. */
#define READ_SIZE 128

/**
 * struct block - a block of the log in which some windows need a comparison
 * @at: the position of the block in the log
 * @positions: a bit for the first byte of each of these windows
 * @buckets: the buckets of the windows that begin in each byte of the block
 */
struct block {
	size_t at;
	uint64_t positions;
	unsigned char buckets[64];
};

/*
 * Find the first block that needs comparisons. Blocks begin at @at and at positions before @end,
 * with READ_SIZE bytes at each. If there is no such block, set no positions. Return the end of the
 * last block that was searched.
 */
typedef size_t block_finder(const char *bytes, size_t at, size_t end, struct block *ret);

/**
 * struct search - position and result of a search
 * @ends: the @count smallest ends so far, ascending; @max is the limit
 */
struct search {
	const char *bytes;
	size_t length;
	size_t *ends;
	size_t count;
	size_t max;
};

/* Add an end in its order. If there is no room, drop the largest one. */
static void add_end(struct search *search, size_t end)
{
	size_t at = search->count;

	while (at > 0 && search->ends[at - 1] > end)
		at--;
	if (at == search->max)
		return;
	if (search->count < search->max)
		search->count++;
	memmove(search->ends + at + 1, search->ends + at,
		(search->count - at - 1) * sizeof(*search->ends));
	search->ends[at] = end;
}

/* Return WINDOW_SIZE bytes of the log. Zeros after the log match no window. */
static uint32_t window_at(const struct search *search, size_t at)
{
	size_t left = search->length - at;
	uint32_t value = 0;

	if (left >= sizeof(value))
		memcpy(&value, search->bytes + at, sizeof(value));
	else
		memcpy(&value, search->bytes + at, left);
	return value;
}

/* Compare the words of the buckets with the text whose window begins at @at. */
static void compare(struct search *search, size_t at, unsigned int buckets)
{
	uint32_t value = window_at(search, at);

	for (; buckets; buckets &= buckets - 1) {
		unsigned int bucket = (unsigned int)__builtin_ctz(buckets);

		for (size_t i = first_windows[bucket]; i < first_windows[bucket + 1]; i++) {
			const struct window *window = &windows[i];
			size_t start = at - window->offset;

			if ((value & window->mask) == window->value && at >= window->offset &&
			    search->length - start >= window->length &&
			    memcmp(search->bytes + start, window->word, window->length) == 0)
				add_end(search, start + window->length);
		}
	}
}

/* Compare at the positions of a block, which is in the log @shift bytes after its position. */
static void compare_block(struct search *search, const struct block *block, size_t shift)
{
	for (uint64_t left = block->positions; left; left &= left - 1) {
		size_t i = (size_t)__builtin_ctzll(left), at = shift + block->at + i;

		if (at < search->length)
			compare(search, at, block->buckets[i]);
	}
}

/* Return whether no window from @at on belongs to a word that ends before those found. */
static bool is_full(const struct search *search, size_t at)
{
	return search->count == search->max && at >= search->ends[search->max - 1];
}

static size_t find(block_finder *find_block, const char *bytes, size_t length, size_t *ret,
		   size_t count)
{
	struct search search = { .bytes = bytes, .length = length, .ends = ret, .max = count };
	size_t end = length > READ_SIZE ? length - READ_SIZE : 0, at = 0;
	char last[2 * READ_SIZE] = "";
	struct block block;

	while (at < end && !is_full(&search, at)) {
		at = find_block(bytes, at, end, &block);
		compare_block(&search, &block, 0);
	}
	if (is_full(&search, at))
		return search.count;
	/* At most READ_SIZE bytes are left. */
	memcpy(last, bytes + at, length - at);
	for (size_t i = 0; i < length - at;) {
		i = find_block(last, i, length - at, &block);
		compare_block(&search, &block, at);
	}
	return search.count;
}

/**
 * struct halves - the tables of AVX2
 * @low: for each byte of a window, the buckets of each low half
 * @high: the buckets of each high half; the first bytes of a window have one
 */
struct halves {
	__m256i low[WINDOW_SIZE];
	__m256i high[HIGH_HALVES];
};

AVX2_INLINE __m256i load_table(const unsigned char *table)
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

/* Return the buckets of the windows that begin in each of 32 bytes. */
AVX2_INLINE __m256i look_up(const struct halves *halves, const char *text)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i common = _mm256_set1_epi8(-1);

#pragma GCC unroll 4
	for (size_t i = 0; i < WINDOW_SIZE; i++) {
		__m256i bytes = _mm256_loadu_si256((const __m256i *)(text + i)), low = bytes;

		/*
		 * The lookup ignores the high half of an ASCII character, and finds nothing for
		 * other bytes. These may follow a short word, but are not one of its bytes.
		 */
		if (i < HIGH_HALVES) {
			__m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);

			common = _mm256_and_si256(common,
						  _mm256_shuffle_epi8(halves->high[i], high));
		} else {
			low = _mm256_and_si256(bytes, half);
		}
		common = _mm256_and_si256(common, _mm256_shuffle_epi8(halves->low[i], low));
	}
	return common;
}

AVX2 static size_t find_block_avx2(const char *bytes, size_t at, size_t end, struct block *ret)
{
	__m256i first = _mm256_setzero_si256(), second = first, none = first;
	struct halves halves;
	uint32_t misses;

	for (size_t i = 0; i < WINDOW_SIZE; i++)
		halves.low[i] = load_table(low_halves[i]);
	for (size_t i = 0; i < HIGH_HALVES; i++)
		halves.high[i] = load_table(high_halves[i]);
	for (; at < end; at += 64) {
		__m256i any;

		first = look_up(&halves, bytes + at);
		second = look_up(&halves, bytes + at + 32);
		any = _mm256_or_si256(first, second);
		if (!_mm256_testz_si256(any, any))
			break;
	}
	ret->at = at;
	_mm256_storeu_si256((__m256i *)ret->buckets, first);
	_mm256_storeu_si256((__m256i *)(ret->buckets + 32), second);
	misses = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(second, none));
	ret->positions = (uint64_t)~misses << 32;
	misses = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(first, none));
	ret->positions |= ~misses;
	return ret->positions ? at + 64 : at;
}

AVX512 static size_t find_block_avx512(const char *bytes, size_t at, size_t end, struct block *ret)
{
	__m512i low[WINDOW_SIZE], high[WINDOW_SIZE], common = _mm512_setzero_si512();

	for (size_t i = 0; i < WINDOW_SIZE; i++) {
		low[i] = _mm512_loadu_si512(byte_buckets[i]);
		high[i] = _mm512_loadu_si512(byte_buckets[i] + 64);
	}
	for (; at < end; at += 64) {
		common = _mm512_set1_epi8(-1);
#pragma GCC unroll 4
		for (size_t i = 0; i < WINDOW_SIZE; i++)
			common = _mm512_and_si512(
				common,
				_mm512_permutex2var_epi8(low[i], _mm512_loadu_si512(bytes + at + i),
							 high[i]));
		if (_mm512_test_epi8_mask(common, common))
			break;
	}
	ret->at = at;
	_mm512_storeu_si512(ret->buckets, common);
	ret->positions = _mm512_test_epi8_mask(common, common);
	return ret->positions ? at + 64 : at;
}

static size_t find_avx2(const char *bytes, size_t length, size_t *ret, size_t count)
{
	return find(find_block_avx2, bytes, length, ret, count);
}

static size_t find_avx512(const char *bytes, size_t length, size_t *ret, size_t count)
{
	return find(find_block_avx512, bytes, length, ret, count);
}

intake_scan_vector *intake_scan_vector_get(size_t rank)
{
	intake_scan_vector *usable[3] = { 0 };
	size_t count = 0;

	if (__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") &&
	    !getenv("KEXEC_LINEAGE_WITHOUT_AVX512"))
		usable[count++] = find_avx512;
	if (__builtin_cpu_supports("avx2"))
		usable[count++] = find_avx2;
	return rank < count ? usable[rank] : NULL;
}

#else

intake_scan_vector *intake_scan_vector_get(size_t rank)
{
	return NULL;
}

#endif
