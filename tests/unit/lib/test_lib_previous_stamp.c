// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of lib/previous_stamp.c: the reader compares a stamp with the written stamps.
 */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <sys/stat.h>

#include "core/stamp.h"
#include "lib/previous_stamp.h"

#define STAMP "1,k,1,,6.1.0,12345678"

static const struct lineage none;

struct world {
	struct folder folder;
	struct lineage_root root;
};

static int make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->folder = folder_make();
	assert_int_equal(lineage_root_init(&world->root, world->folder.path), 0);
	*state = world;
	return 0;
}

static int remove_world(void **state)
{
	struct world *world = *state;

	lineage_root_deinit(&world->root);
	folder_remove(&world->folder);
	free(world);
	return 0;
}

static bool is_previous(const struct world *world, const char *stamp)
{
	return lineage_previous_stamp_compare(&world->root, stamp, strlen(stamp), &none) ==
	       LINEAGE_HISTORY_REPEATED;
}

static void reads_what_it_writes(void **state)
{
	struct world *world = *state;

	assert_int_equal(mkdir(folder_path(&world->folder, "run"), 0755), 0);
	assert_int_equal(lineage_previous_stamp_write(world->folder.path, STAMP, NULL), 0);
	assert_true(is_previous(world, STAMP));
	assert_int_equal(lineage_previous_stamp_compare(&world->root, STAMP " ro", strlen(STAMP),
							&none),
			 LINEAGE_HISTORY_REPEATED);
	assert_false(is_previous(world, STAMP "0"));
	assert_int_equal(lineage_previous_stamp_compare(&world->root, STAMP, strlen(STAMP) - 1,
							&none),
			 LINEAGE_HISTORY_SILENT);
	assert_false(is_previous(world, "1,k,2,,6.1.0,12345678"));
	assert_int_equal(lineage_previous_stamp_write(world->folder.path, "other", NULL), 0);
	assert_false(is_previous(world, STAMP));
	assert_true(is_previous(world, "other"));
}

static void an_empty_stamp_never_matches(void **state)
{
	struct world *world = *state;

	assert_false(is_previous(world, STAMP));
	assert_int_equal(mkdir(folder_path(&world->folder, "run"), 0755), 0);
	assert_int_equal(lineage_previous_stamp_write(world->folder.path, NULL, NULL), 0);
	assert_false(is_previous(world, ""));
	assert_false(is_previous(world, STAMP));
}

/* The stamp for the next kernel names no release, and its chain may be longer or shorter. */
static void compares_with_the_next_stamp(void **state)
{
	struct world *world = *state;
	struct lineage_stamp next = { .kind = LINEAGE_KIND_KEXEC };
	struct lineage stamp;
	char text[LINEAGE_STAMP_MAX + 1];
	size_t length;

	assert_int_equal(lineage_push(&next.lineage, "6.1.0"), 0);
	stamp = next.lineage;
	assert_int_equal(lineage_push(&next.lineage, "6.12.9"), 0);
	assert_int_equal(lineage_stamp_format(&next, text, sizeof(text), &length), 0);
	assert_int_equal(mkdir(folder_path(&world->folder, "run"), 0755), 0);
	assert_int_equal(lineage_previous_stamp_write(world->folder.path, NULL,
						      text + LINEAGE_STAMP_PREFIX_LENGTH),
			 0);
	assert_int_equal(lineage_previous_stamp_compare(&world->root, "any", 3, &next.lineage),
			 LINEAGE_HISTORY_NEXT);
	assert_int_equal(lineage_previous_stamp_compare(&world->root, "any", 3, &stamp),
			 LINEAGE_HISTORY_REPEATED);
	assert_int_equal(lineage_push(&next.lineage, "6.12.9"), 0);
	assert_int_equal(lineage_previous_stamp_compare(&world->root, "any", 3, &next.lineage),
			 LINEAGE_HISTORY_SILENT);
	/* A file that is cut has no second line. */
	folder_write_text(&world->folder, "run/kexec-lineage/previous-stamp", "\n1,k,2,,6.12.9");
	assert_int_equal(lineage_previous_stamp_compare(&world->root, "any", 3, &stamp),
			 LINEAGE_HISTORY_SILENT);
}

static void writes_no_folder_but_its_own(void **state)
{
	struct world *world = *state;

	assert_int_equal(lineage_previous_stamp_write(world->folder.path, STAMP, NULL), -ENOENT);
	folder_write_text(&world->folder, "run/kexec-lineage", "a file");
	assert_int_equal(lineage_previous_stamp_write(world->folder.path, STAMP, NULL), -ENOTDIR);
	assert_false(is_previous(world, STAMP));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_what_it_writes, make_world, remove_world),
		cmocka_unit_test_setup_teardown(compares_with_the_next_stamp, make_world,
						remove_world),
		cmocka_unit_test_setup_teardown(an_empty_stamp_never_matches, make_world,
						remove_world),
		cmocka_unit_test_setup_teardown(writes_no_folder_but_its_own, make_world,
						remove_world),
	};

	return cmocka_run_group_tests_name("lib-previous_stamp", tests, NULL, NULL);
}
