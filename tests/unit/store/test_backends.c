// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the error for a store URL whose back end is not part of the program. Meson builds these
 * tests once for each kind of program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "store/store.h"

static const char *expected; /* expected reason, from the command line */

static void expect_error(const char *url, const char *name, const char *reason)
{
	struct store *store = NULL;
	char line[STORE_ERROR_SIZE];
	char *aside = NULL;

	assert_int_equal(store_open(url, STORE_WRITE, &store), -EPROTONOSUPPORT);
	snprintf(line, sizeof(line), "%s: %s", name, reason);
	assert_string_equal(store_error(store), line);
	store_close(store);
	assert_int_equal(store_set_aside(url, &aside), -EPROTONOSUPPORT);
	assert_null(aside);
}

static void test_missing(void **state)
{
	expect_error("clickhouse://host/fleet", "clickhouse://host/fleet", expected);
	expect_error("clickhouses://host/fleet", "clickhouses://host/fleet", expected);
}

static void test_missing_without_password(void **state)
{
	expect_error("clickhouse://u:se@cret@host/fleet", "clickhouse://host/fleet", expected);
}

static void test_unknown(void **state)
{
	static const char unknown[] =
		"invalid store URL (expected sqlite:FILE, a path, or clickhouse://HOST/DATABASE)";

	expect_error("clickhose://host/fleet", "clickhose://host/fleet", unknown);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_missing_without_password),
		cmocka_unit_test(test_unknown),
	};

	if (argc != 2)
		return 2;
	expected = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
