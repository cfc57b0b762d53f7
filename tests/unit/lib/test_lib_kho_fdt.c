// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/kho_fdt.c with valid and malformed FDTs that libfdt wrote. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <libfdt.h>

#include "core/kexec_metadata.h"
#include "lib/kho_fdt.h"

#define NODE KHO_KEXEC_METADATA_NODE_NAME

static const struct property v1[3] = { { "fdt", 0x1234, 8 } };
static const struct property v4[3] = { { "preserved-data", UINT64_MAX, 8 },
				       { "blob-size", 73, 8 } };

static size_t make_kho(void *fdt, const char *compatible, const struct property *properties)
{
	fdt_begin(fdt, compatible);
	fdt_subnode(fdt, NODE, properties);
	return fdt_end(fdt);
}

static void reads_each_abi(void **state)
{
	static const char *const known[] = { "kho-v1", "kho-v2", "kho-v3", "kho-v4" };
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	char fdt[FDT_SIZE];
	size_t i;

	for (i = 0; i < COUNT_OF(known); i++) {
		size_t size = make_kho(fdt, known[i], i == 0 ? v1 : v4);

		assert_int_equal(lineage_fdt_check(fdt, size, &fault), 0);
		assert_string_equal(lineage_fdt_compatible(fdt), known[i]);
		assert_true(lineage_kho_is_known(known[i]));
		assert_int_equal(lineage_kho_find_subtree(fdt, NODE, &subtree, &fault), 0);
		assert_string_equal(subtree.name, NODE);
		assert_string_equal(subtree.property, i == 0 ? "fdt" : "preserved-data");
		assert_int_equal(subtree.address, i == 0 ? 0x1234 : UINT64_MAX);
		assert_int_equal(subtree.has_size, i > 0);
		assert_int_equal(subtree.size, i == 0 ? 0 : 73);
	}
	assert_false(lineage_kho_is_known("kho-v5"));
	assert_false(lineage_kho_is_known("kho-v"));
	assert_false(lineage_kho_is_known(""));
}

static const struct {
	struct property properties[3];
	int error;
	const char *what;
	uint32_t found;
} subtrees[] = {
	{ { { "fdt", 1, 8 }, { "blob-size", 2, 8 } }, 0, NULL, 0 },
	{ { { "fdt", 0, 7 }, { "preserved-data", 2, 8 } }, 0, NULL, 0 },
	{ { { NULL, 0, 0 } },
	  -EPROTONOSUPPORT,
	  "a subtree has none of the known address properties",
	  0 },
	{ { { "blob-size", 2, 8 } },
	  -EPROTONOSUPPORT,
	  "a subtree has none of the known address properties",
	  0 },
	{ { { "fdt", 0, 4 } }, -EILSEQ, "a property of a subtree has a wrong size", 4 },
	{ { { "fdt", 0, 0 } }, -EILSEQ, "a property of a subtree has a wrong size", 0 },
	{ { { "preserved-data", 0, 16 } },
	  -EILSEQ,
	  "a property of a subtree has a wrong size",
	  16 },
	{ { { "preserved-data", 0, 9 }, { "fdt", 1, 8 } },
	  -EILSEQ,
	  "a property of a subtree has a wrong size",
	  9 },
	{ { { "fdt", 1, 8 }, { "blob-size", 0, 4 } },
	  -EILSEQ,
	  "a property of a subtree has a wrong size",
	  4 },
};

static void judges_subtrees(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(subtrees); i++) {
		struct lineage_subtree subtree, untouched;
		struct lineage_fault fault = { 0 };
		char fdt[FDT_SIZE];
		int node = -1;

		make_kho(fdt, "kho-v4", subtrees[i].properties);
		memset(&subtree, 0xa5, sizeof(subtree));
		memset(&untouched, 0xa5, sizeof(untouched));
		assert_int_equal(lineage_kho_find_subtree(fdt, NODE, &subtree, &fault),
				 subtrees[i].error);
		assert_int_equal(lineage_kho_next_subtree(fdt, &node, &subtree, &fault),
				 subtrees[i].error);
		if (!subtrees[i].error)
			continue;
		assert_memory_equal(&subtree, &untouched, sizeof(subtree));
		assert_string_equal(fault.what, subtrees[i].what);
		assert_int_equal(fault.has_values, subtrees[i].error == -EILSEQ);
		assert_int_equal(fault.found, subtrees[i].found);
		assert_int_equal(fault.expected, fault.has_values ? 8 : 0);
	}
}

static void iterates_over_all_subtrees(void **state)
{
	static const char *const names[] = { "first", NODE, "third" };
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	char fdt[FDT_SIZE];
	int node = -1;
	size_t i;

	fdt_begin(fdt, "kho-v4");
	for (i = 0; i < COUNT_OF(names); i++)
		fdt_subnode(fdt, names[i], v4);
	fdt_end(fdt);
	for (i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(lineage_kho_next_subtree(fdt, &node, &subtree, &fault), 0);
		assert_string_equal(subtree.name, names[i]);
	}
	assert_int_equal(lineage_kho_next_subtree(fdt, &node, &subtree, &fault), -ENODATA);
	assert_int_equal(lineage_kho_next_subtree(fdt, &node, &subtree, &fault), -ENODATA);
	assert_int_equal(lineage_kho_find_subtree(fdt, "second", &subtree, &fault), -ENODATA);
}

/* A truncated FDT of any length is rejected; check the reason for each length. */
static void rejects_a_truncated_fdt(void **state)
{
	char fdt[FDT_SIZE];
	size_t size = make_kho(fdt, "kho-v4", v4);
	struct lineage_fault fault;
	size_t length;

	for (length = 0; length < size; length++) {
		char *copy = malloc(length > 0 ? length : 1);

		assert_non_null(copy);
		memcpy(copy, fdt, length);
		assert_int_equal(lineage_fdt_check(copy, length, &fault), -EILSEQ);
		assert_string_equal(fault.what,
				    length < 4	  ? "it does not begin with the magic of an FDT"
				    : length < 40 ? "the FDT is shorter than its header"
						  : "the FDT is truncated, size in bytes");
		free(copy);
	}
	assert_int_equal(fault.offset, offsetof(struct fdt_header, totalsize));
	assert_int_equal(fault.found, size - 1);
	assert_int_equal(fault.expected, size);
	assert_int_equal(lineage_fdt_check(fdt, sizeof(fdt), &fault), 0);
}

static void rejects_a_broken_structure(void **state)
{
	char fdt[FDT_SIZE];
	size_t size = make_kho(fdt, "kho-v4", v4);
	struct lineage_fault fault;

	fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) - 4); /* no FDT_END */
	assert_int_equal(lineage_fdt_check(fdt, size, &fault), -EILSEQ);
	assert_string_equal(fault.what, "the FDT's structure is broken");
}

static void reads_compatible_only_with_its_nul(void **state)
{
	char fdt[FDT_SIZE];

	fdt_begin(fdt, NULL);
	fdt_end(fdt);
	assert_null(lineage_fdt_compatible(fdt));
	fdt_begin(fdt, NULL);
	assert_int_equal(fdt_property(fdt, "compatible", "kho-v4", 6), 0);
	fdt_end(fdt);
	assert_null(lineage_fdt_compatible(fdt));
	fdt_begin(fdt, NULL);
	assert_int_equal(fdt_property(fdt, "compatible", "", 0), 0);
	fdt_end(fdt);
	assert_null(lineage_fdt_compatible(fdt));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_abi),
		cmocka_unit_test(judges_subtrees),
		cmocka_unit_test(iterates_over_all_subtrees),
		cmocka_unit_test(rejects_a_truncated_fdt),
		cmocka_unit_test(rejects_a_broken_structure),
		cmocka_unit_test(reads_compatible_only_with_its_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
