// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the line marks that record makes from /dev/kmsg. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/log_marks.h"

#define BANNER "5,0,0,-;Linux version 6.1.0-1-amd64 (a@b) (gcc) #1 SMP\n"

/* Read the records from a copy of exact size, so that a sanitizer sees every overrun. */
static struct lineage_marks marks_of(const char *text)
{
	size_t size = strlen(text);
	char *exact = malloc(size);
	struct lineage_host_log log = { 0 };
	char encoded[LINEAGE_MARKS_SIZE];
	struct lineage_marks ret;

	memcpy(exact, text, size);
	lineage_host_log_add(&log, exact, size);
	lineage_host_log_marks(&log, encoded);
	lineage_marks_decode(encoded, &ret);
	free(exact);
	return ret;
}

static size_t count(const char *text, enum lineage_mark_kind kind)
{
	return marks_of(text).lists[kind].count;
}

static void expect_mark(const char *text, uint64_t uptime_us, const char *line)
{
	struct lineage_marks marks = marks_of(text);
	uint32_t mark;

	assert_true(lineage_mark_of_line(uptime_us, line, strlen(line), &mark));
	for (size_t i = 0; i < marks.lists[LINEAGE_MARK_EARLY].count; i++)
		if (marks.lists[LINEAGE_MARK_EARLY].marks[i] == mark)
			return;
	fail_msg("no mark of '%s'", line);
}

static void test_lines(void **state)
{
	expect_mark(BANNER "6,1,1001,-;ACPI: line of the kernel\n SUBSYSTEM=acpi\n", 1001,
		    "ACPI: line of the kernel");
	expect_mark(BANNER "6,1,18446744073,-,caller=T1;without a newline", 18446744073ULL,
		    "without a newline");
	expect_mark(BANNER "6,1,1001,c;a back\\x5cslash\\xe2\n", 1001, "a back\\slash\xe2");
	expect_mark(BANNER "6,1,1001,-;first of two\\x0asecond of two\n", 1001, "first of two");
	expect_mark(BANNER "6,1,1001,-;first of two\\x0asecond of two\n", 1001, "second of two");
	expect_mark(BANNER "6,1,1001,-;not hex: \\xg0 \\x\n", 1001, "not hex: \\xg0 \\x");
}

static void test_ignored(void **state)
{
	static const char *const lines[] = {
		"30,1,1001,-;a line of a program\n",
		"6,1,1001,-;systemd[1]: a line of a program\n",
		"6,1,1001,-;short\n",
		"6,1,2000,-;whole milliseconds\n",
		"6,1,99999999999999999999,-;too large\n",
		"6,1,,-;no time at all\n",
		"6,1,1001,-:no semicolon\n",
		"x,1,1001,-;no priority\n",
		"6,1",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char text[256];

		snprintf(text, sizeof(text), BANNER "%s", lines[i]);
		assert_int_equal(count(text, LINEAGE_MARK_EARLY), 0);
		assert_int_equal(count(text, LINEAGE_MARK_SAMPLED), 0);
	}
}

/* Print lines @from to @to, each with a time of its own. */
static void print_lines(char *ret, const char *banner, int from, int to)
{
	char *at = stpcpy(ret, banner);

	for (int i = from; i < to; i++)
		at += sprintf(at, "6,%d,%d,-;line number %d of the kernel\n", i, i * 1013 + 7, i);
}

static void test_first_lines(void **state)
{
	static char text[100000], more[100000];
	struct lineage_marks few, many;

	print_lines(text, BANNER, 1, 1 + LINEAGE_FIRST_LINES_TIMES);
	print_lines(more, BANNER, 1, 500);
	few = marks_of(text);
	many = marks_of(more);
	assert_int_equal(few.lists[LINEAGE_MARK_EARLY].count, LINEAGE_EARLY_MARKS_MAX);
	assert_memory_equal(&few.lists[LINEAGE_MARK_EARLY], &many.lists[LINEAGE_MARK_EARLY],
			    sizeof(few.lists[LINEAGE_MARK_EARLY]));
	assert_int_equal(many.lists[LINEAGE_MARK_SAMPLED].count, LINEAGE_SAMPLED_MARKS_MAX);
	assert_int_equal(many.lists[LINEAGE_MARK_CRASH].count, 0);
}

/* If the kernel has overwritten the banner, no line is known to be one of the first lines. */
static void test_without_a_banner(void **state)
{
	static char text[100000];

	print_lines(text, "", 400, 900);
	assert_int_equal(count(text, LINEAGE_MARK_EARLY), 0);
	assert_int_equal(count(text, LINEAGE_MARK_SAMPLED), LINEAGE_SAMPLED_MARKS_MAX);
	print_lines(text, "5,0,0,-;Linux version \x01 (a@b)\n", 1, 100);
	assert_int_equal(count(text, LINEAGE_MARK_EARLY), 0);
	print_lines(text, "13,0,0,-;Linux version 6.1 (a@b)\n", 1, 100);
	assert_int_equal(count(text, LINEAGE_MARK_EARLY), 0);
}

static void test_lines_before_the_banner(void **state)
{
	assert_int_equal(
		count("6,0,1,-;Booting Linux on physical CPU 0x0\n" BANNER, LINEAGE_MARK_EARLY), 0);
	expect_mark("6,0,0,-;Booting Linux on physical CPU 0x0\n" BANNER
		    "6,2,1001,-;line of the kernel\n",
		    1001, "line of the kernel");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_first_lines),
		cmocka_unit_test(test_without_a_banner),
		cmocka_unit_test(test_lines_before_the_banner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
