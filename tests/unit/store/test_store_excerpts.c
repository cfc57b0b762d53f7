// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the lines of crash reports in a store. Part of test_store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support_store.h"

#define EXPECT_LINES(fixture, signature, release, text)                                            \
	do {                                                                                       \
		char *lines = NULL;                                                                \
		const char *expected = text;                                                       \
                                                                                                   \
		assert_int_equal(store_find_excerpt((fixture)->store, signature, release, &lines), \
				 0);                                                               \
		if (expected)                                                                      \
			assert_string_equal(lines, expected);                                      \
		else                                                                               \
			assert_null(lines);                                                        \
		free(lines);                                                                       \
	} while (0)

/* Add a boot of a host of its own, with a crash. */
static void add_with(struct fixture *fixture, const char *id, const char *release,
		     const char *signature, const char *lines)
{
	struct store_boot boot = make_boot(id, release);
	const struct store_crash crash = { .host = id,
					   .boot_id = id,
					   .has_uptime = true,
					   .uptime_us = 5000001,
					   .title = "oops in f",
					   .type = "oops",
					   .signature = signature,
					   .excerpt = lines };
	enum store_end before;
	bool is_new;

	boot.host = id;
	boot.has_time = true;
	boot.time = 1700000000;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

static int ignore_host(const struct store_host *host, void *data)
{
	return 0;
}

static void forget(struct fixture *fixture, const char *host)
{
	const struct store_selection what = { .host = host };

	assert_int_equal(store_remove(fixture->store, &what, false, ignore_host, NULL), 0);
}

static int count_lines(const struct store_crash *crash, void *data)
{
	*(int *)data += crash->excerpt != NULL;
	return 0;
}

static int lines_of(struct fixture *fixture, const char *host)
{
	int count = 0;

	assert_int_equal(store_list_crashes(fixture->store, host, host, count_lines, &count), 0);
	return count;
}

static void test_excerpts(void **state)
{
	struct fixture *fixture = *state;

	EXPECT_LINES(fixture, "s", "A", NULL);
	add_with(fixture, "1", "A", "s", "first\n\ttab \\ back\n");
	add_with(fixture, "2", "B", "s", "second\n");
	add_with(fixture, "3", "B", "t", NULL);
	add_with(fixture, "4", "B", "", "without a signature\n");
	reopen(fixture);
	EXPECT_LINES(fixture, "s", NULL, "first\n\ttab \\ back\n");
	EXPECT_LINES(fixture, "s", "C", "first\n\ttab \\ back\n");
	EXPECT_LINES(fixture, "s", "B", "second\n");
	EXPECT_LINES(fixture, "t", "B", NULL);
	EXPECT_LINES(fixture, "", "B", NULL);
	/* A crash that another source reports gets the lines that it lacks, and keeps its own. */
	add_with(fixture, "3", "B", "t", "third\n");
	add_with(fixture, "2", "B", "s", "other\n");
	EXPECT_LINES(fixture, "t", "B", "third\n");
	EXPECT_LINES(fixture, "s", "B", "second\n");
	/* Other changes of the boot keep them. */
	assert_int_equal(store_end_boot(fixture->store, "2", "2", 1700000000), 0);
	assert_int_equal(store_rename_host(fixture->store, "2", "new"), 0);
	EXPECT_LINES(fixture, "s", "B", "second\n");
}

static void test_number_of_excerpts(void **state)
{
	struct fixture *fixture = *state;
	static char large[STORE_EXCERPT_MAX + 2];

	memset(large, '\n', sizeof(large) - 1);
	add_with(fixture, "0", "A", "s", large);
	for (int i = 1; i < 6; i++) {
		char id[2] = { (char)('0' + i), '\0' };

		add_with(fixture, id, "A", "s", "lines\n");
		add_with(fixture, id, "A", "s", "lines\n");
		assert_int_equal(lines_of(fixture, id), i <= 3);
	}
	assert_int_equal(lines_of(fixture, "0"), 0);
	add_with(fixture, "6", "A", "t", "lines\n");
	assert_int_equal(lines_of(fixture, "6"), 1);
}

static void test_number_of_excerpts_in_a_batch(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (int i = 0; i < 5; i++)
		add_with(fixture, (const char[]){ (char)('0' + i), '\0' }, "A", "s", "lines\n");
	assert_int_equal(store_end_batch(fixture->store), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(lines_of(fixture, (const char[]){ (char)('0' + i), '\0' }), i < 3);
}

static void test_removed_excerpts(void **state)
{
	struct fixture *fixture = *state;
	const struct store_selection old = { .has_before = true, .before = INT64_MAX };

	for (int i = 0; i < 3; i++)
		add_with(fixture, (const char[]){ (char)('0' + i), '\0' }, "A", "s",
			 (const char[]){ (char)('a' + i), '\n', '\0' });
	forget(fixture, "0");
	EXPECT_LINES(fixture, "s", NULL, "b\n");
	/* There is room for others. */
	add_with(fixture, "3", "B", "s", "d\n");
	EXPECT_LINES(fixture, "s", "B", "d\n");
	assert_int_equal(store_remove(fixture->store, &old, false, ignore_host, NULL), 0);
	EXPECT_LINES(fixture, "s", NULL, NULL);
}

int run_excerpt_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_excerpts),
		TEST(test_number_of_excerpts),
		TEST(test_number_of_excerpts_in_a_batch),
		TEST(test_removed_excerpts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
