// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the note about the kexec that the running boot starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/start_note.h"

#define ID "00000000-0000-4000-8000-000000000001"

static void expect(const char *text, int error, const char *boot_id, const char *release,
		   int64_t time)
{
	struct lineage_host_start start = { "untouched", "untouched", -7 };
	char *exact = strdup(text);

	assert_int_equal(lineage_host_start_parse(exact, &start), error);
	assert_string_equal(start.boot_id, error ? "untouched" : boot_id);
	assert_string_equal(start.release, error ? "untouched" : release);
	assert_int_equal(start.time, error ? -7 : time);
	free(exact);
}

static void test_parse(void **state)
{
	expect("boot=" ID "\nrelease=7.3.4\ntime=17\nend\n", 0, ID, "7.3.4", 17);
	expect("later=1\ntime=0\nboot=b\nend", 0, "b", "", 0);
	expect("boot=b\nrelease=\ntime=9223372036854775807\nend\nrelease=two words\n", 0, "b", "",
	       INT64_MAX);
}

static void test_parse_no_note(void **state)
{
	expect("", -ENODATA, NULL, NULL, 0);
	expect("\n\n\n", -ENODATA, NULL, NULL, 0);
}

static void test_parse_errors(void **state)
{
	static const char *const invalid[] = {
		"boot=b\ntime=1\n",
		"boot=b\ntime=1\nen",
		"boot=b\ntime=1\nend \n",
		"end\n",
		"boot=b\nend\n",
		"boot=\ntime=1\nend\n",
		"time=1\nend\n",
		"boot=b\ntime=1\nrelease=a b\nend\n",
		"boot=b\ntime=-1\nend\n",
		"boot=b\ntime=\nend\n",
		"boot=b\ntime=1x\nend\n",
		"boot=b\ntime=9223372036854775808\nend\n",
		"boot=b\ntime=111111111111111111111111\nend\n",
	};

	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
		expect(invalid[i], -EILSEQ, NULL, NULL, 0);
}

static void test_parse_limits(void **state)
{
	char text[256], id[LINEAGE_HOST_START_ID_SIZE];

	for (int more = 0; more < 2; more++) {
		snprintf(text, sizeof(text), "boot=%0*d\ntime=1\nend\n",
			 LINEAGE_HOST_START_ID_SIZE - 1 + more, 0);
		snprintf(id, sizeof(id), "%.*s", LINEAGE_HOST_START_ID_SIZE - 1, text + 5);
		expect(text, more ? -EILSEQ : 0, id, "", 1);
	}
}

struct fixture {
	char root[64];
	struct lineage_root opened;
};

static void make_folder(const struct fixture *fixture, const char *path)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "%s/%s", fixture->root, path);
	assert_int_equal(mkdir(whole, 0755), 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->root, "/tmp/lineage-start-XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	assert_int_equal(lineage_root_init(&fixture->opened, fixture->root), 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[96];

	lineage_root_deinit(&fixture->opened);
	snprintf(command, sizeof(command), "rm -rf %s", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

/* The file keeps its size and its place on the disk, so that no write needs space. */
static void test_file(void **state)
{
	struct fixture *fixture = *state;
	struct lineage_host_start start = { ID, "7.3.4", 17 }, read = { "", "", 0 };
	char path[256];
	struct stat before, after;

	assert_int_equal(lineage_host_start_create(&fixture->opened), -ENOENT);
	make_folder(fixture, "var");
	make_folder(fixture, "var/lib");
	make_folder(fixture, "var/lib/kexec-lineage");
	assert_int_equal(lineage_host_start_write(&fixture->opened, &start), -ENOENT);
	assert_int_equal(lineage_host_start_create(&fixture->opened), 0);
	assert_int_equal(lineage_host_start_read(&fixture->opened, &read), -ENODATA);
	snprintf(path, sizeof(path), "%s/" LINEAGE_HOST_START_PATH, fixture->root);
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(lineage_host_start_write(&fixture->opened, &start), 0);
	assert_int_equal(lineage_host_start_create(&fixture->opened), 0);
	assert_int_equal(lineage_host_start_read(&fixture->opened, &read), 0);
	assert_string_equal(read.boot_id, ID);
	assert_string_equal(read.release, "7.3.4");
	assert_int_equal(read.time, 17);
	assert_int_equal(lineage_host_start_clear(&fixture->opened), 0);
	assert_int_equal(lineage_host_start_read(&fixture->opened, &read), -ENODATA);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_size, LINEAGE_HOST_START_SIZE);
	assert_int_equal(after.st_size, LINEAGE_HOST_START_SIZE);
}

static void test_failed_start(void **state)
{
	struct fixture *fixture = *state;

	assert_false(lineage_host_start_is_disproved(&fixture->opened, ID));
	assert_int_equal(lineage_host_start_disprove(&fixture->opened, ID), -ENOENT);
	make_folder(fixture, "sys");
	make_folder(fixture, "sys/firmware");
	make_folder(fixture, "sys/firmware/efi");
	make_folder(fixture, "sys/firmware/efi/efivars");
	assert_int_equal(lineage_host_start_disprove(&fixture->opened, ID), 0);
	assert_true(lineage_host_start_is_disproved(&fixture->opened, ID));
	assert_false(lineage_host_start_is_disproved(&fixture->opened, ID "1"));
	assert_false(lineage_host_start_is_disproved(&fixture->opened, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_no_note),
		cmocka_unit_test(test_parse_errors),
		cmocka_unit_test(test_parse_limits),
		cmocka_unit_test_setup_teardown(test_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failed_start, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
