// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the encoding of columns, version 1: exact bytes, round trips and invalid text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <errno.h>
#include <json.h>
#include <stdlib.h>
#include <string.h>

#include "core/release.h"
#include "store/chain.h"
#include "store/rows/encoding.h"

_Static_assert(STORE_ENCODING_VERSION == 1, "add vectors for the new version");

static const struct lineage_entry chain[] = { { "7.2.12", 1 }, { "6.12.111", UINT32_MAX } };
static const char chain_text[] =
	"[{\"release\":\"7.2.12\",\"runs\":1},{\"release\":\"6.12.111\",\"runs\":4294967295}]";

static const struct lineage_evidence sources[] = {
	{ .source = "kho",
	  .status = LINEAGE_STATUS_OK,
	  .has_count = true,
	  .kexec_count = 1,
	  .previous_release = "7.2.12",
	  .detail = "a\n/\"b\"" },
	{ .source = "log", .status = LINEAGE_STATUS_FORBIDDEN },
};
static const char sources_text[] =
	"[{\"source\":\"kho\",\"status\":\"ok\",\"previous_release\":\"7.2.12\",\"kexec_count\":1,"
	"\"detail\":\"a%0A\\/\\\"b\\\"\"},"
	"{\"source\":\"log\",\"status\":\"forbidden\",\"previous_release\":null,"
	"\"kexec_count\":null,"
	"\"detail\":null}]";

static const char *const conflicts[] = { "kho: restarted", "\xc3\xa9", "\xff!" };
static const char conflicts_text[] = "[\"kho: restarted\",\"\xc3\xa9\",\"%FF!\"]";

/*
 * Free @text after checking that it equals @expected, and that it decodes to an array that prints
 * as the same text.
 */
static void expect_text(char *text, const char *expected)
{
	struct json_object *list = NULL;

	assert_string_equal(text, expected);
	assert_int_equal(store_list_decode(text, &list), 0);
	assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN), expected);
	json_object_put(list);
	free(text);
}

static void test_extend(void **state)
{
	static const struct {
		const char *chain;
		const char *release;
		const char *expected;
	} rows[] = {
		{ NULL, "A", "[{\"release\":\"A\",\"runs\":1}]" },
		{ "[{\"release\":\"A\",\"runs\":2}]", "A", "[{\"release\":\"A\",\"runs\":3}]" },
		{ "[{\"release\":\"A\",\"runs\":4294967295}]", "A",
		  "[{\"release\":\"A\",\"runs\":4294967295}]" },
		{ "[{\"release\":\"A\",\"runs\":2}]", "B",
		  "[{\"release\":\"B\",\"runs\":1},{\"release\":\"A\",\"runs\":2}]" },
	};
	char *text = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(store_chain_extend(rows[i].chain, rows[i].release, &text), 0);
		expect_text(text, rows[i].expected);
	}
	assert_int_equal(store_chain_extend("{}", "A", &text), -EILSEQ);
}

static void test_round_trips(void **state)
{
	char *text = NULL;

	assert_int_equal(store_chain_encode(chain, 2, &text), 0);
	expect_text(text, chain_text);
	assert_int_equal(store_evidence_encode(sources, 2, &text), 0);
	expect_text(text, sources_text);
	assert_int_equal(store_conflicts_encode(conflicts, 3, &text), 0);
	expect_text(text, conflicts_text);
}

/* `show --json` prints the content of the column. */
static void test_same_as_shown(void **state)
{
	struct json_object *list = NULL;

	assert_int_equal(store_chain_to_json(chain, 2, &list), 0);
	assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
			    chain_text);
	json_object_put(list);
	assert_int_equal(store_evidence_to_json(sources, 2, &list), 0);
	assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN),
			    sources_text);
	json_object_put(list);
	assert_int_equal(store_conflicts_to_json(conflicts, 0, &list), 0);
	assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN), "[]");
	json_object_put(list);
}

static void test_empty_is_null(void **state)
{
	struct json_object *list = NULL;
	char *text = strdup("untouched");

	free(text);
	assert_int_equal(store_chain_encode(NULL, 0, &text), 0);
	assert_null(text);
	assert_int_equal(store_frames_encode(NULL, 0, &text), 0);
	assert_null(text);
	assert_int_equal(store_list_decode(NULL, &list), 0);
	assert_int_equal(json_object_array_length(list), 0);
	json_object_put(list);
}

static const char *const broken[] = {
	"",    " ",	"null",	 "{}",	   "\"7.1\"", "7",
	"[",   "]",	"[]]",	 "[],[]",  "[1,]",    "[1] x",
	"[1;", "[{1}]", "['a']", "[\"a\"", "[NULL]",  "[{\"release\":\"7.1\",\"runs\":1}",
};

static void test_broken(void **state)
{
	struct json_object *list = NULL;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		if (store_list_decode(broken[i], &list) != -EILSEQ)
			fail_msg("not rejected: %s", broken[i]);
		assert_null(list);
	}
}

/* Elements that another program wrote are passed through. */
static void test_other_elements(void **state)
{
	static const char text[] = "[1,null,{\"new\":[]}]";
	struct json_object *list = NULL;

	assert_int_equal(store_list_decode(text, &list), 0);
	assert_string_equal(json_object_to_json_string_ext(list, JSON_C_TO_STRING_PLAIN), text);
	json_object_put(list);
}

static void test_chain_next(void **state)
{
	static const struct {
		const char *text;
		int result; /* of the first call that returns no entry */
		int entries;
	} cases[] = {
		{ "[]", 0, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":1}]", 0, 1 },
		{ "[{\"release\":\"7.2\",\"runs\":1},{\"release\":\"a\\\"\\/b\",\"runs\":42}]", 0,
		  2 },
		{ "", -EILSEQ, 0 },
		{ "[", -EILSEQ, 0 },
		{ "[{\"release\":\"\",\"runs\":1}]", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":0}]", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":4294967296}]", -EILSEQ, 0 },
		{ "[{\"release\":\"7\\u002e2\",\"runs\":1}]", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\\", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":1}", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":1}x", -EILSEQ, 0 },
		{ "[{\"release\":\"7.2\",\"runs\":1}[{\"release\":\"7.2\",\"runs\":1}]", -EILSEQ,
		  0 },
		{ "[{\"release\":\"7.2\",\"runs\":1},]", -EILSEQ, 1 },
	};
	char release[STORE_RELEASE_SIZE], text[128];
	uint32_t runs = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = cases[i].text;
		int entries = 0, result;

		while ((result = store_chain_next(&at, release, &runs)) > 0)
			entries++;
		assert_int_equal(result, cases[i].result);
		assert_int_equal(entries, cases[i].entries);
		if (entries == 2)
			assert_string_equal(release, "a\"/b");
		if (entries == 2)
			assert_int_equal(runs, 42);
	}
	/* A release may have 64 bytes. */
	assert_int_equal(STORE_RELEASE_SIZE, LINEAGE_RELEASE_SIZE);
	for (int length = 64; length <= 65; length++) {
		const char *at = text;

		snprintf(text, sizeof(text), "[{\"release\":\"%0*d\",\"runs\":1}]", length, 0);
		assert_int_equal(store_chain_next(&at, release, &runs), length == 64 ? 1 : -EILSEQ);
	}
}

static void test_frames(void **state)
{
	static const char *const frames[] = { "do_exit", "f", "sysrq_handle_crash.cold" };
	const char *at, *frame;
	size_t length = 0, i = 0;
	char *text = NULL;

	assert_int_equal(store_frames_encode(frames, 3, &text), 0);
	assert_string_equal(text, "do_exit\nf\nsysrq_handle_crash.cold");
	for (at = text; (frame = store_frames_next(&at, &length)); i++) {
		assert_true(i < 3);
		assert_int_equal(length, strlen(frames[i]));
		assert_memory_equal(frame, frames[i], length);
	}
	assert_int_equal(i, 3);
	free(text);
}

static void test_frames_that_cannot_be_encoded(void **state)
{
	static const char *const empty[] = { "f", "" }, *const lines[] = { "f\ng" };
	char *text = NULL;

	assert_int_equal(store_frames_encode(empty, 2, &text), -EILSEQ);
	assert_int_equal(store_frames_encode(lines, 1, &text), -EILSEQ);
	assert_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extend),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_same_as_shown),
		cmocka_unit_test(test_empty_is_null),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_other_elements),
		cmocka_unit_test(test_chain_next),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_frames_that_cannot_be_encoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
