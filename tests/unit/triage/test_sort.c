// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of sorting by numbers: the order is that of a plain comparison. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "triage/sort.h"

struct element {
	uint64_t tag;
	uint32_t low;
	uint32_t high;
	uint32_t middle;
};

static const struct triage_order order = {
	sizeof(struct element),
	{ offsetof(struct element, high), offsetof(struct element, middle),
	  offsetof(struct element, low) },
	3,
};

static int compare(const void *left, const void *right)
{
	const struct element *a = left, *b = right;

	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	if (a->middle != b->middle)
		return a->middle < b->middle ? -1 : 1;
	return (a->low > b->low) - (a->low < b->low);
}

/* Return a number of a kind: a few small ones, "none", or large ones. */
static uint32_t draw(unsigned int kind, unsigned int *seed)
{
	uint32_t number = (uint32_t)rand_r(seed);

	switch (kind % 5) {
	case 0:
		return number % 300;
	case 1:
		return number % 5 ? number % 7 : UINT32_MAX;
	case 2:
		return number % 2 ? UINT32_MAX - 1 : UINT32_MAX;
	case 3:
		return number * 3;
	default:
		return 0;
	}
}

/* Sort elements of each kind, and compare them with those that qsort(3) sorted. */
static void sort(size_t count, unsigned int kind)
{
	struct element *elements = calloc(count + 1, sizeof(*elements));
	struct element *expected = calloc(count + 1, sizeof(*expected));
	unsigned int seed = kind;
	uint64_t tags = 0, expected_tags = count * (count + 1) / 2;

	assert_true(elements && expected);
	for (size_t i = 0; i < count; i++)
		elements[i] = (struct element){ i + 1, draw(kind, &seed), draw(kind / 5, &seed),
						draw(kind / 25, &seed) };
	memcpy(expected, elements, count * sizeof(*elements));
	qsort(expected, count, sizeof(*expected), compare);
	triage_sort(elements, count, &order);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(compare(&elements[i], &expected[i]), 0);
		tags += elements[i].tag;
	}
	assert_int_equal(tags, expected_tags);
	free(elements);
	free(expected);
}

static void test_sort(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 63, 64, 65, 1000, 20000 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		for (unsigned int kind = 0; kind < 125; kind++)
			sort(counts[i], kind);
}

/* The size of an element need not be a multiple of a word, as on 32-bit machines. */
static void test_odd_size(void **state)
{
	static const struct triage_order odd = { 13, { 0 }, 1 };
	enum { COUNT = 100 };
	unsigned char *elements = malloc(COUNT * odd.size);

	(void)state;
	assert_non_null(elements);
	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t number = COUNT - i;

		memset(elements + i * odd.size, (int)number, odd.size);
		memcpy(elements + i * odd.size, &number, sizeof(number));
	}
	triage_sort(elements, COUNT, &odd);
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_int_equal(elements[i * odd.size], i + 1);
		assert_int_equal(elements[i * odd.size + odd.size - 1], i + 1);
	}
	free(elements);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_odd_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
