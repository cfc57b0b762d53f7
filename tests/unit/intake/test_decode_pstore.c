// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the pstore decoder and of its sorting of parts. */
#include "support_intake.h"

#include <stdio.h>

static const struct intake_decoder *const pstore = &intake_decoder_pstore;

static void test_one_part(void **state)
{
	expect(pstore,
	       "Panic#1 Part1\n<6>[    5.140900][    T1] one\n<0>[    5.140950][    C3] two\n",
	       "- - - - 5140900 - T1 6 14|one\n- - - - 5140950 - C3 0 44|two\n");
}

static void test_order(void **state)
{
	static const char text[] = "- - - - 1000001 - - 6 %d|one\n- - - - 2000002 - - 6 %d|two\n"
				   "- - - - 3000003 - - 6 %d|three\n";
	char expected[256];

	snprintf(expected, sizeof(expected), text, 88, 52, 14);
	expect(pstore,
	       "Panic#1 Part1\n<6>[    3.000003] three\n"
	       "Panic#1 Part2\n<6>[    2.000002] two\n"
	       "Panic#1 Part3\n<6>[    1.000001] one\n",
	       expected);
	/* Lines of ramoops and of systemd-pstore in front of the parts are ignored. */
	snprintf(expected, sizeof(expected), text, 101, 160, 37);
	expect(pstore,
	       "====1795663623.123456-D\nOops#2 Part1\n<6>[    3.000003] three\n"
	       "dmesg-efi-179566362303001:\nOops#2 Part3\n<6>[    1.000001] one\n"
	       "====1795663623.123456-D\nOops#2 Part2\n<6>[    2.000002] two\n",
	       expected);
}

/* The header of the next part directly follows a truncated part. */
static void test_glued(void **state)
{
	expect(pstore,
	       "Panic#1 Part1\n<6>[    3.000003] three\n<6>[    3.0Panic#1 Part2\n"
	       "<6>[    2.000002] two\n",
	       "- - - - 2000002 - - 6 63|two\n- - - - 3000003 - - 6 14|three\n"
	       "- - - - - - - 6 38|[    3.0\n");
}

static void test_dumps(void **state)
{
	/* The second dump repeats the end of the first. */
	expect(pstore,
	       "Panic#2 Part1\n<6>[    3.000003] three\n"
	       "Panic#2 Part2\n<6>[    1.000001] one\n<6>[    2.000002] two\n"
	       "Oops#1 Part1\n<6>[    1.000001] one\n<6>[    2.000002] two\n",
	       "- - - - 1000001 - - 6 109|one\n- - - - 2000002 - - 6 131|two\n"
	       "- - - - 3000003 - - 6 14|three\n");
	/* A repeated part number belongs to another boot; the order of the input is kept. */
	expect(pstore,
	       "Panic#1 Part1\n<6>[    9.000009] first boot\n"
	       "Panic#1 Part1\n<6>[    3.000003] second boot\n",
	       "- - - - 9000009 - - 6 14|first boot\n- - - - 3000003 - - 6 57|second boot\n");
}

static void test_bad(void **state)
{
	static const char *const lines[] = { "text",	       "Panic#1",
					     "Panic#x Part1",  "Panic#1 Part",
					     "Panic#1 Part1x", "Burp#1 Part1",
					     "Panic#1  Part1", "Panic#1 Part99999999999999999999" };

	for (size_t i = 0; i < COUNT_OF(lines); i++)
		expect(pstore, lines[i], "!HEADER 0\n");
	/* A part is missing between two others. */
	expect(pstore,
	       "Oops#1 Part1\n<6>[    3.000003] three\nOops#1 Part3\n<6>[    1.000001] one\n",
	       "- - - - 1000001 - - 6 50|one\n!FRAGMENT 0\n- - - - 3000003 - - 6 13|three\n");
}

/* Data beyond the limit is delivered in the order of the input. */
static void test_too_much(void **state)
{
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *decoder = pstore->create(pstore, &sink);
	char line[256];
	int length;

	for (unsigned int i = 0; i < 100000; i++) {
		length = snprintf(line, sizeof(line),
				  "<6>[    1.000001] line number %08u and more of it\n", i);
		if (i == 0)
			pstore->feed(decoder, "Panic#1 Part2\n", 14, 0);
		pstore->feed(decoder, line, (size_t)length, 0);
	}
	assert_true(collected.faults[INTAKE_FAULT_FRAGMENT] > 0);
	assert_true(collected.records > 0);
	/* More parts than the limit. */
	for (unsigned int i = 0; i < 5000; i++) {
		length = snprintf(line, sizeof(line), "Panic#7 Part%u\n", i);
		pstore->feed(decoder, line, (size_t)length, 0);
	}
	pstore->finish(decoder);
	pstore->destroy(decoder);
	assert_int_equal(collected.records, 100000);
	free(collected.text);
}

/* Destroy without finish: no memory leak. */
static void test_abandoned(void **state)
{
	struct collected collected;
	struct intake_sink sink = collect(&collected);
	void *decoder = pstore->create(pstore, &sink);

	pstore->feed(decoder, "Panic#1 Part1\ntext\nmore", 23, 0);
	pstore->destroy(decoder);
	assert_int_equal(collected.records, 0);
	free(collected.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_part),  cmocka_unit_test(test_order),
		cmocka_unit_test(test_glued),	  cmocka_unit_test(test_dumps),
		cmocka_unit_test(test_bad),	  cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_abandoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
