// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of started and lost kexecs. Part of test_store. */
#include "support_store.h"

#include <errno.h>
#include <stdio.h>

#include "store/rows/lost_kexec.h"

#define START 1700000000

struct kexec {
	char text[64];
};

/* Write the kexec that a boot started to @data as the text "TIME RELEASE". */
static int list_kexec(const struct store_boot *boot, void *data)
{
	struct kexec *kexec = data;

	kexec->text[0] = '\0';
	if (boot->has_kexec_time)
		snprintf(kexec->text, sizeof(kexec->text), "%lld %s", (long long)boot->kexec_time,
			 boot->kexec_release ? boot->kexec_release : "?");
	return 0;
}

static void expect_kexec(struct fixture *fixture, const char *expected)
{
	const struct store_filter all = { 0 };
	struct kexec kexec = { "" };

	reopen(fixture);
	assert_int_equal(store_list_boots(fixture->store, &all, list_kexec, &kexec), 0);
	assert_string_equal(kexec.text, expected);
}

static void test_started(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");

	add(fixture, &boot, STORE_END_UNKNOWN);
	expect_kexec(fixture, "");
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", NULL, 10), 0);
	expect_kexec(fixture, "10 ?");
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", 20), 0);
	expect_kexec(fixture, "20 B");
	assert_int_equal(store_kexec_cancelled(fixture->store, "h", "1"), 0);
	expect_kexec(fixture, "");
	assert_int_equal(store_kexec_started(fixture->store, "h", "2", "B", 20), -ENOENT);
	assert_int_equal(store_kexec_cancelled(fixture->store, "other", "1"), -ENOENT);
}

/* A boot that is recorded again still runs, so the kexec that it started did not happen. */
static void test_recorded_again(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boot = make_boot("1", "A");

	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", 20), 0);
	assert_int_equal(store_end_boot(fixture->store, "h", "1", 21), 0);
	expect_kexec(fixture, "20 B");
	add(fixture, &boot, STORE_END_UNKNOWN);
	expect_kexec(fixture, "");
	EXPECT_BOOTS(fixture, FILTER(0), "1 A running");
}

static struct store_boot started(const char *id, int64_t start)
{
	struct store_boot boot = make_boot(id, "A");

	boot.has_time = true;
	boot.time = start;
	boot.time_source = "record";
	return boot;
}

/* Add a boot, and the lost kexec before it, as the command record does. */
static void record(struct fixture *fixture, const struct store_boot *before,
		   const struct store_boot *boot, enum store_end end)
{
	assert_int_equal(store_kexec_is_lost(before, boot), boot->boot == LINEAGE_BOOT_COLD);
	if (store_kexec_is_lost(before, boot))
		assert_int_equal(store_add_lost_kexec(fixture->store, before), 0);
	add(fixture, boot, end);
}

/*
 * The row of a lost kexec is added once. The boot that started the kexec does not count as failed.
 */
static void test_lost(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = started("2", START + 103);

	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "A", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	first.kexec_release = "A";
	record(fixture, &first, &next, STORE_END_KEXEC);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "lost-1 A lost", "2 A running");
	record(fixture, &first, &next, STORE_END_KEXEC);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "lost-1 A lost", "2 A running");
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "lost-1 A lost");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A A kexec 1: 1 0 1");
}

/* A clean shutdown before the kexec stays clean. */
static void test_lost_after_shutdown(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = started("2", START + 103);

	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", NULL, START + 100), 0);
	assert_int_equal(store_end_boot(fixture->store, "h", "1", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	record(fixture, &first, &next, STORE_END_CLEAN);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A clean", "lost-1 - lost", "2 A running");
}

/* The next boot was started by a kexec, so the started kernel ran and the kexec is not lost. */
static void test_not_lost(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = make_kexec("2", "C", "B", 2);

	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	record(fixture, &first, &next, STORE_END_KEXEC);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 C running");
}

/* The kernel crashed while it shut down its devices, so it did not start another kernel. */
static void test_crash_before_the_start(void **state)
{
	struct store_boot first = started("1", START), next = started("2", START + 103);

	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	first.end = STORE_END_CLEAN;
	assert_true(store_kexec_is_lost(&first, &next));
	first.end = STORE_END_CRASH;
	assert_false(store_kexec_is_lost(&first, &next));
}

/* Two lost kexecs in a row are two rows, although they are seconds apart. */
static void test_lost_twice(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot boots[] = { started("1", START), started("2", START + 4),
				      started("3", START + 8) };

	add(fixture, &boots[0], STORE_END_UNKNOWN);
	for (int i = 0; i < 2; i++) {
		boots[i].has_kexec_time = true;
		boots[i].kexec_time = boots[i].time + 2;
		boots[i].kexec_release = "A";
		assert_int_equal(store_kexec_started(fixture->store, "h", boots[i].boot_id, "A",
						     boots[i].kexec_time),
				 0);
		record(fixture, &boots[i], &boots[i + 1], STORE_END_KEXEC);
	}
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "lost-1 A lost", "2 A kexec", "lost-2 A lost",
		     "3 A running");
}

/* If the console of the machine also reported the lost kexec, the result is one row. */
static void test_lost_in_two_sources(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = started("2", START + 103);
	struct store_boot seen = { .host = "h",
				   .boot_id = "lost-log-1",
				   .has_time = true,
				   .time = START + 160,
				   .time_source = "log",
				   .boot = LINEAGE_BOOT_KEXEC,
				   .previous_release = "A",
				   .source = "log",
				   .end = STORE_END_LOST };

	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	first.kexec_release = "B";
	record(fixture, &first, &next, STORE_END_KEXEC);
	add(fixture, &seen, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "lost-1 B lost", "2 A running");
}

/*
 * The console has no dates, and has its own id for the boot that started the kexec. Lines that are
 * in both logs show that this boot is the recorded boot.
 */
static const struct store_boot console = {
	.host = "h", .boot_id = "log-1", .release = "A", .boot = LINEAGE_BOOT_COLD
};
static const struct store_boot lost_on_console = { .host = "h",
						   .boot_id = "lost-log-1",
						   .boot = LINEAGE_BOOT_KEXEC,
						   .previous_release = "A",
						   .source = STORE_INFERRED,
						   .end = STORE_END_LOST };

static void add_lost_crash(struct fixture *fixture, const char *boot_id)
{
	const struct store_crash crash = { .host = "h",
					   .boot_id = boot_id,
					   .title = STORE_LOST_TITLE,
					   .type = STORE_LOST_TYPE,
					   .signature = STORE_LOST_SIGNATURE };
	bool is_new;

	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

static void record_lost(struct fixture *fixture)
{
	struct store_boot first = started("1", START), next = started("2", START + 103);

	first.aliases = "log-1";
	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	first.kexec_release = "B";
	record(fixture, &first, &next, STORE_END_KEXEC);
}

static void expect_one_lost(struct fixture *fixture)
{
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "lost-1 B lost");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A B kexec 1: 1 0 1");
}

static void test_lost_on_a_console(void **state)
{
	struct fixture *fixture = *state;

	record_lost(fixture);
	for (int i = 0; i < 2; i++) {
		add(fixture, &console, STORE_END_UNKNOWN);
		add(fixture, &lost_on_console, STORE_END_UNKNOWN);
		add_lost_crash(fixture, "lost-log-1");
		expect_one_lost(fixture);
	}
}

static void test_lost_on_a_console_first(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, &console, STORE_END_UNKNOWN);
	add(fixture, &lost_on_console, STORE_END_UNKNOWN);
	add_lost_crash(fixture, "lost-log-1");
	record_lost(fixture);
	expect_one_lost(fixture);
}

/* The boot that started the kexec has only the first digits of its id, as in a crash report. */
static void test_lost_with_a_short_id(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot crashed = console, lost = lost_on_console;

	crashed.aliases = "boot-aaaaaaaa";
	lost.has_time = true;
	lost.time = START;
	add(fixture, &crashed, STORE_END_UNKNOWN);
	add(fixture, &lost, STORE_END_UNKNOWN);
	lost.boot_id = "lost-aaaaaaaa-0000-4000-8000-000000000001";
	lost.has_kernel_id = true;
	add(fixture, &lost, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true),
		     "lost-aaaaaaaa-0000-4000-8000-000000000001 - lost");
}

int run_kexec_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_started),
		TEST(test_recorded_again),
		TEST(test_lost),
		TEST(test_lost_after_shutdown),
		TEST(test_not_lost),
		TEST(test_crash_before_the_start),
		TEST(test_lost_twice),
		TEST(test_lost_in_two_sources),
		TEST(test_lost_on_a_console),
		TEST(test_lost_on_a_console_first),
		TEST(test_lost_with_a_short_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
