// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the table of hosts and of its keyed hash. */
#include "support_intake.h"

#include <stdio.h>

#include "intake/decode/host_table.h"

struct entry {
	struct intake_host host;
	int number;
};

static struct intake_text name_of(int number, char name[16])
{
	snprintf(name, 16, "host%d", number);
	return intake_text_of(name);
}

/* The table grows and keeps its entries and their order. */
static void test_growth(void **state)
{
	struct intake_host_table table = { .entry_size = sizeof(struct entry) };
	char name[16];
	int number = 0;

	assert_null(intake_host_table_find(&table, name_of(1, name)));
	for (; number < 10000; number++)
		((struct entry *)intake_host_table_add(&table, name_of(number, name)))->number =
			number;
	assert_int_equal(table.count, 10000);
	assert_true(table.bucket_count >= 10000);
	for (struct intake_host *host = table.newest; host; host = host->older)
		assert_int_equal(((struct entry *)host)->number, --number);
	for (number = 0; number < 10000; number++)
		assert_int_equal(
			((struct entry *)intake_host_table_peek(&table, name_of(number, name)))
				->number,
			number);
	intake_host_table_find(&table, name_of(0, name));
	assert_int_equal(((struct entry *)table.newest)->number, 0);
	assert_int_equal(((struct entry *)table.oldest)->number, 1);
	intake_host_table_remove(&table, table.oldest);
	assert_null(intake_host_table_peek(&table, name_of(1, name)));
	intake_host_table_deinit(&table);
	assert_int_equal(table.count, 0);
}

/*
 * SipHash-1-3 with the key 00 01 ... 0f. The values are those of the reference implementation
 * compiled with cROUNDS=1 and dROUNDS=3, for the inputs "", 00, 00 01, ... 00 ... 07.
 */
static void test_siphash(void **state)
{
	static const struct intake_hash_key key = { { 0x0706050403020100ULL,
						      0x0f0e0d0c0b0a0908ULL } };
	static const uint64_t expected[] = {
		0xabac0158050fc4dcULL, 0xc9f49bf37d57ca93ULL, 0x82cb9b024dc7d44dULL,
		0x8bf80ab8e7ddf7fbULL, 0xcf75576088d38328ULL, 0xdef9d52f49533b67ULL,
		0xc50d2b50c59f22a7ULL, 0xd3927d989bb11140ULL, 0x369095118d299a8eULL,
	};
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	for (size_t length = 0; length < COUNT_OF(expected); length++)
		assert_true(intake_keyed_hash(&key, bytes, length) == expected[length]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_siphash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
