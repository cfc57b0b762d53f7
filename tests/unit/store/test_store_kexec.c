// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of started and lost kexecs. Part of test_store. */
#include "support_store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/line_marks.h"
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

struct marks {
	const char *boot_id;
	char text[LINEAGE_MARKS_SIZE];
};

static int read_marks(const struct store_boot *boot, void *data)
{
	struct marks *marks = data;

	if (strcmp(boot->boot_id, marks->boot_id) == 0)
		snprintf(marks->text, sizeof(marks->text), "%s", boot->marks ? boot->marks : "");
	return 0;
}

static void expect_marks(struct fixture *fixture, const char *boot_id, const char *expected)
{
	const struct store_filter all = { 0 };
	struct marks marks = { .boot_id = boot_id };

	assert_int_equal(store_list_boots(fixture->store, &all, read_marks, &marks), 0);
	assert_string_equal(marks.text, expected);
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
	assert_int_equal(store_kexec_started(fixture->store, "h", "2", "B", 20), -ENOENT);
	assert_int_equal(store_kexec_started(fixture->store, "other", "1", "B", 20), -ENOENT);
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
	first.marks = "0000000100000002::";
	record(fixture, &first, &next, STORE_END_KEXEC);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "lost-1 A lost", "2 A running");
	expect_marks(fixture, "lost-1", first.marks);
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

/* Append "SIGNATURE CRASHES " to @data. */
static int list_signature(const struct store_signature *signature, void *data)
{
	char *text = data;

	sprintf(text + strlen(text), "%s %d ", signature->example.signature,
		(int)signature->crashes);
	return 0;
}

static void expect_signatures(struct fixture *fixture, const char *expected)
{
	char text[256] = "";

	assert_int_equal(store_list_signatures(fixture->store, list_signature, text), 0);
	assert_string_equal(text, expected);
}

/*
 * The kernel that was started printed on the console, crashed before it recorded itself, and the
 * console names the lost kexec by the id that it has for the boot that started it.
 */
static const struct store_boot arrived_on_console = { .host = "h",
						      .boot_id = "log-2",
						      .aliases = "lost-log-1",
						      .release = "B",
						      .boot = LINEAGE_BOOT_KEXEC,
						      .previous_release = "A",
						      .has_count = true,
						      .kexec_count = 1,
						      .source = STORE_INFERRED,
						      .end = STORE_END_CRASH };

static void add_arrived(struct fixture *fixture)
{
	const struct store_crash crash = { .host = "h",
					   .boot_id = "log-2",
					   .title = "oops in f",
					   .type = "oops",
					   .signature = "s" };
	bool is_new;

	add(fixture, &console, STORE_END_UNKNOWN);
	add(fixture, &arrived_on_console, STORE_END_UNKNOWN);
	assert_int_equal(store_add_crash(fixture->store, &crash, &is_new), 0);
}

/* The boot counts once, and only with its own crash. */
static void expect_arrived(struct fixture *fixture)
{
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "log-2 B crash");
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "log-2 B crash", "2 A running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0", "A B kexec 1: 1 1 1");
	expect_signatures(fixture, "s 1 ");
}

static void test_arrived_after_the_record(void **state)
{
	struct fixture *fixture = *state;

	record_lost(fixture);
	for (int i = 0; i < 2; i++) {
		add_arrived(fixture);
		expect_arrived(fixture);
	}
}

static void test_arrived_before_the_record(void **state)
{
	struct fixture *fixture = *state;

	add_arrived(fixture);
	for (int i = 0; i < 2; i++) {
		record_lost(fixture);
		expect_arrived(fixture);
	}
}

/* A kernel that printed its own boot id, and whose release differs from the one in the record. */
static void test_arrived_with_an_id(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot arrived = arrived_on_console;

	arrived.boot_id = "3";
	arrived.has_kernel_id = true;
	arrived.release = "C";
	for (int is_first = 0; is_first < 2; is_first++) {
		if (is_first == 0)
			record_lost(fixture);
		add(fixture, &console, STORE_END_UNKNOWN);
		add(fixture, &arrived, STORE_END_UNKNOWN);
		if (is_first == 1)
			record_lost(fixture);
		reopen(fixture);
		EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "3 C crash", "2 A running");
		expect_signatures(fixture, "");
	}
}

/* The console begins in the middle, but has dates: the kexec and the boot were at the same time. */
static void test_arrived_at_the_same_time(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot arrived = arrived_on_console;

	arrived.aliases = NULL;
	arrived.has_time = true;
	arrived.time = START + 101;
	arrived.time_source = "log";
	record_lost(fixture);
	add(fixture, &arrived, STORE_END_UNKNOWN);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "log-2 B crash");
}

/* The lost kexec is moved to the host of the boot that replaces it. */
static void test_arrived_on_a_renamed_host(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = started("2", START + 103);
	struct store_boot arrived = arrived_on_console;

	arrived.host = "new";
	arrived.aliases = "lost-1";
	arrived.boot_id = "3";
	arrived.has_kernel_id = first.has_kernel_id = next.has_kernel_id = true;
	add(fixture, &arrived, STORE_END_UNKNOWN);
	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	first.kexec_release = "B";
	record(fixture, &first, &next, STORE_END_KEXEC);
	assert_int_equal(store_rename_host(fixture->store, "h", "new"), 0);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "3 B crash");
	expect_signatures(fixture, "");
}

/* Other boots are not the kernel that was started. */
static void test_not_arrived(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot others[5];

	record_lost(fixture);
	for (int i = 0; i < 5; i++) {
		others[i] = arrived_on_console;
		others[i].aliases = NULL;
		others[i].boot_id = ((const char *[]){ "a", "b", "c", "d", "e" })[i];
		others[i].has_time = true;
		others[i].time = START + 101;
		others[i].end = STORE_END_UNKNOWN;
	}
	others[0].time = START + 400;
	others[1].previous_release = "D";
	others[2].release = "D";
	others[3].kexec_count = 2;
	others[4].boot = LINEAGE_BOOT_COLD;
	for (int i = 0; i < 5; i++)
		add(fixture, &others[i], STORE_END_UNKNOWN);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "lost-1 B lost");
}

/* The log of the boot shows that it restarted the machine: it has not started a kernel. */
static void test_failed_kexec(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot restarted = console;

	restarted.aliases = "lost-log-1";
	restarted.end = STORE_END_CLEAN;
	record_lost(fixture);
	add(fixture, &restarted, STORE_END_UNKNOWN);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 A running");
	EXPECT_TRANSITIONS(fixture, "- A cold 0: 2 0 0");
	expect_signatures(fixture, "");
	record_lost(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 A running");
	expect_signatures(fixture, "");
}

static void test_failed_kexec_first(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot restarted = console, next = started("2", START + 103);

	restarted.aliases = "lost-log-1";
	restarted.end = STORE_END_CLEAN;
	restarted.has_kexec_time = true;
	assert_false(store_kexec_is_lost(&restarted, &next));
	restarted.aliases = "lost-log-2";
	assert_true(store_kexec_is_lost(&restarted, &next));
	restarted.aliases = "lost-log-1";
	restarted.has_kexec_time = false;
	add(fixture, &restarted, STORE_END_UNKNOWN);
	record_lost(fixture);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 A running");
	expect_signatures(fixture, "");
}

/* The end of a dump, without its first lines, shows the restart. */
static void test_failed_kexec_in_a_part(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot part = { .host = "h",
				   .boot_id = "part-1",
				   .has_time = true,
				   .time = START + 1,
				   .time_source = "log",
				   .end = STORE_END_CLEAN };

	record_lost(fixture);
	assert_int_equal(store_add_part(fixture->store, &part), 0);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 A running");
	expect_signatures(fixture, "");
}

/* A journal connects the console with the record only after both are in the store. */
static void test_failed_kexec_of_rows_that_are_joined_later(void **state)
{
	struct fixture *fixture = *state;
	struct store_boot first = started("1", START), next = started("2", START + 103);
	struct store_boot restarted = console, journal = started("1", START);

	add(fixture, &first, STORE_END_UNKNOWN);
	assert_int_equal(store_kexec_started(fixture->store, "h", "1", "B", START + 100), 0);
	first.has_kexec_time = true;
	first.kexec_time = START + 100;
	record(fixture, &first, &next, STORE_END_KEXEC);
	restarted.aliases = "lost-log-1";
	restarted.end = STORE_END_CLEAN;
	add(fixture, &restarted, STORE_END_UNKNOWN);
	EXPECT_BOOTS(fixture, FILTER(.only_crashed = true), "lost-1 - lost");
	journal.is_recorded = false;
	journal.time_source = "log";
	journal.end = STORE_END_UNKNOWN;
	journal.aliases = "log-1";
	add(fixture, &journal, STORE_END_UNKNOWN);
	reopen(fixture);
	EXPECT_BOOTS(fixture, FILTER(0), "1 A kexec", "2 A running");
	expect_signatures(fixture, "");
}

/* A console shows that boots 1 and 3 start the same kexec within minutes, and what became of it. */
static void test_two_within_minutes(void **state)
{
	static const char marks[] = "00000003000000060000000900000012::";
	struct fixture *fixture = *state;
	struct store_boot first = lost_on_console, second = lost_on_console, boot = console;

	first.has_time = second.has_time = boot.has_time = true;
	first.time = START;
	first.marks = "00000001000000040000000700000010::";
	second.boot_id = "lost-log-3";
	second.time = START + 90;
	second.marks = "00000002000000050000000800000011::";
	boot.boot_id = "log-4";
	boot.boot = LINEAGE_BOOT_KEXEC;
	boot.previous_release = "A";
	boot.time = START + 100;
	boot.marks = marks;
	boot.aliases = "lost-log-3";
	add(fixture, &first, STORE_END_UNKNOWN);
	add(fixture, &boot, STORE_END_UNKNOWN); /* not the kernel that boot 1 started */
	EXPECT_BOOTS(fixture, FILTER(0), "lost-log-1 - lost", "log-4 A -");
	add(fixture, &second,
	    STORE_END_UNKNOWN); /* the boot arrived, but the marks are not its own */
	EXPECT_BOOTS(fixture, FILTER(0), "lost-log-1 - lost", "log-4 A -");
	expect_marks(fixture, "log-4", marks);
}

/*
 * The kernel arrives, and its own kexec fails. The id of this kexec does not name its starter. In
 * the third case, the starter is known, but the lost kexec has no marks of first lines.
 */
static void test_arrived_and_failed(void **state)
{
	static const char *const aliases[] = { "lost-log-4", "7 lost-7", "lost-log-3" };
	static const char *const hosts[] = { "h", "i", "j" };

	for (size_t i = 0; i < 3; i++) {
		struct fixture *fixture = *state;
		struct store_boot lost = lost_on_console, boot = console;

		lost.host = boot.host = hosts[i];
		lost.has_time = boot.has_time = true;
		lost.time = START;
		lost.marks = i == 2 ? ":00000001000000040000000700000010:"
				    : "00000001000000040000000700000010::";
		boot.boot_id = "log-4";
		boot.boot = LINEAGE_BOOT_KEXEC;
		boot.previous_release = "A";
		boot.time = START + 10;
		boot.aliases = aliases[i];
		add(fixture, &lost, STORE_END_UNKNOWN);
		add(fixture, &boot, STORE_END_UNKNOWN);
		EXPECT_BOOTS(fixture, FILTER(.host = lost.host), "log-4 A -");
	}
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
		TEST(test_arrived_after_the_record),
		TEST(test_arrived_before_the_record),
		TEST(test_arrived_with_an_id),
		TEST(test_arrived_at_the_same_time),
		TEST(test_arrived_on_a_renamed_host),
		TEST(test_not_arrived),
		TEST(test_failed_kexec),
		TEST(test_failed_kexec_first),
		TEST(test_failed_kexec_in_a_part),
		TEST(test_failed_kexec_of_rows_that_are_joined_later),
		TEST(test_two_within_minutes),
		TEST(test_arrived_and_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
