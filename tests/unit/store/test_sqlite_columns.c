// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the columns chain and marks of SQLite: every text comes back, and damaged columns are
 * reported.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/line_marks.h"
#include "store/sqlite/sqlite.h"
#include "support_store.h"

#define ROUNDS 200
#define CHAIN_SIZE 4096
#define LONGEST "0123456789012345678901234567890123456789012345678901234567890123"

static const struct store_filter all_boots = { 0 };

static int copy_marks(const struct store_boot *boot, void *data)
{
	snprintf(data, CHAIN_SIZE, "%s", boot->marks ? boot->marks : "NULL");
	return 0;
}

static int copy_chain(const struct store_boot *boot, void *data)
{
	snprintf(data, CHAIN_SIZE, "%s", boot->chain ? boot->chain : "NULL");
	return 0;
}

static void expect_chain(struct fixture *fixture, const char *expected)
{
	char found[CHAIN_SIZE] = "";

	assert_int_equal(store_list_boots(fixture->store, &all_boots, copy_chain, found), 0);
	assert_string_equal(found, expected);
}

/* Store a boot with a chain, and compare the chain that is read with @expected. */
static void expect_restored(struct fixture *fixture, const char *chain, const char *expected)
{
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 9);

	boot.chain = chain;
	add(fixture, &boot, STORE_END_UNKNOWN);
	expect_chain(fixture, expected);
	assert_int_equal(sqlite_execute(sqlite_of(fixture->store), "DELETE FROM boots"), 0);
}

static void make_random_chain(char ret[CHAIN_SIZE])
{
	static const uint32_t runs[] = { 1, 1, 1, 2, 10, UINT32_MAX };
	int entries = 1 + rand() % 30, length = 0;

	for (int i = 0; i < entries; i++)
		length += snprintf(ret + length, CHAIN_SIZE - (size_t)length,
				   "%s{\"release\":\"6.12.%d-cloud\",\"runs\":%u}",
				   i == 0 ? "[" : ",", rand() % 12,
				   runs[(size_t)rand() % (sizeof(runs) / sizeof(runs[0]))]);
	snprintf(ret + length, CHAIN_SIZE - (size_t)length, "]");
}

static void test_random_chains(void **state)
{
	char chain[CHAIN_SIZE];

	for (int i = 0; i < ROUNDS; i++) {
		make_random_chain(chain);
		expect_restored(*state, chain, chain);
	}
}

static void test_unusual_chains(void **state)
{
	static const char *const unchanged[] = {
		"[{\"release\":\"" LONGEST "\",\"runs\":1}]",
		"[{\"release\":\"" LONGEST "4\",\"runs\":1}]",
		"[{\"release\":\"a\\/b\",\"runs\":1}]",
		"[{\"release\":\"\\\"\",\"runs\":3}]",
		"[{\"release\":\"\xc3\xa4\",\"runs\":1}]",
		"[{\"release\":\"a\",\"runs\":01}]",
		"[{\"release\":\"a\",\"runs\":4294967296}]",
		"[{\"release\":\"a\",\"runs\":1,\"new\":2}]",
		"[{\"release\":\"a\",\"runs\":1}",
		"[{\"release\":\"a\",\"runs\":1}] ",
		"[{}]",
		"[]",
		"",
		"a, b",
		" [1]",
	};
	static const char *const ids[] = { "[1]", "[[1,2]]", "[0", "[[" };

	for (size_t i = 0; i < sizeof(unchanged) / sizeof(unchanged[0]); i++)
		expect_restored(*state, unchanged[i], unchanged[i]);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		expect_restored(*state, ids[i], "NULL");
}

static void set_column(struct fixture *fixture, const char *column, const char *value)
{
	struct sqlite *sqlite = sqlite_of(fixture->store);
	char sql[CHAIN_SIZE];

	snprintf(sql, sizeof(sql), "UPDATE boots SET %s = %s", column, value);
	assert_int_equal(sqlite_execute(sqlite, sql), 0);
}

/* The first releases of the store are 1 and 2. */
static void test_columns(void **state)
{
	static const struct {
		const char *ids, *chain;
	} cases[] = {
		{ "'[2]'", "[{\"release\":\"7.2.11\",\"runs\":1}]" },
		{ "'[[2,4294967295],1]'", "[{\"release\":\"7.2.11\",\"runs\":4294967295},"
					  "{\"release\":\"7.2.12\",\"runs\":1}]" },
	};
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 9);

	add(fixture, &boot, STORE_END_UNKNOWN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_column(fixture, "chain", cases[i].ids);
		expect_chain(fixture, cases[i].chain);
	}
}

static void test_damaged_columns(void **state)
{
	static const char *const damaged[] = { "[3]",	  "[9223372036854775807]",
					       "[0]",	  "[01]",
					       "[1",	  "[1,",
					       "[1,]",	  "[1]]",
					       "[1] ",	  "[1.5]",
					       "[[1]]",	  "[[1,0]]",
					       "[[1,]",	  "[[1,2]",
					       "[[1,2,3", "[[1,4294967296]]",
					       "[[",	  "[1,2]x" };
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 9);
	char value[64], found[CHAIN_SIZE];

	add(fixture, &boot, STORE_END_UNKNOWN);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		snprintf(value, sizeof(value), "'%s'", damaged[i]);
		set_column(fixture, "chain", value);
		assert_int_equal(store_list_boots(fixture->store, &all_boots, copy_chain, found),
				 -EBADMSG);
		assert_non_null(strstr(store_error(fixture->store), "it is damaged"));
	}
}

static void expect_marks(struct fixture *fixture, const char *marks, const char *type)
{
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 1);
	struct sqlite *sqlite = sqlite_of(fixture->store);
	char found[CHAIN_SIZE] = "";
	sqlite3_stmt *statement;

	boot.marks = marks;
	add(fixture, &boot, STORE_END_UNKNOWN);
	assert_int_equal(store_list_boots(fixture->store, &all_boots, copy_marks, found), 0);
	assert_string_equal(found, marks);
	assert_int_equal(sqlite_prepare(sqlite, "SELECT typeof(mark_bytes) FROM boots", &statement),
			 0);
	assert_int_equal(sqlite_step(sqlite, statement), 1);
	assert_string_equal(sqlite_text(statement, 0), type);
	sqlite_reset(&statement);
	assert_int_equal(sqlite_execute(sqlite, "DELETE FROM boots"), 0);
}

static void test_marks(void **state)
{
	static const char *const texts[] = {
		"0123456",    "0123456:",    "01234567",    "01234567:",
		"0123456A::", "01234567:::", "01234567::0",
	};
	struct lineage_marks marks = { 0 };
	char text[LINEAGE_MARKS_SIZE], longer[LINEAGE_MARKS_SIZE + 8];

	expect_marks(*state, "::0000000a", "blob");
	expect_marks(*state, ":ffffffff:", "blob");
	for (int i = 0; i < LINEAGE_LIST_MAX; i++) {
		if (i < LINEAGE_EARLY_MARKS_MAX)
			marks.lists[LINEAGE_MARK_EARLY]
				.marks[marks.lists[LINEAGE_MARK_EARLY].count++] = (uint32_t)rand();
		if (i < LINEAGE_CRASH_MARKS_MAX)
			marks.lists[LINEAGE_MARK_CRASH]
				.marks[marks.lists[LINEAGE_MARK_CRASH].count++] = (uint32_t)rand();
		marks.lists[LINEAGE_MARK_SAMPLED].marks[marks.lists[LINEAGE_MARK_SAMPLED].count++] =
			(uint32_t)rand();
		lineage_marks_encode(&marks, text);
		expect_marks(*state, text, "blob");
	}
	snprintf(longer, sizeof(longer), "%s00000000", text);
	expect_marks(*state, longer, "text");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_marks(*state, texts[i], "text");
}

static void test_damaged_marks(void **state)
{
	static const char *const damaged[] = { "x''",	      "x'00'",	      "x'000000'",
					       "x'0001'",     "x'0100'",      "x'010101020304'",
					       "x'ffff0102'", "zeroblob(230)" };
	struct fixture *fixture = *state;
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 1);
	char found[CHAIN_SIZE];

	add(fixture, &boot, STORE_END_UNKNOWN);
	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		set_column(fixture, "mark_bytes", damaged[i]);
		assert_int_equal(store_list_boots(fixture->store, &all_boots, copy_marks, found),
				 -EBADMSG);
	}
}

/* An addition that is rolled back takes its releases with it, and their ids are used again. */
static void test_rolled_back_releases(void **state)
{
	struct fixture *fixture = *state;
	struct sqlite *sqlite = sqlite_of(fixture->store);
	struct store_boot boot = make_kexec("id", "7.2.12", "7.2.11", 9);
	static const char other[] = "[{\"release\":\"other\",\"runs\":2}]";
	int64_t id;

	boot.chain = "[{\"release\":\"lost\",\"runs\":1}]";
	assert_int_equal(sqlite_begin_addition(sqlite), 0);
	assert_int_equal(sqlite_insert_boot(sqlite, &boot, &id), 0);
	assert_int_equal(sqlite_end_addition(sqlite, -EINVAL), -EINVAL);
	expect_restored(fixture, other, other);
	expect_restored(fixture, boot.chain, boot.chain);
	expect_restored(fixture, other, other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_random_chains),   TEST(test_unusual_chains),	     TEST(test_columns),
		TEST(test_damaged_columns), TEST(test_rolled_back_releases), TEST(test_marks),
		TEST(test_damaged_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
