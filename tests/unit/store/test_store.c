// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does a store keep what it is given, once, and count transitions right? Through the interface
 * only, so that every back end can be held against it: `test_store clickhouse://HOST:PORT` does that with a server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store.h"

#define LIST_MAX 16
#define TEXT_SIZE 256

/* A store of its own for every test. */
struct fixture {
	char folder[64];
	char url[128];
	struct store *store;
};

static const char *server;

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->folder, "/tmp/test-store-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	if (server)
		snprintf(fixture->url, sizeof(fixture->url), "%s/%s", server,
			 fixture->folder + strlen("/tmp/test-store-"));
	else
		snprintf(fixture->url, sizeof(fixture->url), "sqlite:%s/history.db",
			 fixture->folder);
	assert_int_equal(store_open(fixture->url, STORE_WRITE, &fixture->store), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[128];

	store_close(fixture->store);
	snprintf(command, sizeof(command), "rm -rf %s", fixture->folder);
	free(fixture);
	return system(command);
}

static void reopen(struct fixture *fixture)
{
	store_close(fixture->store);
	assert_int_equal(store_open(fixture->url, STORE_WRITE, &fixture->store), 0);
}

static struct store_boot make_boot(const char *id, const char *release)
{
	return (struct store_boot){ .host = "h",
				    .boot_id = id,
				    .release = release,
				    .boot = LINEAGE_BOOT_COLD,
				    .has_count = true,
				    .end = STORE_END_RUNNING };
}

static struct store_boot make_kexec(const char *id, const char *release, const char *previous,
				    uint32_t count)
{
	struct store_boot boot = make_boot(id, release);

	boot.boot = LINEAGE_BOOT_KEXEC;
	boot.previous_release = previous;
	boot.kexec_count = count;
	return boot;
}

static void add(struct fixture *fixture, const struct store_boot *boot, enum store_end before)
{
	enum store_end found = STORE_END_CLEAN;

	assert_int_equal(store_add_boot(fixture->store, boot, &found), 0);
	assert_int_equal(found, before);
}

/* What a list gave, one line each. */
struct list {
	char lines[LIST_MAX][TEXT_SIZE];
	int length;
	int stop_at; /* 0: never */
};

static int list_boot(const struct store_boot *boot, void *data)
{
	struct list *list = data;
	const char *end = store_end_name(boot->end);

	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %s %s", boot->boot_id,
		 boot->release ? boot->release : "-", end ? end : "-");
	return list->length == list->stop_at ? 42 : 0;
}

static int list_transition(const struct store_transition *transition, void *data)
{
	struct list *list = data;
	char count[16] = "?";

	if (transition->has_count)
		snprintf(count, sizeof(count), "%u", transition->kexec_count);
	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %s %s %s: %d %d %d",
		 transition->previous_release ? transition->previous_release : "-",
		 transition->release ? transition->release : "-",
		 lineage_boot_name(transition->boot), count, (int)transition->boots,
		 (int)transition->unclean, (int)transition->crashes);
	return list->length == list->stop_at ? 42 : 0;
}

static void expect_lines(const struct list *list, const char *const *lines)
{
	int i;

	for (i = 0; lines[i]; i++) {
		assert_true(i < list->length);
		assert_string_equal(list->lines[i], lines[i]);
	}
	assert_int_equal(list->length, i);
}

static void expect_boots(struct fixture *fixture, const struct store_filter *filter,
			 const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_boots(fixture->store, filter, list_boot, &list), 0);
	expect_lines(&list, lines);
}

#define EXPECT_BOOTS(fixture, filter, ...)                  \
	expect_boots(fixture, &(struct store_filter)filter, \
		     (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
#define FILTER(...)         \
	{                   \
		__VA_ARGS__ \
	}

static void expect_transitions(struct fixture *fixture, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_transitions(fixture->store, false, list_transition, &list), 0);
	expect_lines(&list, lines);
}

#define EXPECT_TRANSITIONS(fixture, ...) \
	expect_transitions(fixture, (const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })

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
	.chain = "[1]",
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
	struct store_boot sparse = { .host = "h",
				     .boot_id = "sparse",
				     .release = "S",
				     .boot = LINEAGE_BOOT_UNKNOWN,
				     .end = STORE_END_UNKNOWN };
	struct store_boot expected = full;

	add(fixture, &full, STORE_END_UNKNOWN);
	reopen(fixture);
	assert_int_equal(store_list_boots(fixture->store, &last, compare_boot, &expected), 0);
	add(fixture, &sparse, STORE_END_UNKNOWN); /* behind a capture kernel nobody knows */
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
	add(fixture, &other, STORE_END_KEXEC); /* what was written stays */
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
	/* A boot that is past can still be marked: its shutdown was written down late. */
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

static void add_four(struct fixture *fixture)
{
	struct store_boot boots[] = { make_boot("1", "A"), make_kexec("2", "B", "A", 1),
				      make_boot("3", "A"), make_kexec("4", "A", "A", 1) };
	static const enum store_end before[] = { STORE_END_UNKNOWN, STORE_END_KEXEC,
						 STORE_END_UNCLEAN, STORE_END_KEXEC };
	size_t i;

	for (i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
		boots[i].has_time = i != 1;
		boots[i].time = 100 * (int64_t)i;
		add(fixture, &boots[i], before[i]);
	}
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

static void test_crashes(void **state)
{
	struct fixture *fixture = *state;
	struct store_crash crash = { .host = "h",
				     .boot_id = "2",
				     .has_uptime = true,
				     .uptime_us = 5,
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
	crash.uptime_us = 6;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_true(is_new);
	crash.has_uptime = false;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	assert_false(is_new); /* also where no time is known */
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A A kexec 1: 1 0 0",
			   "A B kexec 1: 1 1 3");
	crash.boot_id = "9";
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), -ENOENT);
	crash.title = NULL;
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), -EINVAL);
	assert_non_null(strstr(store_error(fixture->store), "a crash needs a title"));
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
		      int64_t uptime_us)
{
	struct store_crash crash = { .host = "h",
				     .boot_id = boot,
				     .has_uptime = true,
				     .uptime_us = uptime_us,
				     .title = "oops in f",
				     .type = "oops",
				     .frame = "f",
				     .signature = signature };
	bool is_new;

	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

/* A boot counts once for each signature, however often it had that crash. */
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
	expect_lines(&list, (const char *const[]){ " 1: oops in f oops f - - h/3 1-1",
						   "r 1: oops in f oops f - - h/2 3-1",
						   "s 5: oops in f oops f - - h/2 1-1", NULL });
}

static void test_boots_that_are_none(void **state)
{
	struct fixture *fixture = *state;
	char long_host[130];
	struct store_boot boots[] = {
		make_boot("1", "A"),  make_boot("1", "A"),  make_boot("1", "A"),
		make_boot("", "A"),   make_boot(NULL, "A"), make_boot("1", ""),
		make_boot("1", NULL), make_boot("1", "A"),
	};
	enum store_end before = STORE_END_CLEAN;
	size_t i;

	memset(long_host, 'h', sizeof(long_host));
	long_host[129] = '\0';
	boots[0].host = "";
	boots[1].host = NULL;
	boots[2].host = long_host;
	boots[7].end = STORE_END_CRASH;
	for (i = 0; i < sizeof(boots) / sizeof(boots[0]); i++) {
		assert_int_equal(store_add_boot(fixture->store, &boots[i], &before), -EINVAL);
		assert_int_equal(before, STORE_END_CLEAN);
	}
	EXPECT_BOOTS(fixture, FILTER(0));
	long_host[128] = '\0';
	boots[2].end = STORE_END_RUNNING;
	add(fixture, &boots[2], STORE_END_UNKNOWN);
}

/* A log need not tell which kernel it is of. */
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

/* All of a batch is kept, but for what is refused; and nothing of one that never ended. */
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

/* What was there already counts as the boot before, in a batch, too. */
static void test_batch_goes_on(void **state)
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

static void test_two_at_work(void **state)
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

static void test_not_there(void **state)
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

	if (server) { /* a server mends its own files */
		assert_int_equal(store_set_aside(fixture->url, &aside), -EPROTONOSUPPORT);
		return;
	}
	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_set_aside(fixture->url, &aside), 0);
	assert_null(aside); /* nothing is wrong with it */
	EXPECT_BOOTS(fixture, FILTER(0), "1 A running");
	assert_int_equal(store_set_aside("other://host", &aside), -EPROTONOSUPPORT);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_empty),
		TEST(test_every_field_comes_back),
		TEST(test_the_same_boot_again),
		TEST(test_ends),
		TEST(test_hosts_are_apart),
		TEST(test_filters),
		TEST(test_ages),
		TEST(test_a_visitor_may_stop),
		TEST(test_transitions),
		TEST(test_crashes),
		TEST(test_labels),
		TEST(test_crash_transitions),
		TEST(test_boots_that_are_none),
		TEST(test_unknown_release),
		TEST(test_batch),
		TEST(test_batch_goes_on),
		TEST(test_two_at_work),
		TEST(test_not_there),
		TEST(test_set_aside),
	};

	server = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
