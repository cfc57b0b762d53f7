// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/cmdline.c: lines are split as in Linux, and only the stamp is changed. */
#include "support.h"

#include <cmocka.h>
#include <stdio.h>

#include "core/cmdline.h"
#include "cmdline_model.h"

#define STAMP_A LINEAGE_STAMP_PREFIX "1,k,1,,A,0370d816"
#define STAMP_OLD LINEAGE_STAMP_PREFIX "1,k,1,,old,00000000"
#define ROOM MODEL_ROOM

/* The default stamp of the tests; it formats to STAMP_A. */
static struct lineage_stamp stamp_a(void)
{
	return make_stamp(1, "", "A");
}

static void assert_split_as_linux_does(const char *line)
{
	static struct model_parameter expected;
	struct lineage_parameter parameter;
	size_t length = strlen(line), position = 0, model_position = 0;
	char *copy = heap_copy(line, length);

	while (model_next(line, &model_position, &expected)) {
		assert_true(lineage_parameter_next(copy, length, &position, &parameter));
		assert_int_equal(position, model_position);
		assert_int_equal(parameter.start, expected.start);
		assert_int_equal(parameter.end, expected.end);
		assert_int_equal(parameter.is_open, expected.is_open);
		assert_int_equal(parameter.name_length, strlen(expected.name));
		assert_memory_equal(parameter.name, expected.name, parameter.name_length);
		assert_int_equal(parameter.value != NULL, expected.has_value);
		assert_int_equal(parameter.value_length, strlen(expected.value));
		if (parameter.value_length > 0)
			assert_memory_equal(parameter.value, expected.value,
					    parameter.value_length);
	}
	memset(&parameter, UNTOUCHED, sizeof(parameter));
	assert_false(lineage_parameter_next(copy, length, &position, &parameter));
	assert_int_equal(position, model_position);
	assert_true(is_untouched(&parameter, sizeof(parameter)));
	free(copy);
}

static const struct {
	const char *line;
	const char *name;
	const char *value; /* NULL: none */
} firsts[] = {
	{ "quiet", "quiet", NULL },
	{ "  quiet", "quiet", NULL },
	{ "\t\n\v\f\r\xa0quiet", "quiet", NULL },
	{ "a=b", "a", "b" },
	{ "a=b=c", "a", "b=c" },
	{ "a=", "a", "" },
	{ "=a", "=a", NULL },
	{ "=a=b", "=a", "b" },
	{ "==", "=", "" },
	{ "=", "=", NULL },
	{ "a=\"b c\" d", "a", "b c" },
	{ "a=\"b c\"d e", "a", "b c\"d" },
	{ "a=b\" \"c d", "a", "b\" \"c" },
	{ "a=b\" \" d", "a", "b\" \"" },
	{ "a=\"\"", "a", "" },
	{ "a=\"", "a", "" },
	{ "a=\"b c", "a", "b c" },
	{ "\"a=b c\" d", "a", "b c" },
	{ "\"a b\"=c d", "a b\"", "c" },
	{ "\"a=\"b\" c\" d", "a", "b\" c" },
	{ "\"a b\"", "a b", NULL },
	{ "\"a", "a", NULL },
	{ "\"", "", NULL },
	{ "\"\"", "", NULL },
	{ "\"=\"", "=", NULL },
	{ "\"a=\"", "a", "" },
	{ "a\"", "a\"", NULL },
	{ "---", "---", NULL },
	{ "--=", "--", "" },
	{ "--a", "--a", NULL },
	{ "__", "__", NULL },
	{ "-_", "-_", NULL },
	{ "_- x", "_-", NULL },
	{ "-", "-", NULL },
	{ "a\xc3\xa4=b", "a\xc3\xa4", "b" },
	{ "a\xa0"
	  "b",
	  "a", NULL },
	{ "a\x1f"
	  "b",
	  "a\x1f"
	  "b",
	  NULL },
	{ "a\x08"
	  "b",
	  "a\x08"
	  "b",
	  NULL },
	{ "a\x0e"
	  "b",
	  "a\x0e"
	  "b",
	  NULL },
	{ "a\x85"
	  "b",
	  "a\x85"
	  "b",
	  NULL },
};

static void splits_each_first_parameter(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(firsts); i++) {
		size_t length = strlen(firsts[i].line), position = 0;
		char *line = heap_copy(firsts[i].line, length);
		struct lineage_parameter parameter;

		assert_true(lineage_parameter_next(line, length, &position, &parameter));
		assert_int_equal(parameter.name_length, strlen(firsts[i].name));
		assert_memory_equal(parameter.name, firsts[i].name, parameter.name_length);
		assert_int_equal(parameter.value != NULL, firsts[i].value != NULL);
		if (firsts[i].value) {
			assert_int_equal(parameter.value_length, strlen(firsts[i].value));
			assert_memory_equal(parameter.value, firsts[i].value,
					    parameter.value_length);
		}
		free(line);
		assert_split_as_linux_does(firsts[i].line);
	}
}

static void ends_at_a_nul_and_at_two_dashes(void **state)
{
	static const struct {
		const char *line;
		size_t length;
		size_t position;
	} ends[] = {
		{ "", 0, 0 },	      { "  ", 2, 2 },  { "--", 2, 0 },	 { " -- a", 5, 1 },
		{ "\"--\" a", 6, 0 }, { "\0a", 2, 0 }, { " \0a", 3, 1 }, { "\"--", 3, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(ends); i++) {
		char *line = heap_copy(ends[i].line, ends[i].length);
		struct lineage_parameter parameter;
		size_t position = 0;

		memset(&parameter, UNTOUCHED, sizeof(parameter));
		assert_false(lineage_parameter_next(line, ends[i].length, &position, &parameter));
		assert_int_equal(position, ends[i].position);
		assert_true(is_untouched(&parameter, sizeof(parameter)));
		free(line);
	}
}

/* A NUL ends the parameter, also in quotes, and ends the line. */
static void ends_a_parameter_at_a_nul(void **state)
{
	static const char line[] = "a \"b c\0 d\" e";
	struct lineage_parameter parameter;
	size_t position = 0;

	assert_true(lineage_parameter_next(line, sizeof(line) - 1, &position, &parameter));
	assert_true(lineage_parameter_next(line, sizeof(line) - 1, &position, &parameter));
	assert_int_equal(parameter.end, 6);
	assert_int_equal(parameter.name_length, 3);
	assert_true(parameter.is_open);
	assert_int_equal(position, 6);
	assert_false(lineage_parameter_next(line, sizeof(line) - 1, &position, &parameter));
	assert_int_equal(position, 6);
	assert_int_equal(lineage_cmdline_find("a\0b", 3, "a", &parameter), 1);
	assert_int_equal(lineage_cmdline_find("a\0 b", 4, "b", &parameter), 0);
}

static const struct {
	const char *parameter;
	const char *name;
	bool same;
} names[] = {
	{ "a-b=1", "a-b", true },  { "a-b=1", "a_b", true }, { "a_b=1", "a-b", true },
	{ "a_b=1", "a_b", true },  { "a=1", "b", false },    { "a=1", "ab", false },
	{ "ab=1", "a", false },	   { "ab=1", "aB", false },  { "a", "a", true },
	{ "\"a=1\"", "a", true },  { "\"\"", "", true },     { "a=1", "", false },
	{ "a.b=1", "a_b", false }, { "a-=1", "a", false },   { "a=1", "a-", false },
};

static void compares_names_as_linux_does(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		struct lineage_parameter parameter;
		size_t position = 0;

		assert_true(lineage_parameter_next(names[i].parameter, strlen(names[i].parameter),
						   &position, &parameter));
		assert_int_equal(lineage_parameter_has_name(&parameter, names[i].name),
				 names[i].same);
	}
}

static const struct {
	const char *line;
	size_t count;
	const char *value; /* value of the last stamp; NULL: none */
} finds[] = {
	{ "", 0, NULL },
	{ "kexec_lineage.stamp", 1, NULL },
	{ "kexec_lineage.stamp=", 1, "" },
	{ "kexec_lineage.stamp=1", 1, "1" },
	{ "a kexec_lineage.stamp=1 b", 1, "1" },
	{ "a b kexec_lineage.stamp=1", 1, "1" },
	{ "kexec-lineage.stamp=1", 1, "1" },
	{ "kexec-lineage.stamp=1 kexec_lineage.stamp=2", 2, "2" },
	{ "kexec_lineage.stamp=1 kexec_lineage.stamp", 2, NULL },
	{ "kexec_lineage.stamp=\"1 2\"", 1, "1 2" },
	{ "\"kexec_lineage.stamp=1 2\" a", 1, "1 2" },
	{ "a=\"x kexec_lineage.stamp=1\"", 0, NULL },
	{ "\"a kexec_lineage.stamp=1\"", 0, NULL },
	{ "\"a kexec_lineage.stamp=1", 0, NULL },
	{ "-- kexec_lineage.stamp=1", 0, NULL },
	{ "kexec_lineage.stamp=1 -- kexec_lineage.stamp=2", 1, "1" },
	{ "__ kexec_lineage.stamp=1", 1, "1" },
	{ "xkexec_lineage.stamp=1", 0, NULL },
	{ "kexec_lineage.stampx=1", 0, NULL },
	{ "kexec_lineage.stam=1", 0, NULL },
	{ "KEXEC_LINEAGE.STAMP=1", 0, NULL },
	{ "a\tkexec_lineage.stamp=1\nb", 1, "1" },
	{ "a\xa0kexec_lineage.stamp=1\xa0"
	  "b",
	  1, "1" },
};

static void finds_the_last_one(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(finds); i++) {
		size_t length = strlen(finds[i].line);
		char *line = heap_copy(finds[i].line, length);
		struct lineage_parameter parameter;

		memset(&parameter, UNTOUCHED, sizeof(parameter));
		assert_int_equal(lineage_cmdline_find(line, length, LINEAGE_STAMP_NAME, &parameter),
				 finds[i].count);
		if (finds[i].count == 0)
			assert_true(is_untouched(&parameter, sizeof(parameter)));
		else
			assert_int_equal(parameter.value != NULL, finds[i].value != NULL);
		if (finds[i].value) {
			assert_int_equal(parameter.value_length, strlen(finds[i].value));
			assert_memory_equal(parameter.value, finds[i].value,
					    parameter.value_length);
		}
		free(line);
	}
}

/* Each line, the line without stamps, and the line with STAMP_A. */
static const struct {
	const char *line;
	const char *stripped;
	const char *stamped;
} lines[] = {
	{ "", "", STAMP_A },
	{ "a", "a", "a " STAMP_A },
	{ "a b=c", "a b=c", "a b=c " STAMP_A },
	/* A stamp at the start, in the middle, at the end, and alone. */
	{ STAMP_OLD " a", "a", "a " STAMP_A },
	{ "a " STAMP_OLD " b", "a b", "a b " STAMP_A },
	{ "a " STAMP_OLD, "a", "a " STAMP_A },
	{ STAMP_OLD, "", STAMP_A },
	/* Several stamps. */
	{ STAMP_OLD " " STAMP_A, "", STAMP_A },
	{ "a " STAMP_OLD " " STAMP_A, "a", "a " STAMP_A },
	{ "a " STAMP_OLD " b " STAMP_A " c", "a b c", "a b c " STAMP_A },
	{ STAMP_OLD " a " STAMP_OLD, "a", "a " STAMP_A },
	/* One blank is removed with each stamp, and all other blanks are kept. */
	{ " ", " ", "  " STAMP_A },
	{ "a ", "a ", "a  " STAMP_A },
	{ "  a  b", "  a  b", "  a  b " STAMP_A },
	{ "a  " STAMP_OLD "  b", "a   b", "a   b " STAMP_A },
	{ " " STAMP_OLD, "", STAMP_A },
	{ STAMP_OLD " ", "", STAMP_A },
	{ "a\t" STAMP_OLD "\nb", "a\nb", "a\nb " STAMP_A },
	{ "a\xa0" STAMP_OLD "\xa0"
	  "b",
	  "a\xa0"
	  "b",
	  "a\xa0"
	  "b " STAMP_A },
	{ "a\n", "a\n", "a\n " STAMP_A },
	/* Other spellings of the stamp's name. */
	{ "a kexec-lineage.stamp=1 b", "a b", "a b " STAMP_A },
	{ "a \"" STAMP_OLD "\" b", "a b", "a b " STAMP_A },
	{ "a kexec_lineage.stamp=\"1 2\" b", "a b", "a b " STAMP_A },
	{ "a kexec_lineage.stamp= b", "a b", "a b " STAMP_A },
	{ "a kexec_lineage.stamp=\"1 b", "a", "a " STAMP_A },
	/* No stamp. */
	{ "kexec_lineage.stamp a", "kexec_lineage.stamp a", "kexec_lineage.stamp a " STAMP_A },
	{ "a=\"b " STAMP_OLD "\"", "a=\"b " STAMP_OLD "\"", "a=\"b " STAMP_OLD "\" " STAMP_A },
	{ "\"a " STAMP_OLD "\" b", "\"a " STAMP_OLD "\" b", "\"a " STAMP_OLD "\" b " STAMP_A },
	{ "x" STAMP_OLD, "x" STAMP_OLD, "x" STAMP_OLD " " STAMP_A },
	{ "kexec_lineage.stamps=1", "kexec_lineage.stamps=1", "kexec_lineage.stamps=1 " STAMP_A },
	/* Quotes of other parameters are kept. */
	{ "a=\"b c\" " STAMP_OLD " d=\"\"", "a=\"b c\" d=\"\"", "a=\"b c\" d=\"\" " STAMP_A },
	/* Everything after a bare "--" belongs to init. */
	{ "--", "--", STAMP_A " --" },
	{ "a --", "a --", "a " STAMP_A " --" },
	{ "a -- b", "a -- b", "a " STAMP_A " -- b" },
	{ "a  -- b ", "a  -- b ", "a  " STAMP_A " -- b " },
	{ "-- " STAMP_OLD, "-- " STAMP_OLD, STAMP_A " -- " STAMP_OLD },
	{ STAMP_OLD " -- " STAMP_OLD, "-- " STAMP_OLD, STAMP_A " -- " STAMP_OLD },
	{ "a \"--\" " STAMP_OLD, "a \"--\" " STAMP_OLD, "a " STAMP_A " \"--\" " STAMP_OLD },
	{ "a=-- b", "a=-- b", "a=-- b " STAMP_A },
	{ "--= " STAMP_OLD, "--=", "--= " STAMP_A },
	{ "__ " STAMP_OLD, "__", "__ " STAMP_A },
	{ "-_ " STAMP_OLD " -- b", "-_ -- b", "-_ " STAMP_A " -- b" },
	/* The blank before "--" need not be a space. */
	{ "a\t-- b", "a\t-- b", "a\t" STAMP_A "\t-- b" },
	{ "a\n\"b", "a\n\"b", "a\n" STAMP_A "\n\"b" },
	{ "\t--", "\t--", "\t" STAMP_A "\t--" },
	/* A quote that is never closed extends to the end: the stamp is inserted before it. */
	{ "a \"b c", "a \"b c", "a " STAMP_A " \"b c" },
	{ "a b=\"c " STAMP_OLD, "a b=\"c " STAMP_OLD, "a " STAMP_A " b=\"c " STAMP_OLD },
	{ "\"b", "\"b", STAMP_A " \"b" },
	{ "\"", "\"", STAMP_A " \"" },
	{ "a " STAMP_OLD " \"b -- c", "a \"b -- c", "a " STAMP_A " \"b -- c" },
};

static char *assert_stripped(const char *line, size_t length, const char *expected)
{
	size_t expected_length = strlen(expected), stripped_length = 77, size;
	char *copy = heap_copy(line, length);
	char *buf = heap_untouched(expected_length + 1);

	/*
	 * Strip into a block of each smaller size, so that a sanitizer detects the first excess
	 * byte.
	 */
	for (size = 0; size <= expected_length; size++) {
		char *small = heap_untouched(size);

		assert_int_equal(lineage_cmdline_strip(copy, length, small, size, &stripped_length),
				 -ENOSPC);
		free(small);
	}
	assert_int_equal(stripped_length, 77);
	assert_int_equal(
		lineage_cmdline_strip(copy, length, buf, expected_length + 1, &stripped_length), 0);
	assert_int_equal(stripped_length, expected_length);
	assert_string_equal(buf, expected);
	free(copy);
	return buf;
}

/* Stamp with a buffer and a limit of exactly the size of @expected, and of larger sizes. */
static void assert_stamped(const char *line, size_t length, const char *expected)
{
	struct lineage_stamp stamp = stamp_a();
	size_t expected_length = strlen(expected);
	char *copy = heap_copy(line, length);
	static const struct {
		size_t limit_less;
		size_t size_less;
		int error;
	} rooms[] = { { 0, 0, 0 }, { 1, 0, -ENOSPC }, { 0, 1, -ENOSPC } };
	char large[ROOM];
	size_t i, large_length;

	for (i = 0; i < COUNT_OF(rooms); i++) {
		size_t size = expected_length + 1 - rooms[i].size_less;
		char *buf = heap_untouched(size);
		size_t stamped_length = 77;

		assert_int_equal(lineage_cmdline_stamp(copy, length, &stamp,
						       expected_length - rooms[i].limit_less, buf,
						       size, &stamped_length),
				 rooms[i].error);
		assert_int_equal(stamped_length, rooms[i].error ? 77 : expected_length);
		if (!rooms[i].error)
			assert_string_equal(buf, expected);
		free(buf);
	}
	assert_int_equal(lineage_cmdline_stamp(copy, length, &stamp, sizeof(large), large,
					       sizeof(large), &large_length),
			 0);
	assert_int_equal(large_length, expected_length);
	assert_string_equal(large, expected);
	free(copy);
}

static void strips_and_stamps_each_line(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(lines); i++) {
		size_t length = strlen(lines[i].line);

		free(assert_stripped(lines[i].line, length, lines[i].stripped));
		assert_stamped(lines[i].line, length, lines[i].stamped);
		/* Stamping is idempotent. */
		free(assert_stripped(lines[i].stripped, strlen(lines[i].stripped),
				     lines[i].stripped));
		free(assert_stripped(lines[i].stamped, strlen(lines[i].stamped),
				     lines[i].stripped));
		assert_stamped(lines[i].stamped, strlen(lines[i].stamped), lines[i].stamped);
		assert_split_as_linux_does(lines[i].line);
	}
}

static void ends_the_line_at_a_nul(void **state)
{
	static const char line[] = "a " STAMP_OLD "\0 b " STAMP_OLD;

	free(assert_stripped(line, sizeof(line) - 1, "a"));
	free(assert_stripped("\0a", 2, ""));
	free(assert_stripped(STAMP_OLD "\0a", strlen(STAMP_OLD) + 2, ""));
	assert_stamped(line, sizeof(line) - 1, "a " STAMP_A);
	assert_stamped("\0a", 2, STAMP_A);
	assert_stamped("\"a\0\"", 4, STAMP_A " \"a");
}

static void accepts_an_empty_line(void **state)
{
	struct lineage_stamp stamp = stamp_a();
	struct lineage_parameter parameter;
	size_t length = 77;
	char buf[64];

	assert_int_equal(lineage_cmdline_find(NULL, 0, "a", &parameter), 0);
	assert_int_equal(lineage_cmdline_strip(NULL, 0, buf, 1, &length), 0);
	assert_int_equal(length, 0);
	assert_int_equal(lineage_cmdline_stamp(NULL, 0, &stamp, 63, buf, 64, &length), 0);
	assert_string_equal(buf, STAMP_A);
	length = 77;
	assert_int_equal(lineage_cmdline_strip("", 0, buf, 0, &length), -ENOSPC);
	assert_int_equal(lineage_cmdline_stamp("", 0, &stamp, 64, buf, 0, &length), -ENOSPC);
	assert_int_equal(lineage_cmdline_stamp("", 0, &stamp, 0, buf, 64, &length), -ENOSPC);
	assert_int_equal(lineage_cmdline_stamp("", 0, &stamp, 1, buf, 64, &length), -ENOSPC);
	assert_int_equal(length, 77);
}

static void knows_a_line_of_stamps_alone(void **state)
{
	static const struct {
		const char *line;
		size_t length;
		bool is_empty;
	} alone[] = {
		{ NULL, 0, true },
		{ "\0a", 2, true },
#define LINE(text, is_empty) { text, sizeof(text) - 1, is_empty }
		LINE("", true),
		LINE(" \t", true),
		LINE(STAMP_A, true),
		LINE(" " STAMP_A "  kexec-lineage.stamp=x ", true),
		LINE("a", false),
		LINE(STAMP_A " a", false),
		LINE("a " STAMP_A, false),
		LINE("-- init", false),
		LINE(STAMP_A " --", false),
		LINE("kexec_lineage.autostamp=0", false),
#undef LINE
	};

	for (size_t i = 0; i < COUNT_OF(alone); i++)
		assert_int_equal(lineage_cmdline_is_empty(alone[i].line, alone[i].length),
				 alone[i].is_empty);
}

/* Stamp "aaa...a" of @length bytes at a limit that leaves @room bytes after it. */
static void assert_long_line(size_t length, size_t limit)
{
	struct lineage_stamp stamp = make_stamp(6, "7.3.4", "7.2.12,6.12.111*2,6.1.0,5.10*2");
	static const size_t whole[] = { 0, 6, 17, 23, 30 }; /* bytes of the chain's entries */
	size_t head = strlen(LINEAGE_STAMP_PREFIX "1,k,6,7.3.4,"), crc = 9;
	size_t room = limit > length + (length > 0) ? limit - length - (length > 0) : 0;
	char *line = heap_untouched(length), *buf = heap_untouched(limit + 1);
	size_t entries = 4, result = 77;

	memset(line, 'a', length);
	while (entries > 0 && head + whole[entries] + crc > room)
		entries--;
	if (entries == 0) {
		assert_int_equal(lineage_cmdline_stamp(line, length, &stamp, limit, buf, limit + 1,
						       &result),
				 -ENOSPC);
		assert_int_equal(result, 77);
		if (length <= limit) {
			assert_int_equal(
				lineage_cmdline_strip(line, length, buf, limit + 1, &result), 0);
			assert_int_equal(result, length);
			assert_memory_equal(buf, line, length);
		}
	} else {
		struct lineage_parameter found;
		struct lineage_stamp parsed;

		assert_int_equal(lineage_cmdline_stamp(line, length, &stamp, limit, buf, limit + 1,
						       &result),
				 0);
		assert_int_equal(result, length + (length > 0) + head + whole[entries] + crc);
		assert_int_equal(buf[result], '\0');
		assert_memory_equal(buf, line, length);
		assert_int_equal(lineage_cmdline_find(buf, result, LINEAGE_STAMP_NAME, &found), 1);
		assert_int_equal(
			lineage_stamp_parse(found.value, found.value_length, &parsed, NULL), 0);
		assert_int_equal(parsed.lineage.count, 6);
		assert_int_equal(parsed.lineage.chain_length, whole[entries]);
	}
	free(buf);
	free(line);
}

static void keeps_to_the_limit(void **state)
{
	static const size_t limits[] = { LINEAGE_CMDLINE_MAX, 2046, 2047, 2048, 100100 };
	static const size_t lengths[] = { 0, 1, 1000, 2046, 2047, 2048, 100000 };
	size_t i, n, room;

	assert_int_equal(LINEAGE_CMDLINE_MAX, 2047 - 30 - 1);
	for (i = 0; i < COUNT_OF(limits); i++) {
		for (n = 0; n < COUNT_OF(lengths); n++)
			assert_long_line(lengths[n], limits[i]);
		/* Each amount of room around the sizes of the stamp. */
		for (room = 0; room < 90; room++)
			assert_long_line(limits[i] - room, limits[i]);
	}
}

/* If the buffer is much smaller or larger than the limit, the smaller of the two sizes applies. */
static void keeps_to_the_buffer(void **state)
{
	struct lineage_stamp stamp = make_stamp(3, "", "AAAA,BBBB,CCCC");
	size_t head = strlen("a " LINEAGE_STAMP_PREFIX "1,k,3,,"), size, length;

	for (size = 0; size < 80; size++) {
		char *buf = heap_untouched(size);
		size_t chain = size > head + 14 + 9 ? 14 : size > head + 9 + 9 ? 9 : 4;

		length = 77;
		if (size <= head + 4 + 9) {
			assert_int_equal(lineage_cmdline_stamp("a", 1, &stamp, 1000, buf, size,
							       &length),
					 -ENOSPC);
			assert_int_equal(length, 77);
		} else {
			assert_int_equal(
				lineage_cmdline_stamp("a", 1, &stamp, 1000, buf, size, &length), 0);
			assert_int_equal(length, head + chain + 9);
			assert_int_equal(strlen(buf), length);
		}
		free(buf);
	}
}

static void returns_the_error_of_the_stamp(void **state)
{
	struct lineage_stamp nothing = make_stamp(0, "", "");
	struct lineage_stamp no_release = make_stamp(1, "a b", "A");
	size_t length = 77;
	char buf[256];

	assert_int_equal(lineage_cmdline_stamp("a", 1, &nothing, 200, buf, sizeof(buf), &length),
			 -ENODATA);
	assert_int_equal(lineage_cmdline_stamp("a", 1, &no_release, 200, buf, sizeof(buf), &length),
			 -EILSEQ);
	assert_int_equal(lineage_cmdline_stamp("a -- b", 6, &nothing, 200, buf, sizeof(buf),
					       &length),
			 -ENODATA);
	assert_int_equal(length, 77);
}

/* Check properties of many random lines. A small alphabet gives unusual combinations. */

static const char *const alphabet[] = {
	"a",   "\"",   " ",   "=",    "-",	     "_",     "\t",
	"--",  " -- ", " \"", "\xa0", " " STAMP_OLD, STAMP_A, "kexec-lineage.stamp=",
	"=\"", "a=b ",
};

static size_t random_line(struct random *random, char *line)
{
	uint32_t tokens = random_below(random, 14);

	line[0] = '\0';
	while (tokens-- > 0)
		strcat(line, alphabet[random_below(random, COUNT_OF(alphabet))]);
	return strlen(line);
}

/* Check that @rest has the parameters of @line without the stamps, and the same end. */
static void assert_only_stamps_removed(const char *line, const char *rest)
{
	static struct model_parameter parameter, kept;
	size_t at = 0, rest_at = 0, stamps = 0, stamp_bytes = 0;

	while (model_next(line, &at, &parameter)) {
		size_t length = parameter.end - parameter.start;

		if (model_is_stamp(&parameter)) {
			stamps++;
			stamp_bytes += length;
			continue;
		}
		assert_true(model_next(rest, &rest_at, &kept));
		assert_int_equal(kept.end - kept.start, length);
		assert_memory_equal(line + parameter.start, rest + kept.start, length);
	}
	assert_false(model_next(rest, &rest_at, &kept));
	assert_string_equal(line + at, rest + rest_at);
	/* One blank was removed with each stamp, except for a single stamp without blanks. */
	if (stamps > 0 && strlen(rest) == 0 && strlen(line) < stamp_bytes + stamps)
		stamps--;
	assert_int_equal(strlen(line), strlen(rest) + stamp_bytes + stamps);
}

static void assert_one_stamp(const char *stamped, size_t length)
{
	static struct model_parameter parameter;
	size_t position = 0, stamps = 0;

	while (model_next(stamped, &position, &parameter)) {
		if (!model_is_stamp(&parameter))
			continue;
		assert_string_equal(parameter.value, &STAMP_A[LINEAGE_STAMP_PREFIX_LENGTH]);
		stamps++;
	}
	assert_int_equal(stamps, 1);
	assert_int_equal(strlen(stamped), length);
}

static void assert_properties(const char *line, size_t length)
{
	struct lineage_stamp stamp = stamp_a();
	char stripped[ROOM], stamped[ROOM];
	size_t stripped_length, stamped_length;

	assert_split_as_linux_does(line);
	assert_int_equal(lineage_cmdline_strip(line, length, stripped, ROOM, &stripped_length), 0);
	assert_int_equal(strlen(stripped), stripped_length);
	assert_only_stamps_removed(line, stripped);
	free(assert_stripped(line, length, stripped));
	free(assert_stripped(stripped, stripped_length, stripped));

	assert_int_equal(lineage_cmdline_stamp(line, length, &stamp, ROOM, stamped, ROOM,
					       &stamped_length),
			 0);
	assert_one_stamp(stamped, stamped_length);
	assert_only_stamps_removed(stamped, stripped);
	free(assert_stripped(stamped, stamped_length, stripped));
	assert_stamped(line, length, stamped);
	assert_stamped(stamped, stamped_length, stamped);
}

static void holds_its_properties_on_random_lines(void **state)
{
	uint64_t seed = number_from_environment("LINEAGE_SEED", 1);
	uint64_t rounds = number_from_environment("LINEAGE_LINES", 20000);
	struct random random = random_from(seed);
	uint64_t i;

	for (i = 0; i < rounds; i++) {
		char line[ROOM];
		size_t length = random_line(&random, line);

		assert_properties(line, length);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_each_first_parameter),
		cmocka_unit_test(ends_at_a_nul_and_at_two_dashes),
		cmocka_unit_test(ends_a_parameter_at_a_nul),
		cmocka_unit_test(compares_names_as_linux_does),
		cmocka_unit_test(finds_the_last_one),
		cmocka_unit_test(strips_and_stamps_each_line),
		cmocka_unit_test(ends_the_line_at_a_nul),
		cmocka_unit_test(accepts_an_empty_line),
		cmocka_unit_test(knows_a_line_of_stamps_alone),
		cmocka_unit_test(keeps_to_the_limit),
		cmocka_unit_test(keeps_to_the_buffer),
		cmocka_unit_test(returns_the_error_of_the_stamp),
		cmocka_unit_test(holds_its_properties_on_random_lines),
	};

	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
