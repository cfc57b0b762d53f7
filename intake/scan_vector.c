// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Search for the words of scan.h with AVX2.
 *
 * Each word has a window of WINDOW_SIZE bytes and is in one of eight buckets. For each byte of a
 * window, a table gives the buckets that the low half of the byte may belong to, and another table
 * those of the high half. A position of the log needs a comparison only if all eight lookups have a
 * bucket in common. Few positions do (meson/scan_windows.py).
 */
#include "scan_vector.h"

#include <stdint.h>
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

#define STEP 32
#define AVX2 __attribute__((target("avx2")))

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

bool intake_scan_vector_is_usable(void)
{
	return __builtin_cpu_supports("avx2");
}

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

/* Compare the words of the buckets with the text whose window begins at @at. */
static void compare(struct search *search, size_t at, uint32_t value, unsigned int buckets)
{
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

/*
 * Search the windows that begin in the STEP bytes at @text, which is position @at of the log and
 * has WINDOW_SIZE - 1 more bytes.
 */
AVX2 static inline void search_step(struct search *search, const char *text, size_t at,
				    const __m256i *low, const __m256i *high)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i common = _mm256_set1_epi8(-1);
	unsigned char buckets[STEP];
	uint32_t positions;

	for (size_t i = 0; i < WINDOW_SIZE; i++) {
		__m256i bytes = _mm256_loadu_si256((const __m256i *)(text + i));
		__m256i lows = _mm256_and_si256(bytes, half);
		__m256i highs = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);

		common = _mm256_and_si256(common,
					  _mm256_and_si256(_mm256_shuffle_epi8(low[i], lows),
							   _mm256_shuffle_epi8(high[i], highs)));
	}
	if (_mm256_testz_si256(common, common))
		return;
	_mm256_storeu_si256((__m256i *)buckets, common);
	positions =
		~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(common, _mm256_setzero_si256()));
	for (; positions; positions &= positions - 1) {
		unsigned int i = (unsigned int)__builtin_ctz(positions);
		uint32_t value;

		memcpy(&value, text + i, sizeof(value));
		compare(search, at + i, value, buckets[i]);
	}
}

/* Return whether no later window can belong to a word that ends before those that were found. */
static bool is_full(const struct search *search, size_t at)
{
	return search->count == search->max && at >= search->ends[search->max - 1];
}

AVX2 size_t intake_scan_vector_find(const char *bytes, size_t length, size_t *ret, size_t count)
{
	struct search search = { .bytes = bytes, .length = length, .ends = ret, .max = count };
	char last[3 * STEP] = "";
	__m256i low[WINDOW_SIZE], high[WINDOW_SIZE];
	size_t at = 0;

	for (size_t i = 0; i < WINDOW_SIZE; i++) {
		low[i] = _mm256_broadcastsi128_si256(
			_mm_loadu_si128((const __m128i *)low_halves[i]));
		high[i] = _mm256_broadcastsi128_si256(
			_mm_loadu_si128((const __m128i *)high_halves[i]));
	}
	for (; length - at >= STEP + WINDOW_SIZE - 1 && !is_full(&search, at); at += STEP)
		search_step(&search, bytes + at, at, low, high);
	if (is_full(&search, at))
		return search.count;
	/* Fewer than STEP + WINDOW_SIZE - 1 bytes are left. Zeros after them match no window. */
	memcpy(last, bytes + at, length - at);
	search_step(&search, last, at, low, high);
	search_step(&search, last + STEP, at + STEP, low, high);
	return search.count;
}

#else

bool intake_scan_vector_is_usable(void)
{
	return false;
}

size_t intake_scan_vector_find(const char *bytes, size_t length, size_t *ret, size_t count)
{
	return 0;
}

#endif
