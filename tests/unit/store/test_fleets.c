// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random test of the rules of store/identity.h and of the names of hosts. The test adds random
 * reports of a random fleet to a store, in random order. The rows must be exactly the boots of the
 * fleet, unless no rule connects some reports of a boot: these are rows of their own.
 *
 * LINEAGE_FLEETS sets the number of fleets. A small LINEAGE_ROUNDS, for slow runs under a checker,
 * reduces this number. To test a server, run `test_fleets clickhouse://HOST:PORT`.
 *
 * rules_off.py runs this test with one rule switched off at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support_fleet.h"
#include "support_store.h"

#define LINE_SIZE 1024
#define UNSET_S 1000
#define UNSET_WALL_S 63072005 /* new year of a date without a year */
#define YEAR_S (366 * 86400)
#define CRASH_DISTANCE_S 60
#define SERVER_FLEETS_MAX 20

/** struct group - reports of one boot that a store can connect */
struct group {
	int clues;
	bool has_row, is_recorded, has_label;
	int uptime_s;
	int crashes;
};

/** struct truth - the group of each report of a fleet */
struct truth {
	const struct fleet *fleet;
	bool is_name_known[FLEET_HOSTS];
	int group_of[FLEET_REPORTS_MAX];
	struct group groups[FLEET_REPORTS_MAX];
};

static bool has_machine(const struct truth *truth, const struct fleet_report *report)
{
	return report->names != FLEET_NAME ||
	       truth->is_name_known[truth->fleet->boots[report->boot].host];
}

/* Return whether a store can connect two groups of reports of one boot. */
static bool are_linked(const struct group *a, const struct group *b)
{
	static const int sure = CLUE_ID | CLUE_FIRST | CLUE_SAMPLED | CLUE_CRASH;
	int common = a->clues & b->clues;
	/* A log that begins in the middle of the boot has no release. */
	bool can_use_start = (common & CLUE_RELEASE) || a->has_row != b->has_row;

	return (common & sure) || (can_use_start && (common & (CLUE_START | CLUE_WALL)));
}

static void join_groups(struct truth *truth, int to, int from)
{
	struct group *a = &truth->groups[to], *b = &truth->groups[from];

	a->clues |= b->clues;
	a->has_row |= b->has_row;
	a->is_recorded |= b->is_recorded;
	a->has_label |= b->has_label;
	a->uptime_s = a->uptime_s > b->uptime_s ? a->uptime_s : b->uptime_s;
	a->crashes |= b->crashes;
	for (int i = 0; i < truth->fleet->count; i++)
		if (truth->group_of[i] == from)
			truth->group_of[i] = to;
}

/*
 * Return the group of the boot that started a lost kexec, or -1. The lost kexec has the id that
 * some report gave to this boot.
 */
static int find_starter(const struct truth *truth, const struct fleet_report *lost)
{
	const struct fleet *fleet = truth->fleet;
	const char *id = lost->id + strlen(LINEAGE_LOST_PREFIX);

	for (int i = 0; i < fleet->count; i++) {
		const struct fleet_report *report = &fleet->reports[i];

		if (strcmp(report->id, id) == 0 &&
		    has_machine(truth, report) == has_machine(truth, lost) &&
		    truth->groups[truth->group_of[i]].has_row)
			return truth->group_of[i];
	}
	return -1;
}

static bool are_linked_lost(const struct truth *truth, int i, int j)
{
	const struct fleet *fleet = truth->fleet;
	int starter = find_starter(truth, &fleet->reports[i]);

	if (starter >= 0 && starter == find_starter(truth, &fleet->reports[j]))
		return true;
	return truth->groups[truth->group_of[i]].clues & truth->groups[truth->group_of[j]].clues &
	       CLUE_START;
}

/* Join the groups of two reports if this is possible. */
static bool join_reports(struct truth *truth, int i, int j)
{
	const struct fleet_report *a = &truth->fleet->reports[i], *b = &truth->fleet->reports[j];
	int to = truth->group_of[i], from = truth->group_of[j];
	bool is_linked = strcmp(a->id, b->id) == 0;

	if (to == from || a->boot != b->boot || a->is_lost != b->is_lost ||
	    has_machine(truth, a) != has_machine(truth, b))
		return false;
	if (!is_linked && a->is_lost)
		is_linked = are_linked_lost(truth, i, j);
	else if (!is_linked && !a->is_undecided && !b->is_undecided)
		is_linked = are_linked(&truth->groups[to], &truth->groups[from]);
	if (is_linked)
		join_groups(truth, to, from);
	return is_linked;
}

static void find_truth(const struct fleet *fleet, struct truth *truth)
{
	bool is_changed = true;

	*truth = (struct truth){ .fleet = fleet };
	for (int i = 0; i < fleet->count; i++) {
		const struct fleet_report *report = &fleet->reports[i];

		truth->group_of[i] = i;
		truth->groups[i] =
			(struct group){ report->clues,	   !report->is_part, report->is_record,
					report->has_label, report->uptime_s, report->crashes };
		if (report->names == FLEET_BOTH && !fleet->is_ambiguous)
			truth->is_name_known[fleet->boots[report->boot].host] = true;
	}
	while (is_changed) {
		is_changed = false;
		for (int i = 0; i < fleet->count; i++)
			for (int j = i + 1; j < fleet->count; j++)
				is_changed |= join_reports(truth, i, j);
	}
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Append the words to @line in ascending order, each once. */
static void append_sorted(char *line, const char **words, int count)
{
	qsort(words, (size_t)count, sizeof(*words), compare_strings);
	for (int i = 0; i < count; i++)
		if (i == 0 || strcmp(words[i], words[i - 1]) != 0)
			sprintf(line + strlen(line), "%s ", words[i]);
}

/* Return what is known about the start of a row. */
static const char *describe_start(const struct store_boot *row, const struct fleet_boot *boot)
{
	bool is_lost = row->end == STORE_END_LOST;
	int64_t start = is_lost ? boot->lost_time : boot->start;

	if (!row->has_time)
		return "unknown";
	if (row->time < start - 1000000)
		return "unset";
	return llabs((long long)(row->time - start)) <= (is_lost ? 100 : 4) ? "right" : "wrong";
}

/** struct words - ids of a row, owned */
struct words {
	char text[2 * FLEET_REPORTS_MAX][FLEET_ID_SIZE];
	int count;
};

/* Collect the ids of a group. @prefix is a text before each id. */
static void add_ids(const struct truth *truth, int number, const char *prefix, struct words *ret)
{
	const struct fleet *fleet = truth->fleet;

	for (int i = 0; i < fleet->count; i++) {
		const struct fleet_report *report = &fleet->reports[i];

		if (truth->group_of[i] != number)
			continue;
		if (strncmp(report->id, STORE_PART_PREFIX, strlen(STORE_PART_PREFIX)) != 0)
			snprintf(ret->text[ret->count++], FLEET_ID_SIZE, "%s%s", prefix,
				 report->id);
		if ((report->clues & (CLUE_ID | CLUE_FULL_ID)) == CLUE_ID)
			snprintf(ret->text[ret->count++], FLEET_ID_SIZE,
				 "%s" STORE_SHORT_ID_PREFIX "%.8s", prefix,
				 fleet->boots[report->boot].id);
		if (report->is_lost && find_starter(truth, report) >= 0)
			add_ids(truth, find_starter(truth, report), LINEAGE_LOST_PREFIX, ret);
	}
}

/* Format the row of a group: all its ids, and its facts. */
static void expect_row(const struct truth *truth, int number, char *line)
{
	const struct fleet_report *report = &truth->fleet->reports[number];
	const struct fleet_boot *boot = &truth->fleet->boots[report->boot];
	const struct group *group = &truth->groups[number];
	bool has_count = report->is_lost ? group->clues & CLUE_COUNT : group->is_recorded;
	const char *words[2 * FLEET_REPORTS_MAX];
	struct words ids = { .count = 0 };

	add_ids(truth, number, "", &ids);
	for (int i = 0; i < ids.count; i++)
		words[i] = ids.text[i];
	append_sorted(line, words, ids.count);
	sprintf(line + strlen(line),
		"release %s build %s count %d label %s uptime %d crashes %d start %s",
		!(group->clues & CLUE_RELEASE) ? "-"
		: report->is_lost	       ? boot->lost_release
					       : boot->release,
		group->clues & CLUE_BUILD ? boot->build : "-",
		has_count ? (int)boot->count + report->is_lost : -1,
		group->has_label ? "model" : "-", group->uptime_s,
		__builtin_popcount((unsigned)group->crashes),
		group->clues & CLUE_START      ? "right"
		: group->clues & CLUE_NO_START ? "unset"
					       : "unknown");
}

/** struct rows - the rows of a store as text */
struct rows {
	const struct fleet *fleet;
	struct fixture *fixture;
	char *lines[FLEET_REPORTS_MAX];
	int count;
};

static char *add_line(struct rows *rows)
{
	assert_true(rows->count < FLEET_REPORTS_MAX);
	return rows->lines[rows->count++] = calloc(1, LINE_SIZE);
}

static int count_crash(const struct store_crash *crash, void *data)
{
	(*(int *)data)++;
	return 0;
}

/* Find the boot of which the row has an id. */
static const struct fleet_boot *find_boot(const struct fleet *fleet, const struct store_boot *row)
{
	for (int i = 0; i < fleet->count; i++)
		if (store_boot_has_id(row, fleet->reports[i].id))
			return &fleet->boots[fleet->reports[i].boot];
	fail_msg("no boot has the id %s", row->boot_id);
	return NULL;
}

static int describe_row(const struct store_boot *row, void *data)
{
	struct rows *rows = data;
	const struct fleet_boot *boot = find_boot(rows->fleet, row);
	char *line = add_line(rows), ids[LINE_SIZE], *rest;
	const char *words[FLEET_REPORTS_MAX];
	const char *label = row->label && row->label[0] ? row->label : "-";
	int count = 0, crashes = 0;

	snprintf(ids, sizeof(ids), "%s %s", row->boot_id, row->aliases ? row->aliases : "");
	for (char *word = strtok_r(ids, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		words[count++] = word;
	append_sorted(line, words, count);
	assert_int_equal(store_list_crashes(rows->fixture->store, row->host, row->boot_id,
					    count_crash, &crashes),
			 0);
	sprintf(line + strlen(line),
		"release %s build %s count %d label %s uptime %d crashes %d start %s",
		row->release ? row->release : "-", row->build ? row->build : "-",
		row->has_count ? (int)row->kexec_count : -1, label,
		(int)(row->last_uptime_us / 1000000), crashes, describe_start(row, boot));
	return 0;
}

static void add_crashes(struct fixture *fixture, const struct fleet_report *report,
			const struct store_boot *row, const struct fleet_boot *boot)
{
	struct store_crash crash = {
		.host = row->host,
		.machine_id = row->machine_id,
		.boot_id = row->boot_id,
		.title = "t",
		.type = "oops",
		.signature = "s",
		/*
		 * If a boot has a single crash, one report may have only its uptime and another
		 * report only its time of day.
		 */
		.has_uptime = boot->crashes_have_uptime || (boot->crashes == 1 && report->delay_s),
		.has_time = boot->crashes_have_time || (boot->crashes == 1 && report->delay_s > 1),
	};
	bool is_new;

	for (int i = 0; i < boot->crashes; i++) {
		int64_t after_s = 10 + i * CRASH_DISTANCE_S;

		crash.uptime_us = after_s * 1000000 + 500 * report->delay_s;
		crash.time = boot->start + after_s + report->delay_s;
		if (report->crashes & (1 << i))
			assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	}
}

static void set_start(struct store_boot *row, const struct fleet_boot *boot,
		      const struct fleet_report *report)
{
	row->has_time = report->clues & (CLUE_START | CLUE_NO_START);
	row->has_wall_start = report->clues & (CLUE_WALL | CLUE_NO_WALL);
	row->time = (report->is_lost		  ? boot->lost_time
		     : report->clues & CLUE_START ? boot->start
						  : UNSET_S) +
		    report->delay_s;
	row->wall_start = (report->clues & CLUE_WALL ? boot->wall : UNSET_WALL_S) + report->delay_s;
	/* If a log is read after the next new year, its dates without a year get another year. */
	if (row->has_wall_start && report->delay_s == 2)
		row->wall_start += YEAR_S;
	if (row->has_time)
		row->time_source = report->is_record ? "record" : "log";
}

static void give(struct fixture *fixture, const struct fleet *fleet,
		 const struct fleet_report *report)
{
	const struct fleet_boot *boot = &fleet->boots[report->boot];
	char name[16], machine[40], alias[32];
	enum store_end before;
	struct store_boot row = {
		.host = report->names == FLEET_MACHINE ? machine : name,
		.machine_id = report->names == FLEET_NAME ? NULL : machine,
		.boot_id = report->id,
		.has_kernel_id = report->clues & CLUE_FULL_ID,
		.marks = report->marks,
		.has_last_uptime = true,
		.last_uptime_us = report->uptime_s * 1000000LL,
		.release = report->clues & CLUE_RELEASE ? boot->release : NULL,
		.build = report->clues & CLUE_BUILD ? boot->build : NULL,
		.label = report->has_label ? "model" : "",
		.is_recorded = report->is_record,
	};

	snprintf(name, sizeof(name), "web%d", fleet->is_ambiguous ? 0 : boot->host);
	snprintf(machine, sizeof(machine), "%032d", boot->host + 1);
	snprintf(alias, sizeof(alias), STORE_SHORT_ID_PREFIX "%.8s", boot->id);
	if ((report->clues & (CLUE_ID | CLUE_FULL_ID)) == CLUE_ID)
		row.aliases = alias;
	set_start(&row, boot, report);
	if (report->is_lost) {
		row.is_recorded = false; /* the machine did not record a running kernel */
		row.release = report->clues & CLUE_RELEASE ? boot->lost_release : NULL;
		row.previous_release = boot->release;
		row.boot = LINEAGE_BOOT_KEXEC;
		row.source = report->is_record ? "record" : "log";
		row.has_count = report->clues & CLUE_COUNT;
		row.kexec_count = boot->count + 1;
		row.end = STORE_END_LOST;
	} else if (report->is_record) {
		row.source = "record";
		row.boot = boot->count > 0 ? LINEAGE_BOOT_KEXEC : LINEAGE_BOOT_COLD;
		row.has_count = true;
		row.kexec_count = boot->count;
		row.end = STORE_END_UNCLEAN;
	}
	if (report->is_part) {
		assert_int_equal(store_add_part(fixture->store, &row), 0);
		return;
	}
	assert_int_equal(store_add_boot(fixture->store, &row, &before), 0);
	add_crashes(fixture, report, &row, boot);
}

/*
 * Report the shared host name with both machine ids. With only one machine id, the name would
 * belong to that machine.
 */
static void introduce_hosts(struct fixture *fixture)
{
	struct store_boot part = { .host = "web0", .boot_id = "part-0" };
	char machine[40];

	part.machine_id = machine;
	for (int i = 0; i < FLEET_HOSTS; i++) {
		snprintf(machine, sizeof(machine), "%032d", i + 1);
		assert_int_equal(store_add_part(fixture->store, &part), 0);
	}
}

/* Give the reports of @order in random order, and divide them into random batches. */
static void give_in_random_order(struct fixture *fixture, struct fleet *fleet, int *order,
				 int count)
{
	for (; count > 0; count--) {
		int at = (int)fleet_random(fleet, (uint32_t)count), next = order[at];

		order[at] = order[count - 1];
		if (fleet_random(fleet, 8) == 0) {
			assert_int_equal(store_end_batch(fixture->store), 0);
			assert_int_equal(store_begin_batch(fixture->store), 0);
		}
		give(fixture, fleet, &fleet->reports[next]);
	}
}

static int phase_of(const struct fleet_report *report)
{
	return report->is_early ? 0 : report->is_lost ? 2 : 1;
}

static void give_all(struct fixture *fixture, struct fleet *fleet)
{
	assert_int_equal(store_begin_batch(fixture->store), 0);
	if (fleet->is_ambiguous)
		introduce_hosts(fixture);
	for (int phase = 0; phase < 3; phase++) {
		int order[FLEET_REPORTS_MAX], count = 0;

		for (int i = 0; i < fleet->count; i++)
			if (phase_of(&fleet->reports[i]) == phase)
				order[count++] = i;
		give_in_random_order(fixture, fleet, order, count);
	}
	if (store_end_batch(fixture->store))
		fail_msg("%s", store_error(fixture->store));
}

/* Compare two sorted lists, print the lines that one of them lacks, and free both. */
static bool are_equal(struct rows *expected, struct rows *found)
{
	int i = 0, j = 0, different = 0;

	while (i < expected->count || j < found->count) {
		int order = i == expected->count ? 1
			    : j == found->count	 ? -1
						 : strcmp(expected->lines[i], found->lines[j]);

		if (order < 0)
			print_error("lacks %s\n", expected->lines[i]);
		if (order > 0)
			print_error("has %s\n", found->lines[j]);
		different += order != 0;
		i += order <= 0;
		j += order >= 0;
	}
	for (i = 0; i < expected->count; i++)
		free(expected->lines[i]);
	for (j = 0; j < found->count; j++)
		free(found->lines[j]);
	return different == 0;
}

/* Compare the rows of the store with the truth, and print the differences. */
static bool has_right_rows(struct fixture *fixture, const struct fleet *fleet)
{
	const struct store_filter all = { 0 };
	struct rows found = { .fleet = fleet, .fixture = fixture }, expected = { 0 };
	struct truth truth;

	find_truth(fleet, &truth);
	for (int i = 0; i < fleet->count; i++)
		if (truth.group_of[i] == i && truth.groups[i].has_row)
			expect_row(&truth, i, add_line(&expected));
	assert_int_equal(store_list_boots(fixture->store, &all, describe_row, &found), 0);
	qsort(expected.lines, (size_t)expected.count, sizeof(char *), compare_strings);
	qsort(found.lines, (size_t)found.count, sizeof(char *), compare_strings);
	return are_equal(&expected, &found);
}

static int number_of_fleets(void)
{
	const char *fleets = getenv("LINEAGE_FLEETS"), *rounds = getenv("LINEAGE_ROUNDS");

	if (fleets)
		return atoi(fleets);
	return rounds && atoi(rounds) < 10000 ? atoi(rounds) / 100 : 100;
}

static void test_random_fleets(void **state)
{
	static struct fleet fleet;
	int count = number_of_fleets();

	/* Each fleet has its own database, and the server needs half a second to create one. */
	if (store_server && count > SERVER_FLEETS_MAX)
		count = SERVER_FLEETS_MAX;
	for (int i = 0; i < count; i++) {
		void *store;
		bool is_right;

		fleet_make(&fleet, (uint64_t)i);
		set_up(&store);
		give_all(store, &fleet);
		is_right = has_right_rows(store, &fleet);
		tear_down(&store);
		if (!is_right)
			fail_msg("the store is wrong for fleet %d", i);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_fleets) };

	use_servers(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
