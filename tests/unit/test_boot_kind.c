// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/boot_kind.c: stale stamps, and the count of the next kernel. */
#include "support.h"

#include <cmocka.h>

#include "core/boot_kind.h"

#define SILENT LINEAGE_HISTORY_SILENT
#define NEXT LINEAGE_HISTORY_NEXT
#define REPEATED LINEAGE_HISTORY_REPEATED
#define UINT32_TEXT "4294967295"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void names_every_start(void **state)
{
	assert_string_equal(lineage_boot_text(LINEAGE_BOOT_UNKNOWN), "unknown");
	assert_string_equal(lineage_boot_text(LINEAGE_BOOT_COLD), "cold");
	assert_string_equal(lineage_boot_text(LINEAGE_BOOT_KEXEC), "kexec");
	assert_string_equal(lineage_boot_text(LINEAGE_BOOT_CAPTURE), "capture");
	assert_string_equal(lineage_boot_text((enum lineage_boot)(LINEAGE_BOOT_CAPTURE + 1)),
			    "unknown");
	assert_string_equal(lineage_boot_text((enum lineage_boot) - 1), "unknown");
}

/* Linux Documentation/arch/x86/boot.rst: kexec has type 0xd; the kernel shows it shifted by 4. */
static void knows_the_loader_type_of_a_kexec(void **state)
{
	assert_int_equal(LINEAGE_X86_LOADER_KEXEC, 0xd << 4);
}

static const struct {
	const char *made_for;
	const char *release;
	bool is_other; /* both releases are known and differ */
} releases[] = {
	{ "", "", false },
	{ "", "6.1.0", false },
	{ "6.1.0", "", false },
	{ "6.1.0", "6.1.0", false },
	{ "6.1.0", "7.2.12", true },
	/* Releases with a common prefix or suffix differ. */
	{ "6.1", "6.1.0", true },
	{ "6.1.0", "6.1", true },
	{ "6.1.0-a", "6.1.0-b", true },
	{ "a-6.1.0", "b-6.1.0", true },
	{ A64, A64, false },
};

static const struct {
	enum lineage_boot boot;
	enum lineage_kind kind;
	enum lineage_verdict verdict;
	enum lineage_verdict verdict_of_other; /* for a stamp that was made for another release */
} judgements[] = {
	{ LINEAGE_BOOT_UNKNOWN, LINEAGE_KIND_KEXEC, LINEAGE_STALE_UNPROVEN, LINEAGE_STALE_RELEASE },
	{ LINEAGE_BOOT_UNKNOWN, LINEAGE_KIND_CAPTURE, LINEAGE_STALE_UNPROVEN,
	  LINEAGE_STALE_RELEASE },
	{ LINEAGE_BOOT_COLD, LINEAGE_KIND_KEXEC, LINEAGE_STALE_COLD_BOOT, LINEAGE_STALE_COLD_BOOT },
	{ LINEAGE_BOOT_COLD, LINEAGE_KIND_CAPTURE, LINEAGE_STALE_COLD_BOOT,
	  LINEAGE_STALE_COLD_BOOT },
	{ LINEAGE_BOOT_KEXEC, LINEAGE_KIND_KEXEC, LINEAGE_FRESH, LINEAGE_STALE_RELEASE },
	{ LINEAGE_BOOT_KEXEC, LINEAGE_KIND_CAPTURE, LINEAGE_STALE_NOT_CAPTURE,
	  LINEAGE_STALE_RELEASE },
	{ LINEAGE_BOOT_CAPTURE, LINEAGE_KIND_KEXEC, LINEAGE_STALE_CAPTURE, LINEAGE_STALE_RELEASE },
	{ LINEAGE_BOOT_CAPTURE, LINEAGE_KIND_CAPTURE, LINEAGE_FRESH, LINEAGE_STALE_RELEASE },
};

static void judges_a_stamp(void **state)
{
	size_t i, j;

	for (i = 0; i < COUNT_OF(judgements); i++) {
		for (j = 0; j < COUNT_OF(releases); j++) {
			/* Use copies: the function compares bytes, not pointers. */
			char *made_for =
				heap_copy(releases[j].made_for, strlen(releases[j].made_for) + 1);
			char *release =
				heap_copy(releases[j].release, strlen(releases[j].release) + 1);

			enum lineage_verdict expected = releases[j].is_other
								? judgements[i].verdict_of_other
								: judgements[i].verdict;

			/* If the boot kind is unknown, the stamp must be made for this release. */
			if (expected == LINEAGE_STALE_UNPROVEN && made_for[0] && release[0])
				expected = LINEAGE_FRESH;

			assert_int_equal(lineage_stamp_judge(judgements[i].kind, made_for,
							     judgements[i].boot, release, SILENT),
					 expected);
			assert_int_equal(lineage_stamp_judge(judgements[i].kind, made_for,
							     judgements[i].boot, release, NEXT),
					 expected == LINEAGE_STALE_UNPROVEN ? LINEAGE_FRESH
									    : expected);
			/* Only a cold boot and another release come before a repeated stamp. */
			if (expected != LINEAGE_STALE_COLD_BOOT &&
			    expected != LINEAGE_STALE_RELEASE)
				expected = LINEAGE_STALE_REPEATED;
			assert_int_equal(lineage_stamp_judge(judgements[i].kind, made_for,
							     judgements[i].boot, release, REPEATED),
					 expected);
			free(release);
			free(made_for);
		}
	}
}

#define L_SILENT LINEAGE_LOADER_SILENT
#define L_KEXEC LINEAGE_LOADER_KEXEC
#define L_OTHER LINEAGE_LOADER_OTHER

/* clang-format off */
static const struct {
	struct lineage_witnesses witnesses;
	enum lineage_boot boot;
} boots[] = {
	{ { L_SILENT }, LINEAGE_BOOT_UNKNOWN },
	{ { L_SILENT, .has_stamp = true }, LINEAGE_BOOT_UNKNOWN },
	{ { L_SILENT, .has_memory = true }, LINEAGE_BOOT_KEXEC },
	{ { L_SILENT, .is_capture = true }, LINEAGE_BOOT_CAPTURE },
	{ { L_SILENT, .is_capture = true, .has_memory = true }, LINEAGE_BOOT_CAPTURE },
	{ { L_KEXEC }, LINEAGE_BOOT_KEXEC },
	{ { L_KEXEC, .has_memory = true, .has_stamp = true }, LINEAGE_BOOT_KEXEC },
	{ { L_KEXEC, .is_capture = true }, LINEAGE_BOOT_CAPTURE },
	{ { L_OTHER }, LINEAGE_BOOT_COLD },
	{ { L_OTHER, .has_memory = true }, LINEAGE_BOOT_UNKNOWN },
	{ { L_OTHER, .is_capture = true }, LINEAGE_BOOT_UNKNOWN },
	{ { L_OTHER, .has_stamp = true }, LINEAGE_BOOT_UNKNOWN },
	{ { L_OTHER, .has_memory = true, .has_stamp = true }, LINEAGE_BOOT_UNKNOWN },
};
/* clang-format on */

static void judges_a_boot(void **state)
{
	for (size_t i = 0; i < COUNT_OF(boots); i++)
		assert_int_equal(lineage_boot_judge(&boots[i].witnesses), boots[i].boot);
}

static struct lineage lineage_of(uint32_t count, const char *chain)
{
	struct lineage lineage = { .count = count, .chain_length = (uint32_t)strlen(chain) };

	memcpy(lineage.chain, chain, strlen(chain));
	return lineage;
}

static const struct {
	uint32_t count;
	const char *chain;
	uint32_t next_count;
	const char *next_chain;
	enum lineage_history history;
} histories[] = {
	{ 1, "A", 1, "A", NEXT },
	{ 1, "A", 1, "B", SILENT },
	{ 1, "A", 2, "A", SILENT },
	{ 1, "A", 2, "A*2", REPEATED },
	{ 1, "A", 2, "B,A", REPEATED },
	{ 1, "A", 2, "B,C", SILENT },
	{ 1, "A", 3, "C,B,A", SILENT },
	{ 3, "A*2,B", 3, "A*2,B", NEXT },
	{ 3, "A*2,B", 3, "A,B", SILENT },
	{ 3, "A*2,B", 4, "A*3,B", REPEATED },
	{ 3, "A*2,B", 4, "C,A*2,B", REPEATED },
	{ 3, "A*2,B", 4, "A*2,B", SILENT },
	/* Of two chains, one may lack its oldest entries. */
	{ 3, "A*2", 3, "A*2,B", NEXT },
	{ 3, "A*2,B", 3, "A*2", NEXT },
	{ 3, "A", 3, "A*2,B", SILENT },
	{ 3, "A", 3, "AB,B", SILENT },
	{ 3, "A*2", 4, "C,A*2,B", REPEATED },
	/* The previous kernel did not know its own lineage. */
	{ 1, "A", 2, "B", SILENT },
	/* A saturated count is a lower bound. */
	{ UINT32_MAX, "A", UINT32_MAX, "A", SILENT },
	{ UINT32_MAX - 1, "A", UINT32_MAX, "B,A", SILENT },
};

static void compares_a_stamp_with_the_history(void **state)
{
	for (size_t i = 0; i < COUNT_OF(histories); i++) {
		struct lineage stamp = lineage_of(histories[i].count, histories[i].chain);
		struct lineage next = lineage_of(histories[i].next_count, histories[i].next_chain);

		assert_int_equal(lineage_history_compare(&stamp, &next), histories[i].history);
	}
}

static const struct {
	uint32_t count;
	const char *chain;
	const char *release;
	uint32_t next_count;
	const char *next_chain;
} doubts[] = {
	{ 1, "A", "B", 2, "B" },
	{ 2, "B,A", "C", 3, "C,B" },
	{ 3, "A*3", "A", 4, "A*3" },
	{ 2, "A*2", "A", 3, "A*2" },
	{ 1, "A", "A", 2, "A" },
	{ 4, "B,A*3", "C", 5, "C,B,A*2" },
	{ 3, "B,A*2", "C", 4, "C,B,A" },
	{ 11, "A*11", "A", 12, "A*11" },
	{ 10, "B,A*9", "B", 11, "B*2,A*8" },
	/* A chain that is not complete stays as it is. */
	{ 9, "B,A", "C", 10, "C,B,A" },
};

/* If the boot may have been cold or not, the chain of the next kernel is never complete. */
static void advances_in_doubt(void **state)
{
	for (size_t i = 0; i < COUNT_OF(doubts); i++) {
		struct lineage lineage = lineage_of(doubts[i].count, doubts[i].chain);

		assert_int_equal(lineage_advance_in_doubt(&lineage, true, doubts[i].release), 0);
		assert_int_equal(lineage.count, doubts[i].next_count);
		assert_int_equal(lineage.chain_length, strlen(doubts[i].next_chain));
		assert_memory_equal(lineage.chain, doubts[i].next_chain, lineage.chain_length);
		assert_false(lineage_is_complete(&lineage));
	}
}

static void advances_in_doubt_without_a_count(void **state)
{
	struct lineage lineage = { 0 };

	assert_int_equal(lineage_advance_in_doubt(&lineage, false, "A"), 0);
	assert_int_equal(lineage.count, 2);
	assert_false(lineage_is_complete(&lineage));
	assert_int_equal(lineage_advance_in_doubt(&lineage, false, "A B"), -EILSEQ);
}

static const struct {
	enum lineage_boot boot;
	bool has_count;
	uint32_t count;
	const char *chain;
	const char *release;
	uint32_t next_count;
	const char *next_chain;
} advances[] = {
	/* If the count is known, the boot kind does not change it. */
	{ LINEAGE_BOOT_COLD, true, 0, "", "A", 1, "A" },
	{ LINEAGE_BOOT_UNKNOWN, true, 0, "", "A", 1, "A" },
	{ LINEAGE_BOOT_KEXEC, true, 0, "", "A", 1, "A" },
	{ LINEAGE_BOOT_UNKNOWN, true, 2, "B,A", "C", 3, "C,B,A" },
	{ LINEAGE_BOOT_KEXEC, true, 2, "B,A", "B", 3, "B*2,A" },
	{ LINEAGE_BOOT_CAPTURE, true, 2, "B,A", "C", 3, "C,B,A" },
	{ LINEAGE_BOOT_KEXEC, true, 70, "A*2", "B", 71, "B,A*2" },
	{ LINEAGE_BOOT_CAPTURE, true, 70, "", "B", 71, "B" },
	{ LINEAGE_BOOT_KEXEC, true, 1, "A", A64, 2, A64 ",A" },
	/* If the count is unknown, its value is ignored and only known kexecs are counted. */
	{ LINEAGE_BOOT_COLD, false, 0, "", "A", 1, "A" },
	{ LINEAGE_BOOT_UNKNOWN, false, 0, "", "A", 1, "A" },
	{ LINEAGE_BOOT_KEXEC, false, 0, "", "A", 2, "A" },
	{ LINEAGE_BOOT_CAPTURE, false, 0, "", "A", 2, "A" },
	{ LINEAGE_BOOT_COLD, false, 77, "", "A", 1, "A" },
	{ LINEAGE_BOOT_UNKNOWN, false, 4294967295, "", "A", 1, "A" },
	{ LINEAGE_BOOT_KEXEC, false, 77, "", "A", 2, "A" },
	{ LINEAGE_BOOT_CAPTURE, false, 4294967295, "", "A", 2, "A" },
	{ LINEAGE_BOOT_KEXEC, false, 0, "A", "B", 2, "B,A" },
	/* A chain that names more kernels raises the count. */
	{ LINEAGE_BOOT_KEXEC, false, 0, "B,A", "C", 3, "C,B,A" },
	{ LINEAGE_BOOT_UNKNOWN, false, 0, "A", "B", 2, "B,A" },
	{ LINEAGE_BOOT_UNKNOWN, false, 99, "B*5,A", "B", 7, "B*6,A" },
	{ LINEAGE_BOOT_KEXEC, true, 1, "B*5,A", "C", 7, "C,B*5,A" },
	{ LINEAGE_BOOT_COLD, true, 0, "A", "B", 2, "B,A" },
	/* Saturation. */
	{ LINEAGE_BOOT_KEXEC, true, 4294967294, "A", "B", 4294967295, "B,A" },
	{ LINEAGE_BOOT_KEXEC, true, 4294967295, "A", "B", 4294967295, "B,A" },
	{ LINEAGE_BOOT_KEXEC, true, 4294967295, "", "B", 4294967295, "B" },
	{ LINEAGE_BOOT_KEXEC, true, 5, "A*4294967294", "B", 4294967295, "B,A*4294967294" },
	{ LINEAGE_BOOT_KEXEC, true, 5, "A*" UINT32_TEXT, "A", 4294967295, "A*" UINT32_TEXT },
	{ LINEAGE_BOOT_UNKNOWN, false, 0, "A*" UINT32_TEXT ",B*2", "C", 4294967295,
	  "C,A*" UINT32_TEXT ",B*2" },
};

static void advances_by_one_kexec(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(advances); i++) {
		struct lineage lineage = make_lineage(advances[i].count, advances[i].chain);
		size_t length = strlen(advances[i].next_chain);

		assert_int_equal(lineage_advance(&lineage, advances[i].has_count, advances[i].boot,
						 advances[i].release),
				 0);
		assert_int_equal(lineage.count, advances[i].next_count);
		assert_int_equal(lineage.chain_length, length);
		assert_memory_equal(lineage.chain, advances[i].next_chain, length);
	}
}

/* On failure, the lineage including its count is unchanged. */
static void advances_by_no_invalid_release(void **state)
{
	static const char *const invalid[] = { "", " ", "a b", "a\n", "\x7f", A64 "a" };
	size_t i;
	int boot;

	for (i = 0; i < COUNT_OF(invalid) * 2; i++) {
		for (boot = LINEAGE_BOOT_UNKNOWN; boot <= LINEAGE_BOOT_CAPTURE; boot++) {
			struct lineage lineage, before;

			memset(&lineage, UNTOUCHED, sizeof(lineage));
			lineage.count = 1;
			lineage.chain_length = 5;
			memcpy(lineage.chain, "A*2,B", 5);
			memcpy(&before, &lineage, sizeof(before));
			assert_int_equal(lineage_advance(&lineage, i % 2 == 0, boot,
							 invalid[i / 2]),
					 -EILSEQ);
			assert_memory_equal(&lineage, &before, sizeof(lineage));
		}
	}
}

/* If the chain is full, its oldest entries are dropped; the count still increases. */
static void advances_a_full_chain(void **state)
{
	struct lineage lineage = { .count = 5000, .chain_length = LINEAGE_CHAIN_MAX };
	char old[LINEAGE_CHAIN_MAX];

	fill_chain(old, sizeof(old));
	memcpy(lineage.chain, old, sizeof(old));
	assert_int_equal(lineage_advance(&lineage, true, LINEAGE_BOOT_KEXEC, "Z"), 0);
	assert_int_equal(lineage.count, 5001);
	assert_int_equal(lineage.chain_length, LINEAGE_CHAIN_MAX);
	assert_memory_equal(lineage.chain, "Z,", 2);
	assert_memory_equal(lineage.chain + 2, old, LINEAGE_CHAIN_MAX - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_start),
		cmocka_unit_test(knows_the_loader_type_of_a_kexec),
		cmocka_unit_test(judges_a_boot),
		cmocka_unit_test(advances_in_doubt),
		cmocka_unit_test(advances_in_doubt_without_a_count),
		cmocka_unit_test(compares_a_stamp_with_the_history),
		cmocka_unit_test(judges_a_stamp),
		cmocka_unit_test(advances_by_one_kexec),
		cmocka_unit_test(advances_by_no_invalid_release),
		cmocka_unit_test(advances_a_full_chain),
	};

	return cmocka_run_group_tests_name("boot_kind", tests, NULL, NULL);
}
