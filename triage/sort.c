// SPDX-License-Identifier: GPL-2.0-or-later
#include "sort.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"

#define DIGIT_BITS 8
#define VALUES (1 << DIGIT_BITS)
#define KEY_BITS 64
#define WORD sizeof(uint64_t)
#define COUNT_MIN 64 /* fewer elements take less time with qsort() */

static uint32_t number_of(const void *element, size_t offset)
{
	uint32_t number;

	memcpy(&number, (const char *)element + offset, sizeof(number));
	return number;
}

static int bits_of(uint64_t number)
{
	return number > 0 ? KEY_BITS - __builtin_clzll(number) : 0;
}

/** struct columns - the numbers of the elements; for each, the largest one in a key and its bits */
struct columns {
	uint32_t largest[TRIAGE_ORDER_MAX];
	int bits[TRIAGE_ORDER_MAX];
	int all_bits;
};

/*
 * UINT32_MAX often means "none", and would make keys long: the number after the largest other one
 * replaces it.
 */
static struct columns measure(const char *elements, size_t count, const struct triage_order *order)
{
	struct columns columns = { 0 };
	bool has_none[TRIAGE_ORDER_MAX] = { false };

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < order->count; j++) {
			uint32_t number = number_of(elements + i * order->size, order->offsets[j]);

			if (number == UINT32_MAX)
				has_none[j] = true;
			else if (number > columns.largest[j])
				columns.largest[j] = number;
		}
	}
	for (size_t j = 0; j < order->count; j++) {
		columns.largest[j] += has_none[j];
		columns.bits[j] = bits_of(columns.largest[j]);
		columns.all_bits += columns.bits[j];
	}
	return columns;
}

/* Return the numbers of an element, the most significant one first. */
static uint64_t key_of(const char *element, const struct triage_order *order,
		       const struct columns *columns)
{
	uint64_t key = 0;

	for (size_t j = 0; j < order->count; j++) {
		uint32_t number = number_of(element, order->offsets[j]);

		if (number > columns->largest[j])
			number = columns->largest[j];
		key = key << columns->bits[j] | number;
	}
	return key;
}

/* Copy keys in the order of one digit. */
static void sort_by(const uint64_t *keys, size_t count, int shift, uint64_t *ret)
{
	size_t next[VALUES + 1] = { 0 };

	for (size_t i = 0; i < count; i++)
		next[(keys[i] >> shift) % VALUES + 1]++;
	for (int value = 0; value < VALUES; value++)
		next[value + 1] += next[value];
	for (size_t i = 0; i < count; i++)
		ret[next[(keys[i] >> shift) % VALUES]++] = keys[i];
}

/* Copy elements in the order of their indexes, which are the last bits of the keys. */
static void copy_elements(const char *elements, size_t count, size_t size, const uint64_t *keys,
			  int index_bits, char *ret)
{
	for (size_t i = 0; i < count; i++) {
		const char *from = elements + (keys[i] & (((uint64_t)1 << index_bits) - 1)) * size;

		size_t at = 0;

		/* A call of memcpy() for all words takes longer. */
		for (; at + WORD <= size; at += WORD)
			memcpy(&ret[i * size + at], &from[at], WORD);
		memcpy(&ret[i * size + at], &from[at], size - at);
	}
}

/* Return false, and do not change the elements, if memory runs out or their numbers are large. */
static bool sort_by_numbers(char *elements, size_t count, const struct triage_order *order)
{
	LINEAGE_AUTO_FREE uint64_t *keys = reallocarray(NULL, count, sizeof(*keys));
	LINEAGE_AUTO_FREE uint64_t *copy = reallocarray(NULL, count, sizeof(*copy));
	LINEAGE_AUTO_FREE char *sorted = reallocarray(NULL, count, order->size);
	const struct columns columns = measure(elements, count, order);
	uint64_t *from = keys, *to = copy;
	int index_bits = bits_of(count - 1);

	if (!keys || !copy || !sorted || index_bits + columns.all_bits > KEY_BITS)
		return false;
	for (size_t i = 0; i < count; i++)
		keys[i] = key_of(elements + i * order->size, order, &columns) << index_bits | i;
	for (int shift = 0; shift < columns.all_bits; shift += DIGIT_BITS) {
		uint64_t *swapped = from;

		sort_by(from, count, index_bits + shift, to);
		from = to;
		to = swapped;
	}
	copy_elements(elements, count, order->size, from, index_bits, sorted);
	memcpy(elements, sorted, count * order->size);
	return true;
}

static int compare(const void *left, const void *right, void *data)
{
	const struct triage_order *order = data;

	for (size_t i = 0; i < order->count; i++) {
		uint32_t a = number_of(left, order->offsets[i]);
		uint32_t b = number_of(right, order->offsets[i]);

		if (a != b)
			return a < b ? -1 : 1;
	}
	return 0;
}

void triage_sort(void *elements, size_t count, const struct triage_order *order)
{
	if (count > 0 && (count < COUNT_MIN || !sort_by_numbers(elements, count, order)))
		qsort_r(elements, count, order->size, compare, (void *)(uintptr_t)order);
}
