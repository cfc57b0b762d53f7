// SPDX-License-Identifier: GPL-2.0-or-later
#include "support_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *store_server;

static char *const *store_shards; /* NULL if there is at most one */

void use_servers(char *const *urls)
{
	store_server = urls[0];
	store_shards = urls[0] && urls[1] ? urls : NULL;
}

/* Name a new database on the server, and create its tables on each shard. */
static void name_database(struct fixture *fixture)
{
	const char *name = strrchr(fixture->folder, '-') + 1;

	for (char *const *shard = store_shards; shard && *shard; shard++) {
		snprintf(fixture->url, sizeof(fixture->url), "%s/%s", *shard, name);
		assert_int_equal(store_open(fixture->url, STORE_WRITE, &fixture->store), 0);
		store_close(fixture->store);
	}
	snprintf(fixture->url, sizeof(fixture->url), "%s/%s%s", store_server, name,
		 store_shards ? "?cluster=fleet" : "");
}

int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	/*
	 * Keep the store in memory if possible: on a disk, the tests would mostly wait for the
	 * disk.
	 */
	snprintf(fixture->folder, sizeof(fixture->folder), "%s/test-store-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(fixture->folder));
	if (store_server)
		name_database(fixture);
	else
		snprintf(fixture->url, sizeof(fixture->url), "sqlite:%s/history.db",
			 fixture->folder);
	assert_int_equal(store_open(fixture->url, STORE_WRITE, &fixture->store), 0);
	*state = fixture;
	return 0;
}

int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[128];

	store_close(fixture->store);
	snprintf(command, sizeof(command), "rm -rf %s", fixture->folder);
	free(fixture);
	return system(command);
}

void reopen(struct fixture *fixture)
{
	store_close(fixture->store);
	assert_int_equal(store_open(fixture->url, STORE_WRITE, &fixture->store), 0);
}

struct store_boot make_boot(const char *id, const char *release)
{
	return (struct store_boot){ .host = "h",
				    .boot_id = id,
				    .has_kernel_id = true,
				    .release = release,
				    .boot = LINEAGE_BOOT_COLD,
				    .has_count = true,
				    .source = "record",
				    .is_recorded = true,
				    .end = STORE_END_RUNNING };
}

struct store_boot make_kexec(const char *id, const char *release, const char *previous,
			     uint32_t count)
{
	struct store_boot boot = make_boot(id, release);

	boot.boot = LINEAGE_BOOT_KEXEC;
	boot.previous_release = previous;
	boot.kexec_count = count;
	return boot;
}

void add(struct fixture *fixture, const struct store_boot *boot, enum store_end before)
{
	enum store_end found = STORE_END_CLEAN;

	assert_int_equal(store_add_boot(fixture->store, boot, &found), 0);
	assert_int_equal(found, before);
}

int list_boot(const struct store_boot *boot, void *data)
{
	struct list *list = data;
	const char *end = store_end_name(boot->end);

	assert_true(list->length < LIST_MAX);
	snprintf(list->lines[list->length++], TEXT_SIZE, "%s %s %s", boot->boot_id,
		 boot->release ? boot->release : "-", end ? end : "-");
	return list->length == list->stop_at ? 42 : 0;
}

int list_transition(const struct store_transition *transition, void *data)
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

void expect_lines(const struct list *list, const char *const *lines)
{
	int i;

	for (i = 0; lines[i]; i++) {
		assert_true(i < list->length);
		assert_string_equal(list->lines[i], lines[i]);
	}
	assert_int_equal(list->length, i);
}

void expect_boots(struct fixture *fixture, const struct store_filter *filter,
		  const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_boots(fixture->store, filter, list_boot, &list), 0);
	expect_lines(&list, lines);
}

void expect_transitions(struct fixture *fixture, const char *const *lines)
{
	struct list list = { 0 };

	assert_int_equal(store_list_transitions(fixture->store, false, list_transition, &list), 0);
	expect_lines(&list, lines);
}

void add_four(struct fixture *fixture)
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
