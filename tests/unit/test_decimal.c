// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/decimal.c: each number has exactly one spelling. */
#include "support.h"

#include <cmocka.h>
#include <stdio.h>

#include "core/decimal.h"

static const struct {
	uint32_t value;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ 1, "1" },
	{ 9, "9" },
	{ 10, "10" },
	{ 99, "99" },
	{ 100, "100" },
	{ 1000000000, "1000000000" },
	{ 4294967289, "4294967289" },
	{ 4294967290, "4294967290" },
	{ 4294967294, "4294967294" },
	{ 4294967295, "4294967295" },
};

static const char *const no_numbers[] = {
	"",	      " ",	     "-",	    "-1",	   "+1",    " 1",   "1 ",
	"00",	      "01",	     "1a",	    "a1",	   "1/",    "1:",   "/",
	":",	      "0x1",	     "4294967296",  "4294967300",  "1e3",   "1,",   "9999999999",
	"5000000000", "10000000000", "04294967295", "42949672950", "1\xff", "\xb1", "00000000001",
};

static void formats_every_number(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(numbers); i++) {
		size_t length = strlen(numbers[i].text);
		char *buf = heap_untouched(LINEAGE_DECIMAL_MAX);

		assert_int_equal(lineage_decimal_format(numbers[i].value, buf), length);
		assert_memory_equal(buf, numbers[i].text, length);
		assert_true(is_untouched(buf + length, LINEAGE_DECIMAL_MAX - length));
		free(buf);
	}
}

static void parses_every_number(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(numbers); i++) {
		size_t length = strlen(numbers[i].text);
		char *text = heap_copy(numbers[i].text, length);
		uint32_t value = ~numbers[i].value;

		assert_int_equal(lineage_decimal_parse(text, length, &value), 0);
		assert_int_equal(value, numbers[i].value);
		free(text);
	}
}

static void rejects_everything_else(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(no_numbers); i++) {
		size_t length = strlen(no_numbers[i]);
		char *text = heap_copy(no_numbers[i], length);
		uint32_t value = 77;

		assert_int_equal(lineage_decimal_parse(text, length, &value), -EILSEQ);
		assert_int_equal(value, 77);
		free(text);
	}
}

static void rejects_a_nul(void **state)
{
	uint32_t value = 77;

	assert_int_equal(lineage_decimal_parse("1\0", 2, &value), -EILSEQ);
	assert_int_equal(lineage_decimal_parse("\0", 1, &value), -EILSEQ);
	assert_int_equal(value, 77);
}

/* Every byte other than the ten digits is rejected. */
static void knows_ten_digits(void **state)
{
	int byte;

	for (byte = 0; byte < 256; byte++) {
		char text[2] = { '1', (char)byte };
		uint32_t value = 77;
		int expected = byte >= '0' && byte <= '9' ? 0 : -EILSEQ;

		assert_int_equal(lineage_decimal_parse(text, 2, &value), expected);
		assert_int_equal(value, expected ? 77 : 10 + byte - '0');
	}
}

static void agrees_with_printf(void **state)
{
	struct random random = random_from(1);
	int i;

	for (i = 0; i < 100000; i++) {
		uint32_t value =
			(uint32_t)(random_next(&random) >> (32 + random_below(&random, 32)));
		char expected[16], buf[LINEAGE_DECIMAL_MAX];
		int length = sprintf(expected, "%u", value);
		uint32_t parsed;

		assert_int_equal(lineage_decimal_format(value, buf), length);
		assert_memory_equal(buf, expected, length);
		assert_int_equal(lineage_decimal_parse(buf, (size_t)length, &parsed), 0);
		assert_int_equal(parsed, value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_every_number),	   cmocka_unit_test(parses_every_number),
		cmocka_unit_test(rejects_everything_else), cmocka_unit_test(rejects_a_nul),
		cmocka_unit_test(knows_ten_digits),	   cmocka_unit_test(agrees_with_printf),
	};

	return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
