// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of store/identity.h: which rows belong to one boot. The tests compare single pairs of rows.
 * test_fleets.c tests all rules together.
 *
 * To test a server, run `test_identity clickhouse://HOST:PORT`.
 */
#include <stdio.h>
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
	/*
	 * A back end looks for rows with other ids only if a boot is comparable. A boot that
	 * matches such a row must therefore be comparable.
	 */
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
	 * One log ends earlier. Two of its samples are missing in the other log, and it lacks most
	 * samples of the other log.
	 */
	b.marks = ":00000004000000080000000c000000240000002800000030:00000001";
	expect(&a, &b, STORE_IDENTITY_SAME);
	a.marks = "::0000000100000002";
	b.marks = "::0000000100000002";
	expect(&a, &b, STORE_IDENTITY_SAME);
}

/*
 * The history has the boot id, and a console without dates has a digest of its lines as its id.
 * Only marks connect the two. The release and the start must not contradict each other.
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
	/* Without marks, both starts may be the date of an unset clock, or of two years. */
	expect(&a, &b, STORE_IDENTITY_UNKNOWN);
	a.marks = "00000001::";
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

/* Sample the marks @first to @end - 1, in steps that reach all residues of 4. */
static struct lineage_marks sample(uint32_t first, uint32_t end)
{
	struct lineage_samples samples = { 0 };
	struct lineage_marks marks = { 0 };

	for (uint32_t i = first; i < end; i++)
		lineage_samples_add(&samples, i * 0x9e3779b1);
	lineage_samples_finish(&samples, &marks);
	return marks;
}

/* All lines of a short log have a mark. A longer log has a part of its marks. */
static void test_samples_of_short_logs(void **state)
{
	struct lineage_marks few = sample(100, 120), other = sample(200, 220),
			     more = sample(80, 120), many = sample(0, 120);

	assert_int_equal(few.lists[LINEAGE_MARK_SAMPLED].count, 20);
	assert_int_equal(more.lists[LINEAGE_MARK_SAMPLED].count, 20);
	assert_int_equal(many.lists[LINEAGE_MARK_SAMPLED].count, 30);
	assert_int_equal(lineage_marks_compare(&few, &more), LINEAGE_MARKS_SAME);
	assert_int_equal(lineage_marks_compare(&many, &few), LINEAGE_MARKS_SAME);
	assert_int_equal(lineage_marks_compare(&more, &many), LINEAGE_MARKS_SAME);
	assert_int_equal(lineage_marks_compare(&other, &many), LINEAGE_MARKS_UNKNOWN);
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

/*
 * A part completes the row of its boot, whichever of the two is added first. A part never becomes a
 * row.
 */
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

/* A part gives its start to a row. With this start, another part finds the same row. */
static void test_parts_one_after_the_other(void **state)
{
	struct fixture *fixture = *state;
	const struct store_filter all = { 0 };
	struct store_boot console = from_log("log-1", "6.1"), part = from_log("part-1", NULL);
	enum store_end before;
	char text[64] = "";

	console.marks = part.marks = ":00000004000000080000000c:";
	part.has_time = true;
	part.time = SET;
	add_part(fixture, "part-2", SET + 20, 10 * 86400);
	assert_int_equal(store_add_boot(fixture->store, &console, &before), 0);
	assert_int_equal(store_add_part(fixture->store, &part), 0);
	assert_int_equal(store_list_boots(fixture->store, &all, list_uptime, text), 0);
	assert_string_equal(text, "log-1 864000\n");
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

/*
 * A log whose start is halfway between those of two boots is assigned to neither, even after one of
 * the boots changes.
 */
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

/*
 * One log has dates with a year, a second log has dates without a year. A log with both kinds of
 * dates connects the two.
 */
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

static int count_boot(const struct store_boot *boot, void *data)
{
	++*(int *)data;
	return 0;
}

/* Ids connect two rows even if the clock was set between the two starts. */
static void test_ids_at_any_start(void **state)
{
	static const struct store_boot pairs[][2] = {
		{ { .boot_id = ID_A, .has_kernel_id = true },
		  { .boot_id = "log-1", .aliases = "boot-aaaaaaaa" } },
		{ { .boot_id = ID_A, .has_kernel_id = true, .aliases = "log-1" },
		  { .boot_id = "log-1" } },
		{ { .boot_id = "log-1" }, { .boot_id = "log-2", .aliases = "log-1" } },
		{ { .boot_id = "log-1", .aliases = "log-3 log-4" },
		  { .boot_id = "log-2", .aliases = "log-4" } },
		{ { .boot_id = "log-1", .aliases = "boot-bbbbbbbb" },
		  { .boot_id = "log-2", .aliases = "boot-bbbbbbbb" } },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < 2 * sizeof(pairs) / sizeof(*pairs); i++) {
		int boots = 0;
		char host[8];

		snprintf(host, sizeof(host), "h%d", (int)i);
		for (size_t j = 0; j < 2; j++) {
			struct store_boot boot = pairs[i / 2][(i + j) % 2];
			enum store_end before;

			boot.host = host;
			boot.release = "6.1";
			boot.has_time = true;
			boot.time = SET + (int64_t)j * 7200;
			assert_int_equal(store_add_boot(fixture->store, &boot, &before), 0);
		}
		assert_int_equal(store_list_boots(fixture->store,
						  &(struct store_filter){ .host = host },
						  count_boot, &boots),
				 0);
		if (boots != 1)
			fail_msg("pair %d: %d boots", (int)(i / 2), boots);
	}
}

static int read_start(const struct store_boot *boot, void *data)
{
	*(int64_t *)data = boot->time;
	return 0;
}

/* The start of a part replaces only an unknown start, whether or not the part has a boot id. */
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
		TEST(test_parts_one_after_the_other),
		cmocka_unit_test(test_marks_are_bounded),
		cmocka_unit_test(test_samples_of_short_logs),
		TEST(test_halfway),
		TEST(test_both_dates),
		TEST(test_ids_at_any_start),
		TEST(test_start_of_a_part),
	};

	use_servers(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
