// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the derived end of a boot, for every kind of following boot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "store/ending.h"

#define UNKNOWN_COUNT -1

struct end_row {
	const char *name;
	enum lineage_boot before;
	enum store_end end;
	int64_t count;
	enum lineage_boot after;
	const char *previous;
	int64_t next_count;
	enum store_end expected;
	bool has_kexec;
};

#define COLD LINEAGE_BOOT_COLD
#define KEXEC LINEAGE_BOOT_KEXEC
#define CAPTURE LINEAGE_BOOT_CAPTURE
#define UNKNOWN LINEAGE_BOOT_UNKNOWN
#define RUNNING STORE_END_RUNNING
#define LARGEST UINT32_MAX

/* clang-format off */
static const struct end_row rows[] = {
	{ "reset", COLD, RUNNING, 0, COLD, NULL, 0, STORE_END_UNCLEAN },
	{ "kexec", COLD, RUNNING, 0, KEXEC, "A", 1, STORE_END_KEXEC },
	{ "kexec again", KEXEC, RUNNING, 4, KEXEC, "A", 5, STORE_END_KEXEC },
	{ "kexec, previous release unknown", COLD, RUNNING, 0, KEXEC, NULL, 1, STORE_END_KEXEC },
	{ "kexec, count unknown", COLD, RUNNING, 0, KEXEC, "A", UNKNOWN_COUNT, STORE_END_KEXEC },
	{ "kexec, own count unknown", KEXEC, RUNNING, UNKNOWN_COUNT, KEXEC, "A", 7,
	  STORE_END_KEXEC },
	{ "kexec, all unknown", KEXEC, RUNNING, UNKNOWN_COUNT, KEXEC, NULL, UNKNOWN_COUNT,
	  STORE_END_KEXEC },
	{ "kexec from another release", COLD, RUNNING, 0, KEXEC, "B", 1, STORE_END_UNCLEAN },
	{ "kexec, one boot missing", COLD, RUNNING, 0, KEXEC, "A", 2, STORE_END_UNCLEAN },
	{ "kexec, same count", KEXEC, RUNNING, 2, KEXEC, "A", 2, STORE_END_UNCLEAN },
	{ "kexec, count saturated", KEXEC, RUNNING, LARGEST, KEXEC, "A", LARGEST, STORE_END_KEXEC },
	{ "kexec, count becomes saturated", KEXEC, RUNNING, LARGEST - 1, KEXEC, "A", LARGEST,
	  STORE_END_KEXEC },
	{ "crash", COLD, RUNNING, 0, CAPTURE, "A", 1, STORE_END_CRASH },
	{ "crash, previous release unknown", KEXEC, RUNNING, 3, CAPTURE, NULL, UNKNOWN_COUNT,
	  STORE_END_CRASH },
	{ "crash of another release", COLD, RUNNING, 0, CAPTURE, "B", 1, STORE_END_UNCLEAN },
	{ "after a capture kernel", CAPTURE, RUNNING, 1, COLD, NULL, 0, STORE_END_UNKNOWN },
	{ "boot kind unknown", COLD, RUNNING, 0, UNKNOWN, NULL, UNKNOWN_COUNT, STORE_END_UNCLEAN },
	{ "marked clean", COLD, STORE_END_CLEAN, 0, COLD, NULL, 0, STORE_END_CLEAN },
	{ "marked clean, then a capture kernel", COLD, STORE_END_CLEAN, 0, CAPTURE, "A", 1,
	  STORE_END_CLEAN },
	{ "known only from a log", COLD, STORE_END_UNKNOWN, 0, COLD, NULL, 0, STORE_END_UNKNOWN },
	{ "lost kexec", COLD, RUNNING, 0, COLD, NULL, 0, STORE_END_KEXEC, true },
	{ "kexec of a boot that was not recorded", COLD, RUNNING, 0, KEXEC, "B", 2,
	  STORE_END_KEXEC, true },
	{ "kexec, then a boot of unknown kind", COLD, RUNNING, 0, UNKNOWN, NULL, UNKNOWN_COUNT,
	  STORE_END_KEXEC, true },
	{ "kexec started, then a crash", COLD, RUNNING, 0, CAPTURE, "A", 1, STORE_END_CRASH, true },
	{ "kexec after a shutdown", COLD, STORE_END_CLEAN, 0, COLD, NULL, 0, STORE_END_CLEAN,
	  true },
	{ "end known already", COLD, STORE_END_CRASH, 0, COLD, NULL, 0, STORE_END_CRASH },
};
/* clang-format on */

static void test_rows(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct end_row *row = &rows[i];
		struct store_boot before = { .release = "A",
					     .boot = row->before,
					     .end = row->end,
					     .has_kexec_time = row->has_kexec,
					     .has_count = row->count >= 0,
					     .kexec_count = (uint32_t)row->count };
		struct store_boot after = { .release = "A",
					    .boot = row->after,
					    .previous_release = row->previous,
					    .has_count = row->next_count >= 0,
					    .kexec_count = (uint32_t)row->next_count };
		enum store_end found = store_ending(&before, &after);

		if (found != row->expected)
			fail_msg("%s: %d, not %d", row->name, found, row->expected);
	}
}

static void test_names(void **state)
{
	assert_null(store_end_name(STORE_END_UNKNOWN));
	assert_string_equal(store_end_name(STORE_END_RUNNING), "running");
	assert_string_equal(store_end_name(STORE_END_CLEAN), "clean");
	assert_string_equal(store_end_name(STORE_END_KEXEC), "kexec");
	assert_string_equal(store_end_name(STORE_END_CRASH), "crash");
	assert_string_equal(store_end_name(STORE_END_UNCLEAN), "unclean");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
