// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the looks of triage --watch. Part of test_store. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support_store.h"

static struct store_look make_look(const char *watched, int64_t number)
{
	return (struct store_look){ .watched = watched,
				    .number = number,
				    .time = 1764000000,
				    .digest = "0123456789abcdef",
				    .crashes = 7,
				    .level = 0.0015625,
				    .decision = "hold",
				    .found = "a\nb" };
}

static int list_look(const struct store_look *look, void *data)
{
	struct list *list = data;

	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %d %d %s %d %g %s %s", look->watched,
		 (int)look->number, (int)look->time, look->digest, (int)look->crashes, look->level,
		 look->decision, look->found);
	return list->length == list->stop_at ? 42 : 0;
}

static int ignore_host(const struct store_host *host, void *data)
{
	return 0;
}

static void expect_looks(struct fixture *fixture, const char *watched, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_looks(fixture->store, watched, list_look, &list), 0);
	expect_lines(&list, lines);
}
#define EXPECT_LOOKS(fixture, watched, ...) \
	expect_looks(fixture, watched, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

#define LINE(watched, number) \
	watched " " number " 1764000000 0123456789abcdef 7 0.0015625 hold a\nb"

static void test_looks(void **state)
{
	struct fixture *fixture = *state;
	const struct store_look first = make_look("7.3.4", 1), second = make_look("7.3.4", 2);
	const struct store_look other = make_look("7.*", 1);
	const struct store_selection all = { .has_before = true, .before = INT64_MAX };
	struct list list = { .stop_at = 1 };

	if (store_server) { /* a server cannot keep looks */
		assert_int_equal(store_add_look(fixture->store, &first), -EPROTONOSUPPORT);
		assert_non_null(strstr(store_error(fixture->store), "--ledger=FILE"));
		assert_int_equal(store_list_looks(fixture->store, "7.3.4", list_look, &list),
				 -EPROTONOSUPPORT);
		return;
	}
	EXPECT_LOOKS(fixture, "7.3.4");
	assert_int_equal(store_add_look(fixture->store, &second), 0);
	assert_int_equal(store_add_look(fixture->store, &first), 0);
	assert_int_equal(store_add_look(fixture->store, &other), 0);
	assert_int_equal(store_add_look(fixture->store, &first), -EEXIST);
	EXPECT_LOOKS(fixture, "7.3.4", LINE("7.3.4", "1"), LINE("7.3.4", "2"));
	EXPECT_LOOKS(fixture, "7.*", LINE("7.*", "1"));
	EXPECT_LOOKS(fixture, "7.3");
	assert_int_equal(store_list_looks(fixture->store, "7.3.4", list_look, &list), 42);
	add_four(fixture);
	assert_int_equal(store_remove(fixture->store, &all, false, ignore_host, NULL), 0);
	reopen(fixture);
	EXPECT_LOOKS(fixture, "7.3.4", LINE("7.3.4", "1"), LINE("7.3.4", "2"));
}

int run_look_tests(void)
{
	const struct CMUnitTest tests[] = { TEST(test_looks) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
