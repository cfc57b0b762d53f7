// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the file with the loaded kernel, of the jobs of systemd, and of child processes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/child.h"
#include "host/kexec_job.h"
#include "host/loaded.h"

#define STAMP "1,k,1,7.3.4,7.2.12,00000000"

static void expect(const char *text, int error, const char *release, const char *stamp)
{
	struct lineage_host_loaded loaded = { "untouched", "untouched" };
	char *exact = strdup(text);

	assert_int_equal(lineage_host_loaded_parse(exact, &loaded), error);
	assert_string_equal(loaded.release, error ? "untouched" : release);
	assert_string_equal(loaded.stamp, error ? "untouched" : stamp);
	free(exact);
}

static void test_parse(void **state)
{
	expect("", 0, "", "");
	expect("release=7.3.4\nstamp=" STAMP "\n", 0, "7.3.4", STAMP);
	expect("stamp=\nrelease=\n", 0, "", "");
	expect("release=7.3.4", 0, "7.3.4", "");
	expect("releases=1\nstamped=2\n=\n", 0, "", "");
	expect("release=a\nrelease=b=c\n", 0, "b=c", "");
	expect("release=a\nrelease=\n", 0, "", "");
	expect("\n", -EILSEQ, NULL, NULL);
	expect("release", -EILSEQ, NULL, NULL);
	expect("release=a b\n", -EILSEQ, NULL, NULL);
	expect("release=a\r\n", -EILSEQ, NULL, NULL);
}

static void expect_length(const char *name, size_t length, int error)
{
	struct lineage_host_loaded loaded;
	char text[2048];

	snprintf(text, sizeof(text), "%s=%0*d\n", name, (int)length, 0);
	assert_int_equal(lineage_host_loaded_parse(text, &loaded), error);
}

static void test_parse_limits(void **state)
{
	expect_length("release", LINEAGE_RELEASE_MAX, 0);
	expect_length("release", LINEAGE_RELEASE_MAX + 1, -EILSEQ);
	expect_length("stamp", LINEAGE_STAMP_MAX, 0);
	expect_length("stamp", LINEAGE_STAMP_MAX + 1, -EILSEQ);
}

static void test_stamp(void **state)
{
	struct lineage_host_loaded loaded = { "", "old" };
	char line[2048];

	lineage_host_loaded_set_stamp(&loaded, "ro kexec_lineage.stamp=" STAMP " quiet -- a");
	assert_string_equal(loaded.stamp, STAMP);
	lineage_host_loaded_set_stamp(&loaded, "ro quiet");
	assert_string_equal(loaded.stamp, "");
	lineage_host_loaded_set_stamp(&loaded, "kexec_lineage.stamp");
	assert_string_equal(loaded.stamp, "");
	snprintf(line, sizeof(line), "kexec_lineage.stamp=%0*d", LINEAGE_STAMP_MAX + 1, 0);
	lineage_host_loaded_set_stamp(&loaded, line);
	assert_string_equal(loaded.stamp, "");
}

static void test_write_and_remove(void **state)
{
	const struct lineage_host_loaded loaded = { "7.3.4", STAMP };
	char folder[] = "/tmp/loaded.XXXXXX", path[64], release[LINEAGE_RELEASE_SIZE];
	LINEAGE_AUTO_ROOT struct lineage_root root = LINEAGE_ROOT_INIT;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(lineage_root_init(&root, folder), 0);
	assert_int_equal(lineage_host_loaded_write(folder, &loaded), -ENOENT);
	assert_int_equal(lineage_host_loaded_remove(folder), 0);
	snprintf(path, sizeof(path), "%s/run", folder);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(lineage_host_loaded_write(folder, &loaded), 0);
	assert_int_equal(lineage_host_loaded_write(folder, &loaded), 0);
	lineage_host_loaded_release(&root, release);
	assert_string_equal(release, "7.3.4");
	assert_false(lineage_host_loaded_is_there(&root));
	assert_int_equal(lineage_host_loaded_remove(folder), 0);
	lineage_host_loaded_release(&root, release);
	assert_string_equal(release, "");
	snprintf(path, sizeof(path), "%s/run/kexec-lineage", folder);
	assert_int_equal(rmdir(path), 0);
	*strrchr(path, '/') = '\0';
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void test_jobs(void **state)
{
	assert_true(lineage_host_kexec_jobs_have_start(" 7 kexec.target start waiting"));
	assert_true(
		lineage_host_kexec_jobs_have_start("1 a stop running\n7 kexec.target start x\n"));
	assert_false(lineage_host_kexec_jobs_have_start(""));
	assert_false(lineage_host_kexec_jobs_have_start("No jobs listed.\n"));
	assert_false(lineage_host_kexec_jobs_have_start("7 kexec.target stop waiting\n"));
	assert_false(lineage_host_kexec_jobs_have_start("7 kexec.target\nstart waiting\n"));
	assert_false(lineage_host_kexec_jobs_have_start("7 reboot.target start waiting\n"));
}

static int print_and_exit(const void *data, int out)
{
	const char *text = data;

	return dprintf(out, "%s", text) == (int)strlen(text) ? 7 : 1;
}

static int hang(const void *data, int out)
{
	if (data)
		close(out);
	return (int)sleep(600);
}

static int die(const void *data, int out)
{
	return raise(SIGKILL);
}

static void test_child(void **state)
{
	char output[8] = "full";

	assert_int_equal(lineage_host_child_run(print_and_exit, "", 60000, output, 8), 7);
	assert_string_equal(output, "");
	assert_int_equal(lineage_host_child_run(print_and_exit, "text", 60000, output, 8), 7);
	assert_string_equal(output, "text");
	assert_int_equal(lineage_host_child_run(print_and_exit, "too long", 60000, output, 8), 7);
	assert_string_equal(output, "too lon");
	assert_int_equal(lineage_host_child_run(die, NULL, 60000, output, 8), -EINTR);
	assert_int_equal(lineage_host_child_run(hang, NULL, 50, output, 8), -ETIMEDOUT);
	assert_int_equal(lineage_host_child_run(hang, "closed", 50, output, 8), -ETIMEDOUT);
}

static void test_systemctl(void **state)
{
	assert_false(lineage_host_kexec_is_queued("/nonexistent"));
	assert_false(lineage_host_kexec_is_queued("/bin/echo")); /* prints its arguments */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),	  cmocka_unit_test(test_parse_limits),
		cmocka_unit_test(test_stamp),	  cmocka_unit_test(test_write_and_remove),
		cmocka_unit_test(test_jobs),	  cmocka_unit_test(test_child),
		cmocka_unit_test(test_systemctl),
	};

	return cmocka_run_group_tests_name("host-loaded", tests, NULL, NULL);
}
