// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the search for lines that begin a boot or a crash report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "intake/build_features.h"
#include "intake/scan.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LINE_SIZE 512
#define ENDS_MAX 16

/* On x86, Hyperscan needs SSSE3. Without it every line is decoded. */
static int set_up(void **state)
{
	struct intake_scan *scan = NULL;
	int error = intake_scan_create(&scan);

	assert_true(error == 0 || error == -ENOTSUP);
	assert_true(error != 0 || intake_has_hyperscan);
	*state = scan;
	return 0;
}

static int tear_down(void **state)
{
	intake_scan_destroy(*state);
	return 0;
}

static void expect_found(struct intake_scan *scan, const char *line)
{
	size_t ends[ENDS_MAX];

	if (intake_scan_find(scan, line, strlen(line), ends, ENDS_MAX) == 0)
		fail_msg("no word of intake_scan_words() is in \"%s\"", line);
}

/*
 * The list of words determines how fast logs are read (tests/bench/bench_intake.py). Change it only
 * on purpose.
 */
static void test_words(void **state)
{
	static const char *const expected[] = {
		"Linux v",	   "ommand li",	     "exec f",
		"kexec_li",	   "DMI: ",	     "achine mod",
		"BUG: ",	   "BUG ",	     "BUG!",
		"WARNING: ",	   "INFO: ",	     "UBSAN: ",
		"unref",	   "nable to hand",  "[#",
		" panic",	   "PANIC: ",	     "Unhand",
		"Insuff",	   "ernel stack ov", "CFI f",
		"CSD l",	   "LOCKUP",	     "unregister_netdevice: w",
		"Busy in",	   "NETDEV W",	     "nobody c",
		"Machine Ch",	   "achine ch",	     "ut of me",
		"Bad mo",	   "slab er",	     "Slab c",
		"Alignment t",	   "[ cut h",	     "\"MESSAGE\":[",
		"\"MESSAGE\" : [", "Message from s", "journald@",
		"-- Boot ",	   "ing new k",	     "sed kernel im",
		"VERIFY",	   "PANIC a",
	};
	const char *const *words = intake_scan_words();
	size_t count = 0;

	for (; words[count]; count++) {
		size_t i = 0;

		while (i < COUNT_OF(expected) && strcmp(expected[i], words[count]) != 0)
			i++;
		if (i == COUNT_OF(expected))
			fail_msg("\"%s\" is not in the expected list", words[count]);
	}
	assert_int_equal(count, COUNT_OF(expected));
}

static void test_others(void **state)
{
	static const char *const lines[] = {
		"[    0.000000] Linux version 6.1.0 (a@b) #1",
		"[    0.000000] Command line: ro",
		"[    0.000000] Kernel command line: ro",
		"[    0.000000] KHO: exec from: 6.1.0 (count 1)",
		"[    0.000000] kexec_lineage: cold boot",
		"[    0.000000] kexec_lineage: chain: 6.1.0",
		"[    0.000000] DMI: Acme Turbo/Board 7, BIOS 1.0 01/01/2020",
		"[    0.000000] Machine model: Acme Board 7",
		"[    9.000000] kexec_core: Starting new kernel",
		"[    9.000000] kexec_lineage: kexec to 6.1.0 (count 1)",
		"[    0.700000] Freeing unused kernel image (initmem) memory: 2048K",
		"[    0.000000] ------------[ cut here ]------------",
		("[    0.000000] kasan: GPF could be caused by NULL-ptr deref"
		 "general protection fault: 0 [#1]"),
		"[    0.000000] Unexpected kernel BRK exception at EL1: f2000800 [#1]",
		"{ \"MESSAGE\" : [ 75, 101 ], \"_TRANSPORT\" : \"kernel\" }",
		"{\"MESSAGE\":[75,101],\"_TRANSPORT\":\"kernel\"}",
		"Message from syslogd@db-7 at Jan  1 00:00:00 ...",
		"Broadcast message from systemd-journald@db-7 (Thu 2026-01-01 00:00:00 UTC):",
		"-- Boot 0123456789abcdef0123456789abcdef --",
	};

	if (!*state)
		skip();
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		expect_found(*state, lines[i]);
}

static void test_quiet(void **state)
{
	static const char line[] = "[    1.000000] usb 1-1: new high-speed USB device number 2\n"
				   "[    1.000001] EXT4-fs (vda1): mounted filesystem\n";
	size_t ends[ENDS_MAX];

	if (!*state)
		skip();
	assert_int_equal(intake_scan_find(*state, line, strlen(line), ends, ENDS_MAX), 0);
}

/* Search a line with more words than the requested number; the words are adjacent. */
static void test_many(void **state)
{
	char line[LINE_SIZE] = "";
	size_t ends[4];

	if (!*state)
		skip();
	for (int i = 0; i < 20; i++)
		strcat(line, "WARNING: ");
	assert_int_equal(intake_scan_find(*state, line, strlen(line), ends, 4), 4);
	assert_int_equal(ends[0], 9);
	assert_int_equal(ends[3], 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
