// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/inspect.c: recognition of each format, and the decoded content. */
#include "support_lib.h"

#include <cmocka.h>
#include <libfdt.h>

#define NODE "kexec-metadata"
#define STAMP                                                                \
	"1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,6.12.111+deb12-amd64*2," \
	"6.1.0-56-cloud-amd64,36ae3270"

static struct lineage_inspection *inspect(const void *bytes, size_t size)
{
	struct lineage_inspection *found = NULL;
	char *copy = malloc(size > 0 ? size : 1);

	assert_non_null(copy);
	if (size > 0)
		memcpy(copy, bytes, size);
	assert_int_equal(lineage_inspect(copy, size, &found), 0);
	assert_non_null(found);
	free(copy); /* the inspection has its own copy */
	return found;
}

/* Compare with the content of STAMP. */
static void assert_is_stamp(const struct lineage_inspection *found)
{
	assert_int_equal(found->status, LINEAGE_STATUS_OK);
	assert_null(found->detail);
	assert_int_equal(found->kind, LINEAGE_KIND_KEXEC);
	assert_string_equal(found->made_for, "7.3.4+deb13-amd64");
	assert_string_equal(found->previous_release, "7.2.12+deb13-amd64");
	assert_true(found->has_count);
	assert_int_equal(found->kexec_count, 4);
	assert_int_equal(found->chain_length, 3);
	assert_string_equal(found->chain[1].release, "6.12.111+deb12-amd64");
	assert_int_equal(found->chain[1].runs, 2);
	assert_string_equal(found->chain[2].release, "6.1.0-56-cloud-amd64");
	assert_int_equal(found->chain[2].runs, 1);
	assert_true(found->chain_is_complete);
}

static void reads_stamps(void **state)
{
	static const char *const texts[] = { STAMP, STAMP "\n", "kexec_lineage.stamp=" STAMP,
					     "a=\xff kexec-lineage.stamp=" STAMP " b\n" };
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++) {
		struct lineage_inspection *found = inspect(texts[i], strlen(texts[i]));

		assert_int_equal(found->format, LINEAGE_FORMAT_STAMP);
		assert_is_stamp(found);
		lineage_inspection_destroy(found);
	}
}

static size_t make_lineage(void *fdt, const char *compatible, const char *value)
{
	fdt_begin(fdt, compatible);
	assert_int_equal(fdt_property(fdt, "stamp", value, (int)strlen(value) + 1), 0);
	return fdt_end(fdt);
}

static void reads_a_kexec_lineage_blob(void **state)
{
	struct lineage_inspection *found;
	char fdt[FDT_SIZE];
	size_t size = make_lineage(fdt, "kexec-lineage-v1", STAMP);

	found = inspect(fdt, size);
	assert_int_equal(found->format, LINEAGE_FORMAT_LINEAGE);
	assert_is_stamp(found);
	assert_null(found->compatible);
	lineage_inspection_destroy(found);
}

static void rejects_kexec_lineage_blobs(void **state)
{
	static const struct {
		const char *compatible, *value;
		enum lineage_status status;
		const char *detail;
	} blobs[] = {
		{ "kexec-lineage-v2", STAMP, LINEAGE_STATUS_UNSUPPORTED,
		  "the kexec-lineage blob: its version is unknown (at byte 0)" },
		{ "kexec-lineage-v1", "2,k", LINEAGE_STATUS_UNSUPPORTED,
		  "the kexec-lineage blob: its format version is unknown: found 2, expected 1" },
		{ "kexec-lineage-v1", "", LINEAGE_STATUS_MALFORMED,
		  "the kexec-lineage blob: it does not begin with a format version and a comma "
		  "(at byte 0)" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(blobs); i++) {
		struct lineage_inspection *found;
		char fdt[FDT_SIZE];
		size_t size = make_lineage(fdt, blobs[i].compatible, blobs[i].value);

		found = inspect(fdt, size);
		assert_int_equal(found->format, LINEAGE_FORMAT_LINEAGE);
		assert_int_equal(found->status, blobs[i].status);
		assert_string_equal(found->detail, blobs[i].detail);
		assert_int_equal(found->kind, LINEAGE_KIND_NONE);
		assert_false(found->has_count);
		lineage_inspection_destroy(found);
	}
}

static void reads_metadata_of_both_shapes(void **state)
{
	char blob[73], fdt[FDT_SIZE];
	int shape;

	make_metadata("7.2.12", 3, blob);
	fdt_begin(fdt, NULL);
	assert_int_equal(fdt_property(fdt, NODE, blob, sizeof(blob)), 0);
	fdt_end(fdt);
	for (shape = 0; shape < 2; shape++) {
		struct lineage_inspection *found =
			shape ? inspect(fdt, fdt_totalsize(fdt)) : inspect(blob, sizeof(blob));

		assert_int_equal(found->format, LINEAGE_FORMAT_METADATA);
		assert_int_equal(found->status, LINEAGE_STATUS_OK);
		assert_string_equal(found->previous_release, "7.2.12");
		assert_int_equal(found->kexec_count, 3);
		assert_int_equal(found->kind, LINEAGE_KIND_NONE);
		assert_int_equal(found->chain_length, 0);
		assert_null(found->compatible);
		lineage_inspection_destroy(found);
	}
}

static void lists_the_subtrees_of_kho(void **state)
{
	static const struct property first[3] = { { "preserved-data", 1, 8 },
						  { "blob-size", 73, 8 } };
	static const struct property second[3] = { { "fdt", UINT64_MAX, 8 } };
	struct lineage_inspection *found;
	char fdt[FDT_SIZE];
	size_t size;

	fdt_begin(fdt, "kho-v4");
	fdt_subnode(fdt, NODE, first);
	fdt_subnode(fdt, "second", second);
	size = fdt_end(fdt);
	found = inspect(fdt, size);
	assert_int_equal(found->format, LINEAGE_FORMAT_KHO);
	assert_int_equal(found->status, LINEAGE_STATUS_OK);
	assert_string_equal(found->compatible, "kho-v4");
	assert_int_equal(found->subtree_count, 2);
	assert_string_equal(found->subtrees[0].name, NODE);
	assert_true(found->subtrees[0].has_size);
	assert_int_equal(found->subtrees[0].size, 73);
	assert_string_equal(found->subtrees[1].name, "second");
	assert_string_equal(found->subtrees[1].property, "fdt");
	assert_int_equal(found->subtrees[1].address, UINT64_MAX);
	assert_false(found->subtrees[1].has_size);
	lineage_inspection_destroy(found);
}

/* The subtrees before a malformed subtree are in the result. */
static void keeps_subtrees_before_a_broken_one(void **state)
{
	static const struct property good[3] = { { "fdt", 1, 8 } };
	static const struct property bad[3] = { { "fdt", 1, 4 } };
	struct lineage_inspection *found;
	char fdt[FDT_SIZE];
	size_t size;

	fdt_begin(fdt, "kho-v9");
	fdt_subnode(fdt, "good", good);
	fdt_subnode(fdt, "bad", bad);
	size = fdt_end(fdt);
	found = inspect(fdt, size);
	assert_int_equal(found->format, LINEAGE_FORMAT_KHO);
	assert_int_equal(found->status, LINEAGE_STATUS_MALFORMED);
	assert_string_equal(found->detail, "KHO's FDT: a property of a subtree has a wrong size: "
					   "found 4, expected 8");
	assert_int_equal(found->subtree_count, 1);
	assert_string_equal(found->subtrees[0].name, "good");
	lineage_inspection_destroy(found);
}

static const struct {
	const char *bytes;
	size_t size;
	enum lineage_format format;
	enum lineage_status status;
	const char *detail;
} rejected[] = {
	{ "", 0, LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED, "it is empty" },
	{ "\n\n", 2, LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED, "it is empty" },
	{ "text", 4, LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED,
	  "text without kexec_lineage.stamp=" },
	{ "1", 1, LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED,
	  "text without kexec_lineage.stamp=" },
	{ ",1", 2, LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED,
	  "text without kexec_lineage.stamp=" },
	{ "12,x", 4, LINEAGE_FORMAT_STAMP, LINEAGE_STATUS_UNSUPPORTED,
	  "the stamp: its format version is unknown: found 12, expected 1" },
	{ "1,k", 3, LINEAGE_FORMAT_STAMP, LINEAGE_STATUS_MALFORMED,
	  "the stamp: it does not end with a comma and eight lower-case hex digits (at byte 3)" },
	{ "\1\0\0\0", 4, LINEAGE_FORMAT_METADATA, LINEAGE_STATUS_MALFORMED,
	  "the metadata blob: it is too short for its version: found 4, expected 73" },
	{ "\0", 1, LINEAGE_FORMAT_METADATA, LINEAGE_STATUS_MALFORMED,
	  "the metadata blob: it is too short for a version: found 1, expected 4" },
	{ "\xd0\x0d\xfe\xed", 4, LINEAGE_FORMAT_KHO, LINEAGE_STATUS_MALFORMED,
	  "the FDT: the FDT is shorter than its header: found 4, expected 40" },
	{ "ELF\x01......................................................................", 74,
	  LINEAGE_FORMAT_UNKNOWN, LINEAGE_STATUS_UNSUPPORTED,
	  "neither a metadata blob, nor an FDT, nor a stamp" },
};

static void describes_what_is_wrong(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(rejected); i++) {
		struct lineage_inspection *found = inspect(rejected[i].bytes, rejected[i].size);

		assert_int_equal(found->format, rejected[i].format);
		assert_int_equal(found->status, rejected[i].status);
		assert_string_equal(found->detail, rejected[i].detail);
		assert_null(found->previous_release);
		assert_false(found->has_count);
		assert_int_equal(found->chain_length, 0);
		lineage_inspection_destroy(found);
	}
}

static void reports_other_fdts_as_unknown(void **state)
{
	static const char *const compatibles[] = { NULL, "acme,board", "kh", "xkho-v1",
						   "kexec-lineage" };
	size_t i;

	for (i = 0; i < COUNT_OF(compatibles); i++) {
		struct lineage_inspection *found;
		char fdt[FDT_SIZE];
		size_t size;

		fdt_begin(fdt, compatibles[i]);
		size = fdt_end(fdt);
		found = inspect(fdt, size);
		assert_int_equal(found->format, LINEAGE_FORMAT_UNKNOWN);
		assert_int_equal(found->status, LINEAGE_STATUS_UNSUPPORTED);
		lineage_inspection_destroy(found);
	}
}

static void names_the_formats(void **state)
{
	assert_string_equal(lineage_format_name(LINEAGE_FORMAT_UNKNOWN), "unknown");
	assert_string_equal(lineage_format_name(LINEAGE_FORMAT_STAMP), "stamp");
	assert_string_equal(lineage_format_name(LINEAGE_FORMAT_METADATA), "metadata blob");
	assert_string_equal(lineage_format_name(LINEAGE_FORMAT_KHO), "KHO FDT");
	assert_string_equal(lineage_format_name(LINEAGE_FORMAT_LINEAGE), "kexec-lineage blob");
	assert_string_equal(lineage_format_name((enum lineage_format)(LINEAGE_FORMAT_LINEAGE + 1)),
			    "unknown");
	assert_string_equal(lineage_format_name((enum lineage_format) - 1), "unknown");
	lineage_inspection_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_stamps),
		cmocka_unit_test(reads_a_kexec_lineage_blob),
		cmocka_unit_test(rejects_kexec_lineage_blobs),
		cmocka_unit_test(reads_metadata_of_both_shapes),
		cmocka_unit_test(lists_the_subtrees_of_kho),
		cmocka_unit_test(keeps_subtrees_before_a_broken_one),
		cmocka_unit_test(describes_what_is_wrong),
		cmocka_unit_test(reports_other_fdts_as_unknown),
		cmocka_unit_test(names_the_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
