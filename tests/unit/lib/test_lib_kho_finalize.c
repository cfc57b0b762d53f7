// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/kho_finalize.c: read the state of KHO, and finalize it. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <unistd.h>

#include "kexec-lineage.h"

#define FINALIZE "sys/kernel/debug/kho/out/finalize"
#define SUBTREES "sys/kernel/debug/kho/out/sub_fdts/"

static const struct {
	const char *text; /* NULL: the file does not exist */
	int error;
	bool is_finalized;
} states[] = {
	{ "0\n", 0, false },	   { "1\n", 0, true },	     { "0", 0, false },
	{ "1", 0, true },	   { NULL, -ENODATA, true }, { "", -EILSEQ, true },
	{ "\n", -EILSEQ, true },   { "2\n", -EILSEQ, true }, { "00\n", -EILSEQ, true },
	{ "10\n", -EILSEQ, true },
};

static void reads_every_state(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(states); i++) {
		struct folder folder = folder_make();
		bool is_finalized = true;

		if (states[i].text)
			folder_write_text(&folder, FINALIZE, states[i].text);
		assert_int_equal(lineage_kho_is_finalized(folder.path, &is_finalized),
				 states[i].error);
		assert_int_equal(is_finalized, states[i].is_finalized);
		folder_remove(&folder);
	}
}

static void returns_the_error_of_the_file(void **state)
{
	struct folder folder = folder_make();
	bool result = true;

	folder_write_text(&folder, FINALIZE "/inside", "");
	assert_int_equal(lineage_kho_is_finalized(folder.path, &result), -EISDIR);
	assert_int_equal(lineage_kho_finalize(folder.path, &result), -EISDIR);
	assert_int_equal(lineage_kho_is_finalized("/no/such/root", &result), -ENOENT);
	assert_int_equal(lineage_kho_finalize("/no/such/root", &result), -ENOENT);
	assert_int_equal(lineage_kho_is_finalized("/dev/null", &result), -ENOTDIR);
	assert_true(result);
	folder_remove(&folder);
	folder = folder_make();
	assert_int_equal(lineage_kho_finalize(folder.path, &result), -ENOENT);
	assert_true(result);
	assert_int_equal(access(folder_path(&folder, FINALIZE), F_OK), -1);
	folder_remove(&folder);
}

static void finalizes(void **state)
{
	static const struct {
		const char *published;
		bool has_lineage;
	} subtrees[] = { { SUBTREES "kexec-lineage", true },
			 { SUBTREES "kexec-metadata", true },
			 { SUBTREES "LUO", false },
			 { SUBTREES "kexec-lineage-not", false } };
	size_t i;

	for (i = 0; i < COUNT_OF(subtrees); i++) {
		struct folder folder = folder_make();
		bool has_lineage = !subtrees[i].has_lineage;
		bool is_finalized = false;

		folder_write_text(&folder, FINALIZE, "0\n");
		folder_write_text(&folder, subtrees[i].published, "");
		assert_int_equal(lineage_kho_finalize(folder.path, &has_lineage), 0);
		assert_int_equal(has_lineage, subtrees[i].has_lineage);
		assert_int_equal(lineage_kho_is_finalized(folder.path, &is_finalized), 0);
		assert_true(is_finalized);
		folder_remove(&folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_state),
		cmocka_unit_test(returns_the_error_of_the_file),
		cmocka_unit_test(finalizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
