// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the decoder for /dev/kmsg, of line splitting, and of parts common to several decoders.
 */
#include "support_intake.h"

#include "intake/decode/lines.h"

static const struct intake_decoder *const kmsg = &intake_decoder_kmsg;

static void test_records(void **state)
{
	expect(kmsg,
	       "5,0,0,-;Linux version 6.1.0\n"
	       "6,1,17,-,caller=T1;second\r\n"
	       " SUBSYSTEM=pci\n"
	       " DEVICE=+pci:0000:00:01.0\n"
	       "12,2,18,c,caller=C3,later=key;by a user\n"
	       "3,3,20;as Linux 3.5 had it",
	       "- - - 0 0 - - 5 0|Linux version 6.1.0\n"
	       "- - - 1 17 - T1 6 28|second\n"
	       "- - - 2 18 - C3 4u 96|by a user\n"
	       "- - - 3 20 - - 3 136|as Linux 3.5 had it\n");
}

static void test_escapes(void **state)
{
	expect(kmsg,
	       "6,1,2,-;one\\x0atwo \\x5c three\\x0d\\x0a\n"
	       "6,2,3,-; a blank, \\xE4 and \\xfF\n"
	       "6,3,4,-;\n",
	       "- - - 1 2 - - 6 0|one\n"
	       "- - - 1 2 - - 6 0|two \\ three\n"
	       "- - - 2 3 - - 6 38| a blank, \\xe4 and \\xff\n"
	       "- - - 3 4 - - 6 70|\n");
}

static void test_bad_escapes(void **state)
{
	expect(kmsg, "6,1,2,-;\\x0g \\y \\x\n", "!ESCAPE 0\n- - - 1 2 - - 6 0|\\x0g \\y \\x\n");
}

static void test_bad_headers(void **state)
{
	static const char *const lines[] = {
		"text",	       "6,1,2,-",   "6,1;text",
		";text",       "6,x,2,-;",  "-6,1,2,-;",
		"2048,1,2,-;", "6,1,2x,-;", "6,18446744073709551616,2,-;",
		" no key",     "6 ,1,2,-;", "a.b c,6,1,2,-;"
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++)
		expect(kmsg, lines[i], "!HEADER 0\n");
}

static void test_bad_fields(void **state)
{
	expect(kmsg, "6,1,2,-,caller=X1;text\n", "!FIELD 0\n- - - 1 2 - - 6 0|text\n");
	expect(kmsg, "6,1,2,-,caller=T4294967296;text\n", "!FIELD 0\n- - - 1 2 - - 6 0|text\n");
	expect(kmsg, "6,1,2,-,ncfrag=4/4;text\n", "!FIELD 0\n- - - 1 2 - - 6 0|text\n");
	expect(kmsg, "6,1,2,-,ncfrag=0/9;text\n", "!FRAGMENT 0\n- - - 1 2 - - 6 0|text\n");
}

static void test_sequence(void **state)
{
	expect(kmsg, "6,1,20,-;a\n6,4,21,-;b\n",
	       "- - - 1 20 - - 6 0|a\n!LOST 11\n- - - 4 21 - - 6 11|b\n");
	expect(kmsg, "6,5,20,-;a\n6,4,21,-;b\n",
	       "- - - 5 20 - - 6 0|a\n!BACKWARDS 11\n- - - 4 21 - - 6 11|b\n");
	/* Sequence numbers restart at a reboot, which is not a fault. */
	expect(kmsg, "6,5,9000000,-;a\n6,0,0,-;b\n6,1,0,-;c\n",
	       "- - - 5 9000000 - - 6 0|a\n- - - 0 0 - - 6 16|b\n- - - 1 0 - - 6 26|c\n");
}

static void test_long_line(void **state)
{
	static char input[INTAKE_LINE_MAX + 100];
	struct collected collected;

	memset(input, 'x', sizeof(input));
	memcpy(input, "6,1,2,-;", 8);
	for (size_t first = INTAKE_LINE_MAX - 2; first < INTAKE_LINE_MAX + 3; first++) {
		collected = decode_in(kmsg, input, sizeof(input), first, sizeof(input));
		assert_int_equal(collected.records, 1);
		assert_int_equal(collected.faults[INTAKE_FAULT_LONG_LINE], 1);
		free(collected.text);
	}
	/* A line of exactly the maximum length is valid. */
	collected = decode_in(kmsg, input, INTAKE_LINE_MAX, 0, 1000);
	assert_int_equal(collected.records, 1);
	assert_int_equal(collected.faults[INTAKE_FAULT_LONG_LINE], 0);
	free(collected.text);
}

static void test_nothing_to_free(void **state)
{
	struct intake_lines lines = { 0 };

	intake_lines_deinit(&lines);
	for (const struct intake_decoder *const *decoder = intake_decoders(); *decoder; decoder++)
		(*decoder)->destroy(NULL);
}

static void test_empty(void **state)
{
	for (const struct intake_decoder *const *decoder = intake_decoders(); *decoder; decoder++)
		if (*decoder != &intake_decoder_printk) {
			expect(*decoder, "", "");
			expect(*decoder, "\n", "");
		}
}

static void test_fault_texts(void **state)
{
	for (unsigned int i = 0; i < INTAKE_FAULTS; i++) {
		const char *text = intake_fault_text((enum intake_fault)i);

		assert_true(strlen(text) > 10 && !strchr(text, '\n'));
		assert_string_not_equal(text, intake_fault_text(INTAKE_FAULTS));
		for (unsigned int other = 0; other < i; other++)
			assert_string_not_equal(text, intake_fault_text((enum intake_fault)other));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),	    cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_bad_escapes), cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_bad_fields),  cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_long_line),   cmocka_unit_test(test_nothing_to_free),
		cmocka_unit_test(test_empty),	    cmocka_unit_test(test_fault_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
