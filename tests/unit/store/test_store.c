// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of a store: additions are kept once, and transitions are counted. The tests use only the
 * interface of store.h and run against every back end. To test a server, run `test_store
 * clickhouse://HOST:PORT`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support_store.h"

static void test_empty(void **state)
{
	struct fixture *fixture = *state;

	EXPECT_BOOTS(fixture, FILTER(0));
	EXPECT_TRANSITIONS(fixture);
}

static const struct store_boot full = {
	.host = "h",
	.boot_id = "full",
	.has_time = true,
	.time = -5,
	.release = "R",
	.build = "#1 \xff",
	.build_id = "00ff",
	.boot = LINEAGE_BOOT_CAPTURE,
	.previous_release = "P",
	.has_count = true,
	.kexec_count = UINT32_MAX,
	.chain = "[{\"release\":\"C\",\"runs\":1}]",
	.chain_is_complete = true,
	.stamp = "1,p",
	.evidence = "[2]",
	.conflicts = "[3]",
	.end = STORE_END_RUNNING,
};

static void expect_text(const char *found, const char *expected)
{
	if (expected)
		assert_string_equal(found, expected);
	else
		assert_null(found);
}

static int compare_boot(const struct store_boot *boot, void *data)
{
	const struct store_boot *expected = data;

	expect_text(boot->host, expected->host);
	expect_text(boot->boot_id, expected->boot_id);
	assert_int_equal(boot->has_time, expected->has_time);
	assert_int_equal(boot->time, expected->time);
	expect_text(boot->release, expected->release);
	expect_text(boot->build, expected->build);
	expect_text(boot->build_id, expected->build_id);
	assert_int_equal(boot->boot, expected->boot);
	expect_text(boot->previous_release, expected->previous_release);
	assert_int_equal(boot->has_count, expected->has_count);
	assert_int_equal(boot->kexec_count, expected->kexec_count);
	expect_text(boot->chain, expected->chain);
	assert_int_equal(boot->chain_is_complete, expected->chain_is_complete);
	expect_text(boot->stamp, expected->stamp);
	expect_text(boot->evidence, expected->evidence);
	expect_text(boot->conflicts, expected->conflicts);
	assert_int_equal(boot->end, expected->end);
	assert_false(boot->has_end_time);
	assert_int_equal(boot->age, 0);
	return 0;
}

static void test_every_field_comes_back(void **state)
{
	struct fixture *fixture = *state;
	struct store_filter last = { .limit = 1 };
	struct store_boot sparse = { .host = "h2",
				     .boot_id = "sparse",
				     .release = "S",
				     .boot = LINEAGE_BOOT_UNKNOWN,
				     .end = STORE_END_UNKNOWN };
	struct store_boot expected = full;

	add(fixture, &full, STORE_END_UNKNOWN);
	reopen(fixture);
	assert_int_equal(store_list_boots(fixture->store, &last, compare_boot, &expected), 0);
	add(fixture, &sparse, STORE_END_UNKNOWN); /* the end stays unknown */
	assert_int_equal(store_list_boots(fixture->store, &last, compare_boot, &sparse), 0);
}

static void test_the_same_boot_again(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = make_boot("1", "A");
	struct store_boot second = make_kexec("2", "B", "A", 1);
	struct store_boot other = make_kexec("2", "C", "D", 7);

	add(fixture, &first, STORE_END_UNKNOWN);
	add(fixture, &second, STORE_END_KEXEC);
	add(fixture, &second, STORE_END_KEXEC);
	add(fixture, &other, STORE_END_KEXEC); /* an existing boot is not changed */
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 B running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 1 0 0", "A B kexec 1: 1 0 0");
}

static void test_ends(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");

	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_end_boot(fixture->store, "h", "1", 10), 0);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A clean");
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A running");
	boot = make_boot("2", "A");
	add(fixture, &boot, STORE_END_UNCLEAN);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A unclean", "2 A running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 1 0");
	/*
	 * A boot that is not the last boot can still be marked clean, if its shutdown was recorded
	 * late.
	 */
	assert_int_equal(store_end_boot(fixture->store, "h", "1", 20), 0);
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0");
	assert_int_equal(store_end_boot(fixture->store, "h", "3", 20), -ENOENT);
	assert_int_equal(store_end_boot(fixture->store, "other", "1", 20), -ENOENT);
}

static void test_hosts_are_apart(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot ours = make_boot("1", "A");
	struct store_boot theirs = make_kexec("1", "B", "A", 1);

	theirs.host = "other";
	add(fixture, &ours, STORE_END_UNKNOWN);
	add(fixture, &theirs, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(.host = "h"), "1 A running");
	EXPECT_BOOTS(fixture, FILTER(.host = "other"), "1 B running");
	EXPECT_BOOTS(fixture, FILTER(.host = "nobody"));
	EXPECT_BOOTS(fixture, FILTER(0), "1 A running", "1 B running");
}

static void test_names_of_a_host(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = make_boot("1", "A");
	struct store_boot second = make_boot("2", "B");
	struct store_boot again = make_boot("1", "A");

	first.host = second.host = "old";
	again.host = "web1";
	again.machine_id = "m";
	add(fixture, &first, STORE_END_UNKNOWN);
	add(fixture, &second, STORE_END_UNCLEAN);
	add(fixture, &again, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(.host = "web1"), "1 A running");
	EXPECT_BOOTS(fixture, FILTER(.host = "m"), "1 A running");
	assert_int_equal(store_rename_host(fixture->store, "nobody", "m"), 0);
	EXPECT_BOOTS(fixture, FILTER(.host = "old"), "1 A unclean", "2 B running");
	assert_int_equal(store_rename_host(fixture->store, "old", "m"), 0);
	EXPECT_BOOTS(fixture, FILTER(.host = "old"));
	EXPECT_BOOTS(fixture, FILTER(.host = "web1"), "1 A unclean", "2 B running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 1 1 0", "- B cold 0: 1 0 0");
}

static void add_timed(struct fixture *fixture, const char *id, int64_t time, bool is_recorded)
{
	struct store_boot boot = make_boot(id, "A");

	boot.has_time = time > 0;
	boot.time = time;
	if (!is_recorded) {
		boot.is_recorded = boot.has_kernel_id = false;
		boot.end = STORE_END_UNKNOWN;
		boot.release = id; /* so that the rows are different boots */
	}
	assert_int_equal(store_add_boot(fixture->store, &boot, &(enum store_end){ 0 }), 0);
}

static void add_crash_of(struct fixture *fixture, const char *id)
{
	const struct store_crash crash = {
		.host = "h", .boot_id = id, .title = "t", .type = "oops", .signature = "s"
	};
	bool is_new;

	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_true(is_new);
}

/* A boot that is found later in a log is placed by its time. */
static void test_place_of_a_boot(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, "1", 100, true);
	add_timed(fixture, "2", 200, true);
	add_timed(fixture, "3", 300, true);
	add_crash_of(fixture, "2");
	add_timed(fixture, "log-25", 250, false);
	EXPECT_BOOTS(fixture, FILTER(.host = "h"), "1 A unclean", "2 A unclean", "log-25 log-25 -",
		     "3 A running");
	add_timed(fixture, "log-15", 150, false);
	add_crash_of(fixture, "log-15");
	add_timed(fixture, "log-35", 350, false);
	add_timed(fixture, "log-0", 0, false);
	EXPECT_BOOTS(fixture, FILTER(.host = "h"), "1 A unclean", "log-15 log-15 -", "2 A unclean",
		     "log-25 log-25 -", "3 A running", "log-35 log-35 -", "log-0 log-0 -");
	add_timed(fixture, "4", 400, true);
	add_timed(fixture, "log-1", 0, false);
	EXPECT_BOOTS(fixture, FILTER(.host = "h", .limit = 3), "log-0 log-0 -", "log-1 log-1 -",
		     "4 A running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 4 3 1", "- log-0 cold 0: 1 0 0",
			   "- log-1 cold 0: 1 0 0", "- log-15 cold 0: 1 0 1",
			   "- log-25 cold 0: 1 0 0", "- log-35 cold 0: 1 0 0");
}

/* The order of recorded boots does not depend on their clock. Other boots are placed by time. */
static void test_place_beside_a_wrong_clock(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, "1", 100, true);
	add_timed(fixture, "2", 5, true);
	add_timed(fixture, "3", 300, true);
	add_timed(fixture, "log-200", 200, false);
	add_timed(fixture, "log-50", 50, false);
	EXPECT_BOOTS(fixture, FILTER(.host = "h"), "log-50 log-50 -", "1 A unclean", "2 A unclean",
		     "log-200 log-200 -", "3 A running");
}

/* Logs that are read newest first are listed oldest first. */
static void test_order_of_logs(void **state)
{
	struct fixture *fixture = *state;

	add_timed(fixture, "log-300", 300, false);
	add_timed(fixture, "log-200", 200, false);
	add_timed(fixture, "undated", 0, false);
	add_timed(fixture, "log-100", 100, false);
	EXPECT_BOOTS(fixture, FILTER(.host = "h"), "log-100 log-100 -", "log-200 log-200 -",
		     "undated undated -", "log-300 log-300 -");
	EXPECT_BOOTS(fixture, FILTER(.host = "h", .limit = 1), "log-300 log-300 -");
}

static void test_only_recorded(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot own = make_boot("1", "A");
	struct store_boot from_log = { .host = "h", .boot_id = "log-2", .release = "A" };
	struct list list = { 0 };

	own.evidence = "[]";
	add(fixture, &from_log, STORE_END_UNKNOWN);
	add(fixture, &own, STORE_END_UNKNOWN);
	assert_int_equal(store_list_recorded(fixture->store, "h", 2, list_boot, &list), 0);
	expect_lines(&list, (const char *const[]){ "1 A running", NULL });
}

static void test_filters(void **state)
{
	struct fixture *fixture = *state;

	add_four(fixture);
	EXPECT_BOOTS(fixture, FILTER(.limit = 2), "3 A kexec", "4 A running");
	EXPECT_BOOTS(fixture, FILTER(.limit = 9, .host = "h"), "1 A kexec", "2 B unclean",
		     "3 A kexec", "4 A running");
	EXPECT_BOOTS(fixture, FILTER(.has_since = true, .since = 200), "3 A kexec", "4 A running");
	EXPECT_BOOTS(fixture, FILTER(.has_since = true, .since = 301));
	EXPECT_BOOTS(fixture, FILTER(.previous_release = "A"), "2 B unclean", "4 A running");
	EXPECT_BOOTS(fixture, FILTER(.previous_release = "B"));
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "2 B unclean");
	EXPECT_BOOTS(fixture, FILTER(.host = "h", .previous_release = "A", .limit = 1),
		     "4 A running");
}

static int list_age(const struct store_boot *boot, void *data)
{
	struct list *list = data;

	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %d", boot->boot_id, (int)boot->age);
	return 0;
}

static void test_ages(void **state)
{
	struct fixture *fixture = *state;
	struct store_filter filter = { .previous_release = "A" };
	struct list list = { 0 };

	add_four(fixture);
	assert_int_equal(store_list_boots(fixture->store, &filter, list_age, &list), 0);
	expect_lines(&list, (const char *const[]){ "2 2", "4 0", NULL });
}

static void test_a_visitor_may_stop(void **state)
{
	struct fixture *fixture = *state;
	struct store_filter all = { 0 };
	struct list list = { .stop_at = 2 };

	add_four(fixture);
	assert_int_equal(store_list_boots(fixture->store, &all, list_boot, &list), 42);
	assert_int_equal(list.length, 2);
	list = (struct list){ .stop_at = 1 };
	assert_int_equal(store_list_transitions(fixture->store, false, list_transition, &list), 42);
	assert_int_equal(list.length, 1);
}

static void test_transitions(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot unknown = make_boot("5", "A");

	unknown.boot = LINEAGE_BOOT_UNKNOWN;
	unknown.has_count = false;
	add_four(fixture);
	add(fixture, &unknown, STORE_END_UNCLEAN);
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "- A unknown ?: 1 0 0",
			   "A A kexec 1: 1 1 0", "A B kexec 1: 1 1 0");
}

static void test_invalid_boots(void **state)
{
	struct fixture *fixture = *state;
	char long_host[130];
	struct store_boot boots[] = {
		make_boot("1", "A"),  make_boot("1", "A"), make_boot("1", "A"),	 make_boot("", "A"),
		make_boot(NULL, "A"), make_boot("1", ""),  make_boot("1", NULL),
	};
	enum store_end before = STORE_END_CLEAN;
	size_t i;

	memset(long_host, 'h', sizeof(long_host));
	long_host[129] = '\0';
	boots[0].host = "";
	boots[1].host = NULL;
	boots[2].host = long_host;
	for (i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
		assert_int_equal(store_add_boot(fixture->store, &boots[i], &before), -EINVAL);
		assert_int_equal(before, STORE_END_CLEAN);
	}
	EXPECT_BOOTS(fixture, FILTER(0));
	long_host[128] = '\0';
	boots[2].end = STORE_END_RUNNING;
	add(fixture, &boots[2], STORE_END_UNKNOWN);
}

/* A log need not contain the release of its kernel. */
static void test_unknown_release(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", NULL);

	boot.end = STORE_END_UNKNOWN;
	boot.boot = LINEAGE_BOOT_UNKNOWN;
	boot.has_count = false;
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(0), "1 - -");
	EXPECT_TRANSITIONS(fixture, "- - unknown ?: 1 0 0");
}

/*
 * All additions of a batch are kept, except rejected additions. A batch that never ended leaves
 * nothing.
 */
static void test_batch(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boots[] = { make_boot("1", "A"), make_boot("", "A"),
				      make_boot("3", "A") };
	enum store_end before = STORE_END_CLEAN;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	assert_int_equal(store_add_boot(fixture->store, &boots[0], &before), 0);
	assert_int_equal(store_add_boot(fixture->store, &boots[1], &before), -EINVAL);
	assert_int_equal(store_end_boot(fixture->store, "h", "9", 1), -ENOENT);
	assert_int_equal(store_add_boot(fixture->store, &boots[2], &before), 0);
	assert_int_equal(store_end_batch(fixture->store), 0);
	assert_int_equal(store_end_batch(fixture->store), 0);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A unclean", "3 A running");
	boots[0].boot_id = "4";
	assert_int_equal(store_begin_batch(fixture->store), 0);
	assert_int_equal(store_add_boot(fixture->store, &boots[0], &before), 0);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A unclean", "3 A running");
}

/* Boots of a batch, and their previous boots, may already be in the store. */
static void test_batch_after_an_earlier_boot(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boots[] = { make_boot("1", "A"), make_boot("2", "A"),
				      make_boot("3", "A") };
	enum store_end before;

	add(fixture, &boots[0], STORE_END_UNKNOWN);
	add(fixture, &boots[1], STORE_END_UNCLEAN);
	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (size_t i = 0; i < sizeof(boots) / sizeof(boots[0]); i++)
		assert_int_equal(store_add_boot(fixture->store, &boots[i], &before), 0);
	assert_int_equal(store_end_batch(fixture->store), 0);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A unclean", "2 A unclean", "3 A running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 3 2 0");
}

static void test_two_writers(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");
	enum store_end before;
	struct store *reader;
	struct store *writer;
	struct list list = { 0 };
	struct store_filter all = { 0 };

	assert_int_equal(store_open(fixture->url, STORE_WRITE, &writer), 0);
	assert_int_equal(store_open(fixture->url, STORE_READ, &reader), 0);
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot = make_boot("2", "A");
	assert_int_equal(store_add_boot(writer, &boot, &before), 0);
	assert_int_equal(before, STORE_END_UNCLEAN);
	assert_int_equal(store_list_boots(reader, &all, list_boot, &list), 0);
	assert_int_equal(list.length, 2);
	boot = make_boot("3", "A");
	assert_int_equal(store_add_boot(reader, &boot, &before), -EROFS);
	store_close(reader);
	store_close(writer);
}

static void test_missing_store(void **state)
{
	struct fixture *fixture = *state;
	struct store *store = NULL;
	char url[160];

	snprintf(url, sizeof(url), "%s/none.db", fixture->folder);
	assert_int_equal(store_open(url, STORE_READ, &store), -ENOENT);
	assert_non_null(strstr(store_error(store), "No such file"));
	store_close(store);
	assert_int_equal(access(url, F_OK), -1);
	assert_int_equal(store_open("other://host", STORE_WRITE, &store), -EPROTONOSUPPORT);
	store_close(store);
	store_close(NULL);
	assert_string_equal(store_error(NULL), "out of memory");
}

static void test_set_aside(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");
	char *aside = NULL;

	if (store_server) { /* a server has no files to rename */
		assert_int_equal(store_set_aside(fixture->url, &aside), -EPROTONOSUPPORT);
		return;
	}
	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_set_aside(fixture->url, &aside), 0);
	assert_null(aside); /* the store is not damaged */
	EXPECT_BOOTS(fixture, FILTER(0), "1 A running");
	assert_int_equal(store_set_aside("other://host", &aside), -EPROTONOSUPPORT);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_every_field_comes_back),
		TEST(test_the_same_boot_again),
		TEST(test_ends),
		TEST(test_hosts_are_apart),
		TEST(test_names_of_a_host),
		TEST(test_place_beside_a_wrong_clock),
		TEST(test_order_of_logs),
		TEST(test_only_recorded),
		TEST(test_place_of_a_boot),
		TEST(test_filters),
		TEST(test_ages),
		TEST(test_a_visitor_may_stop),
		TEST(test_transitions),
		TEST(test_invalid_boots),
		TEST(test_unknown_release),
		TEST(test_batch),
		TEST(test_batch_after_an_earlier_boot),
		TEST(test_two_writers),
		TEST(test_missing_store),
		TEST(test_set_aside),
	};

	use_servers(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL) + run_crash_tests() + run_host_tests() +
	       run_kexec_tests() + run_look_tests() + run_copy_tests() + run_sample_tests() +
	       run_excerpt_tests() + run_cut_tests();
}
