// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the hosts of a store, and of the removal of boots. Part of test_store. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "support_store.h"

static int list_host(const struct store_host *host, void *data)
{
	struct list *list = data;
	char times[64] = "-";

	if (host->has_times)
		snprintf(times, sizeof(times), "%d %d", (int)host->first, (int)host->last);
	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE, "%s (%s) %s: %d %d, %s", host->host,
		 host->names, host->sources, (int)host->boots, (int)host->crashes, times);
	return list->length == list->stop_at ? 42 : 0;
}

static void expect_hosts(struct fixture *fixture, const char *const *lines)
{
	struct list list = { 0 };

	if (store_list_hosts(fixture->store, list_host, &list))
		fail_msg("%s", store_error(fixture->store));
	expect_lines(&list, lines);
}
#define EXPECT_HOSTS(fixture, ...) \
	expect_hosts(fixture, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static void remove_boots(struct fixture *fixture, const struct store_selection *what,
			 bool is_dry_run, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_remove(fixture->store, what, is_dry_run, list_host, &list), 0);
	expect_lines(&list, lines);
}
#define REMOVE(fixture, what, is_dry_run, ...)                           \
	remove_boots(fixture, &(struct store_selection)what, is_dry_run, \
		     (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
#define WHAT(...)           \
	{                   \
		__VA_ARGS__ \
	}

static void add_log(struct fixture *fixture, const char *host, const char *id, int64_t time)
{
	struct store_boot boot = { .host = host,
				   .boot_id = id,
				   .release = "A",
				   .source = "kho",
				   .has_time = time != 0,
				   .time = time,
				   .has_last_uptime = true,
				   .last_uptime_us = 1 };
	struct store_crash crash = {
		.host = host, .boot_id = id, .title = "t", .type = "oops", .signature = "s"
	};
	bool is_new;

	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_true(is_new);
}

/* The machine "m" with the names a and b, and logs of the host "other". */
static void add_some(struct fixture *fixture)
{
	struct store_boot boot = make_boot("abcdefgh-1", "A");

	boot.host = "a";
	boot.machine_id = "m";
	boot.has_time = true;
	boot.time = 1700000000;
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot = make_boot("2", "A");
	boot.host = "b";
	boot.machine_id = "m";
	add(fixture, &boot, STORE_END_UNCLEAN);
	add_log(fixture, "other", "log-1", 1700001000);
	add_log(fixture, "other", "log-2", 0);
}

static void test_hosts(void **state)
{
	struct fixture *fixture = *state;
	struct list list = { .stop_at = 1 };

	EXPECT_HOSTS(fixture);
	add_some(fixture);
	EXPECT_HOSTS(fixture, "m (a b m) record: 2 0, 1700000000 1700000000",
		     "other (other) log kho: 2 2, 1700001000 1700001000");
	assert_int_equal(store_list_hosts(fixture->store, list_host, &list), 42);
}

/*
 * Rows that have only a host name become rows of a machine when the store learns that the machine
 * has this name.
 */
static void test_name_is_learned_later(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = { .host = "web1",
				   .boot_id = "1",
				   .has_kernel_id = true,
				   .release = "A",
				   .source = "kho" };

	add(fixture, &boot, STORE_END_UNKNOWN);
	boot.boot_id = "2";
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_HOSTS(fixture, "web1 (web1) log kho: 2 0, -");
	boot.boot_id = "3";
	boot.machine_id = "m";
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_HOSTS(fixture, "m (m web1) log kho: 3 0, -");
	EXPECT_BOOTS(fixture, FILTER(.host = "web1"), "1 A -", "2 A -", "3 A -");
	/*
	 * If two machines have the same name, rows with only this name belong to neither machine.
	 */
	boot.boot_id = "4";
	boot.machine_id = "n";
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot.boot_id = "5";
	boot.machine_id = NULL;
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_HOSTS(fixture, "m (m web1) log kho: 3 0, -", "n (n web1) log kho: 1 0, -",
		     "web1 (web1) log kho: 1 0, -");
}

static void test_remove_a_host(void **state)
{
	struct fixture *fixture = *state;

	add_some(fixture);
	REMOVE(fixture, WHAT(.host = "nobody"), false);
	REMOVE(fixture, WHAT(.host = "b"), true, "m (a b m) record: 2 0, 1700000000 1700000000");
	REMOVE(fixture, WHAT(.host = "b"), false, "m (a b m) record: 2 0, 1700000000 1700000000");
	EXPECT_HOSTS(fixture, "other (other) log kho: 2 2, 1700001000 1700001000");
	EXPECT_BOOTS(fixture, FILTER(0), "log-1 A -", "log-2 A -");
	EXPECT_TRANSITIONS(fixture, "- A unknown ?: 2 0 2");
	/* After the removal, the names of the host are unknown, and its logs can be read again. */
	add_log(fixture, "b", "log-3", 0);
	EXPECT_HOSTS(fixture, "b (b) log kho: 1 1, -",
		     "other (other) log kho: 2 2, 1700001000 1700001000");
	REMOVE(fixture, WHAT(.host = "b"), false, "b (b) log kho: 1 1, -");
	REMOVE(fixture, WHAT(.host = "other"), false,
	       "other (other) log kho: 2 2, 1700001000 1700001000");
	EXPECT_TRANSITIONS(fixture);
	add_some(fixture);
	EXPECT_HOSTS(fixture, "m (a b m) record: 2 0, 1700000000 1700000000",
		     "other (other) log kho: 2 2, 1700001000 1700001000");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 1 0", "- A unknown ?: 2 0 2");
}

static void test_remove_a_boot(void **state)
{
	struct fixture *fixture = *state;

	add_some(fixture);
	REMOVE(fixture, WHAT(.host = "a", .boot_id = "abcdefg"), false);
	REMOVE(fixture, WHAT(.host = "other", .boot_id = "abcdefgh"), false);
	REMOVE(fixture, WHAT(.host = "a", .boot_id = "abcdefgh"), false,
	       "m (a b m) record: 1 0, 1700000000 1700000000");
	REMOVE(fixture, WHAT(.boot_id = "log-2"), false, "other (other) log kho: 1 1, -");
	EXPECT_BOOTS(fixture, FILTER(0), "2 A running", "log-1 A -");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 1 0 0", "- A unknown ?: 1 0 1");
}

/*
 * Removing old boots keeps boots without a time, and parts that are not older than the given time.
 */
static void test_remove_before(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot part = { .host = "other",
				   .boot_id = "part-1",
				   .has_time = true,
				   .time = 1700009000,
				   .has_last_uptime = true,
				   .last_uptime_us = 60000000 };

	add_some(fixture);
	assert_int_equal(store_add_part(fixture->store, &part), 0);
	REMOVE(fixture, WHAT(.has_before = true, .before = 1700000000), false);
	REMOVE(fixture, WHAT(.has_before = true, .before = 1700001001), false,
	       "m (a b m) record: 1 0, 1700000000 1700000000",
	       "other (other) log kho: 1 1, 1700001000 1700001000");
	EXPECT_BOOTS(fixture, FILTER(0), "2 A running", "log-2 A -");
	add_log(fixture, "other", "log-9", 1700009000);
	EXPECT_HOSTS(fixture, "m (a b m) record: 1 0, -",
		     "other (other) log kho: 2 2, 1700009000 1700009000");
}

static int list_uptime(const struct store_boot *boot, void *data)
{
	*(int64_t *)data = boot->last_uptime_us;
	return 0;
}

/* A part is kept until its boot is known, unless its host was removed. */
static void test_remove_parts(void **state)
{
	struct fixture *fixture = *state;
	struct store_filter all = { 0 };
	int64_t uptime_us = 0;
	struct store_boot part = { .host = "h",
				   .boot_id = "part-1",
				   .has_time = true,
				   .time = 1700000000,
				   .has_last_uptime = true,
				   .last_uptime_us = 60000000 };

	for (int is_removed = 0; is_removed < 2; is_removed++) {
		assert_int_equal(store_add_part(fixture->store, &part), 0);
		EXPECT_HOSTS(fixture);
		if (is_removed)
			REMOVE(fixture, WHAT(.host = "h"), false);
		add_log(fixture, "h", "log-1", 1700000000);
		assert_int_equal(store_list_boots(fixture->store, &all, list_uptime, &uptime_us),
				 0);
		assert_int_equal(uptime_us, is_removed ? 1 : 60000000);
		REMOVE(fixture, WHAT(.host = "h"), false,
		       "h (h) log kho: 1 1, 1700000000 1700000000");
	}
}

/*
 * A part with only a host name moves to the machine when the machine's name becomes known, and then
 * waits for a boot.
 */
static void test_part_moves_with_its_host(void **state)
{
	struct fixture *fixture = *state;
	struct store_filter of_machine = { .host = "m", .limit = 1 };
	int64_t uptime_us = 0;
	struct store_boot part = { .host = "web1",
				   .boot_id = "part-1",
				   .has_time = true,
				   .time = 1700000000,
				   .has_last_uptime = true,
				   .last_uptime_us = 60000000 };
	struct store_boot boot = { .host = "web1",
				   .boot_id = "1",
				   .has_kernel_id = true,
				   .machine_id = "m",
				   .release = "A" };

	assert_int_equal(store_add_part(fixture->store, &part), 0);
	add(fixture, &boot, STORE_END_UNKNOWN);
	add_log(fixture, "m", "log-1", 1700000000);
	assert_int_equal(store_list_boots(fixture->store, &of_machine, list_uptime, &uptime_us), 0);
	assert_int_equal(uptime_us, 60000000);
}

/* Add a boot of a machine whose host name another machine has too, and a crash of this boot. */
static void add_shared(struct fixture *fixture, const char *machine, const char *id,
		       bool crash_has_machine)
{
	struct store_boot boot = { .host = "web",
				   .machine_id = machine,
				   .boot_id = id,
				   .has_kernel_id = true,
				   .release = "A" };
	struct store_crash crash = { .host = "web",
				     .machine_id = crash_has_machine ? machine : NULL,
				     .boot_id = id,
				     .title = "t",
				     .type = "oops",
				     .signature = "s" };
	enum store_end before;
	bool is_new;

	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	if (store_add_crash(fixture->store, &crash, &is_new))
		fail_msg("%s", store_error(fixture->store));
}

/* Crashes find their boots although two machines have one host name. */
static void test_shared_name(void **state)
{
	struct fixture *fixture = *state;

	for (int has_machine = 0; has_machine < 2; has_machine++) {
		for (int i = 0; i < 2; i++)
			add_shared(fixture, i ? "m2" : "m1", i ? "2" : "1", has_machine);
		reopen(fixture);
	}
	assert_int_equal(store_end_boot(fixture->store, "web", "2", 5), 0);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A -", "2 A clean");
	EXPECT_TRANSITIONS(fixture, "- A unknown ?: 2 0 2");
}

static int list_aliases(const struct store_boot *boot, void *data)
{
	snprintf(data, TEXT_SIZE, "%s", boot->aliases ? boot->aliases : "-");
	return 0;
}

/*
 * If the boot is stored under a host name and under a machine id, the joined boot keeps the ids of
 * both rows.
 */
static void test_ids_move_with_a_host(void **state)
{
	static const char *const ids[] = { "log-1", "log-2", "log-3" };
	struct fixture *fixture = *state;
	struct store_boot log = { .host = "web", .boot_id = "log-3", .release = "A" };
	struct store_boot boot = { .boot_id = "1", .has_kernel_id = true, .release = "A" };
	struct store_boot part = { .host = "web", .machine_id = "m1", .boot_id = "part-1" };
	const struct store_filter all = { 0 };
	char text[TEXT_SIZE] = "";
	enum store_end before;

	assert_int_equal(store_add_boot(fixture->store, &log, &before), 0);
	boot.host = "web";
	boot.aliases = "log-1 log-2";
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	boot.host = "m1";
	boot.aliases = "log-3";
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	if (store_add_part(fixture->store, &part))
		fail_msg("%s", store_error(fixture->store));
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A -");
	assert_int_equal(store_list_boots(fixture->store, &all, list_aliases, text), 0);
	assert_int_equal(strlen(text), 3 * strlen("log-1") + 2);
	for (int i = 0; i < 3; i++)
		assert_non_null(strstr(text, ids[i]));
}

static void test_read_only(void **state)
{
	struct fixture *fixture = *state;
	const struct store_selection what = { .host = "a" };
	struct list list = { 0 };

	add_some(fixture);
	store_close(fixture->store);
	assert_int_equal(store_open(fixture->url, STORE_READ, &fixture->store), 0);
	REMOVE(fixture, WHAT(.host = "a"), true, "m (a b m) record: 2 0, 1700000000 1700000000");
	assert_true(store_remove(fixture->store, &what, false, list_host, &list) < 0);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.host = "a"), "abcdefgh-1 A unclean", "2 A running");
}

int run_host_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hosts),
		TEST(test_name_is_learned_later),
		TEST(test_remove_a_host),
		TEST(test_remove_a_boot),
		TEST(test_remove_before),
		TEST(test_remove_parts),
		TEST(test_part_moves_with_its_host),
		TEST(test_shared_name),
		TEST(test_ids_move_with_a_host),
		TEST(test_read_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
