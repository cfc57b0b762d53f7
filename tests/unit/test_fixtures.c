// SPDX-License-Identifier: GPL-2.0-or-later
/* Each file below tests/fixtures causes exactly the error that its name describes. */
#include "support.h"

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>

#include "core/blob.h"

static const char *folder;

static const char no_version[] = "it does not begin with a format version and a comma";
static const char stamp_version[] = "its format version is unknown";
static const char no_crc[] = "it does not end with a comma and eight lower-case hex digits";
static const char bad_count[] = "its count is not 1 to 4294967295";
static const char empty_release[] = "a release is empty";
static const char bad_byte[] = "a release has a byte or percent code that is not allowed";
static const char long_release[] = "a release is longer than 64 bytes";
static const char bad_runs[] = "the number after '*' is not 2 to 4294967295";
static const char more_than_count[] = "its chain names more kernels than its count";
static const char blob_version[] = "its version is unknown";
static const char blob_release[] = "its release is empty or has blanks or control bytes";
static const char blob_short[] = "it is too short for its version";
static const char no_header[] = "the FDT is shorter than its header";
static const char fdt_cut[] = "the FDT is truncated, size in bytes";
static const char fdt_old[] = "the FDT has an old version";
static const char fdt_to_come[] = "the FDT has a newer version";
static const char structure_outside[] = "the structure block is outside the FDT";
static const char strings_outside[] = "the strings block is outside the FDT";
static const char no_root[] = "the FDT does not begin with a root node";
static const char property_cut[] = "a property of the FDT is truncated";
static const char no_metadata[] = "the FDT does not contain kexec-metadata";
static const char no_fdt[] = "it does not begin with the magic of an FDT";
static const char not_said[] = "the FDT has no compatible property";
static const char string_no_end[] = "a string in the FDT has no NUL at its end";

/* To add a fixture, add it here and in tests/fixtures/make.py. */
static const struct {
	const char *file;
	int error;
	const char *what;
} fixtures[] = {
	{ "blob-good.bin", 0, NULL },
	{ "blob-good-longest-release.bin", 0, NULL },
	{ "blob-good-larger.bin", 0, NULL },
	{ "blob-good-padding.bin", 0, NULL },
	{ "blob-empty.bin", -EILSEQ, "it is too short for a version" },
	{ "blob-truncated-3.bin", -EILSEQ, "it is too short for a version" },
	{ "blob-truncated-72.bin", -EILSEQ, blob_short },
	{ "blob-version-0.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-version-2.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-version-2-short.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-version-ffffffff.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-big-endian.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-no-nul.bin", -EILSEQ, "its release does not end inside its field" },
	{ "blob-empty-release.bin", -EILSEQ, blob_release },
	{ "blob-control-byte.bin", -EILSEQ, blob_release },
	{ "blob-blank.bin", -EILSEQ, blob_release },
	{ "blob-delete.bin", -EILSEQ, blob_release },
	{ "blob-fdt-good.bin", 0, NULL },
	{ "blob-fdt-good-among-others.bin", 0, NULL },
	{ "blob-fdt-good-larger.bin", 0, NULL },
	{ "blob-fdt-good-trailing.bin", 0, NULL },
	{ "blob-fdt-truncated-39.bin", -EILSEQ, no_header },
	{ "blob-fdt-truncated.bin", -EILSEQ, fdt_cut },
	{ "blob-fdt-old-version.bin", -EILSEQ, fdt_old },
	{ "blob-fdt-version-to-come.bin", -EILSEQ, fdt_to_come },
	{ "blob-fdt-structure-outside.bin", -EILSEQ, structure_outside },
	{ "blob-fdt-structure-odd.bin", -EILSEQ, structure_outside },
	{ "blob-fdt-structure-in-header.bin", -EILSEQ, structure_outside },
	{ "blob-fdt-structure-long.bin", -EILSEQ, structure_outside },
	{ "blob-fdt-strings-outside.bin", -EILSEQ, strings_outside },
	{ "blob-fdt-strings-long.bin", -EILSEQ, strings_outside },
	{ "blob-fdt-no-root.bin", -EILSEQ, no_root },
	{ "blob-fdt-property-huge.bin", -EILSEQ, property_cut },
	{ "blob-fdt-property-cut.bin", -EILSEQ, property_cut },
	{ "blob-fdt-name-outside.bin", -ENODATA, no_metadata },
	{ "blob-fdt-no-metadata.bin", -ENODATA, no_metadata },
	{ "blob-fdt-below.bin", -ENODATA, no_metadata },
	{ "blob-fdt-size-0.bin", -EILSEQ, "it is too short for a version" },
	{ "blob-fdt-size-3.bin", -EILSEQ, "it is too short for a version" },
	{ "blob-fdt-size-4.bin", -EILSEQ, blob_short },
	{ "blob-fdt-size-72.bin", -EILSEQ, blob_short },
	{ "blob-fdt-version-0.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-fdt-version-2.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-fdt-version-ffffffff.bin", -EPROTONOSUPPORT, blob_version },
	{ "blob-fdt-no-nul.bin", -EILSEQ, "its release does not end inside its field" },
	{ "blob-fdt-control-byte.bin", -EILSEQ, blob_release },
	{ "kho-good.bin", 0, NULL },
	{ "kho-good-chain.bin", 0, NULL },
	{ "kho-good-1024-bytes.bin", 0, NULL },
	{ "kho-good-other-order.bin", 0, NULL },
	{ "kho-good-nops.bin", 0, NULL },
	{ "kho-good-trailing.bin", 0, NULL },
	{ "kho-empty.bin", -EILSEQ, no_fdt },
	{ "kho-bare.bin", -EILSEQ, no_fdt },
	{ "kho-truncated-39.bin", -EILSEQ, no_header },
	{ "kho-truncated.bin", -EILSEQ, fdt_cut },
	{ "kho-old-version.bin", -EILSEQ, fdt_old },
	{ "kho-version-to-come.bin", -EILSEQ, fdt_to_come },
	{ "kho-structure-outside.bin", -EILSEQ, structure_outside },
	{ "kho-structure-odd.bin", -EILSEQ, structure_outside },
	{ "kho-structure-in-header.bin", -EILSEQ, structure_outside },
	{ "kho-structure-long.bin", -EILSEQ, structure_outside },
	{ "kho-strings-outside.bin", -EILSEQ, strings_outside },
	{ "kho-strings-long.bin", -EILSEQ, strings_outside },
	{ "kho-no-root.bin", -EILSEQ, no_root },
	{ "kho-property-huge.bin", -EILSEQ, property_cut },
	{ "kho-property-cut.bin", -EILSEQ, property_cut },
	{ "kho-name-outside.bin", -EILSEQ, not_said },
	{ "kho-no-compatible.bin", -EILSEQ, not_said },
	{ "kho-compatible-v2.bin", -EPROTONOSUPPORT, blob_version },
	{ "kho-compatible-empty.bin", -EILSEQ, string_no_end },
	{ "kho-compatible-no-nul.bin", -EILSEQ, string_no_end },
	{ "kho-compatible-two.bin", -EILSEQ, string_no_end },
	{ "kho-no-stamp.bin", -EILSEQ, "the FDT does not contain a stamp" },
	{ "kho-stamp-no-value.bin", -EILSEQ, string_no_end },
	{ "kho-stamp-no-nul.bin", -EILSEQ, string_no_end },
	{ "kho-stamp-nul-inside.bin", -EILSEQ, string_no_end },
	{ "kho-stamp-two-nuls.bin", -EILSEQ, string_no_end },
	{ "kho-stamp-empty.bin", -EILSEQ, no_version },
	{ "kho-stamp-with-name.bin", -EILSEQ, no_version },
	{ "kho-stamp-version-2.bin", -EPROTONOSUPPORT, stamp_version },
	{ "kho-stamp-crc-wrong.bin", -EBADMSG, "its CRC is wrong" },
	{ "kho-stamp-more-than-count.bin", -EILSEQ, more_than_count },
	{ "kho-stamp-1025-bytes.bin", -EILSEQ, "it is too long" },
	{ "stamp-good.txt", 0, NULL },
	{ "stamp-good-chain.txt", 0, NULL },
	{ "stamp-good-capture.txt", 0, NULL },
	{ "stamp-good-cut-chain.txt", 0, NULL },
	{ "stamp-good-percent.txt", 0, NULL },
	{ "stamp-good-saturated.txt", 0, NULL },
	{ "stamp-good-1024-bytes.txt", 0, NULL },
	{ "stamp-empty.txt", -EILSEQ, no_version },
	{ "stamp-no-version.txt", -EILSEQ, no_version },
	{ "stamp-version-0.txt", -EPROTONOSUPPORT, stamp_version },
	{ "stamp-version-2.txt", -EPROTONOSUPPORT, stamp_version },
	{ "stamp-no-crc.txt", -EILSEQ, no_crc },
	{ "stamp-crc-cut.txt", -EILSEQ, no_crc },
	{ "stamp-crc-upper-case.txt", -EILSEQ, no_crc },
	{ "stamp-crc-wrong.txt", -EBADMSG, "its CRC is wrong" },
	{ "stamp-kind-x.txt", -EILSEQ, "its kind is neither k nor p" },
	{ "stamp-count-0.txt", -EILSEQ, bad_count },
	{ "stamp-count-leading-zero.txt", -EILSEQ, bad_count },
	{ "stamp-count-4294967296.txt", -EILSEQ, bad_count },
	{ "stamp-no-made-for.txt", -EILSEQ,
	  "it lacks the field of the release that it was made for" },
	{ "stamp-made-for-65-bytes.txt", -EILSEQ, long_release },
	{ "stamp-no-chain.txt", -EILSEQ, "its chain is empty" },
	{ "stamp-entry-empty.txt", -EILSEQ, empty_release },
	{ "stamp-trailing-comma.txt", -EILSEQ, empty_release },
	{ "stamp-entry-65-bytes.txt", -EILSEQ, long_release },
	{ "stamp-control-byte.txt", -EILSEQ, bad_byte },
	{ "stamp-percent-cut.txt", -EILSEQ, bad_byte },
	{ "stamp-percent-lower-case.txt", -EILSEQ, bad_byte },
	{ "stamp-percent-plain-byte.txt", -EILSEQ, bad_byte },
	{ "stamp-percent-nul.txt", -EILSEQ, bad_byte },
	{ "stamp-runs-0.txt", -EILSEQ, bad_runs },
	{ "stamp-runs-1.txt", -EILSEQ, bad_runs },
	{ "stamp-runs-4294967296.txt", -EILSEQ, bad_runs },
	{ "stamp-neighbours.txt", -EILSEQ, "two neighbouring entries name the same release" },
	{ "stamp-more-than-count.txt", -EILSEQ, more_than_count },
	{ "stamp-1025-bytes.txt", -EILSEQ, "it is too long" },
};

static size_t read_fixture(const char *name, char *buf, size_t size)
{
	char path[4096];
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open %s", path);
	length = fread(buf, 1, size, file);
	fclose(file);
	return length;
}

static int decode_blob(const char *bytes, size_t length, struct lineage_fault *fault)
{
	char *blob = heap_copy(bytes, length);
	struct lineage_metadata metadata;
	int error = lineage_metadata_blob_decode(blob, length, &metadata, fault);

	free(blob);
	return error;
}

static int decode_lineage(const char *bytes, size_t length, struct lineage_fault *fault)
{
	char *blob = heap_copy(bytes, length);
	struct lineage_stamp stamp;
	int error = lineage_kho_blob_decode(blob, length, &stamp, fault);

	free(blob);
	return error;
}

/* The file has the whole parameter and a newline. */
static int parse_stamp(const char *bytes, size_t length, struct lineage_fault *fault)
{
	struct lineage_stamp stamp;
	char *value;
	int error;

	assert_true(length > LINEAGE_STAMP_PREFIX_LENGTH);
	assert_memory_equal(bytes, LINEAGE_STAMP_PREFIX, LINEAGE_STAMP_PREFIX_LENGTH);
	assert_int_equal(bytes[length - 1], '\n');
	length -= LINEAGE_STAMP_PREFIX_LENGTH + 1;
	value = heap_copy(bytes + LINEAGE_STAMP_PREFIX_LENGTH, length);
	error = lineage_stamp_parse(value, length, &stamp, fault);
	free(value);
	return error;
}

/* The first word of a file's name selects its parser. */
static const struct {
	const char *prefix;
	int (*read)(const char *bytes, size_t length, struct lineage_fault *fault);
} readers[] = {
	{ "blob-", decode_blob },
	{ "kho-", decode_lineage },
	{ "stamp-", parse_stamp },
};

/* Return the reader for a file, or NULL if the file is not a fixture. */
static int (*reader_of(const char *name))(const char *bytes, size_t length,
					  struct lineage_fault *fault)
{
	size_t i;

	for (i = 0; i < COUNT_OF(readers); i++) {
		if (strncmp(name, readers[i].prefix, strlen(readers[i].prefix)) == 0)
			return readers[i].read;
	}
	return NULL;
}

static void reports_each_error(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(fixtures); i++) {
		const char *name = fixtures[i].file;
		struct lineage_fault fault = { 0 };
		char bytes[2048];
		size_t length = read_fixture(name, bytes, sizeof(bytes));
		int error = reader_of(name)(bytes, length, &fault);

		if (error != fixtures[i].error)
			fail_msg("%s: %d, expected %d", name, error, fixtures[i].error);
		if (error && strcmp(fault.what, fixtures[i].what) != 0)
			fail_msg("%s: %s, expected %s", name, fault.what, fixtures[i].what);
	}
}

static bool is_in_table(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT_OF(fixtures); i++) {
		if (strcmp(fixtures[i].file, name) == 0)
			return true;
	}
	return false;
}

static void tests_every_file(void **state)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;

	assert_non_null(directory);
	while ((entry = readdir(directory))) {
		if (reader_of(entry->d_name) && !is_in_table(entry->d_name))
			fail_msg("%s is not in the table", entry->d_name);
	}
	closedir(directory);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_each_error),
		cmocka_unit_test(tests_every_file),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: test_fixtures FOLDER\n");
		return 2;
	}
	folder = argv[1];
	return cmocka_run_group_tests_name("fixtures", tests, NULL, NULL);
}
