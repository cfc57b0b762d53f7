// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lists of a sample of machines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/crashed_hosts.h"
#include "store/host_level.h"
#include "store/identity.h"
#include "support_crashed.h"
#include "support_store.h"

#define HOSTS 60

/**
 * struct host_count - what a list shows about many hosts
 * @boots, @crashes: by the number of the host
 * @is_sorted: the hosts are in order
 */
struct host_count {
	int64_t boots[HOSTS];
	int64_t crashes[HOSTS];
	bool is_sorted;
	char last[16];
};

static int count_host(const struct store_host_day *row, void *data)
{
	struct host_count *count = data;
	int host = atoi(row->host + 1);

	assert_in_range(host, 0, HOSTS - 1);
	count->boots[host] += row->at.boots;
	count->crashes[host] += row->at.crashes;
	count->is_sorted = count->is_sorted && strcmp(count->last, row->host) <= 0;
	snprintf(count->last, sizeof(count->last), "%s", row->host);
	return 0;
}

static struct host_count count_hosts(struct fixture *fixture,
				     const struct store_host_filter *filter)
{
	struct host_count count = { .is_sorted = true };

	assert_int_equal(store_list_host_days(fixture->store, filter, count_host, &count), 0);
	assert_true(count.is_sorted);
	return count;
}

/* A host has three boots of the release B. The last one crashed on every third host. */
static void add_host(struct fixture *fixture, int number)
{
	char host[16];
	enum store_end before;
	bool is_new;
	struct store_crash crash = {
		.host = host, .boot_id = "2", .title = "oops", .type = "oops", .signature = "s"
	};

	snprintf(host, sizeof(host), "h%02d", number);
	for (int i = 0; i < 4; i++) {
		char id[2] = { (char)('0' + i), '\0' };
		struct store_boot boot = make_kexec(id, i == 3 ? "C" : "B", "A", 1);

		boot.host = host;
		boot.has_time = true;
		boot.time = STORE_CLOCK_IS_SET_S + i;
		assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	}
	if (number % 3 == 0)
		assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

/* A sample has all boots of some hosts; the names of the hosts decide which. */
static void test_host_levels(void **state)
{
	struct fixture *fixture = *state;
	struct host_count count;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (int i = 0; i < HOSTS; i++)
		add_host(fixture, i);
	assert_int_equal(store_end_batch(fixture->store), 0);
	for (uint32_t level = 0; level < 10; level++) {
		uint64_t hashes = level ? UINT64_MAX / (2 * level + 1) * 2 : 0;

		count = count_hosts(fixture, &(struct store_host_filter){ .release = "B",
									  .signature = "s",
									  .hashes = hashes });
		for (int i = 0; i < HOSTS; i++) {
			char host[16];
			bool is_listed;

			snprintf(host, sizeof(host), "h%02d", i);
			is_listed = hashes == 0 || store_host_hash(host) < hashes;
			assert_int_equal(count.boots[i], is_listed ? 3 : 0);
			assert_int_equal(count.crashes[i], is_listed && i % 3 == 0);
		}
	}
	count = count_hosts(fixture, &(struct store_host_filter){ .hashes = UINT64_MAX / 5 });
	for (int i = 0; i < HOSTS; i++)
		assert_true(count.boots[i] == 0 || count.boots[i] == 4);
	count = count_hosts(fixture, &(struct store_host_filter){ .release = "B",
								  .signature = "s",
								  .only_crashed = true });
	for (int i = 0; i < HOSTS; i++) {
		assert_int_equal(count.boots[i], i % 3 == 0);
		assert_int_equal(count.crashes[i], i % 3 == 0);
	}
}

static int count_rows(const struct store_crashed_hosts *hosts, void *data)
{
	*(int64_t *)data += 1;
	return hosts->hosts == HOSTS / 3 || !store_server ? 0 : 1;
}

/* On a server, hosts that crashed in the same transitions are one row. */
static void test_crashed_hosts(void **state)
{
	const struct store_host_filter filter = { .release = "B", .signature = "s" };
	const struct store_host_filter other = { .release = "C", .signature = "s" };
	struct fixture *fixture = *state;
	int64_t rows = 0;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (int i = 0; i < HOSTS; i++)
		add_host(fixture, i);
	assert_int_equal(store_end_batch(fixture->store), 0);
	assert_int_equal(store_list_crashed_hosts(fixture->store, &filter, count_rows, &rows), 0);
	assert_int_equal(rows, store_server ? 1 : HOSTS / 3);
	rows = 0;
	assert_int_equal(store_list_crashed_hosts(fixture->store, &other, count_rows, &rows), 0);
	assert_int_equal(rows, 0);
}

/* Add a boot to one of a few hosts, at any time, and often a crash of it. */
static void add_random_boot(struct fixture *fixture, unsigned int *seed, int number)
{
	static const char *const releases[] = { "A", "B", "C" };
	char id[16], host[16];
	struct store_crash crash = { .host = host,
				     .boot_id = id,
				     .title = "oops",
				     .type = "oops",
				     .signature = rand_r(seed) % 2 ? "s" : "t",
				     .has_uptime = rand_r(seed) % 2,
				     .uptime_us = 1000000 };
	struct store_boot boot =
		make_kexec(id, releases[rand_r(seed) % 3], releases[rand_r(seed) % 3],
			   1 + (uint32_t)rand_r(seed) % 3);
	enum store_end before;
	bool is_new;

	snprintf(id, sizeof(id), "%d", number);
	snprintf(host, sizeof(host), "h%d", rand_r(seed) % 8);
	if (rand_r(seed) % 3 == 0)
		boot = make_boot(id, boot.release);
	boot.host = host;
	boot.has_time = rand_r(seed) % 4 != 0;
	boot.time = rand_r(seed) % 4 ? STORE_CLOCK_IS_SET_S + rand_r(seed) % 100000000
				     : rand_r(seed) % 100000000;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	if (rand_r(seed) % 2)
		assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

static char *list_crashed(struct store *store, const struct store_host_filter *filter, bool by_days)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	support_print_crashed(out, store, filter, by_days);
	fclose(out);
	return text;
}

/* The hosts that crashed are those of the list by day. */
static void test_crashed_hosts_by_day(void **state)
{
	static const struct store_host_filter filters[] = {
		{ .release = NULL },
		{ .release = "B" },
		{ .release = "B", .signature = "s" },
		{ .signature = "t" },
	};
	struct fixture *fixture = *state;
	unsigned int seed = 1;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (int i = 0; i < 60; i++)
		add_random_boot(fixture, &seed, i);
	assert_int_equal(store_end_batch(fixture->store), 0);
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		char *by_host = list_crashed(fixture->store, &filters[i], false);
		char *by_day = list_crashed(fixture->store, &filters[i], true);

		assert_true(strlen(by_host) > 100);
		assert_string_equal(by_host, by_day);
		free(by_host);
		free(by_day);
	}
}

static void test_host_levels_of_period(void **state)
{
	const struct store_period period = { .has_since = true, .since = STORE_CLOCK_IS_SET_S + 1 };
	struct fixture *fixture = *state;
	struct host_count count;

	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (int i = 0; i < HOSTS; i++)
		add_host(fixture, i);
	assert_int_equal(store_end_batch(fixture->store), 0);
	assert_int_equal(store_restrict(fixture->store, &period), 0);
	count = count_hosts(fixture, &(struct store_host_filter){ .signature = "s",
								  .hashes = UINT64_MAX / 4 + 1 });
	for (int i = 0; i < HOSTS; i++) {
		char host[16];
		bool is_listed;

		snprintf(host, sizeof(host), "h%02d", i);
		is_listed = store_host_level(host) >= 2;
		assert_int_equal(count.boots[i], is_listed ? 3 : 0);
		assert_int_equal(count.crashes[i], is_listed && i % 3 == 0);
	}
}

/* The levels of a name never change, because stores keep them. */
static void test_host_level(void **state)
{
	unsigned int hosts[8] = { 0 };

	for (int i = 0; i < 100000; i++) {
		char host[16];
		uint32_t level;

		snprintf(host, sizeof(host), "host%d", i);
		level = store_host_level(host);
		for (uint32_t at = 0; at <= level && at < 8; at++)
			hosts[at]++;
	}
	assert_int_equal(hosts[0], 100000);
	for (uint32_t at = 1; at < 8; at++)
		assert_in_range(hosts[at], (100000 >> at) * 9 / 10, (100000 >> at) * 11 / 10);
	assert_int_equal(store_host_level("h72"), 5);
	assert_int_equal(store_host_level("h101"), 7);
}

int run_sample_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_host_levels),
		TEST(test_crashed_hosts),
		TEST(test_crashed_hosts_by_day),
		TEST(test_host_levels_of_period),
		cmocka_unit_test(test_host_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
