// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of crashes in a store: each crash is kept once, and its transitions and number are counted.
 * Part of test_store.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/identity.h"
#include "support_store.h"

static void test_crashes(void **state)
{
	struct fixture *fixture = *state;
	struct store_crash crash = { .host = "h",
				     .boot_id = "2",
				     .has_uptime = true,
				     .uptime_us = 5000000,
				     .title = "oops in f",
				     .type = "oops",
				     .frame = "f",
				     .frames = "f\ng",
				     .signature = "s" };
	bool is_new = false;

	add_four(fixture);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_true(is_new);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_false(is_new);
	crash.uptime_us = 6000000;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_true(is_new);
	crash.uptime_us++; /* another source rounds differently */
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_false(is_new);
	crash.has_uptime = false;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_false(is_new); /* a source without times reports one of these crashes */
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A A kexec 1: 1 0 0",
			   "A B kexec 1: 1 1 2");
	crash.boot_id = "9";
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), -ENOENT);
	crash.title = NULL;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), -EINVAL);
	assert_non_null(strstr(store_error(fixture->store), "a crash has no title"));
}

static int list_boot_crash(const struct store_crash *crash, void *data)
{
	struct list *list = data;

	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %s %s %s %s %d %d", crash->boot_id,
		 crash->title, crash->type, crash->frame ? crash->frame : "-", crash->signature,
		 crash->has_uptime ? (int)crash->uptime_us : -1,
		 crash->has_time ? (int)crash->time : -1);
	return list->length == list->stop_at ? 42 : 0;
}

static void test_crashes_of_a_boot(void **state)
{
	struct fixture *fixture = *state;
	struct list list = { 0 };
	struct store_crash crash = { .host = "h",
				     .boot_id = "2",
				     .has_uptime = true,
				     .uptime_us = 5,
				     .title = "oops in f",
				     .type = "oops",
				     .frame = "f",
				     .signature = "s" };
	bool is_new;

	add_four(fixture);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	crash = (struct store_crash){ .host = "h",
				      .boot_id = "2",
				      .has_time = true,
				      .time = 7,
				      .title = "panic",
				      .type = "panic",
				      .signature = "" };
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	crash.boot_id = "3";
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_int_equal(store_list_crashes(fixture->store, "h", "2", list_boot_crash, &list), 0);
	expect_lines(&list, (const char *const[]){ "2 oops in f oops f s 5 -1",
						   "2 panic panic -  -1 7", NULL });
	list = (struct list){ .stop_at = 1 };
	assert_int_equal(store_list_crashes(fixture->store, "h", "2", list_boot_crash, &list), 42);
	list = (struct list){ 0 };
	assert_int_equal(store_list_crashes(fixture->store, "h", "1", list_boot_crash, &list), 0);
	assert_int_equal(store_list_crashes(fixture->store, "other", "2", list_boot_crash, &list),
			 0);
	assert_int_equal(list.length, 0);
}

static int list_labelled(const struct store_transition *transition, void *data)
{
	struct list *list = data;

	list_transition(transition, data);
	strcat(list->lines[list->length - 1], " @");
	strcat(list->lines[list->length - 1], transition->label);
	return 0;
}

static void test_labels(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");
	char long_label[STORE_LABEL_MAX + 2];
	enum store_end before;
	struct list list = { 0 };

	boot.label = "model 1";
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot = make_boot("2", "A");
	boot.label = "";
	add(fixture, &boot, STORE_END_UNCLEAN);
	boot = make_boot("3", "A");
	boot.label = "model 1";
	add(fixture, &boot, STORE_END_UNCLEAN);
	assert_int_equal(store_list_transitions(fixture->store, true, list_labelled, &list), 0);
	expect_lines(&list, (const char *const[]){ "- A cold 0: 1 1 0 @",
						   "- A cold 0: 2 1 0 @model 1", NULL });
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 3 2 0");
	memset(long_label, 'x', sizeof(long_label) - 1);
	long_label[STORE_LABEL_MAX + 1] = '\0';
	boot = make_boot("4", "A");
	boot.label = long_label;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), -EINVAL);
}

static int list_crash(const struct store_crash_transition *crash, void *data)
{
	struct list *list = data;
	char line[TEXT_SIZE];

	list_labelled(&crash->at, data);
	snprintf(line, sizeof(line), "%.32s: %.200s", crash->signature,
		 list->lines[list->length - 1]);
	strcpy(list->lines[list->length - 1], line);
	return 0;
}

static int list_signature(const struct store_signature *signature, void *data)
{
	struct list *list = data;
	const struct store_crash *example = &signature->example;

	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %d: %s %s %s %s %s %s/%s %d%d",
		 example->signature, (int)signature->crashes, example->title, example->type,
		 example->frame ? example->frame : "-", example->module ? example->module : "-",
		 example->frames ? example->frames : "-", example->host, example->boot_id,
		 (int)(example->has_uptime ? example->uptime_us : -1),
		 (int)(example->has_time ? example->time : -1));
	return 0;
}

static void add_crash(struct fixture *fixture, const char *boot, const char *signature,
		      int64_t uptime_s)
{
	struct store_crash crash = { .host = "h",
				     .boot_id = boot,
				     .has_uptime = true,
				     .uptime_us = 1000000 * uptime_s,
				     .title = "oops in f",
				     .type = "oops",
				     .frame = "f",
				     .signature = signature };
	bool is_new;

	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

/* A boot counts once for each signature, even if it had that crash several times. */
static void test_crash_transitions(void **state)
{
	struct fixture *fixture = *state;
	struct list list = { 0 };

	add_four(fixture);
	add_crash(fixture, "2", "s", 1);
	add_crash(fixture, "2", "s", 2);
	add_crash(fixture, "2", "r", 3);
	add_crash(fixture, "2", "s", 2);
	add_crash(fixture, "4", "s", 1);
	add_crash(fixture, "1", "s", 1);
	add_crash(fixture, "3", "s", 1);
	add_crash(fixture, "3", "", 1);
	assert_int_equal(store_list_crash_transitions(fixture->store, list_crash, &list), 0);
	expect_lines(&list,
		     (const char *const[]){ ": - A cold 0: 1 0 0 @", "r: A B kexec 1: 1 0 0 @",
					    "s: - A cold 0: 2 0 0 @", "s: A A kexec 1: 1 0 0 @",
					    "s: A B kexec 1: 1 0 0 @", NULL });
	list.length = 0;
	assert_int_equal(store_list_signatures(fixture->store, list_signature, &list), 0);
	expect_lines(&list,
		     (const char *const[]){ " 1: oops in f oops f - - h/3 1000000-1",
					    "r 1: oops in f oops f - - h/2 3000000-1",
					    "s 5: oops in f oops f - - h/2 1000000-1", NULL });
}

static int list_host_day(const struct store_host_day *row, void *data)
{
	struct list *list = data;
	const struct store_transition *at = &row->at;

	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE,
		 "%s %lld %s>%s %d: %lld %lld%s, %lld %lld, %lld %lld, %d %lld", row->host,
		 row->has_day ? (long long)row->day : -1,
		 at->previous_release ? at->previous_release : "-", at->release ? at->release : "-",
		 at->has_count ? (int)at->kexec_count : -1, (long long)at->boots,
		 (long long)at->crashes, at->is_inferred ? " inferred" : "",
		 (long long)row->measured, (long long)row->length_s, (long long)row->timed_crashes,
		 (long long)row->uptime_s, row->band == STORE_BAND_UNKNOWN ? -1 : (int)row->band,
		 (long long)row->at_risk_s);
	return 0;
}

/* Boots are counted by host and day; a boot with two crashes counts once. */
static void test_host_days(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 1);
	struct list list = { 0 };

	boot.has_time = true;
	boot.time = 3 * STORE_DAY_SECONDS;
	add(fixture, &boot, STORE_END_UNKNOWN);
	add_crash(fixture, "1", "s", 1);
	add_crash(fixture, "1", "s", 2);
	add_crash(fixture, "1", "other", 3);
	boot.boot_id = "2";
	boot.has_last_uptime = true;
	boot.last_uptime_us = 3600000000;
	boot.time += STORE_DAY_SECONDS - 1;
	add(fixture, &boot, STORE_END_UNCLEAN);
	boot.boot_id = "3";
	boot.time += 1;
	boot.has_last_seen = true;
	boot.last_seen = boot.time + 7200;
	add(fixture, &boot, STORE_END_UNCLEAN);
	boot.boot_id = "4";
	boot.has_last_uptime = false;
	boot.last_seen = boot.time - 7200;
	boot.release = "C";
	add(fixture, &boot, STORE_END_UNCLEAN);
	boot.host = "h0";
	boot.boot_id = "5";
	boot.has_last_seen = false;
	boot.release = "B";
	boot.source = STORE_INFERRED;
	boot.is_recorded = false;
	boot.end = STORE_END_UNKNOWN;
	boot.has_time = false;
	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_list_host_days(fixture->store,
					      &(struct store_host_filter){ .release = "B",
									   .signature = "s" },
					      list_host_day, &list),
			 0);
	expect_lines(&list,
		     (const char *const[]){ "h 3 A>B 1: 1 1, 0 0, 1 1, 0 1",
					    "h 3 A>B 1: 1 0, 1 3600, 0 0, 6 3600",
					    "h 4 A>B 1: 1 0, 1 7200, 0 0, 7 7200",
					    "h0 -1 A>B 1: 1 0 inferred, 0 0, 0 0, -1 0", NULL });
	list = (struct list){ 0 };
	assert_int_equal(store_list_host_days(fixture->store,
					      &(struct store_host_filter){ .signature = "other",
									   .with_chains = true },
					      list_host_day, &list),
			 0);
	expect_lines(&list,
		     (const char *const[]){ "h 3 A>B 1: 1 1, 0 0, 1 3, 0 3",
					    "h 3 A>B 1: 1 0, 1 3600, 0 0, 6 3600",
					    "h 4 A>B 1: 1 0, 1 7200, 0 0, 7 7200",
					    "h 4 A>C 1: 1 0, 0 0, 0 0, -1 0",
					    "h0 -1 A>B 1: 1 0 inferred, 0 0, 0 0, -1 0", NULL });
}

static int list_length(const struct store_length *length, void *data)
{
	struct list *list = data;

	list_transition(&length->at, data);
	snprintf(strchr(list->lines[list->length - 1], ':'), 64, ": %lld, %u %lld",
		 (long long)length->at.boots, length->band, (long long)length->length_s);
	return 0;
}

static int list_crash_length(const struct store_crash_length *crash, void *data)
{
	struct list *list = data;

	list_transition(&crash->at, data);
	snprintf(strchr(list->lines[list->length - 1], ':'), 64, ": %s %d %lld %d %lld",
		 crash->signature ? crash->signature : "any", (int)crash->length_band,
		 (long long)crash->length_s, (int)crash->end_band, (long long)crash->end_s);
	return 0;
}

static void expect_lengths(struct fixture *fixture, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_lengths(fixture->store, list_length, &list), 0);
	expect_lines(&list, lines);
}
#define EXPECT_LENGTHS(fixture, ...) \
	expect_lengths(fixture, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

static int list_chain(const struct store_chain *chain, void *data)
{
	struct list *list = data;

	list_transition(&chain->at, data);
	snprintf(strchr(list->lines[list->length - 1], ':'), 200, ": %lld %s %s %s",
		 (long long)chain->at.boots, chain->signature ? chain->signature : "any",
		 chain->chain ? chain->chain : "-", chain->is_complete ? "complete" : "incomplete");
	return 0;
}

static void expect_chains(struct fixture *fixture, bool only_crashed, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_chains(fixture->store, only_crashed, NULL, list_chain, &list),
			 0);
	qsort(list.lines, (size_t)list.length, TEXT_SIZE,
	      (int (*)(const void *, const void *))strcmp);
	expect_lines(&list, lines);
}

/* Boots after a cold boot or a single kexec have no chain beyond the previous kernel. */
static void test_chains(void **state)
{
	static const char chain[] = "[{\"release\":\"A\",\"runs\":2}]";
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 1);

	add(fixture, &boot, STORE_END_UNKNOWN);
	boot = make_kexec("2", "B", "A", 2);
	boot.chain = chain;
	boot.chain_is_complete = true;
	add(fixture, &boot, STORE_END_UNCLEAN);
	boot.boot_id = "3";
	boot.chain = NULL;
	boot.end = STORE_END_LOST;
	boot.has_count = boot.chain_is_complete = false;
	add(fixture, &boot, STORE_END_UNCLEAN);
	add_crash(fixture, "1", "s", 1);
	add_crash(fixture, "2", "s", 1);
	add_crash(fixture, "2", "s", 2);
	add_crash(fixture, "3", STORE_LOST_SIGNATURE, 1);
	expect_chains(fixture, false,
		      (const char *const[]){
			      "A B kexec 2: 1 any [{\"release\":\"A\",\"runs\":2}] complete",
			      "A B kexec ?: 1 any - incomplete", NULL });
	expect_chains(fixture, true,
		      (const char *const[]){
			      "A B kexec 2: 1 any [{\"release\":\"A\",\"runs\":2}] complete",
			      "A B kexec 2: 1 s [{\"release\":\"A\",\"runs\":2}] complete",
			      "A B kexec ?: 1 lost-kexec - incomplete", NULL });
}

static int list_shared(const struct store_chain *chain, void *data)
{
	struct list *list = data;

	list_transition(&chain->at, data);
	snprintf(strchr(list->lines[list->length - 1], ':'), 200, ": %lld %lld %s %s",
		 (long long)chain->at.boots, (long long)chain->at.crashes,
		 chain->chain ? chain->chain : "-", chain->is_complete ? "complete" : "incomplete");
	return 0;
}

static void expect_shared(struct fixture *fixture, bool with_chains, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_shared_crashes(fixture->store, "s", "o'ther", with_chains,
						   list_shared, &list),
			 0);
	qsort(list.lines, (size_t)list.length, TEXT_SIZE,
	      (int (*)(const void *, const void *))strcmp);
	expect_lines(&list, lines);
}

/* A boot is listed once, even if it had a crash twice. */
static void test_shared_crashes(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 2);

	boot.chain = "[{\"release\":\"A\",\"runs\":2}]";
	boot.chain_is_complete = true;
	add(fixture, &boot, STORE_END_UNKNOWN);
	for (int i = 2; i <= 5; i++) {
		char id[2] = { (char)('0' + i), '\0' };

		boot = make_kexec(id, "B", "A", (uint32_t)i);
		add(fixture, &boot, STORE_END_UNCLEAN);
	}
	expect_shared(fixture, true, (const char *const[]){ NULL });
	expect_shared(fixture, false, (const char *const[]){ NULL });
	add_crash(fixture, "1", "s", 1);
	add_crash(fixture, "1", "s", 2);
	add_crash(fixture, "1", "o'ther", 3);
	add_crash(fixture, "1", "third", 3);
	add_crash(fixture, "2", "s", 1);
	add_crash(fixture, "2", "s", 2);
	add_crash(fixture, "3", "o'ther", 1);
	add_crash(fixture, "4", "third", 1);
	expect_shared(fixture, false,
		      (const char *const[]){ "A B kexec 2: 1 0 - incomplete",
					     "A B kexec 2: 1 1 - incomplete",
					     "A B kexec 3: 1 0 - incomplete", NULL });
	expect_shared(
		fixture, true,
		(const char *const[]){ "A B kexec 2: 1 0 - incomplete",
				       "A B kexec 2: 1 1 [{\"release\":\"A\",\"runs\":2}] complete",
				       "A B kexec 3: 1 0 - incomplete", NULL });
}

static int ignore_host(const struct store_host *host, void *data)
{
	return 0;
}

/* The sums follow each change of the length and of the transition of a boot. */
static void test_lengths(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 1);
	const struct store_selection all = { .host = "h" };
	struct list list = { 0 };

	boot.has_time = true;
	boot.time = 3 * STORE_DAY_SECONDS;
	add(fixture, &boot, STORE_END_UNKNOWN);
	EXPECT_LENGTHS(fixture);
	assert_int_equal(store_end_boot(fixture->store, "h", "1", boot.time + 59), 0);
	EXPECT_LENGTHS(fixture, "A B kexec 1: 1, 0 59");
	assert_int_equal(store_end_boot(fixture->store, "h", "1", boot.time + 60), 0);
	EXPECT_LENGTHS(fixture, "A B kexec 1: 1, 1 60");
	add_crash(fixture, "1", "s", 20);
	add_crash(fixture, "1", "s", 10);
	add_crash(fixture, "1", "other", 5);
	add_crash(fixture, "1", STORE_LOST_SIGNATURE, 1);
	assert_int_equal(store_list_crash_lengths(fixture->store, list_crash_length, &list), 0);
	qsort(list.lines, (size_t)list.length, TEXT_SIZE,
	      (int (*)(const void *, const void *))strcmp);
	expect_lines(&list, (const char *const[]){ "A B kexec 1: any 1 60 0 5",
						   "A B kexec 1: other 1 60 0 5",
						   "A B kexec 1: s 1 60 0 10", NULL });
	boot = make_kexec("2", "B", "A", 1);
	boot.has_last_uptime = true;
	boot.last_uptime_us = 119999999;
	add(fixture, &boot, STORE_END_CLEAN);
	EXPECT_LENGTHS(fixture, "A B kexec 1: 2, 1 179");
	boot.has_count = false;
	boot.boot_id = "3";
	boot.last_uptime_us = (int64_t)315360001 * 1000000; /* longer than any boot lasts */
	add(fixture, &boot, STORE_END_UNCLEAN);
	EXPECT_LENGTHS(fixture, "A B kexec 1: 2, 1 179");
	assert_int_equal(store_remove(fixture->store, &all, false, ignore_host, NULL), 0);
	EXPECT_LENGTHS(fixture);
}

/* Each back end computes the same band as store_length_band(). */
static void test_length_bands(void **state)
{
	struct fixture *fixture = *state;
	char lines[3][TEXT_SIZE];

	assert_int_equal(store_length_band(0), 0);
	for (uint32_t band = 1; band < STORE_BANDS; band++) {
		struct store_boot boot = make_boot("1", "A");
		int64_t first = (int64_t)STORE_BAND_FIRST_S << (band - 1);
		const struct store_selection all = { .host = "h" };

		assert_int_equal(store_length_band(first), band);
		assert_int_equal(store_length_band(first - 1), band - 1);
		boot.has_last_uptime = true;
		for (int i = 0; i < 2; i++) {
			boot.boot_id = i ? "2" : "1";
			boot.last_uptime_us = (first - i) * 1000000;
			assert_int_equal(store_add_boot(fixture->store, &boot,
							&(enum store_end){ STORE_END_UNKNOWN }),
					 0);
			snprintf(lines[1 - i], TEXT_SIZE, "- A cold 0: 1, %u %lld",
				 band - (uint32_t)i, (long long)first - i);
		}
		EXPECT_LENGTHS(fixture, lines[0], lines[1]);
		assert_int_equal(store_remove(fixture->store, &all, false, ignore_host, NULL), 0);
	}
}

static int list_inferred(const struct store_transition *transition, void *data)
{
	struct list *list = data;

	list_transition(transition, data);
	strcat(list->lines[list->length - 1], transition->is_inferred ? " inferred" : " stated");
	return 0;
}

static int list_inferred_crash(const struct store_crash_transition *crash, void *data)
{
	return list_inferred(&crash->at, data);
}

static void expect_inferred(struct fixture *fixture, const char *const *boots,
			    const char *const *crashes)
{
	struct list list = { 0 };

	assert_int_equal(store_list_transitions(fixture->store, true, list_inferred, &list), 0);
	expect_lines(&list, boots);
	list = (struct list){ 0 };
	assert_int_equal(store_list_crash_transitions(fixture->store, list_inferred_crash, &list),
			 0);
	expect_lines(&list, crashes);
}

/* Boots with an inferred lineage are counted separately, until another source states it. */
static void test_inferred_lineages(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 1);

	boot.source = "kho";
	boot.end = STORE_END_UNKNOWN;
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot.boot_id = "2";
	boot.source = STORE_INFERRED;
	add(fixture, &boot, STORE_END_UNKNOWN);
	add_crash(fixture, "2", "s", 1);
	expect_inferred(fixture,
			(const char *const[]){ "A B kexec 1: 1 0 0 stated",
					       "A B kexec 1: 1 0 1 inferred", NULL },
			(const char *const[]){ "A B kexec 1: 1 0 0 inferred", NULL });
	EXPECT_TRANSITIONS(fixture, "A B kexec 1: 2 0 1");
	boot.source = "kho";
	add(fixture, &boot, STORE_END_UNKNOWN);
	expect_inferred(fixture, (const char *const[]){ "A B kexec 1: 2 0 1 stated", NULL },
			(const char *const[]){ "A B kexec 1: 1 0 0 stated", NULL });
}

static int count_boots(struct fixture *fixture, const struct store_filter *filter)
{
	struct list list = { 0 };

	assert_int_equal(store_list_boots(fixture->store, filter, list_boot, &list), 0);
	return list.length;
}

static void test_inferred_lost_kexecs(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("1", "B", "A", 1);
	struct store_filter filter = { .skips_inferred = true };

	boot.source = STORE_INFERRED;
	boot.end = STORE_END_UNKNOWN;
	add(fixture, &boot, STORE_END_UNKNOWN);
	boot.boot_id = "lost-1";
	boot.end = STORE_END_LOST;
	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(count_boots(fixture, &filter), 1);
	filter.previous_release = "A";
	assert_int_equal(count_boots(fixture, &filter), 0);
	filter.skips_inferred = false;
	assert_int_equal(count_boots(fixture, &filter), 2);
}

static void expect_one_host(struct fixture *fixture, bool expected)
{
	bool is_one = !expected;

	assert_int_equal(store_has_one_host(fixture->store, &is_one), 0);
	assert_int_equal(is_one, expected);
}

static void test_one_host(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot other = make_kexec("1", "A", "B", 1);

	add_four(fixture);
	expect_one_host(fixture, true);
	other.host = "i";
	add(fixture, &other, STORE_END_UNKNOWN);
	expect_one_host(fixture, false);
}

/* List all counts of the store as sorted lines. */
static void list_counts(struct store *store, struct list *list)
{
	assert_int_equal(store_list_transitions(store, true, list_transition, list), 0);
	assert_int_equal(store_list_crash_transitions(store, list_crash, list), 0);
	assert_int_equal(store_list_signatures(store, list_signature, list), 0);
	assert_int_equal(store_list_lengths(store, list_length, list), 0);
	assert_int_equal(store_list_crash_lengths(store, list_crash_length, list), 0);
	assert_int_equal(store_list_chains(store, false, NULL, list_chain, list), 0);
	assert_int_equal(store_list_host_days(store,
					      &(struct store_host_filter){ .release = "B",
									   .signature = "s" },
					      list_host_day, list),
			 0);
	assert_int_equal(store_list_shared_crashes(store, "s", "r", true, list_shared, list), 0);
	qsort(list->lines, (size_t)list->length, TEXT_SIZE,
	      (int (*)(const void *, const void *))strcmp);
}

/*
 * Of five boots, the second and the third are in the period. The clock of the third was not set
 * when it started. The last boot has no time.
 */
static void test_restrict(void **state)
{
	const int64_t base = STORE_CLOCK_IS_SET_S;
	const struct store_period period = {
		.has_since = true, .since = base + 200, .has_until = true, .until = base + 300
	};
	struct fixture *fixture = *state;
	struct list list = { 0 };

	for (int i = 1; i <= 5; i++) {
		char id[2] = { (char)('0' + i), '\0' };
		struct store_boot boot = make_kexec(id, "B", "A", 2);

		boot.host = i == 5 ? "i" : "h";
		boot.has_time = i < 5;
		boot.time = (const int64_t[]){ 0, base + 100, base + 200, 50, base + 300, 0 }[i];
		boot.has_last_seen = i == 3;
		boot.last_seen = i == 3 ? base + 299 : 0;
		boot.chain = i == 2 ? "[{\"release\":\"A\",\"runs\":2}]" : NULL;
		boot.has_last_uptime = true;
		boot.last_uptime_us = 3600000000;
		add(fixture, &boot, i == 1 || i == 5 ? STORE_END_UNKNOWN : STORE_END_UNCLEAN);
		if (i < 3)
			add_crash(fixture, id, "s", i);
		if (i == 4)
			add_crash(fixture, id, "r", i);
	}
	expect_one_host(fixture, false);
	assert_int_equal(store_restrict(fixture->store, &period), 0);
	expect_one_host(fixture, true);
	list_counts(fixture->store, &list);
	expect_lines(&list,
		     (const char *const[]){
			     "A B kexec 2: 1 0 [{\"release\":\"A\",\"runs\":2}] incomplete",
			     "A B kexec 2: 1 any - incomplete",
			     "A B kexec 2: 1 any [{\"release\":\"A\",\"runs\":2}] incomplete",
			     "A B kexec 2: 1, 6 3600",
			     "A B kexec 2: 2 2 1",
			     "A B kexec 2: any 6 3600 0 2",
			     "A B kexec 2: s 6 3600 0 2",
			     "h 0 A>B 2: 1 0, 0 0, 0 0, -1 0",
			     "h 11688 A>B 2: 1 1, 0 0, 1 2, 0 2",
			     "s 1: oops in f oops f - - h/2 2000000-1",
			     "s: A B kexec 2: 1 0 0 @",
			     NULL,
		     });
}

int run_crash_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_crashes),
		TEST(test_crashes_of_a_boot),
		TEST(test_labels),
		TEST(test_crash_transitions),
		TEST(test_host_days),
		TEST(test_lengths),
		TEST(test_chains),
		TEST(test_shared_crashes),
		TEST(test_length_bands),
		TEST(test_inferred_lineages),
		TEST(test_inferred_lost_kexecs),
		TEST(test_one_host),
		TEST(test_restrict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
