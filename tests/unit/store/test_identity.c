// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of store/identity.h: which rows belong to one boot. The tests compare single pairs of rows,
 * rows in every order, and rows of random fleets.
 *
 * LINEAGE_FLEETS sets the number of random fleets. A small LINEAGE_ROUNDS, for slow runs under a
 * checker, reduces this number. To test a server, run `test_identity clickhouse://HOST:PORT`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/identity.h"
#include "lib/line_marks.h"
#include "support_store.h"

#define ID_A "aaaaaaaa-0000-4000-8000-000000000001"
#define ID_B "bbbbbbbb-0000-4000-8000-000000000002"
#define SET 1700000000 /* a time of a clock that was set */
#define JUNE 76000000  /* a time in June, from a date without a year */
#define NEW_YEAR 63072000
#define YEAR (366 * 86400)

/* A boot that was reported by a log without a boot id. */
static struct store_boot from_log(const char *id, const char *release)
{
	return (struct store_boot){ .host = "web1", .boot_id = id, .release = release };
}

static struct store_boot from_kernel(const char *id, const char *release)
{
	struct store_boot boot = from_log(id, release);

	boot.has_kernel_id = true;
	return boot;
}

static void expect(const struct store_boot *a, const struct store_boot *b,
		   enum store_identity expected)
{
	assert_int_equal(store_boot_compare(a, b), expected);
	assert_int_equal(store_boot_compare(b, a), expected);
	/* A back end looks for a match only if the ids show none and the boot is comparable. */
	if (expected >= STORE_IDENTITY_SAME_TIME && !store_boot_has_id(b, a->boot_id))
		assert_true(store_boot_is_comparable(a));
}

static void test_kernel_ids_decide(void **state)
{
	struct store_boot a = from_kernel(ID_A, "6.1"), b = from_kernel(ID_A, "6.1");

	expect(&a, &b, STORE_IDENTITY_SAME);
	b.boot_id = ID_B;
	a.has_time = b.has_time = true;
	a.marks = b.marks = "0000000100000002::";
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
}

static void test_short_ids(void **state)
{
	struct store_boot a = from_kernel(ID_A, "6.1"), b = from_log("log-1", "6.1");

	b.aliases = "boot-aaaaaaaa";
	expect(&a, &b, STORE_IDENTITY_SAME);
	b.aliases = "log-2 boot-bbbbbbbb";
	b.marks = a.marks = "0000000100000002::";
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
}

static void test_aliases(void **state)
{
	struct store_boot a = from_log("log-1", "6.1"), b = from_log("log-1", "6.1");

	expect(&a, &b, STORE_IDENTITY_SAME);
	b.boot_id = "log-2";
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	b.aliases = "log-3 log-1";
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.boot_id = "log-4";
	a.aliases = "log-3";
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.aliases = "log-33";
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
}

static void test_kernels_exclude(void **state)
{
	struct store_boot a = from_log("log-1", "6.1"), b = from_log("log-2", "6.2");

	a.marks = b.marks = "0000000100000002::";
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
	b.release = NULL;
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.build = "#1 SMP";
	b.build = "#2 SMP";
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
}

static void test_marks(void **state)
{
	struct store_boot a = from_log("log-1", "6.1"), b = from_log("log-2", "6.1");

	a.marks = "00000001000000020000000300000004::";
	b.marks = "000000010000000600000007::";
	expect(&a, &b, STORE_IDENTITY_UNKNOWN); /* one equal line may be a coincidence */
	b.marks = "00000001000000020000000700000008::";
	expect(&a, &b, STORE_IDENTITY_SAME);
	b.marks = "00000001000000060000000700000008::";
	a.has_time = b.has_time = true;
	a.time = b.time = SET;
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
	b.marks = "0000000500000006::"; /* too few lines to show that these are two boots */
	expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	a.marks = ":00000004000000080000000c00000010:";
	b.marks = ":0000000400000008:00000001"; /* a log that begins later */
	expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	b.marks = ":00000004000000080000000c:00000001";
	expect(&a, &b, STORE_IDENTITY_SAME);
	/*
	 * One log ends earlier: two of its samples and most samples of the other log have no match.
	 */
	b.marks = ":00000004000000080000000c000000240000002800000030:00000001";
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.marks = "::0000000100000002";
	b.marks = "::0000000100000002";
	expect(&a, &b, STORE_IDENTITY_SAME);
}

/*
 * The history has the boot id, a console without dates has the digest of its lines. Only marks
 * connect the two, and release and start must still not contradict.
 */
static void test_marks_of_a_recorded_boot(void **state)
{
	struct store_boot recorded = from_kernel(ID_A, "6.1"), console = from_log("log-1", "6.1");

	recorded.is_recorded = recorded.has_time = true;
	recorded.time = SET;
	expect(&recorded, &console, STORE_IDENTITY_UNKNOWN);
	console.marks = "00000001000000020000000300000004::";
	expect(&recorded, &console, STORE_IDENTITY_UNKNOWN);
	recorded.marks = "00000001000000020000000300000005:00000008:";
	expect(&recorded, &console, STORE_IDENTITY_SAME);
	console.has_time = true;
	console.time = SET + STORE_START_ERROR_S + 1;
	expect(&recorded, &console, STORE_IDENTITY_DIFFERENT);
	console.has_time = false;
	console.release = "6.2";
	expect(&recorded, &console, STORE_IDENTITY_DIFFERENT);
	console.release = "6.1";
	console.marks = "00000011000000120000001300000014::"; /* another boot of the kernel */
	expect(&recorded, &console, STORE_IDENTITY_DIFFERENT);
}

static void test_start(void **state)
{
	struct store_boot a = from_log("log-1", "6.1"), b = from_log("log-2", "6.1");

	a.has_time = b.has_time = true;
	a.time = SET;
	b.time = SET + STORE_START_TOLERANCE_S;
	expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	b.time++;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	/* If the clock was not set, every boot starts at the same time. */
	a.time = b.time = 1000;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	a.marks = b.marks = "0000000100000002::";
	b.time = 2000; /* clocks that were not set show nothing */
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.time += 1700000000;
	b.time += 1700000000;
	expect(&a, &b, STORE_IDENTITY_DIFFERENT);
	a.marks = b.marks = NULL;
	a.time = b.time = SET;
	expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	b.release = NULL; /* a capture kernel can start seconds after the boot that crashes */
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
}

/* Dates without a year and with an unknown time zone are compared only with each other. */
static void test_wall_start(void **state)
{
	struct store_boot a = from_log("log-1", "6.1"), b = from_log("log-2", "6.1");

	a.has_wall_start = true;
	a.wall_start = JUNE;
	b.has_time = true;
	b.time = JUNE;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	b.has_wall_start = true;
	b.wall_start = JUNE + STORE_START_TOLERANCE_S;
	expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	b.wall_start++;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	/* One source computes the start of a boot before a new year, the other source after it. */
	a.wall_start = NEW_YEAR - 3 * 86400;
	for (int delay_s = -2; delay_s <= 2; delay_s++) {
		b.wall_start = a.wall_start + YEAR + delay_s;
		expect(&a, &b, STORE_IDENTITY_SAME_TIME);
	}
	/* If the clock was not set, every boot starts at new year, in some time zone. */
	a.wall_start = b.wall_start = NEW_YEAR + 5;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	a.wall_start = b.wall_start = NEW_YEAR - 8 * 3600;
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
}

/* Clocks drift, so the computed start of a long boot is less exact. */
static void test_parts(void **state)
{
	struct store_boot part = from_log("part-1", NULL), row = from_log("log-2", "6.1");

	part.has_time = row.has_time = true;
	part.time = SET;
	row.time = SET + STORE_START_TOLERANCE_S;
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_SAME_TIME);
	row.time += 5;
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_UNKNOWN);
	part.has_last_uptime = true;
	part.last_uptime_us = 86400 * 2 * 1000000LL;
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_SAME_TIME);
	row.time += 10;
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_UNKNOWN);
	part.last_uptime_us = 86400 * 1000 * 1000000LL;
	row.time = SET + STORE_START_ERROR_S + 1;
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_DIFFERENT);
	part.time = row.time;
	part.release = "6.2";
	assert_int_equal(store_part_compare(&part, &row), STORE_IDENTITY_DIFFERENT);
}

static void test_marks_are_bounded(void **state)
{
	struct lineage_marks marks = { 0 }, read;
	char text[LINEAGE_MARKS_SIZE];

	for (uint32_t i = 200; i > 0; i--) {
		lineage_marks_add(&marks, LINEAGE_MARK_EARLY, i);
		lineage_marks_add(&marks, LINEAGE_MARK_SAMPLED, 1000 + i);
		lineage_marks_add(&marks, LINEAGE_MARK_SAMPLED, 1000 + i);
		lineage_marks_add(&marks, LINEAGE_MARK_CRASH, 2000 + i);
	}
	assert_int_equal(marks.lists[LINEAGE_MARK_EARLY].count, LINEAGE_EARLY_MARKS_MAX);
	assert_int_equal(marks.lists[LINEAGE_MARK_EARLY].marks[0], 1);
	assert_int_equal(marks.lists[LINEAGE_MARK_SAMPLED].marks[LINEAGE_SAMPLED_MARKS_MAX - 1],
			 1000 + LINEAGE_SAMPLED_MARKS_MAX);
	lineage_marks_encode(&marks, text);
	assert_int_equal(strlen(text), LINEAGE_MARKS_SIZE - 1);
	lineage_marks_decode(text, &read);
	assert_memory_equal(&read, &marks, sizeof(read));
	lineage_marks_decode("00000001x", &read);
	assert_int_equal(read.lists[LINEAGE_MARK_EARLY].count, 1);
	lineage_marks_decode("1234", &read);
	assert_int_equal(read.lists[LINEAGE_MARK_EARLY].count, 0);
}

/* The facts that a source has about a boot of a random fleet. */
enum source { RECORD, JOURNAL, CONSOLE, PSTORE, SOURCES };
#define BOOTS 6
#define HOSTS 2
#define MARKS 20

/** struct truth - the true facts of one boot */
struct truth {
	int host;
	char id[40];
	char release[16];
	char previous[16];
	bool is_kexec;
	uint32_t count;
	int64_t start;
	uint32_t early[MARKS];
	uint32_t late[MARKS];
	bool has_crash;
	int64_t crash_us;
	bool has_console_time;
	bool has_record_marks;
	int times_seen[SOURCES];
	int component[SOURCES];
};

static uint64_t seed;

static uint32_t random_number(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(seed >> 33) % below;
}

static void make_truth(struct truth *boots)
{
	for (int i = 0; i < BOOTS; i++) {
		struct truth *boot = &boots[i];

		memset(boot, 0, sizeof(*boot));
		boot->host = (int)random_number(HOSTS);
		snprintf(boot->id, sizeof(boot->id), "%08x-%04x-4000-8000-%012x",
			 random_number(UINT32_MAX), random_number(0xffff),
			 random_number(UINT32_MAX));
		snprintf(boot->release, sizeof(boot->release), "6.%u", random_number(2));
		boot->is_kexec = random_number(2);
		boot->count = boot->is_kexec ? 1 + random_number(3) : 0;
		snprintf(boot->previous, sizeof(boot->previous), "5.%u", random_number(2));
		/* Some machines crash in a loop, with a minute between two starts. */
		boot->start = 1700000000 + 60 * i;
		boot->has_crash = random_number(2);
		boot->crash_us = 1000000 + random_number(50000000);
		boot->has_console_time = random_number(2);
		boot->has_record_marks = random_number(2);
		for (int j = 0; j < MARKS; j++) {
			boot->early[j] = random_number(UINT32_MAX);
			boot->late[j] = random_number(UINT32_MAX);
		}
		for (int j = 0; j < SOURCES; j++)
			boot->times_seen[j] = (int)random_number(3);
	}
}

/* Add most of the line marks, because each source lacks some lines. */
static void sample(const uint32_t *lines, enum lineage_mark_kind kind, struct lineage_marks *ret)
{
	for (int i = 0; i < MARKS; i++)
		if (random_number(8) > 0)
			lineage_marks_add(ret, kind, lines[i]);
}

static void report(struct fixture *fixture, const struct truth *truth, int number,
		   enum source source)
{
	char name[16], machine[40], id[40], text[LINEAGE_MARKS_SIZE];
	struct lineage_marks marks = { 0 };
	enum store_end before;
	bool is_new;
	struct store_boot boot = { .host = name, .boot_id = id, .release = truth->release };
	struct store_crash crash = {
		.host = name, .boot_id = id, .title = "t", .type = "oops", .signature = "s"
	};

	snprintf(name, sizeof(name), "web%d", truth->host);
	snprintf(machine, sizeof(machine), "%032d", truth->host);
	if (source == RECORD || source == JOURNAL) {
		snprintf(id, sizeof(id), "%s", truth->id);
		boot.has_kernel_id = true;
		boot.machine_id = machine;
		boot.has_time = true;
		boot.time = truth->start + (source == JOURNAL ? random_number(3) : 0);
		boot.time_source = source == RECORD ? "record" : "log";
	} else {
		snprintf(id, sizeof(id), "log-%d-%d", number, (int)source);
	}
	if (source == RECORD) {
		boot.is_recorded = true;
		boot.source = "record";
		boot.boot = truth->is_kexec ? LINEAGE_BOOT_KEXEC : LINEAGE_BOOT_COLD;
		boot.previous_release = truth->is_kexec ? truth->previous : NULL;
		boot.has_count = true;
		boot.kexec_count = truth->count;
		boot.end = STORE_END_UNCLEAN;
	}
	if (source == CONSOLE && truth->has_console_time) {
		boot.has_time = true;
		boot.time = truth->start + random_number(3);
		boot.time_source = "log";
	}
	if (source == JOURNAL || source == CONSOLE)
		boot.label = "model 1";
	if (source == JOURNAL || source == CONSOLE || (source == RECORD && truth->has_record_marks))
		sample(truth->early, LINEAGE_MARK_EARLY, &marks);
	if (source != RECORD)
		sample(truth->late, LINEAGE_MARK_SAMPLED, &marks);
	lineage_marks_encode(&marks, text);
	boot.marks = text;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	if (truth->has_crash && (source == CONSOLE || source == PSTORE)) {
		crash.has_uptime = true;
		crash.uptime_us = truth->crash_us;
		assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
	}
}

/*
 * Report every boot from every source, as often as the source has seen the boot. The order of the
 * reports and their division into batches are random.
 */
static void add_all(struct fixture *fixture, const struct truth *boots)
{
	int order[BOOTS * SOURCES * 2], count = 0;

	for (int i = 0; i < BOOTS * SOURCES; i++)
		for (int j = 0; j < boots[i / SOURCES].times_seen[i % SOURCES]; j++)
			order[count++] = i;
	assert_int_equal(store_begin_batch(fixture->store), 0);
	for (; count > 0; count--) {
		int at = (int)random_number((uint32_t)count), next = order[at];

		order[at] = order[count - 1];
		if (random_number(8) == 0) {
			assert_int_equal(store_end_batch(fixture->store), 0);
			assert_int_equal(store_begin_batch(fixture->store), 0);
		}
		report(fixture, &boots[next / SOURCES], next / SOURCES,
		       (enum source)(next % SOURCES));
	}
	if (store_end_batch(fixture->store))
		fail_msg("%s", store_error(fixture->store));
}

/*
 * Return the true number of rows of a boot: one for its record and its journal, which have the boot
 * id, and one for its other logs, which have the same lines. The journal, the first lines in the
 * history, or the start time may join the two rows.
 */
static int count_rows(const struct truth *boot, bool is_name_known)
{
	bool seen[SOURCES];
	bool has_id, has_log, is_joined;

	for (int i = 0; i < SOURCES; i++)
		seen[i] = boot->times_seen[i] > 0;
	has_id = seen[RECORD] || seen[JOURNAL];
	has_log = seen[CONSOLE] || seen[PSTORE];
	is_joined = seen[JOURNAL] ||
		    (seen[RECORD] && seen[CONSOLE] &&
		     (boot->has_record_marks || (boot->has_console_time && is_name_known)));
	return has_id + has_log - (has_id && has_log && is_joined);
}

static int count_row(const struct store_boot *boot, void *data)
{
	(*(int *)data)++;
	return 0;
}

struct found {
	const struct truth *boots;
	int expected_machine;
	bool has_failed;
};

/* If a row has the id of a boot, all facts of the row are facts of that boot. */
static int check_row(const struct store_boot *row, void *data)
{
	const struct truth *boots = ((struct found *)data)->boots;

	for (int i = 0; i < BOOTS; i++) {
		const struct truth *boot = &boots[i];

		if (strcmp(row->boot_id, boot->id) != 0)
			continue;
		assert_string_equal(row->release, boot->release);
		if (boot->times_seen[RECORD] > 0) {
			assert_int_equal(row->time, boot->start);
			assert_int_equal(row->kexec_count, boot->count);
			assert_string_equal(row->source, "record");
		}
		if (boot->times_seen[JOURNAL] > 0)
			assert_string_equal(row->label, "model 1");
	}
	return 0;
}

static int64_t count_crashes(struct fixture *fixture)
{
	struct list list = { 0 };
	int64_t crashes = 0;

	assert_int_equal(store_list_transitions(fixture->store, false, list_transition, &list), 0);
	for (int i = 0; i < list.length; i++)
		crashes += strtol(strrchr(list.lines[i], ' '), NULL, 10);
	return crashes;
}

static void check_fleet(struct fixture *fixture, const struct truth *boots)
{
	const struct store_filter all = { 0 };
	struct found found = { .boots = boots };
	int rows = 0, expected = 0;
	int64_t crashes = 0;
	bool is_name_known[HOSTS] = { false };

	for (int i = 0; i < BOOTS; i++)
		if (boots[i].times_seen[RECORD] + boots[i].times_seen[JOURNAL] > 0)
			is_name_known[boots[i].host] = true;
	for (int i = 0; i < BOOTS; i++) {
		const struct truth *boot = &boots[i];

		expected += count_rows(boot, is_name_known[boot->host]);
		crashes +=
			boot->has_crash && boot->times_seen[CONSOLE] + boot->times_seen[PSTORE] > 0;
	}
	assert_int_equal(store_list_boots(fixture->store, &all, count_row, &rows), 0);
	assert_int_equal(rows, expected);
	assert_int_equal(store_list_boots(fixture->store, &all, check_row, &found), 0);
	assert_int_equal(count_crashes(fixture), crashes);
}

static void add_part(struct fixture *fixture, const char *id, int64_t time, int64_t uptime_s)
{
	const struct store_boot part = { .host = "web1",
					 .boot_id = id,
					 .has_time = true,
					 .time = time,
					 .has_last_uptime = true,
					 .last_uptime_us = uptime_s * 1000000 };

	assert_int_equal(store_add_part(fixture->store, &part), 0);
}

static void add_whole(struct fixture *fixture, const char *id, int64_t time)
{
	struct store_boot boot = from_log(id, "6.1");
	enum store_end before;

	boot.has_time = true;
	boot.time = time;
	boot.has_last_uptime = true;
	boot.last_uptime_us = 1000000;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
}

static int list_uptime(const struct store_boot *boot, void *data)
{
	char *text = data;

	sprintf(text + strlen(text), "%s %d%s\n", boot->boot_id,
		(int)(boot->last_uptime_us / 1000000), boot->aliases ? " +" : "");
	return 0;
}

/* A part completes a row, whichever of the two comes first, and never becomes a row. */
static void test_parts_in_a_store(void **state)
{
	struct fixture *fixture = *state;
	const struct store_filter all = { 0 };
	char text[512] = "";

	add_part(fixture, "part-1", SET + 1, 100);
	add_part(fixture, "part-1", SET + 1, 100);
	add_part(fixture, "part-2", SET + 5000, 200);
	assert_int_equal(store_list_boots(fixture->store, &all, list_uptime, text), 0);
	assert_string_equal(text, "");
	add_whole(fixture, "log-1", SET);
	add_part(fixture, "part-3", SET + 2, 300);
	add_whole(fixture, "log-2", SET + 9000);
	assert_int_equal(store_list_boots(fixture->store, &all, list_uptime, text), 0);
	assert_string_equal(text, "log-1 300\nlog-2 1\n");
	text[0] = '\0';
	add_whole(fixture, "log-3", SET + 5000);
	assert_int_equal(store_list_boots(fixture->store, &all, list_uptime, text), 0);
	assert_string_equal(text, "log-1 300\nlog-3 200\nlog-2 1\n");
}

static int list_ids(const struct store_boot *boot, void *data)
{
	char *text = data;

	sprintf(text + strlen(text), "%s: %s\n", boot->boot_id,
		boot->aliases ? boot->aliases : "-");
	return 0;
}

static void expect_ids(struct fixture *fixture, const char *expected)
{
	const struct store_filter all = { 0 };
	char text[512] = "";

	reopen(fixture);
	assert_int_equal(store_list_boots(fixture->store, &all, list_ids, text), 0);
	assert_string_equal(text, expected);
}

static void add_dated(struct fixture *fixture, const char *id, bool has_kernel_id, int64_t time)
{
	struct store_boot boot = from_log(id, "6.1");
	enum store_end before;

	boot.has_kernel_id = has_kernel_id;
	boot.time_source = has_kernel_id ? "record" : "log";
	boot.has_time = true;
	boot.time = time;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
}

/* A log halfway between two boots is assigned to neither, also when one of the boots changes. */
static void test_halfway(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot known = from_kernel(ID_B, "6.1");
	enum store_end before;

	add_dated(fixture, ID_A, true, SET);
	add_dated(fixture, ID_B, true, SET + 8);
	add_dated(fixture, "log-1", false, SET + 4);
	add_dated(fixture, "log-2", false, SET + 7);
	expect_ids(fixture, ID_A ": -\nlog-1: -\n" ID_B ": log-2\n");
	add_dated(fixture, "log-3", false, SET - 1);
	expect_ids(fixture, ID_A ": log-3\nlog-1: -\n" ID_B ": log-2\n");
	known.has_last_uptime = true;
	known.last_uptime_us = 5;
	assert_int_equal(store_add_boot(fixture->store, &known, &before), 0);
	expect_ids(fixture, ID_A ": log-3\nlog-1: -\n" ID_B ": log-2\n");
}

/* A log that has dates with a year and without a year connects two logs with one of the two. */
static void test_both_dates(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = from_log("log-2", "6.1");
	enum store_end before;

	add_dated(fixture, "log-1", false, SET + 1);
	boot.has_wall_start = true;
	boot.wall_start = JUNE + 1;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	boot.boot_id = "log-3";
	boot.wall_start = JUNE;
	boot.has_time = true;
	boot.time = SET;
	assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
	expect_ids(fixture, "log-1: log-3 log-2\n");
}

static int read_start(const struct store_boot *boot, void *data)
{
	*(int64_t *)data = boot->time;
	return 0;
}

/* The start of a part replaces only an unknown start, with a boot id or without one. */
static void test_start_of_a_part(void **state)
{
	struct fixture *fixture = *state;
	const struct store_filter all = { 0 };
	struct store_boot part = from_kernel(ID_A, NULL);
	int64_t start = 0;

	part.has_time = true;
	part.time = SET - 30;
	add_dated(fixture, ID_A, true, SET);
	assert_int_equal(store_add_part(fixture->store, &part), 0);
	add_part(fixture, "part-1", SET - 20, 10 * 86400);
	assert_int_equal(store_list_boots(fixture->store, &all, read_start, &start), 0);
	assert_int_equal(start, SET);
}

#define SERVER_FLEETS_MAX 20

static int number_of_fleets(void)
{
	const char *fleets = getenv("LINEAGE_FLEETS"), *rounds = getenv("LINEAGE_ROUNDS");

	if (fleets)
		return atoi(fleets);
	return rounds && atoi(rounds) < 10000 ? atoi(rounds) / 100 : 100;
}

static void test_random_fleets(void **state)
{
	int count = number_of_fleets();

	/* Each fleet has its own database, and the server needs half a second to create one. */
	if (store_server && count > SERVER_FLEETS_MAX)
		count = SERVER_FLEETS_MAX;
	for (int i = 0; i < count; i++) {
		void *store;
		struct truth boots[BOOTS];

		seed = (uint64_t)i;
		make_truth(boots);
		set_up(&store);
		add_all(store, boots);
		check_fleet(store, boots);
		tear_down(&store);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_ids_decide),
		cmocka_unit_test(test_short_ids),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_kernels_exclude),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_of_a_recorded_boot),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_wall_start),
		cmocka_unit_test(test_parts),
		TEST(test_parts_in_a_store),
		TEST(test_halfway),
		TEST(test_both_dates),
		TEST(test_start_of_a_part),
		cmocka_unit_test(test_marks_are_bounded),
		cmocka_unit_test(test_random_fleets),
	};

	store_server = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
