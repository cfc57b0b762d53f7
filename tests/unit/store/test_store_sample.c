// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the random samples of a store. Part of test_store. */
#include <stdio.h>
#include <string.h>

#include "support_store.h"

#define HOSTS 60
#define BOOTS 40 /* of each host */
#define ONE_IN 5
#define CRASH_EVERY 37

/**
 * struct sums - boots that were listed
 * @of_parity: boots without the crash, by the parity of their kexec count
 */
struct sums {
	int64_t crashes;
	int64_t of_parity[2];
};

static void add_boot(struct store *store, int host_number, int number)
{
	char host[16] = "", id[16] = "";
	struct store_boot boot =
		make_kexec(id, number % 4 < 2 ? "B" : "C", "A", (uint32_t)number + 2);
	struct store_crash crash = {
		.host = host, .boot_id = id, .title = "oops in f", .type = "oops", .signature = "s"
	};
	enum store_end before;
	bool is_new;

	snprintf(host, sizeof(host), "h%d", host_number);
	snprintf(id, sizeof(id), "%d", number);
	boot.host = host;
	assert_int_equal(store_add_boot(store, &boot, &before), 0);
	if ((host_number * BOOTS + number) % CRASH_EVERY == 0)
		assert_int_equal(store_add_crash(store, &crash, &is_new), 0);
}

static void add_fleet(struct store *store)
{
	assert_int_equal(store_begin_batch(store), 0);
	for (int host = 0; host < HOSTS; host++)
		for (int number = 0; number < BOOTS; number++)
			add_boot(store, host, number);
	assert_int_equal(store_end_batch(store), 0);
}

static int sum_host_day(const struct store_host_day *row, void *data)
{
	struct sums *sums = data;

	sums->crashes += row->at.crashes;
	sums->of_parity[row->at.kexec_count % 2] += row->at.boots - row->at.crashes;
	return 0;
}

static int sum_chain(const struct store_chain *chain, void *data)
{
	struct sums *sums = data;

	sums->of_parity[chain->at.kexec_count % 2] += chain->at.boots;
	return 0;
}

static struct sums sum_host_days(struct store *store, const char *release, uint32_t one_in)
{
	struct sums sums = { 0 };

	assert_int_equal(
		store_list_host_days(store, release, "s", false, one_in, sum_host_day, &sums), 0);
	return sums;
}

static struct sums sum_chains(struct store *store, uint32_t one_in)
{
	struct sums sums = { 0 };

	assert_int_equal(store_list_chains(store, false, one_in, sum_chain, &sums), 0);
	return sums;
}

/*
 * A sample has all boots with the crash, and between a half and twice the expected number of the
 * others. It depends neither on the position of a boot nor on the time of the query.
 */
static void expect_sample(const struct sums *sample, const struct sums *again,
			  const struct sums *all)
{
	assert_memory_equal(sample, again, sizeof(*sample));
	assert_int_equal(sample->crashes, all->crashes);
	for (int parity = 0; parity < 2; parity++) {
		assert_in_range(sample->of_parity[parity], all->of_parity[parity] / ONE_IN / 2,
				all->of_parity[parity] / ONE_IN * 2);
	}
}

static void test_host_days(void **state)
{
	static const char *const releases[] = { "B", NULL };
	struct fixture *fixture = *state;

	add_fleet(fixture->store);
	for (int i = 0; i < 2; i++) {
		struct sums all = sum_host_days(fixture->store, releases[i], 1);
		struct sums sample = sum_host_days(fixture->store, releases[i], ONE_IN);
		struct sums again = sum_host_days(fixture->store, releases[i], ONE_IN);

		assert_int_equal(all.crashes + all.of_parity[0] + all.of_parity[1],
				 HOSTS * BOOTS / (releases[i] ? 2 : 1));
		assert_true(all.crashes > 20);
		expect_sample(&sample, &again, &all);
	}
}

static void test_chains(void **state)
{
	struct fixture *fixture = *state;
	struct sums all, sample, again;

	add_fleet(fixture->store);
	all = sum_chains(fixture->store, 1);
	sample = sum_chains(fixture->store, ONE_IN);
	again = sum_chains(fixture->store, ONE_IN);
	assert_int_equal(all.of_parity[0] + all.of_parity[1], HOSTS * BOOTS);
	expect_sample(&sample, &again, &all);
}

int run_sample_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_host_days),
		TEST(test_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
