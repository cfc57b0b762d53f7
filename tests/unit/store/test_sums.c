// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random test of the sums of schema version 12: after random additions, merges, renamings and
 * removals, the sums and the boots that are not in them must equal the sums of all rows.
 *
 * usage: test_sums [URL]. With the URL of a server, the test compares the sums that the server
 * computes from chains, and seals weeks. LINEAGE_STORES sets the number of stores.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/ancestors.h"
#include "store/host_level.h"
#include "store/names.h"
#include "store/sqlite/sqlite.h"
#include "support_store.h"

#define ROUNDS 12
#define STEPS 120
#define SERVER_ROUNDS 6
#define SERVER_STEPS 60
#define SERVER_STEPS_PER_CHECK 10
#define SUMS_MAX 8192
#define KEY_SIZE 160
#define BASE_S 1764547200

/** struct sums - numbers by text, sorted by text */
struct sums {
	struct {
		char key[KEY_SIZE];
		int64_t numbers[3];
	} all[SUMS_MAX];
	size_t count;
	bool is_raw;
};

static uint64_t seed;

static unsigned int draw(unsigned int limit)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (unsigned int)(seed >> 33) % limit;
}

/* Add to the numbers of a key. */
static void count(struct sums *sums, const char *key, const int64_t numbers[3])
{
	size_t at = 0;

	while (at < sums->count && strcmp(sums->all[at].key, key) != 0)
		at++;
	assert_true(at < SUMS_MAX);
	if (at == sums->count) {
		snprintf(sums->all[at].key, KEY_SIZE, "%s", key);
		memset(sums->all[at].numbers, 0, sizeof(sums->all[at].numbers));
		sums->count++;
	}
	for (int i = 0; i < 3; i++)
		sums->all[at].numbers[i] += numbers[i];
}

static void print_key(char ret[KEY_SIZE], const char *signature, const struct store_transition *at,
		      int64_t number, const char *more)
{
	snprintf(ret, KEY_SIZE, "%s %s %s %d %lld %s %d %s", signature ? signature : "any",
		 at->previous_release ? at->previous_release : "-", at->release ? at->release : "-",
		 (int)at->boot, (long long)number, at->label, at->is_inferred, more);
}

/* The store may leave out crashes without a signature, and crashes of unknown ancestors. */
static bool is_left_out(const char *signature, bool only_crashed, bool is_known)
{
	return only_crashed && (!is_known || (signature && !signature[0]));
}

struct lister {
	struct sums *sums;
	bool only_crashed;
};

static int add_sum(const struct store_ancestors *sum, void *data)
{
	struct lister *lister = data;
	char key[KEY_SIZE], more[80];

	assert_false(lister->sums->is_raw);
	assert_true(sum->at.boots > 0);
	if (is_left_out(sum->signature, lister->only_crashed, sum->at.has_count))
		return 0;
	snprintf(more, sizeof(more), "%s %d", sum->ancestor ? sum->ancestor : "all",
		 sum->is_second);
	print_key(key, sum->signature, &sum->at, sum->at.has_count ? sum->at.kexec_count : 0, more);
	count(lister->sums, key, (const int64_t[3]){ sum->at.boots });
	return 0;
}

static int add_chain(const struct store_chain *chain, void *data)
{
	struct lister *lister = data;
	struct store_names names = { 0 };
	struct store_ancestor_list list;
	char key[KEY_SIZE], more[80];
	int found = store_ancestors_of(&names, chain, &list);
	uint32_t dose = found ? store_ancestors_dose(list.kexecs) : 0;

	assert_true(found >= 0);
	if (!is_left_out(chain->signature, lister->only_crashed, found)) {
		print_key(key, chain->signature, &chain->at, dose, "all 0");
		count(lister->sums, key, (const int64_t[3]){ chain->at.boots });
	}
	for (size_t i = 0; found && i < list.count; i++) {
		if (is_left_out(chain->signature, lister->only_crashed, found))
			break;
		snprintf(more, sizeof(more), "%s %d",
			 names.texts[store_ancestor_release(list.numbers[i])],
			 store_ancestor_is_second(list.numbers[i]));
		print_key(key, chain->signature, &chain->at, dose, more);
		count(lister->sums, key, (const int64_t[3]){ chain->at.boots });
	}
	store_names_deinit(&names);
	return 0;
}

static int add_length(const struct store_crash_length *crash, void *data)
{
	struct lister *lister = data;
	char key[KEY_SIZE], more[80];

	if (crash->signature && !crash->signature[0])
		return 0;
	snprintf(more, sizeof(more), "%d %d", (int)crash->length_band, (int)crash->end_band);
	print_key(key, crash->signature, &crash->at,
		  crash->at.has_count ? (int64_t)crash->at.kexec_count : -1, more);
	count(lister->sums, key,
	      (const int64_t[3]){ crash->at.boots, crash->length_s, crash->end_s });
	return 0;
}

/* The hosts whose level is high enough to be in a sample. */
static int add_host_day(const struct store_host_day *row, void *data)
{
	struct lister *lister = data;
	char key[KEY_SIZE];

	if (lister->sums->is_raw && store_host_level(row->host) < STORE_HOST_LEVEL_MIN)
		return 0;
	print_key(key, row->host, &row->at, row->at.has_count ? (int64_t)row->at.kexec_count : -1,
		  "");
	count(lister->sums, key, (const int64_t[3]){ row->at.boots, row->at.crashes, row->day });
	return 0;
}

static void list_host_days(struct store *store, struct lister *lister)
{
	const struct store_host_filter filter = {
		.signature = "s", .hashes = lister->sums->is_raw ? 0 : UINT64_MAX / 4 + 1
	};

	assert_int_equal(store_list_host_days(store, &filter, add_host_day, lister), 0);
}

static int compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

/*
 * List the sums. @what: 0 chains, 1 chains of crashes, 2 lengths, 3 hosts. @is_raw: read all rows
 */
static void list_sums(struct store *store, int what, bool is_raw, struct sums *ret)
{
	struct lister lister = { ret, what == 1 };

	ret->count = 0;
	ret->is_raw = is_raw;
	if (!store_server)
		sqlite_of(store)->is_restricted = is_raw;
	if (what == 3)
		list_host_days(store, &lister);
	else if (what == 2)
		assert_int_equal(store_list_crash_lengths(store, add_length, &lister), 0);
	else
		assert_int_equal(store_list_chains(store, what == 1, is_raw ? NULL : add_sum,
						   add_chain, &lister),
				 0);
	if (!store_server)
		sqlite_of(store)->is_restricted = false;
	qsort(ret->all, ret->count, sizeof(ret->all[0]), compare);
}

static void expect_sums(struct store *store)
{
	static struct sums sums, raw;

	for (int what = 0; what < (store_server ? 2 : 4); what++) {
		list_sums(store, what, true, &raw);
		list_sums(store, what, false, &sums);
		for (size_t i = 0; i < raw.count && i < sums.count; i++) {
			assert_string_equal(sums.all[i].key, raw.all[i].key);
			assert_memory_equal(sums.all[i].numbers, raw.all[i].numbers,
					    sizeof(raw.all[i].numbers));
		}
		assert_int_equal(sums.count, raw.count);
	}
}

static const char *draw_release(void)
{
	static const char *const releases[] = { "A", "B", "C", "7.3\\/x", "E" };

	return releases[draw(5)];
}

/* Some chains are invalid, incomplete, or contradict the previous release. */
static void draw_chain(char ret[512], const char *previous)
{
	size_t length = (size_t)sprintf(ret, "[");
	unsigned int entries = draw(5);

	for (unsigned int i = 0; i < entries; i++)
		length +=
			(size_t)sprintf(ret + length, "%s{\"release\":\"%s\",\"runs\":%u}",
					i ? "," : "", i == 0 && draw(9) ? previous : draw_release(),
					1 + draw(draw(4) ? 2 : 30));
	sprintf(ret + length, "%s", draw(20) ? "]" : "");
}

/* Of the hosts h4, h5 and h6, the last two can be in a sample. */
static void draw_name(char ret[16], char what, unsigned int limit)
{
	snprintf(ret, 16, "%c%u", what, draw(limit) + (what == 'h' ? 4 : 0));
}

static void add_random_boot(struct store *store)
{
	static const char *const sources[] = { NULL, "inferred", "record", "log" };
	const char *previous = draw_release();
	char host[16], id[16], chain[512], label[16];
	enum store_end before;
	struct store_boot boot = { .host = host,
				   .boot_id = id,
				   .has_kernel_id = true,
				   .release = draw(20) ? draw_release() : NULL,
				   .boot = draw(8) ? LINEAGE_BOOT_KEXEC : LINEAGE_BOOT_COLD,
				   .source = sources[draw(4)],
				   .has_time = draw(2),
				   .time = BASE_S + 1000 * draw(50),
				   .has_last_uptime = draw(2),
				   .last_uptime_us = (int64_t)1000000 * draw(9000),
				   .label = label,
				   .end = draw(12) ? STORE_END_UNKNOWN : STORE_END_LOST };

	draw_name(host, 'h', 3);
	draw_name(id, 'b', 8);
	draw_name(label, 'l', 2);
	if (boot.boot == LINEAGE_BOOT_KEXEC) {
		boot.previous_release = draw(20) ? previous : NULL;
		boot.has_count = draw(6);
		boot.kexec_count = 1 + draw(draw(3) ? 3 : 40);
		draw_chain(chain, previous);
		boot.chain = draw(6) ? chain : NULL;
		boot.chain_is_complete = draw(2);
	}
	assert_int_equal(store_add_boot(store, &boot, &before), 0);
}

/* The boot may not be in the store. */
static void add_random_crash(struct store *store)
{
	static const char *const signatures[] = { "s", "t", "", STORE_LOST_SIGNATURE };
	char host[16], id[16];
	bool is_new;
	struct store_crash crash = { .host = host,
				     .boot_id = id,
				     .has_time = draw(2),
				     .time = BASE_S + draw(3),
				     .has_uptime = draw(2),
				     .uptime_us = (int64_t)1000000 * draw(3),
				     .title = "oops",
				     .type = "oops",
				     .signature = signatures[draw(4)] };

	draw_name(host, 'h', 3);
	draw_name(id, 'b', 8);
	store_add_crash(store, &crash, &is_new);
}

static int ignore_host(const struct store_host *host, void *data)
{
	return 0;
}

static void remove_random(struct store *store)
{
	char host[16], id[16];
	struct store_selection what = { .host = draw(2) ? host : NULL,
					.boot_id = draw(4) ? id : NULL,
					.has_before = draw(4) == 0,
					.before = BASE_S + 1000 * draw(20) };

	draw_name(host, 'h', 3);
	draw_name(id, 'b', 8);
	if (!what.boot_id && !what.has_before && draw(4))
		return;
	assert_int_equal(store_remove(store, &what, false, ignore_host, NULL), 0);
}

static void rename_random(struct store *store)
{
	char from[16], to[16];

	draw_name(from, 'h', 3);
	draw_name(to, 'h', 3);
	if (strcmp(from, to) != 0)
		assert_int_equal(store_rename_host(store, from, to), 0);
}

static void end_random(struct store *store)
{
	char host[16], id[16];

	draw_name(host, 'h', 3);
	draw_name(id, 'b', 8);
	store_end_boot(store, host, id, BASE_S + 1000 * draw(60));
}

static void change_store(struct store *store)
{
	unsigned int kind = draw(40);

	if (kind < 20)
		add_random_boot(store);
	else if (kind < 34)
		add_random_crash(store);
	else if (kind < 36)
		end_random(store);
	else if (kind < 38)
		remove_random(store);
	else
		rename_random(store);
}

static int ignore_seal(const struct store_seal *seal, void *data)
{
	return 0;
}

static void change_in_batch(struct store *store)
{
	unsigned int steps = 1 + draw(30);

	assert_int_equal(store_begin_batch(store), 0);
	for (unsigned int i = 0; i < steps; i++)
		change_store(store);
	assert_int_equal(store_end_batch(store), 0);
}

static void test_sums(void **state)
{
	struct fixture *fixture = *state;

	for (int step = 0; step < (store_server ? SERVER_STEPS : STEPS); step++) {
		static const int64_t limits[] = { 0, 0, 5, 1000000 };

		sqlite_unsummed_max = limits[draw(4)];
		if (store_server && draw(8) == 0)
			assert_int_equal(store_seal(fixture->store, 0, true, ignore_seal, NULL), 0);
		if (!store_server && draw(6) == 0)
			change_in_batch(fixture->store);
		else
			change_store(fixture->store);
		if (!store_server || step % SERVER_STEPS_PER_CHECK == 0)
			expect_sums(fixture->store);
		if (draw(30) == 0)
			reopen(fixture);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { TEST(test_sums) };
	const char *number = getenv("LINEAGE_STORES");
	int rounds, failed = 0;

	store_server = argc > 1 ? argv[1] : NULL;
	rounds = store_server ? SERVER_ROUNDS : ROUNDS;
	if (number)
		rounds = atoi(number);
	for (int round = 0; round < rounds && !failed; round++) {
		seed = (uint64_t)round + 1;
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
