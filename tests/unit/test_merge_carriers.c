// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of core/merge_carriers.c: a table of cases, and every combination of carriers, compared
 * with the rule.
 */
#include "support.h"

#include <cmocka.h>

#include "core/merge_carriers.h"

#define MOST UINT32_MAX
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A release or chain, and its count. NULL: the carrier delivered nothing. */
struct delivered {
	const char *text;
	uint32_t count;
};

#define NOTHING         \
	{               \
		NULL, 0 \
	}

enum rejected { NONE, KHO, CMDLINE, BOTH };

static const struct {
	struct delivered metadata;
	struct delivered kho;
	struct delivered cmdline;
	const char *previous;
	struct delivered merged;
	enum rejected rejected;
} rows[] = {
	/* A cold boot, or no carriers. */
	{ NOTHING, NOTHING, NOTHING, "", { "", 0 }, NONE },

	/* One carrier alone. */
	{ { "A", 1 }, NOTHING, NOTHING, "A", { "A", 1 }, NONE },
	{ { "A", 7 }, NOTHING, NOTHING, "A", { "A", 7 }, NONE },
	{ { "A", MOST }, NOTHING, NOTHING, "A", { "A", MOST }, NONE },
	{ { "a,b*2", 1 }, NOTHING, NOTHING, "a,b*2", { "a%2Cb%2A2", 1 }, NONE },
	{ { A64, 1 }, NOTHING, NOTHING, A64, { A64, 1 }, NONE },
	{ NOTHING, { "B,A*2", 3 }, NOTHING, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, { "B*2,A", 9 }, NOTHING, "B", { "B*2,A", 9 }, NONE },
	{ NOTHING, { "a%2Cb,A", 2 }, NOTHING, "a,b", { "a%2Cb,A", 2 }, NONE },
	{ NOTHING, NOTHING, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, NOTHING, { A64 ",A", MOST }, A64, { A64 ",A", MOST }, NONE },

	/*
	 * Metadata and one lineage agree: the larger count and the chain of the lineage are used.
	 */
	{ { "B", 3 }, { "B,A*2", 3 }, NOTHING, "B", { "B,A*2", 3 }, NONE },
	{ { "B", 1 }, { "B,A*2", 3 }, NOTHING, "B", { "B,A*2", 3 }, NONE },
	{ { "B", 4 }, { "B,A*2", 3 }, NOTHING, "B", { "B,A*2", 4 }, NONE },
	{ { "B", MOST }, { "B,A*2", 3 }, NOTHING, "B", { "B,A*2", MOST }, NONE },
	{ { "B", 3 }, NOTHING, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ { "B", 1 }, NOTHING, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ { "B", 4 }, NOTHING, { "B,A*2", 3 }, "B", { "B,A*2", 4 }, NONE },
	{ { "a,b", 1 }, NOTHING, { "a%2Cb*2", 2 }, "a,b", { "a%2Cb*2", 2 }, NONE },

	/* A lineage contradicts the metadata: the count of the lineage is not used either. */
	{ { "A", 1 }, { "B,A*2", 3 }, NOTHING, "A", { "A", 1 }, KHO },
	{ { "A", 4 }, { "B,A*2", 3 }, NOTHING, "A", { "A", 4 }, KHO },
	{ { "A", 1 }, NOTHING, { "B,A*2", 3 }, "A", { "A", 1 }, CMDLINE },
	{ { "6.1", 1 }, NOTHING, { "6.1.0", 3 }, "6.1", { "6.1", 1 }, CMDLINE },
	{ { "6.1.0", 1 }, { "6.1", 3 }, NOTHING, "6.1.0", { "6.1.0", 1 }, KHO },
	{ { "a%2Cb", 1 }, { "a%2Cb", 3 }, NOTHING, "a%2Cb", { "a%252Cb", 1 }, KHO },

	/* Two lineages agree: the lineage with the larger count or with more kernels is used. */
	{ NOTHING, { "B,A", 2 }, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, { "B,A*2", 3 }, { "B,A", 2 }, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, { "B,A*2", 3 }, { "B", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, { "B", 3 }, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ NOTHING, { "B,A", 4 }, { "B,A*2", 3 }, "B", { "B,A", 4 }, NONE },
	{ NOTHING, { "B,A*2", 3 }, { "B,A", 4 }, "B", { "B,A", 4 }, NONE },
	{ NOTHING, { "B,C", 2 }, { "B,A", 2 }, "B", { "B,C", 2 }, NONE },
	/*
	 * The lineage with more kernels is used, even if the other one has more entries or bytes.
	 */
	{ NOTHING, { "B,A*9", 20 }, { "B,A,C,D", 20 }, "B", { "B,A*9", 20 }, NONE },
	{ NOTHING, { "B,A,C,D", 20 }, { "B,A*9", 20 }, "B", { "B,A*9", 20 }, NONE },

	/*
	 * Two lineages differ: KHO's lineage is used. A stamp can be copied, but the memory of KHO
	 * survives only a kexec.
	 */
	{ NOTHING, { "B", 1 }, { "A*9", 9 }, "B", { "B", 1 }, CMDLINE },
	{ NOTHING, { "A*9", 9 }, { "B", 1 }, "A", { "A*9", 9 }, CMDLINE },

	/* All three carriers. */
	{ { "B", 1 }, { "B,A", 2 }, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, NONE },
	{ { "B", 5 }, { "B,A", 2 }, { "B,A*2", 3 }, "B", { "B,A*2", 5 }, NONE },
	{ { "B", 1 }, { "B,A*2", 3 }, { "A,B,A", 9 }, "B", { "B,A*2", 3 }, CMDLINE },
	{ { "B", 1 }, { "A,B,A", 9 }, { "B,A*2", 3 }, "B", { "B,A*2", 3 }, KHO },
	{ { "B", 4 }, { "A,B,A", 9 }, { "B,A*2", 3 }, "B", { "B,A*2", 4 }, KHO },
	{ { "C", 2 }, { "A,B,A", 9 }, { "B,A*2", 3 }, "C", { "C", 2 }, BOTH },
	{ { "C", 2 }, { "B,A*2", 3 }, { "B,A*2", 3 }, "C", { "C", 2 }, BOTH },

	/* An empty lineage, which is not valid in a stamp, has no kernel and no count. */
	{ NOTHING, { "", 9 }, NOTHING, "", { "", 0 }, KHO },
	{ NOTHING, NOTHING, { "", 9 }, "", { "", 0 }, CMDLINE },
	{ { "A", 1 }, { "", 9 }, { "", 9 }, "A", { "A", 1 }, BOTH },

	/* Saturated counts are equal, whatever the chains; the sum of runs does not wrap. */
	{ { "B", MOST }, { "B,A", MOST }, { "B,A*2", MOST }, "B", { "B,A*2", MOST }, NONE },
	{ { "B", 1 },
	  { "B,A*4294967294", MOST },
	  { "B", MOST },
	  "B",
	  { "B,A*4294967294", MOST },
	  NONE },
	{ NOTHING,
	  { "B,A*4294967295", MOST },
	  { "B,A", MOST },
	  "B",
	  { "B,A*4294967295", MOST },
	  NONE },
	{ NOTHING,
	  { "B,A", MOST },
	  { "B,A*4294967295", MOST },
	  "B",
	  { "B,A*4294967295", MOST },
	  NONE },
	{ NOTHING, { "B,A", MOST }, { "B,A*2", MOST - 1 }, "B", { "B,A", MOST }, NONE },
};

static struct lineage_merged_carriers merge(struct delivered metadata, struct delivered kho,
					    struct delivered cmdline)
{
	struct lineage_metadata delivered = { .kexec_count = metadata.count };
	struct lineage by_kho = make_lineage(kho.count, kho.text ? kho.text : "");
	struct lineage by_cmdline = make_lineage(cmdline.count, cmdline.text ? cmdline.text : "");
	const struct lineage_carriers carriers = {
		.metadata = metadata.text ? &delivered : NULL,
		.kho = kho.text ? &by_kho : NULL,
		.cmdline = cmdline.text ? &by_cmdline : NULL,
	};
	struct lineage_merged_carriers merged;

	if (metadata.text)
		strcpy(delivered.previous_release, metadata.text);
	memset(&merged, UNTOUCHED, sizeof(merged));
	lineage_merge_carriers(&carriers, &merged);
	return merged;
}

static void assert_merged(const struct lineage_merged_carriers *merged, const char *previous,
			  struct delivered lineage, bool rejects_kho, bool rejects_cmdline)
{
	size_t length = strlen(lineage.text);
	size_t i;

	assert_string_equal(merged->previous_release, previous);
	assert_int_equal(merged->lineage.count, lineage.count);
	assert_int_equal(merged->lineage.chain_length, length);
	assert_memory_equal(merged->lineage.chain, lineage.text, length);
	for (i = length; i < sizeof(merged->lineage.chain); i++)
		assert_int_equal(merged->lineage.chain[i], 0);
	assert_int_equal(merged->rejects_kho, rejects_kho);
	assert_int_equal(merged->rejects_cmdline, rejects_cmdline);
}

static void merges_as_the_table_says(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		struct lineage_merged_carriers merged =
			merge(rows[i].metadata, rows[i].kho, rows[i].cmdline);
		enum rejected rejected = rows[i].rejected;

		assert_merged(&merged, rows[i].previous, rows[i].merged,
			      rejected == KHO || rejected == BOTH,
			      rejected == CMDLINE || rejected == BOTH);
	}
}

/* ---- every combination, compared with a second implementation of the rule ---- */

static const struct delivered metadatas[] = {
	NOTHING, { "A", 1 }, { "A", 3 }, { "A", 5 }, { "A", MOST }, { "B", 1 }, { "B", MOST },
};

/* @kernels: number of kernels in the chain; 0 if nothing is delivered. */
static const struct sample {
	struct delivered delivered;
	char newest[2];
	uint64_t kernels;
} samples[] = {
	{ NOTHING, "", 0 },
	{ { "A", 1 }, "A", 1 },
	{ { "A", 4 }, "A", 1 },
	{ { "A", MOST }, "A", 1 },
	{ { "A,B", 4 }, "A", 2 },
	{ { "A,B*3", 4 }, "A", 4 },
	{ { "A,C*3", 4 }, "A", 4 },
	{ { "A*4294967295,B", MOST }, "A", 4294967296 },
	{ { "A,B*4294967295,C*2", MOST }, "A", 4294967298 },
	{ { "B", 1 }, "B", 1 },
	{ { "B,A*2", 3 }, "B", 3 },
	{ { "B,A*2", 5 }, "B", 3 },
	{ { "B,A*2", MOST }, "B", 3 },
	{ { "C*2", 4 }, "C", 2 },
};

static const struct sample *better(const struct sample *one, const struct sample *other)
{
	if (one->delivered.count > other->delivered.count)
		return one;
	if (one->delivered.count == other->delivered.count && one->kernels >= other->kernels)
		return one;
	return other;
}

static void check(struct delivered metadata, const struct sample *kho, const struct sample *cmdline)
{
	static const struct sample none;
	struct lineage_merged_carriers merged = merge(metadata, kho->delivered, cmdline->delivered);
	const char *previous = metadata.text  ? metadata.text
			       : kho->kernels ? kho->newest
					      : cmdline->newest;
	bool rejects_kho = kho->kernels && strcmp(kho->newest, previous) != 0;
	bool rejects_cmdline = cmdline->kernels && strcmp(cmdline->newest, previous) != 0;
	const struct sample *best =
		better(rejects_kho ? &none : kho, rejects_cmdline ? &none : cmdline);
	struct delivered expected = best->delivered;

	if (!best->kernels)
		expected.text = previous;
	if (metadata.count > expected.count)
		expected.count = metadata.count;
	assert_merged(&merged, previous, expected, rejects_kho, rejects_cmdline);
}

/* The stamp made from any merged lineage is valid. */
static void assert_goes_on(struct delivered metadata, const struct sample *kho,
			   const struct sample *cmdline)
{
	struct lineage_merged_carriers merged = merge(metadata, kho->delivered, cmdline->delivered);
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC, .lineage = merged.lineage };
	char text[LINEAGE_STAMP_MAX + 1];
	size_t length;

	assert_int_equal(lineage_push(&stamp.lineage, "D"), 0);
	assert_int_equal(lineage_stamp_format(&stamp, text, sizeof(text), &length), 0);
	assert_int_equal(lineage_stamp_parse(text + LINEAGE_STAMP_PREFIX_LENGTH,
					     length - LINEAGE_STAMP_PREFIX_LENGTH, &stamp, NULL),
			 0);
}

static void merges_every_combination(void **state)
{
	size_t i, j, k;

	for (i = 0; i < COUNT_OF(metadatas); i++) {
		for (j = 0; j < COUNT_OF(samples); j++) {
			for (k = 0; k < COUNT_OF(samples); k++) {
				check(metadatas[i], &samples[j], &samples[k]);
				assert_goes_on(metadatas[i], &samples[j], &samples[k]);
			}
		}
	}
}

/* The longest chain is used completely; the input is not modified. */
static void takes_the_longest_chain(void **state)
{
	struct lineage lineage = { .count = 5000, .chain_length = LINEAGE_CHAIN_MAX };
	struct lineage before;
	struct lineage_metadata metadata = { "aa", 6000 };
	const struct lineage_carriers carriers = { &metadata, &lineage, &lineage };
	struct lineage_merged_carriers merged;

	fill_chain(lineage.chain, LINEAGE_CHAIN_MAX); /* "aa,b,c,..." */
	before = lineage;
	lineage_merge_carriers(&carriers, &merged);
	assert_memory_equal(&lineage, &before, sizeof(lineage));
	assert_string_equal(merged.previous_release, "aa");
	assert_int_equal(merged.lineage.count, 6000);
	assert_int_equal(merged.lineage.chain_length, LINEAGE_CHAIN_MAX);
	assert_memory_equal(merged.lineage.chain, lineage.chain, LINEAGE_CHAIN_MAX);
}

/* Metadata may have count 0, because Linux lets the count wrap. The result is at least 1 kexec. */
static void counts_at_least_one_kexec(void **state)
{
	const struct delivered zero = { "A", 0 };
	struct lineage_merged_carriers merged =
		merge(zero, samples[0].delivered, samples[0].delivered);

	assert_merged(&merged, "A", (struct delivered){ "A", 1 }, false, false);
	assert_goes_on(zero, &samples[0], &samples[0]);
	merged = merge(zero, (struct delivered){ "B", 7 }, (struct delivered){ "C", 8 });
	assert_merged(&merged, "A", (struct delivered){ "A", 1 }, true, true);
	merged = merge(zero, (struct delivered){ "A,B", 2 }, samples[0].delivered);
	assert_merged(&merged, "A", (struct delivered){ "A,B", 2 }, false, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_as_the_table_says),
		cmocka_unit_test(merges_every_combination),
		cmocka_unit_test(takes_the_longest_chain),
		cmocka_unit_test(counts_at_least_one_kexec),
	};

	return cmocka_run_group_tests_name("merge_carriers", tests, NULL, NULL);
}
