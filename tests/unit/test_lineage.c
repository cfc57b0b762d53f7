// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/lineage.c: one more kernel with each kexec, saturation, and dropped entries. */
#include "support.h"

#include <cmocka.h>
#include <stdio.h>

#define UINT32_TEXT "4294967295"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void assert_lineage(const struct lineage *lineage, uint32_t count, const char *chain)
{
	assert_int_equal(lineage->count, count);
	assert_int_equal(lineage->chain_length, strlen(chain));
	assert_memory_equal(lineage->chain, chain, strlen(chain));
}

static void clears_all(void **state)
{
	struct lineage lineage;
	size_t i;

	memset(&lineage, UNTOUCHED, sizeof(lineage));
	lineage_clear(&lineage);
	for (i = 0; i < sizeof(lineage); i++)
		assert_int_equal(((const char *)&lineage)[i], 0);
}

static const struct {
	uint32_t count;
	const char *chain;
	const char *release;
	uint32_t next_count;
	const char *next_chain;
} pushes[] = {
	{ 0, "", "6.1.0", 1, "6.1.0" },
	{ 1, "6.1.0", "6.1.0", 2, "6.1.0*2" },
	{ 2, "6.1.0*2", "6.1.0", 3, "6.1.0*3" },
	{ 9, "A*9", "A", 10, "A*10" },
	{ 1, "A", "B", 2, "B,A" },
	{ 2, "B,A", "B", 3, "B*2,A" },
	{ 2, "B,A", "A", 3, "A,B,A" },
	{ 3, "B*2,A", "B", 4, "B*3,A" },
	{ 100, "A*99,B", "A", 101, "A*100,B" },
	/* Releases with a common prefix differ. */
	{ 1, "6.1.0", "6.1", 2, "6.1,6.1.0" },
	{ 1, "6.1", "6.1.0", 2, "6.1.0,6.1" },
	/* The separators of a chain are encoded inside a release. */
	{ 1, "A", "A*2", 2, "A%2A2,A" },
	{ 1, "A%2A2", "A*2", 2, "A%2A2*2" },
	{ 1, "A", "A,B", 2, "A%2CB,A" },
	/* Saturation. */
	{ 4294967294, "A", "B", 4294967295, "B,A" },
	{ 4294967295, "A", "B", 4294967295, "B,A" },
	{ 4294967295, "A*4294967294", "A", 4294967295, "A*" UINT32_TEXT },
	{ 4294967295, "A*" UINT32_TEXT, "A", 4294967295, "A*" UINT32_TEXT },
	{ 4294967295, "A*" UINT32_TEXT ",B", "A", 4294967295, "A*" UINT32_TEXT ",B" },
	/* A chain shorter than the count remains shorter. */
	{ 70, "A,B", "C", 71, "C,A,B" },
	{ 70, "", "C", 71, "C" },
	{ 1, A64, A64, 2, A64 "*2" },
};

static void pushes_one_kernel(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(pushes); i++) {
		struct lineage lineage = make_lineage(pushes[i].count, pushes[i].chain);

		assert_int_equal(lineage_push(&lineage, pushes[i].release), 0);
		assert_lineage(&lineage, pushes[i].next_count, pushes[i].next_chain);
	}
}

static void pushes_no_invalid_release(void **state)
{
	static const char *const releases[] = { "", " ", "a b", "a\n", "\x7f", A64 "a" };
	size_t i;

	for (i = 0; i < COUNT_OF(releases); i++) {
		struct lineage lineage = make_lineage(7, "A*2,B");
		struct lineage before = lineage;

		assert_int_equal(lineage_push(&lineage, releases[i]), -EILSEQ);
		assert_memory_equal(&lineage, &before, sizeof(lineage));
	}
}

/* Push @new_length bytes before a chain of @length bytes, and check which entries remain. */
static void assert_push_drops(size_t length, size_t new_length)
{
	struct lineage *lineage = heap_untouched(sizeof(*lineage));
	char old[LINEAGE_CHAIN_MAX], release[LINEAGE_RELEASE_SIZE];
	size_t kept = length;

	fill_chain(old, length);
	lineage->count = 5000;
	lineage->chain_length = (uint32_t)length;
	memcpy(lineage->chain, old, length);
	memset(release, 'Z', new_length);
	release[new_length] = '\0';

	/* The chain ends in entries of one byte: two bytes are dropped at a time. */
	while (new_length + 1 + kept > LINEAGE_CHAIN_MAX)
		kept -= 2;
	assert_int_equal(lineage_push(lineage, release), 0);
	assert_int_equal(lineage->count, 5001);
	assert_int_equal(lineage->chain_length, new_length + 1 + kept);
	assert_memory_equal(lineage->chain, release, new_length);
	assert_int_equal(lineage->chain[new_length], ',');
	assert_memory_equal(lineage->chain + new_length + 1, old, kept);
	free(lineage);
}

static void drops_the_oldest_entries(void **state)
{
	size_t length, new_length;

	for (length = LINEAGE_CHAIN_MAX - 70; length <= LINEAGE_CHAIN_MAX; length++) {
		for (new_length = 1; new_length <= LINEAGE_RELEASE_MAX; new_length++)
			assert_push_drops(length, new_length);
	}
}

/* One more digit in the runs makes the chain longer, too. */
static void drops_where_a_run_grows(void **state)
{
	static const struct {
		const char *run;
		const char *next;
	} runs[] = { { "A", "A*2" }, { "A*9", "A*10" }, { "A*99", "A*100" }, { "A*2", "A*3" } };
	size_t i, length;

	for (i = 0; i < COUNT_OF(runs); i++) {
		size_t run = strlen(runs[i].run), next = strlen(runs[i].next);

		for (length = LINEAGE_CHAIN_MAX - 9; length <= LINEAGE_CHAIN_MAX; length++) {
			struct lineage lineage = { .count = 9000,
						   .chain_length = (uint32_t)length };
			char rest[LINEAGE_CHAIN_MAX];
			size_t kept = length - run - 1;

			fill_chain(rest, kept);
			memcpy(lineage.chain, runs[i].run, run);
			lineage.chain[run] = ',';
			memcpy(lineage.chain + run + 1, rest, kept);
			while (next + 1 + kept > LINEAGE_CHAIN_MAX)
				kept -= 2;
			assert_int_equal(lineage_push(&lineage, "A"), 0);
			assert_int_equal(lineage.chain_length, next + 1 + kept);
			assert_memory_equal(lineage.chain, runs[i].next, next);
			assert_memory_equal(lineage.chain + next + 1, rest, kept);
		}
	}
}

/* Thousands of kexecs of a few releases: the chain remains valid and names the real kernels. */
static void keeps_a_true_history(void **state)
{
	static const char *const releases[] = { "6.1", "6.12.111+deb12-amd64", "7,3", "a*2",
						"%41" };
	struct random random = random_from(3);
	uint8_t history[3000];
	struct lineage lineage;
	uint32_t i;

	lineage_clear(&lineage);
	for (i = 0; i < COUNT_OF(history); i++) {
		struct lineage_run run;
		size_t position = 0;
		uint64_t kernels;
		uint32_t at = i + 1;

		history[i] = (uint8_t)random_below(&random, COUNT_OF(releases));
		assert_int_equal(lineage_push(&lineage, releases[history[i]]), 0);
		assert_int_equal(lineage.count, i + 1);
		assert_int_equal(lineage_chain_check(lineage.chain, lineage.chain_length, &kernels,
						     NULL),
				 0);
		assert_int_equal(lineage_chain_kernels(&lineage), kernels);
		assert_int_equal(lineage_is_complete(&lineage), kernels == i + 1);
		while (lineage_chain_next(&lineage, &position, &run) == 0) {
			while (run.runs-- > 0)
				assert_string_equal(run.release, releases[history[--at]]);
		}
		assert_int_equal(at, i + 1 - kernels);
	}
	assert_false(lineage_is_complete(&lineage));
}

static void iterates_over_the_chain(void **state)
{
	static const struct lineage_run expected[] = { { "B", 1 },
						       { "A,", 2 },
						       { "C", 4294967295 } };
	struct lineage lineage = make_lineage(9, "B,A%2C*2,C*" UINT32_TEXT);
	struct lineage_run run;
	size_t position = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(expected); i++) {
		assert_int_equal(lineage_chain_next(&lineage, &position, &run), 0);
		assert_string_equal(run.release, expected[i].release);
		assert_int_equal(run.runs, expected[i].runs);
	}
	memset(&run, UNTOUCHED, sizeof(run));
	assert_int_equal(lineage_chain_next(&lineage, &position, &run), -ENODATA);
	assert_int_equal(lineage_chain_next(&lineage, &position, &run), -ENODATA);
	assert_true(is_untouched(&run, sizeof(run)));
}

static void stops_at_a_malformed_entry(void **state)
{
	struct lineage lineage = make_lineage(9, "A,B*1,C");
	struct lineage_run run;
	size_t position = 0;

	assert_int_equal(lineage_chain_next(&lineage, &position, &run), 0);
	memset(&run, UNTOUCHED, sizeof(run));
	assert_int_equal(lineage_chain_next(&lineage, &position, &run), -ENODATA);
	assert_int_equal(position, 2);
	assert_int_equal(lineage_chain_kernels(&lineage), 1);
	assert_true(is_untouched(&run, sizeof(run)));
}

static void iterates_over_an_empty_chain(void **state)
{
	struct lineage lineage = make_lineage(0, "");
	struct lineage_run run;
	size_t position = 0;

	memset(&run, UNTOUCHED, sizeof(run));
	assert_int_equal(lineage_chain_next(&lineage, &position, &run), -ENODATA);
	assert_true(is_untouched(&run, sizeof(run)));
	assert_int_equal(lineage_chain_kernels(&lineage), 0);
	assert_true(lineage_is_complete(&lineage));
}

static const struct {
	const char *text;
	uint64_t kernels;
} chains[] = {
	{ "", 0 },
	{ "A", 1 },
	{ "A*2", 2 },
	{ "A,B", 2 },
	{ "A,B,A", 3 },
	{ "A,AA,A", 3 },
	{ "AA,A,AA", 3 },
	{ "A*2,AB*3,A*4", 9 },
	{ "A*" UINT32_TEXT ",B*" UINT32_TEXT, 8589934590 },
	{ "%2C,%2A*10", 11 },
	{ A64, 1 },
};

static void checks_good_chains(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(chains); i++) {
		size_t length = strlen(chains[i].text);
		char *text = heap_copy(chains[i].text, length);
		struct lineage_fault fault;
		uint64_t kernels = 77;

		memset(&fault, UNTOUCHED, sizeof(fault));
		assert_int_equal(lineage_chain_check(text, length, &kernels, &fault), 0);
		assert_int_equal(kernels, chains[i].kernels);
		assert_true(is_untouched(&fault, sizeof(fault)));
		free(text);
	}
}

static const char bad_number[] = "the number after '*' is not 2 to 4294967295";
static const char bad_byte[] = "a release has a byte or percent code that is not allowed";
static const char empty[] = "a release is empty";
static const char neighbours[] = "two neighbouring entries name the same release";

static const struct {
	const char *text;
	size_t offset;
	const char *what;
} broken_chains[] = {
	{ ",", 0, empty },
	{ "A,", 2, empty },
	{ ",A", 0, empty },
	{ "A,,B", 2, empty },
	{ "A,B,", 4, empty },
	{ "*2", 0, empty },
	{ "A,*2", 2, empty },
	{ "A*", 1, bad_number },
	{ "A*0", 1, bad_number },
	{ "A*1", 1, bad_number },
	{ "A*02", 1, bad_number },
	{ "A*4294967296", 1, bad_number },
	{ "A*2*2", 1, bad_number },
	{ "A*2 ", 1, bad_number },
	{ "B,A*1", 3, bad_number },
	{ "B,C,A*x", 5, bad_number },
	{ "A B", 1, bad_byte },
	{ "B,A%", 3, bad_byte },
	{ "B,A%2c", 3, bad_byte },
	{ "A,A", 2, neighbours },
	{ "A,A*2", 2, neighbours },
	{ "A*2,A", 4, neighbours },
	{ "B,A*2,A*3", 6, neighbours },
	{ "A,B,B", 4, neighbours },
	{ "B,AA,AA,B", 5, neighbours },
	{ "A," A64 "a", 66, "a release is longer than 64 bytes" },
};

static void names_the_broken_rule(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(broken_chains); i++) {
		size_t length = strlen(broken_chains[i].text);
		char *text = heap_copy(broken_chains[i].text, length);
		struct lineage_fault fault;
		uint64_t kernels = 77;

		assert_int_equal(lineage_chain_check(text, length, &kernels, &fault), -EILSEQ);
		assert_int_equal(lineage_chain_check(text, length, &kernels, NULL), -EILSEQ);
		assert_int_equal(kernels, 77);
		assert_string_equal(fault.what, broken_chains[i].what);
		assert_int_equal(fault.offset, broken_chains[i].offset);
		assert_false(fault.has_values);
		free(text);
	}
}

static void checks_the_longest_chain(void **state)
{
	char *text = heap_untouched(LINEAGE_CHAIN_MAX + 1);
	struct lineage_fault fault;
	uint64_t kernels = 77;

	fill_chain(text, LINEAGE_CHAIN_MAX + 1);
	assert_int_equal(lineage_chain_check(text, LINEAGE_CHAIN_MAX + 1, &kernels, &fault),
			 -EILSEQ);
	assert_int_equal(kernels, 77);
	assert_string_equal(fault.what, "the chain is longer than a stamp can be");
	assert_int_equal(fault.offset, LINEAGE_CHAIN_MAX);
	fill_chain(text, LINEAGE_CHAIN_MAX);
	assert_int_equal(lineage_chain_check(text, LINEAGE_CHAIN_MAX, &kernels, &fault), 0);
	assert_int_equal(kernels, 1 + (LINEAGE_CHAIN_MAX - 2) / 2);
	free(text);
}

/* A stamp of 1024 bytes has room for 988: "kexec_lineage.stamp=" "1,k,1,," CHAIN ",12345678". */
static void derives_the_longest_chain(void **state)
{
	assert_int_equal(LINEAGE_CHAIN_MAX, 1024 - 20 - 7 - 9);
}

static const struct {
	const char *chain;
	size_t room;
	size_t fit;
} fits[] = {
	{ "", 0, 0 },	       { "", 10, 0 },	       { "A", 0, 0 },	      { "A", 1, 1 },
	{ "A", 2, 1 },	       { "AB", 1, 0 },	       { "A,B", 0, 0 },	      { "A,B", 1, 1 },
	{ "A,B", 2, 1 },       { "A,B", 3, 3 },	       { "A,B", 99, 3 },      { "AAA,B", 2, 0 },
	{ "AAA,B", 3, 3 },     { "AAA,B", 4, 3 },      { "AAA,B", 5, 5 },     { "A*2,B*3,C", 2, 0 },
	{ "A*2,B*3,C", 3, 3 }, { "A*2,B*3,C", 6, 3 },  { "A*2,B*3,C", 7, 7 }, { "A*2,B*3,C", 8, 7 },
	{ "A*2,B*3,C", 9, 9 }, { "A*2,B*3,C", 10, 9 },
};

static void fits_whole_entries(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(fits); i++) {
		struct lineage lineage = make_lineage(1, fits[i].chain);

		assert_int_equal(lineage_chain_fit(&lineage, fits[i].room), fits[i].fit);
	}
}

static void fits_at_every_room(void **state)
{
	struct lineage lineage = { .count = 5000, .chain_length = LINEAGE_CHAIN_MAX };
	size_t room;

	fill_chain(lineage.chain, LINEAGE_CHAIN_MAX); /* "aa,b,c,..." */
	for (room = 0; room <= LINEAGE_CHAIN_MAX + 5; room++) {
		size_t expected = room < LINEAGE_CHAIN_MAX ? room : LINEAGE_CHAIN_MAX;

		expected = expected < 2 ? 0 : expected - expected % 2;
		assert_int_equal(lineage_chain_fit(&lineage, room), expected);
	}
}

static const struct {
	uint32_t count;
	const char *chain;
	bool complete;
} completeness[] = {
	{ 0, "", true },
	{ 1, "", false },
	{ 1, "A", true },
	{ 2, "A", false },
	{ 3, "A*2,B", true },
	{ 2, "A*2,B", false },
	{ 4, "A*2,B", false },
	{ 4294967294, "A*4294967294", true },
	{ 4294967295, "A*" UINT32_TEXT, false },
	{ 4294967295, "A", false },
	{ 1, "A*4294967295,B*2", false }, /* equal only modulo 2^32 */
};

static void knows_when_it_is_complete(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(completeness); i++) {
		struct lineage lineage = make_lineage(completeness[i].count, completeness[i].chain);

		assert_int_equal(lineage_is_complete(&lineage), completeness[i].complete);
	}
}

static const struct {
	const char *chain;
	const char *text;
} texts[] = {
	{ "", "" },
	{ "A", "A" },
	{ "A*2", "A*2" },
	{ "B,A", "B, A" },
	{ "B,A*2,C", "B, A*2, C" },
	{ "6.1,A*" UINT32_TEXT ",6.1", "6.1, A*" UINT32_TEXT ", 6.1" },
	{ "A%2CB*2,%25,C", "A%2CB*2, %25, C" }, /* encoded as in a stamp */
	{ A64 "," A64 "*2", A64 ", " A64 "*2" },
};

/* The text fits into a buffer of exactly its size. In a larger buffer, the rest is untouched. */
static void writes_a_chain_as_text(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++) {
		struct lineage lineage = make_lineage(9, texts[i].chain);
		size_t length = strlen(texts[i].text);
		char *buf = heap_untouched(length);
		char *large = heap_untouched(length + 3);
		size_t position = 0, again = 0, end;

		assert_int_equal(lineage_chain_text(&lineage, &position, buf, length), length);
		assert_memory_equal(buf, texts[i].text, length);
		assert_int_equal(lineage_chain_text(&lineage, &again, large, length + 3), length);
		assert_memory_equal(large, texts[i].text, length);
		assert_true(is_untouched(large + length, 3));
		assert_int_equal(position, again);

		end = position;
		assert_int_equal(lineage_chain_text(&lineage, &position, large, length + 3), 0);
		assert_int_equal(position, end);
		assert_memory_equal(large, texts[i].text, length);
		free(large);
		free(buf);
	}
}

static const struct {
	const char *chain;
	size_t size;
	const char *text;
	const char *rest; /* output of the next call */
} parts[] = {
	{ "B,A*2,C", 9, "B, A*2, C", "" },
	{ "B,A*2,C", 8, "B, A*2", "C" },
	{ "B,A*2,C", 7, "B, A*2", "C" },
	{ "B,A*2,C", 6, "B, A*2", "C" },
	{ "B,A*2,C", 5, "B", "A*2, C" },
	{ "B,A*2,C", 2, "B", "A*2, C" },
	{ "B,A*2,C", 1, "B", "A*2, C" },
	{ "B,A*2,C", 0, "", "B, A*2, C" },
	/* A short entry is not written before a long entry that precedes it. */
	{ "AAA,B", 2, "", "AAA, B" },
	{ "A,BBB,C", 4, "A", "BBB, C" },
	{ "A*10", 3, "", "A*10" },
};

static void leaves_what_does_not_fit_to_the_next_call(void **state)
{
	char rest[LINEAGE_CHAIN_TEXT_MAX];
	size_t i;

	for (i = 0; i < COUNT_OF(parts); i++) {
		struct lineage lineage = make_lineage(9, parts[i].chain);
		size_t length = strlen(parts[i].text), rest_length = strlen(parts[i].rest);
		char *buf = heap_untouched(parts[i].size);
		size_t position = 0;

		assert_int_equal(lineage_chain_text(&lineage, &position, buf, parts[i].size),
				 length);
		assert_memory_equal(buf, parts[i].text, length);
		assert_true(is_untouched(buf + length, parts[i].size - length));
		assert_int_equal(lineage_chain_text(&lineage, &position, rest, sizeof(rest)),
				 rest_length);
		assert_memory_equal(rest, parts[i].rest, rest_length);
		free(buf);
	}
}

/* Convert "a,b*2" to "a, b*2" with other code. */
static size_t spell_out(const struct lineage *lineage, char *buf)
{
	size_t i, written = 0;

	for (i = 0; i < lineage->chain_length; i++) {
		buf[written++] = lineage->chain[i];
		if (lineage->chain[i] == ',')
			buf[written++] = ' ';
	}
	return written;
}

/* Concatenate all chunks of @size bytes; @buf has LINEAGE_CHAIN_TEXT_MAX bytes. */
static size_t join_chunks(const struct lineage *lineage, size_t size, char *buf)
{
	char *chunk = heap_untouched(size);
	size_t position = 0, written = 0, length;

	while ((length = lineage_chain_text(lineage, &position, chunk, size)) > 0) {
		assert_true(length <= size);
		assert_true(written + 2 + length <= LINEAGE_CHAIN_TEXT_MAX);
		if (written > 0) {
			memcpy(buf + written, ", ", 2);
			written += 2;
		}
		memcpy(buf + written, chunk, length);
		written += length;
	}
	free(chunk);
	return written;
}

static void splits_a_long_chain(void **state)
{
	static const char *const releases[] = { "6.1", "6.12.111+deb12-amd64", "7,3", "a*2", "b" };
	char whole[LINEAGE_CHAIN_TEXT_MAX], joined[LINEAGE_CHAIN_TEXT_MAX];
	struct random random = random_from(4);
	struct lineage lineage;
	size_t i, length;

	lineage_clear(&lineage);
	for (i = 0; i < 500; i++)
		assert_int_equal(lineage_push(&lineage,
					      releases[random_below(&random, COUNT_OF(releases))]),
				 0);
	length = spell_out(&lineage, whole);
	assert_in_range(length, LINEAGE_CHAIN_MAX, sizeof(whole));
	for (i = 30; i <= length + 1; i++) { /* 30 bytes are enough for each entry */
		assert_int_equal(join_chunks(&lineage, i, joined), length);
		assert_memory_equal(joined, whole, length);
	}
}

/* A chain with entries of one byte has the largest number of entries. */
static void writes_the_longest_text(void **state)
{
	char whole[2 * LINEAGE_CHAIN_MAX];
	size_t length;

	for (length = LINEAGE_CHAIN_MAX - 1; length <= LINEAGE_CHAIN_MAX; length++) {
		struct lineage lineage = { .count = 9000, .chain_length = (uint32_t)length };
		char *buf = heap_untouched(LINEAGE_CHAIN_TEXT_MAX);
		size_t position = 0, whole_length;
		uint64_t kernels = 0;

		fill_chain(lineage.chain, length);
		assert_int_equal(lineage_chain_check(lineage.chain, length, &kernels, NULL), 0);
		assert_int_equal(kernels, 494);
		whole_length = spell_out(&lineage, whole);
		assert_int_equal(whole_length, length + 493);
		assert_int_equal(lineage_chain_text(&lineage, &position, buf,
						    LINEAGE_CHAIN_TEXT_MAX),
				 whole_length);
		assert_memory_equal(buf, whole, whole_length);
		assert_true(
			is_untouched(buf + whole_length, LINEAGE_CHAIN_TEXT_MAX - whole_length));
		assert_int_equal(
			lineage_chain_text(&lineage, &position, buf, LINEAGE_CHAIN_TEXT_MAX), 0);
		free(buf);
	}
}

static void writes_nothing_past_the_end(void **state)
{
	static const size_t positions[] = { 3, 4, 5, LINEAGE_CHAIN_MAX, SIZE_MAX };
	struct lineage lineage = make_lineage(2, "B,A,C");
	size_t i;

	lineage.chain_length = 3; /* bytes after the end do not belong to the chain */
	for (i = 0; i < COUNT_OF(positions); i++) {
		size_t position = positions[i];
		char buf[10];

		memset(buf, UNTOUCHED, sizeof(buf));
		assert_int_equal(lineage_chain_text(&lineage, &position, buf, sizeof(buf)), 0);
		assert_int_equal(position, positions[i]);
		assert_true(is_untouched(buf, sizeof(buf)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clears_all),
		cmocka_unit_test(pushes_one_kernel),
		cmocka_unit_test(pushes_no_invalid_release),
		cmocka_unit_test(drops_the_oldest_entries),
		cmocka_unit_test(drops_where_a_run_grows),
		cmocka_unit_test(keeps_a_true_history),
		cmocka_unit_test(iterates_over_the_chain),
		cmocka_unit_test(stops_at_a_malformed_entry),
		cmocka_unit_test(iterates_over_an_empty_chain),
		cmocka_unit_test(checks_good_chains),
		cmocka_unit_test(names_the_broken_rule),
		cmocka_unit_test(checks_the_longest_chain),
		cmocka_unit_test(derives_the_longest_chain),
		cmocka_unit_test(fits_whole_entries),
		cmocka_unit_test(fits_at_every_room),
		cmocka_unit_test(knows_when_it_is_complete),
		cmocka_unit_test(writes_a_chain_as_text),
		cmocka_unit_test(leaves_what_does_not_fit_to_the_next_call),
		cmocka_unit_test(splits_a_long_chain),
		cmocka_unit_test(writes_the_longest_text),
		cmocka_unit_test(writes_nothing_past_the_end),
	};

	return cmocka_run_group_tests_name("lineage", tests, NULL, NULL);
}
