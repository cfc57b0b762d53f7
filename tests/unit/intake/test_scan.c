// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the search for lines that begin a boot or a crash report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/build_features.h"
#include "intake/scan.h"
#include "intake/scan_vector.h"

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
		"Linux v",
		"ommand li",
		"exec f",
		"kexec_li",
		"DMI: ",
		"achine mod",
		"BUG: ",
		"BUG ",
		"BUG!",
		"WARNING: ",
		"INFO: ",
		"UBSAN: ",
		"unref",
		"nable to hand",
		"[#",
		" panic",
		"PANIC: ",
		"Unhand",
		"Insuff",
		"ernel stack ov",
		"CFI f",
		"CSD l",
		"LOCKUP",
		"unregister_netdevice: w",
		"Busy in",
		"NETDEV W",
		"nobody c",
		"Machine Ch",
		"achine ch",
		"ut of me",
		"Bad mo",
		"slab er",
		"Slab c",
		"Split l",
		"Alignment t",
		"[ cut h",
		"\"MESSAGE\":[",
		"\"MESSAGE\" : [",
		"Message from s",
		"journald@",
		"-- Boot ",
		"ing new k",
		"sed kernel im",
		"VERIFY",
		"PANIC a",
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

#define TEXT_SIZE 4096
#define TEXT_ENDS 512

static int compare_sizes(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Compare every word with every position. */
static size_t find_slowly(const char *bytes, size_t length, size_t *ends)
{
	const char *const *words = intake_scan_words();
	size_t count = 0;

	for (size_t at = 0; at < length; at++)
		for (size_t i = 0; words[i]; i++)
			if (length - at >= strlen(words[i]) &&
			    memcmp(bytes + at, words[i], strlen(words[i])) == 0) {
				assert_true(count < TEXT_ENDS);
				ends[count++] = at + strlen(words[i]);
			}
	qsort(ends, count, sizeof(*ends), compare_sizes);
	return count;
}

/* The search to test: @vector, or @scan if it is NULL. */
struct tested {
	intake_scan_vector *vector;
	struct intake_scan *scan;
};

static size_t find(const struct tested *tested, const char *bytes, size_t length, size_t *ends,
		   size_t max)
{
	return tested->vector ? tested->vector(bytes, length, ends, max)
			      : intake_scan_find(tested->scan, bytes, length, ends, max);
}

static void expect_same(const struct tested *tested, const char *bytes, size_t length)
{
	/* The text has memory of its size, so that sanitizers see a read after it. */
	char *exact = malloc(length > 0 ? length : 1);
	size_t expected[TEXT_ENDS], found[TEXT_ENDS], count, max;

	assert_non_null(exact);
	memcpy(exact, bytes, length);
	count = find_slowly(exact, length, expected);
	assert_int_equal(find(tested, exact, length, found, TEXT_ENDS), count);
	assert_memory_equal(found, expected, count * sizeof(*found));
	/* With room for fewer ends, the smallest ones are found. */
	max = count > 1 ? count / 2 : 1;
	assert_int_equal(find(tested, exact, length, found, max), count < max ? count : max);
	if (count > 0)
		assert_memory_equal(found, expected, max * sizeof(*found));
	free(exact);
}

/* Write words and parts of words at random places of a text. */
static void write_words(char *text, size_t length, unsigned int *seed)
{
	const char *const *words = intake_scan_words();
	size_t word_count = 0;

	while (words[word_count])
		word_count++;
	for (size_t i = 0; i < length / 40 + 1; i++) {
		const char *word = words[(size_t)rand_r(seed) % word_count];
		size_t part = (size_t)rand_r(seed) % 4 == 0 ? strlen(word) / 2 : strlen(word);
		size_t at = (size_t)rand_r(seed) % length;

		memcpy(text + at, word, part < length - at ? part : length - at);
	}
}

static void search_random_texts(const struct tested *tested)
{
	static char text[TEXT_SIZE];
	unsigned int seed = 7;

	for (int i = 0; i < 2000; i++) {
		size_t length = 1 + (size_t)rand_r(&seed) % (i % 8 == 0 ? TEXT_SIZE : 200);

		for (size_t at = 0; at < length; at++)
			text[at] = (char)(i % 2 ? rand_r(&seed) % 256 : 'a');
		write_words(text, length, &seed);
		expect_same(tested, text, length);
	}
}

/* Each word at each position of a short text. */
static void search_every_place(const struct tested *tested)
{
	const char *const *words = intake_scan_words();
	char text[100];

	for (; *words; words++)
		for (size_t at = 0; at + strlen(*words) <= sizeof(text); at++) {
			memset(text, '.', sizeof(text));
			memcpy(text + at, *words, strlen(*words));
			expect_same(tested, text, sizeof(text));
			expect_same(tested, text, at + strlen(*words));
			expect_same(tested, text, at + strlen(*words) - 1);
		}
}

static void test_vector(void **state)
{
	struct tested tested = { 0 };
	size_t rank = 0;

	for (; (tested.vector = intake_scan_vector_get(rank)); rank++) {
		search_random_texts(&tested);
		search_every_place(&tested);
	}
	if (rank == 0)
		skip();
}

static void test_hyperscan(void **state)
{
	struct tested tested = { 0 };

	if (!intake_has_hyperscan)
		skip();
	assert_int_equal(intake_scan_create_hyperscan(&tested.scan), 0);
	search_random_texts(&tested);
	intake_scan_destroy(tested.scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),  cmocka_unit_test(test_others),
		cmocka_unit_test(test_quiet),  cmocka_unit_test(test_many),
		cmocka_unit_test(test_vector), cmocka_unit_test(test_hyperscan),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
