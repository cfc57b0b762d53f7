// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the rows that are made from reports and events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "intake/recognise/event.h"
#include "store/rows/boot_of_report.h"
#include "store/rows/excerpt.h"
#include "store/rows/lost_kexec.h"
#include "store/rows/rows_of_event.h"

static void test_boot_of_report(void **state)
{
	static const struct lineage_entry chain[] = { { "7.2", 2 } };
	static const struct lineage_evidence sources[] = { { .source = "log" } };
	const struct lineage_report report = { .release = "7.3",
					       .boot = LINEAGE_BOOT_KEXEC,
					       .previous_release = "7.2",
					       .has_count = true,
					       .kexec_count = 2,
					       .chain = chain,
					       .chain_length = 1,
					       .chain_is_complete = true,
					       .sources = sources,
					       .source_count = 1 };
	const struct store_boot_facts facts = { .host = "h",
						.boot_id = "b",
						.has_time = true,
						.time = 7,
						.build = "",
						.build_id = "01" };
	STORE_AUTO_BOOT_ROW row = { 0 };

	assert_int_equal(store_boot_of_report(&report, &facts, &row), 0);
	assert_string_equal(row.boot.host, "h");
	assert_string_equal(row.boot.boot_id, "b");
	assert_true(row.boot.has_time && row.boot.time == 7);
	assert_string_equal(row.boot.release, "7.3");
	assert_null(row.boot.build);
	assert_string_equal(row.boot.build_id, "01");
	assert_int_equal(row.boot.boot, LINEAGE_BOOT_KEXEC);
	assert_string_equal(row.boot.previous_release, "7.2");
	assert_true(row.boot.has_count && row.boot.kexec_count == 2);
	assert_string_equal(row.boot.chain, "[{\"release\":\"7.2\",\"runs\":2}]");
	assert_true(row.boot.chain_is_complete);
	assert_null(row.boot.stamp);
	assert_non_null(strstr(row.boot.evidence, "\"source\":\"log\""));
	assert_null(row.boot.conflicts);
	assert_null(row.boot.label);
	assert_int_equal(row.boot.end, STORE_END_RUNNING);
}

static struct intake_boot make_event(void)
{
	static const struct lineage_entry chain[] = { { "7.2", 1 }, { "7.1", 1 } };
	struct intake_boot event = { .host = "h",
				     .boot_id = "b",
				     .release = "7.3",
				     .hardware = "model",
				     .boot = LINEAGE_BOOT_KEXEC,
				     .has_previous = true,
				     .previous_release = "7.2",
				     .has_count = true,
				     .kexec_count = 2,
				     .chain = chain,
				     .chain_length = 2,
				     .chain_is_complete = true };

	return event;
}

static void test_boot_of_event(void **state)
{
	struct intake_boot event = make_event();
	STORE_AUTO_BOOT_ROW row = { 0 };

	assert_int_equal(store_boot_of_event(&event, NULL, &row), 0);
	assert_string_equal(row.boot.label, "model");
	assert_string_equal(row.boot.release, "7.3");
	assert_null(row.boot.build);
	assert_null(row.boot.stamp);
	assert_int_equal(row.boot.kexec_count, 2);
	assert_string_equal(row.boot.chain,
			    "[{\"release\":\"7.2\",\"runs\":1},{\"release\":\"7.1\",\"runs\":1}]");
	assert_true(row.boot.chain_is_complete);
	assert_int_equal(row.boot.end, STORE_END_UNKNOWN);
}

/* A boot without a previous release has no chain. A given label replaces the hardware. */
static void test_boot_of_event_without_previous(void **state)
{
	struct intake_boot event = make_event();
	STORE_AUTO_BOOT_ROW row = { 0 };

	event.has_previous = false;
	event.has_count = false;
	event.chain_is_complete = false;
	assert_int_equal(store_boot_of_event(&event, "rack 7", &row), 0);
	assert_string_equal(row.boot.label, "rack 7");
	assert_null(row.boot.previous_release);
	assert_null(row.boot.chain);
	assert_false(row.boot.chain_is_complete);
}

/* The row of a lost kexec has an inferred lineage. The crash of a lost kexec refers to this row. */
static void test_lost_kexec(void **state)
{
	struct intake_boot event = make_event();
	const struct intake_crash crash = { .boot = &event,
					    .has_time = true,
					    .time = 7,
					    .title = { .title = LINEAGE_LOST_TITLE,
						       .type = LINEAGE_LOST_TYPE,
						       .signature = LINEAGE_LOST_SIGNATURE } };
	STORE_AUTO_BOOT_ROW row = { 0 };
	STORE_AUTO_CRASH_ROW of_crash = { 0 };

	strcpy(event.boot_id, "lost-b");
	event.release[0] = '\0';
	event.source = "inferred";
	event.end = INTAKE_END_LOST;
	assert_int_equal(store_boot_of_event(&event, NULL, &row), 0);
	assert_int_equal(row.boot.end, STORE_END_LOST);
	assert_string_equal(row.boot.source, "inferred");
	assert_null(row.boot.release);
	assert_string_equal(row.boot.previous_release, "7.2");
	assert_int_equal(store_crash_of_event(&crash, &of_crash), 0);
	assert_string_equal(of_crash.crash.boot_id, STORE_LOST_PREFIX "b");
	assert_string_equal(of_crash.crash.signature, STORE_LOST_SIGNATURE);
	assert_string_equal(of_crash.crash.type, STORE_LOST_TYPE);
	assert_true(of_crash.crash.has_time && of_crash.crash.time == 7);
}

static void test_crash_of_event(void **state)
{
	const struct intake_boot boot = make_event();
	struct intake_crash event = {
		.boot = &boot,
		.has_uptime = true,
		.uptime_us = 5,
		.title = { .title = "oops in f", .type = "oops", .frame = "f" }
	};
	STORE_AUTO_CRASH_ROW row = { 0 }, bare = { 0 };

	assert_int_equal(store_crash_of_event(&event, &bare), 0);
	assert_null(bare.crash.frames);
	assert_null(bare.crash.excerpt);
	event.excerpt = "a line on host h-1\n";
	strcpy(event.title.frames[0], "f");
	strcpy(event.title.frames[1], "g");
	event.title.frame_count = 2;
	assert_int_equal(store_crash_of_event(&event, &row), 0);
	assert_string_equal(row.crash.host, "h");
	assert_string_equal(row.crash.boot_id, "b");
	assert_false(row.crash.has_time);
	assert_true(row.crash.has_uptime && row.crash.uptime_us == 5);
	assert_string_equal(row.crash.title, "oops in f");
	assert_string_equal(row.crash.type, "oops");
	assert_string_equal(row.crash.frame, "f");
	assert_null(row.crash.module);
	assert_string_equal(row.crash.frames, "f\ng");
	assert_string_equal(row.crash.excerpt, "a line on host h-1\n");
	assert_string_equal(row.crash.signature, "");
}

static const struct {
	const char *lines;
	const char *host;
	const char *expected;
} excerpts[] = {
	{ "", "web-3", "" },
	{ "a web-3 b\n", "web-3", "a HOST b\n" },
	{ "web-3\nweb-3", "web-3", "HOST\nHOST" },
	{ "web-30 myweb-3 _web-3 web-3_ (web-3)\n", "web-3",
	  "web-30 myweb-3 _web-3 web-3_ (HOST)\n" },
	{ "web-3.example.org web-3 web\n", "web-3.example.org", "HOST HOST web\n" },
	{ "memory is used\n", "memory", "memory is used\n" }, /* an English word */
	{ "CPU: 3b\n", "3b", "CPU: 3b\n" },		      /* too short */
	{ "id 0123456789abcdef\n", "x", "id HOST\n" },
	{ "no host\n", "", "no host\n" },
	{ "WEB-3 Web-3\n", "web-3", "HOST HOST\n" },
	{ "size 192 from 192.168.1.5\n", "192.168.1.5", "size 192 from HOST\n" },
};

static void test_excerpts(void **state)
{
	for (size_t i = 0; i < sizeof(excerpts) / sizeof(*excerpts); i++) {
		char *text;

		assert_int_equal(store_excerpt_make(excerpts[i].lines, excerpts[i].host,
						    "0123456789abcdef", &text),
				 0);
		assert_string_equal(text, excerpts[i].expected);
		free(text);
	}
	(void)state;
}

/* A text that is too long keeps its first and its last lines, and never exceeds the limit. */
static void test_long_excerpts(void **state)
{
	for (size_t size = STORE_EXCERPT_MAX - 80; size < STORE_EXCERPT_MAX + 80; size++) {
		for (size_t length = 1; length <= 2 * STORE_EXCERPT_MAX; length *= 8) {
			char *lines = malloc(size + 1), *text;

			for (size_t i = 0; i < size; i++)
				lines[i] = (i + 1) % length == 0 || i + 1 == size ? '\n' : 'x';
			lines[size] = '\0';
			assert_int_equal(store_excerpt_make(lines, "", "", &text), 0);
			assert_in_range(strlen(text), 1, STORE_EXCERPT_MAX);
			assert_int_equal(size <= STORE_EXCERPT_MAX, strcmp(text, lines) == 0);
			assert_int_equal(size <= STORE_EXCERPT_MAX,
					 strstr(text, " lines left out ...]\n") == NULL);
			free(lines);
			free(text);
		}
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boot_of_report),
		cmocka_unit_test(test_boot_of_event),
		cmocka_unit_test(test_boot_of_event_without_previous),
		cmocka_unit_test(test_lost_kexec),
		cmocka_unit_test(test_crash_of_event),
		cmocka_unit_test(test_excerpts),
		cmocka_unit_test(test_long_excerpts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
