// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the configuration file: valid lines, and the number of the first invalid line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "host/config.h"

static const struct {
	const char *text;
	const char *store;
	unsigned int line; /* number of the invalid line, or 0 */
	bool hashes_hosts;
} files[] = {
	{ "", NULL, 0 },
	{ "\n\n", NULL, 0 },
	{ "Store=a", "a", 0 },
	{ "Store=a\n", "a", 0 },
	{ "Store=a\r\n", "a", 0 },
	{ " \tStore = a b \n", "a b", 0 },
	{ "Store=a\nStore=b\n", "b", 0 },
	{ "Store=a\nStore=\n", NULL, 0 },
	{ "Store=x=y#z", "x=y#z", 0 },
	{ "# Store=a\n#\n  # x\n", NULL, 0 },
	{ "Store", NULL, 1 },
	{ "\n=a\n", NULL, 2 },
	{ "Store=a\nstore=b\n", NULL, 2 },
	{ "Stores=a", NULL, 1 },
	{ "Stor=a", NULL, 1 },
	{ "[Store]\n", NULL, 1 },
	{ "Hosts=hashed\nStore=a\n", "a", 0, true },
	{ " Hosts = hashed \n", NULL, 0, true },
	{ "Hosts=hashed\nHosts=clear\n", NULL, 0, false },
	{ "Hosts=hashed\nHosts=\n", NULL, 0, false },
	{ "Hosts=clear\n", NULL, 0, false },
	{ "Store=a\nHosts=hash\n", NULL, 2 },
	{ "Hosts=Hashed\n", NULL, 1 },
	{ "Host=hashed\n", NULL, 1 },
};

static void test_files(void **state)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		LINEAGE_AUTO_CONFIG config = { 0 };
		unsigned int line = 0;
		int error = lineage_host_config_parse(files[i].text, &config, &line);

		print_message("  %s\n", files[i].text);
		assert_int_equal(error, files[i].line ? -EILSEQ : 0);
		assert_int_equal(line, files[i].line);
		assert_int_equal(config.hashes_hosts, files[i].hashes_hosts);
		if (files[i].store)
			assert_string_equal(config.store, files[i].store);
		else
			assert_null(config.store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_files) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
