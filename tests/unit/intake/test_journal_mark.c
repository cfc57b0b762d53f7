// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the ids of boots in the text output of journalctl. */
#include "support_intake.h"

#include <stdio.h>

#define ID "0123456789abcdef0123456789abcdef"
#define LINE "Nov 28 07:51:02 web1 kernel: "

static const struct intake_decoder *const printk = &intake_decoder_printk;

static void test_lines_after_a_mark(void **state)
{
	expect(printk,
	       LINE "one\n"
		    "-- Boot " ID " --\n" LINE "two\n" LINE "three\n",
	       "web1 - - - - - - -1 0|one\n"
	       "web1 " ID " - - - - - -1 33|two\n"
	       "web1 " ID " - - - - - -1 110|three\n");
}

static void test_the_last_mark_counts(void **state)
{
	expect(printk,
	       "-- Boot " ID " --\n-- Boot 1123456789abcdef0123456789abcdef --\r\n" LINE "x\n",
	       "web1 1123456789abcdef0123456789abcdef - - - - - -1 44|x\n");
}

/* If another log follows the journal, the host of the journal is not used for its lines. */
static void test_other_lines(void **state)
{
	expect(printk, "-- Boot " ID " --\n[    1.000000] x\n", "- - - - 1000000 - - -1 44|x\n");
}

static void test_lines_that_look_alike(void **state)
{
	static const char *const lines[] = {
		"-- Boot 0123456789abcdef0123456789abcde --",
		"-- Boot 0123456789abcdef0123456789abcdef0 --",
		"-- Boot 0123456789abcdef0123456789abcdeg --",
		"-- Boot " ID " -",
		"-- Boot " ID,
		" -- Boot " ID " --",
		"-- Boot " ID " -- x",
		"-- Boot  --",
		"-- Boot ",
		"-- Reboot --",
	};

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		char input[256], output[256];

		print_message("  %s\n", lines[i]);
		snprintf(input, sizeof(input), "%s\n" LINE "x\n", lines[i]);
		snprintf(output, sizeof(output),
			 "- - - - - - - -1 0|%s\nweb1 - - - - - - -1 %zu|x\n", lines[i],
			 strlen(lines[i]) + 1);
		expect(printk, input, output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_after_a_mark),
		cmocka_unit_test(test_the_last_mark_counts),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_lines_that_look_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
