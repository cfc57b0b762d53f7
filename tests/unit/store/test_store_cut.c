// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of crashes of which a log has only the beginning of the report. Part of test_store. */
#include <stdio.h>

#include "support_store.h"

static int list_crash(const struct store_crash *crash, void *data)
{
	struct list *list = data;

	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %s %d %d", crash->title,
		 crash->signature, (int)crash->uptime_us, crash->has_time ? (int)crash->time : -1);
	return 0;
}

/* Add a report of boot 2 that was printed at @uptime_us; @frames, @frame: NULL for none. */
static bool add_report(struct fixture *fixture, const char *title, const char *frame,
		       const char *frames, const char *signature, int64_t uptime_us)
{
	struct store_crash crash = { .host = "h",
				     .boot_id = "2",
				     .has_uptime = true,
				     .uptime_us = uptime_us,
				     .title = title,
				     .type = "warning",
				     .frame = frame,
				     .frames = frames,
				     .signature = signature };
	bool is_new = false;

	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	return is_new;
}

#define EXPECT_CRASHES(fixture, ...) \
	expect_crashes(fixture, (const char *const[]){ __VA_ARGS__, NULL })
static void expect_crashes(struct fixture *fixture, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_crashes(fixture->store, "h", "2", list_crash, &list), 0);
	expect_lines(&list, lines);
}

/* A report that one log has only in part is one crash with the whole report, in each order. */
static void test_cut_reports(void **state)
{
	struct fixture *fixture = *state;

	add_four(fixture);
	assert_true(add_report(fixture, "WARNING (no frame)", NULL, NULL, "", 5000100));
	assert_false(add_report(fixture, "WARNING in f", "f", "f", "s1", 5000101));
	EXPECT_CRASHES(fixture, "WARNING in f s1 5000101 -1");
	assert_false(add_report(fixture, "WARNING in f", "f", "f\ng\nh", "s3", 5000101));
	assert_false(add_report(fixture, "WARNING in f", "f", "f\ng", "s2", 5000100));
	assert_false(add_report(fixture, "WARNING (no frame)", NULL, NULL, "", 5000100));
	EXPECT_CRASHES(fixture, "WARNING in f s3 5000101 -1");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A A kexec 1: 1 0 0",
			   "A B kexec 1: 1 1 1");
}

/* Whole reports of two CPUs, and reports of different kinds or times, are different crashes. */
static void test_reports_of_one_time(void **state)
{
	struct fixture *fixture = *state;

	add_four(fixture);
	assert_true(add_report(fixture, "WARNING in f", "f", "f\ng", "s1", 5000100));
	assert_true(add_report(fixture, "WARNING in f", "f", "f\ngh", "s2", 5000100));
	assert_true(add_report(fixture, "WARNING in h", "h", "h\ng", "s3", 5000100));
	assert_true(add_report(fixture, "WARNING: x in f", "f", "f\ng\nh", "s4", 5000100));
	assert_true(add_report(fixture, "WARNING: y (no frame)", NULL, NULL, "", 5000100));
	assert_true(add_report(fixture, "WARNING (no frame)", NULL, NULL, "", 5009100));
	assert_true(add_report(fixture, "WARNING in f", "f", "f", "s5", 5009100 + 2));
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A A kexec 1: 1 0 0",
			   "A B kexec 1: 1 1 7");
}

int run_cut_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cut_reports),
		TEST(test_reports_of_one_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
