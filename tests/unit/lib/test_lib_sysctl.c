// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of lib/sysctl.c: values in the output of sysctl -a, and the files in which a value is
 * searched.
 */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>

#include "lib/sysctl.h"

static const struct {
	const char *text;
	const char *value; /* NULL if the output does not have it */
} outputs[] = {
	{ "a.b = 1\n", "1" },
	{ "a.b = 1", "1" },
	{ "x = 0\na.b = 1\na.c = 2\n", "1" },
	{ "a.b = 1\na.b = 2\n", "1" },
	{ "a.b = two words = 3\n", "two words = 3" },
	{ "a.b = \n", "" },
	{ "a.b =\nx = 0\n", "" },
	{ "a.b =", "" },
	{ "", NULL },
	{ "\n", NULL },
	{ "a.b", NULL },
	{ "a.b ", NULL },
	{ "a.b=1\n", NULL },
	{ "a.b =1\n", NULL },
	{ "a.b: 1\n", NULL },
	{ " a.b = 1\n", NULL },
	{ "a.bc = 1\n", NULL },
	{ "xa.b = 1\n", NULL },
	{ "a.\nb = 1\n", NULL },
};

static void finds_values(void **state)
{
	for (size_t i = 0; i < COUNT_OF(outputs); i++) {
		size_t size = strlen(outputs[i].text), length = 0;
		char *copy = malloc(size ? size : 1);
		const char *value = NULL;
		bool is_found;

		print_message("  %s\n", outputs[i].text);
		assert_non_null(copy);
		memcpy(copy, outputs[i].text, size);
		is_found = lineage_sysctl_find(copy, size, "a.b", &value, &length);
		assert_int_equal(is_found, outputs[i].value != NULL);
		if (is_found) {
			assert_int_equal(length, strlen(outputs[i].value));
			assert_memory_equal(value, outputs[i].value, length);
		}
		free(copy);
	}
}

static void expect(const struct lineage_root *root, const char *name, const char *expected)
{
	char *value = NULL;

	assert_int_equal(lineage_sysctl_read(root, name, &value), expected ? 0 : -ENOENT);
	if (expected)
		assert_string_equal(value, expected);
	free(value);
}

static void prefers_the_file(void **state)
{
	struct folder folder = folder_make();
	struct lineage_root root;

	folder_write_text(&folder, "root/proc/sys/kernel/random/boot_id", "file\n");
	folder_write_text(&folder, "root/sos_commands/kernel/sysctl_-a",
			  "kernel.osrelease = 6.1.0\nkernel.random.boot_id = command\n");
	assert_int_equal(lineage_root_init(&root, folder_path(&folder, "root")), 0);
	expect(&root, "kernel.random.boot_id", "file");
	expect(&root, "kernel.osrelease", "6.1.0");
	expect(&root, "kernel.version", NULL);
	/* The running system is not a sosreport, even if it has folders like a sosreport. */
	root.is_system = true;
	expect(&root, "kernel.random.boot_id", "file");
	expect(&root, "kernel.osrelease", NULL);
	lineage_root_deinit(&root);
	folder_remove(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_values),
		cmocka_unit_test(prefers_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
