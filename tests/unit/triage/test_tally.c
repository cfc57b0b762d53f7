// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of counters: looked up, or appended and added up later. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "triage/tally.h"

/* Fill a table of each kind with random counters of few or many keys. */
static void fill(struct triage_tally *added, struct triage_tally *appended, uint32_t keys,
		 int count)
{
	unsigned int seed = keys;

	for (int i = 0; i < count; i++) {
		uint32_t one = (uint32_t)rand_r(&seed) % keys;
		const uint32_t key[4] = { one % 7, one % 11 ? one : UINT32_MAX, 0, one / 64 };

		assert_int_equal(triage_tally_add(added, key, one, NULL), 0);
		assert_int_equal(triage_tally_append(appended, key, one), 0);
	}
	triage_tally_sort(added);
	triage_tally_sort(appended);
}

static void test_append(void **state)
{
	static const struct {
		uint32_t keys;
		int count;
	} cases[] = { { 1, 0 },		 { 1, 1 },	     { 5, 255 },     { 5, 256 },
		      { 1000, 257 },	 { 300000, 100000 }, { 10, 600000 }, { 200000, 1500000 },
		      { 700000, 600000 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		TRIAGE_AUTO_TALLY added = { 0 };
		TRIAGE_AUTO_TALLY appended = { 0 };

		fill(&added, &appended, cases[i].keys, cases[i].count);
		assert_int_equal(added.count, appended.count);
		assert_true(cases[i].count == 0 || added.count > 0);
		assert_true(appended.capacity < 1500000);
		if (added.count > 0)
			assert_memory_equal(added.counters, appended.counters,
					    added.count * sizeof(*added.counters));
	}
}

/* More counters than TRIAGE_TALLY_MAX are refused only if their keys differ. */
static void test_limit(void **state)
{
	TRIAGE_AUTO_TALLY same = { 0 };
	TRIAGE_AUTO_TALLY different = { 0 };
	uint32_t key[4] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < TRIAGE_TALLY_MAX; i++) {
		assert_int_equal(triage_tally_append(&same, (const uint32_t[4]){ 0 }, 1), 0);
		key[2] = i;
		assert_int_equal(triage_tally_append(&different, key, 1), 0);
	}
	assert_int_equal(triage_tally_append(&same, (const uint32_t[4]){ 0 }, 1), 0);
	key[2] = TRIAGE_TALLY_MAX;
	assert_int_equal(triage_tally_append(&different, key, 1), -ENOSPC);
	triage_tally_sort(&same);
	assert_int_equal(same.count, 1);
	assert_int_equal(same.counters[0].boots, TRIAGE_TALLY_MAX + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
