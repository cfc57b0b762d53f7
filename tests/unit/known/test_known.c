// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the file of known bugs: which crashes a paragraph is about, and changes of the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "known/known.h"

static void read_list(const char *text, struct known_list *ret)
{
	struct known_error error = { 0 };

	print_message("  %s\n", text);
	assert_int_equal(known_parse(text, strlen(text), ret, &error), 0);
}

static const struct {
	const char *paragraph;
	const char *release;
	const char *previous;
	const char *last;
	bool matches;
} crashes[] = {
	{ "signature: s", "7.3.4", NULL, NULL, true },
	{ "signature: t", "7.3.4", NULL, NULL, false },
	{ "title: WARNING in a", "7.3.4", NULL, NULL, true },
	{ "title: WARNING in", "7.3.4", NULL, NULL, false },
	{ "signature: s\ntitle: WARNING in b", "7.3.4", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3.4", "7.3.4", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3", "7.3.4", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3", "7.30.4", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3", NULL, NULL, NULL, false },
	{ "signature: s\nrelease: 6.1, 7.*-cloud", "7.3.4-cloud", NULL, NULL, true },
	{ "signature: s\nrelease: 6.1, 7.*-cloud", "7.3.4", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.3", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.2", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.4", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.4+deb13", NULL, NULL, true },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.40", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.5", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3.2..7.3.4", "7.3.1", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3..", "7.3-rc1", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3..", "7.3.0-rc1", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3..", "7.3.0-0.rc1.fc44", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3..", "7.3~rc1-amd64", NULL, NULL, false },
	{ "signature: s\nrelease: 7.3..", "8.0", NULL, NULL, true },
	{ "signature: s\nrelease: ..7.3-rc2", "7.3.0-rc2-next-20260101", NULL, NULL, true },
	{ "signature: s\nrelease: ..7.3-rc2", "7.3.0-rc20", NULL, NULL, false },
	{ "signature: s\nrelease: ..7.3-rc2", "7.3.0", NULL, NULL, false },
	{ "signature: s\nrelease: ..7.3", "7.3.9", NULL, NULL, true },
	{ "signature: s\nrelease: ..7.3", "7.4", NULL, NULL, false },
	{ "signature: s\nprevious: 7.2.9", "7.3.4", "7.2.9", "7.2.9", true },
	{ "signature: s\nprevious: 7.2.9", "7.3.4", "7.2.9", "7.2.10", false },
	{ "signature: s\nprevious: 7.2.9..7.2.10", "7.3.4", "7.2.9", "7.2.10", true },
	{ "signature: s\nprevious: 7.2.9", "7.3.4", NULL, NULL, false },
	{ "signature: s\nprevious: *", "7.3.4", NULL, NULL, false },
};

static void test_matches(void **state)
{
	for (size_t i = 0; i < sizeof(crashes) / sizeof(*crashes); i++) {
		KNOWN_AUTO_LIST list = { 0 };
		const struct known_crash crash = { "s", "WARNING in a", crashes[i].release,
						   crashes[i].previous, crashes[i].last };
		char text[128];

		snprintf(text, sizeof(text), "%s\nnote: x\n", crashes[i].paragraph);
		read_list(text, &list);
		assert_int_equal(known_list_find(&list, &crash) != NULL, crashes[i].matches);
	}
	(void)state;
}

static const struct {
	const char *before;
	const char *after;
} removals[] = {
	{ "signature: s\nnote: x\n", "" },
	{ "# a\n\nsignature: s\nnote: x\n\n# b\n", "# a\n\n# b\n" },
	{ "# a\nsignature: s\nnote: x\n# b", "" },
	{ "title: t\nnote: y\n\nsignature: s\nnote: x", "title: t\nnote: y\n\n" },
};

static void test_removals(void **state)
{
	for (size_t i = 0; i < sizeof(removals) / sizeof(*removals); i++) {
		KNOWN_AUTO_LIST list = { 0 };
		const struct known_crash crash = { .signature = "s" };
		char *text;
		size_t size;

		read_list(removals[i].before, &list);
		assert_int_equal(
			known_list_remove(&list, known_list_find(&list, &crash), &text, &size), 0);
		assert_string_equal(text, removals[i].after);
		assert_int_equal(size, strlen(text));
		free(text);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_removals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
