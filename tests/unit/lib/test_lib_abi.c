// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sizes and offsets of the public structs, compared with those of version 0.2.0.
 *
 * docs/decisions/library-abi.md has the rules. To append a member to a struct that may grow, add
 * its offset here and leave the other offsets unchanged.
 */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>

#include "kexec-lineage.h"
#include "lib/sized.h"

#define SIZE(type) "sizeof(" #type ")", sizeof(struct type)
#define MEMBER(type, member) #type "." #member, offsetof(struct type, member)

static const struct {
	const char *name;
	size_t found;
	size_t expected;
} layout[] = {
	/* Elements of arrays: these sizes never change. */
	{ SIZE(lineage_entry), 16 },
	{ MEMBER(lineage_entry, release), 0 },
	{ MEMBER(lineage_entry, runs), 8 },
	{ SIZE(lineage_evidence), 40 },
	{ MEMBER(lineage_evidence, source), 0 },
	{ MEMBER(lineage_evidence, status), 8 },
	{ MEMBER(lineage_evidence, is_stale), 12 },
	{ MEMBER(lineage_evidence, has_count), 13 },
	{ MEMBER(lineage_evidence, is_metadata), 14 },
	{ MEMBER(lineage_evidence, kexec_count), 16 },
	{ MEMBER(lineage_evidence, previous_release), 24 },
	{ MEMBER(lineage_evidence, detail), 32 },
	{ SIZE(lineage_subtree), 40 },
	{ MEMBER(lineage_subtree, name), 0 },
	{ MEMBER(lineage_subtree, property), 8 },
	{ MEMBER(lineage_subtree, address), 16 },
	{ MEMBER(lineage_subtree, has_size), 24 },
	{ MEMBER(lineage_subtree, size), 32 },
	/* Allocated by the caller: members may be appended. */
	{ MEMBER(lineage_log_facts, size), 0 },
	{ MEMBER(lineage_log_facts, release), 8 },
	{ MEMBER(lineage_log_facts, boot), 16 },
	{ MEMBER(lineage_log_facts, stamp), 24 },
	{ MEMBER(lineage_log_facts, lines), 32 },
	{ MEMBER(lineage_image, size), 0 },
	{ MEMBER(lineage_image, release), 8 },
	{ MEMBER(lineage_image, cmdline_limit), 80 },
	/* Allocated by the library: members may be appended. */
	{ MEMBER(lineage_report, release), 0 },
	{ MEMBER(lineage_report, cmdline), 8 },
	{ MEMBER(lineage_report, boot), 16 },
	{ MEMBER(lineage_report, boot_evidence), 24 },
	{ MEMBER(lineage_report, previous_release), 32 },
	{ MEMBER(lineage_report, has_count), 40 },
	{ MEMBER(lineage_report, kexec_count), 44 },
	{ MEMBER(lineage_report, chain), 48 },
	{ MEMBER(lineage_report, chain_length), 56 },
	{ MEMBER(lineage_report, chain_is_complete), 64 },
	{ MEMBER(lineage_report, sources), 72 },
	{ MEMBER(lineage_report, source_count), 80 },
	{ MEMBER(lineage_report, conflicts), 88 },
	{ MEMBER(lineage_report, conflict_count), 96 },
	{ MEMBER(lineage_inspection, format), 0 },
	{ MEMBER(lineage_inspection, status), 4 },
	{ MEMBER(lineage_inspection, detail), 8 },
	{ MEMBER(lineage_inspection, previous_release), 16 },
	{ MEMBER(lineage_inspection, has_count), 24 },
	{ MEMBER(lineage_inspection, kexec_count), 28 },
	{ MEMBER(lineage_inspection, kind), 32 },
	{ MEMBER(lineage_inspection, made_for), 40 },
	{ MEMBER(lineage_inspection, chain), 48 },
	{ MEMBER(lineage_inspection, chain_length), 56 },
	{ MEMBER(lineage_inspection, chain_is_complete), 64 },
	{ MEMBER(lineage_inspection, compatible), 72 },
	{ MEMBER(lineage_inspection, subtrees), 80 },
	{ MEMBER(lineage_inspection, subtree_count), 88 },
};

static void has_the_layout_of_0_2_0(void **state)
{
	size_t i;

	if (sizeof(void *) != 8)
		skip();
	for (i = 0; i < COUNT_OF(layout); i++) {
		print_message("  %s\n", layout[i].name);
		assert_int_equal(layout[i].found, layout[i].expected);
	}
}

static void has_the_values_of_0_2_0(void **state)
{
	assert_int_equal(LINEAGE_BOOT_UNKNOWN, 0);
	assert_int_equal(LINEAGE_BOOT_CAPTURE, 3);
	assert_int_equal(LINEAGE_KIND_NONE, 0);
	assert_int_equal(LINEAGE_KIND_KEXEC, 'k');
	assert_int_equal(LINEAGE_KIND_CAPTURE, 'p');
	assert_int_equal(LINEAGE_STATUS_OK, 0);
	assert_int_equal(LINEAGE_STATUS_UNSUPPORTED, 4);
	assert_int_equal(LINEAGE_FORMAT_UNKNOWN, 0);
	assert_int_equal(LINEAGE_FORMAT_LINEAGE, 4);
}

struct older {
	size_t size;
	uint32_t one;
	uint32_t two;
};

struct newer {
	size_t size;
	uint32_t one;
	uint32_t two;
	uint64_t three;
};

static void reads_older_and_newer_structs(void **state)
{
	struct older older = { sizeof(older), 1, 2 };
	struct newer newer = { sizeof(newer), 1, 2, 3 };
	struct older as_older = { 0 };
	struct newer as_newer = { .three = 9 };
	const size_t first = sizeof(struct older);

	assert_int_equal(lineage_sized_read(&as_newer, sizeof(as_newer), first, &older), 0);
	assert_int_equal(as_newer.two, 2);
	assert_int_equal(as_newer.three, 0);
	assert_int_equal(lineage_sized_read(&as_older, sizeof(as_older), first, &newer), -E2BIG);
	assert_int_equal(as_older.one, 0);
	newer.three = 0;
	assert_int_equal(lineage_sized_read(&as_older, sizeof(as_older), first, &newer), 0);
	assert_int_equal(as_older.two, 2);
	older.size--;
	assert_int_equal(lineage_sized_read(&as_older, sizeof(as_older), first, &older), -EINVAL);
}

static void writes_older_and_newer_structs(void **state)
{
	struct {
		struct older older;
		uint64_t guard;
	} short_buffer = { { sizeof(struct older), 0, 0 }, 7 };
	struct newer long_buffer = { sizeof(long_buffer), 0, 0, 7 };
	const struct newer from = { 0, 1, 2, 3 };

	lineage_sized_write(&short_buffer, &from, sizeof(from));
	assert_int_equal(short_buffer.older.size, sizeof(struct older));
	assert_int_equal(short_buffer.older.two, 2);
	assert_int_equal(short_buffer.guard, 7);
	lineage_sized_write(&long_buffer, &from, sizeof(struct older));
	assert_int_equal(long_buffer.size, sizeof(long_buffer));
	assert_int_equal(long_buffer.two, 2);
	assert_int_equal(long_buffer.three, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_layout_of_0_2_0),
		cmocka_unit_test(has_the_values_of_0_2_0),
		cmocka_unit_test(reads_older_and_newer_structs),
		cmocka_unit_test(writes_older_and_newer_structs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
