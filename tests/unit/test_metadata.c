// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/metadata.c: the order of the checks, and malformed blobs. */
#include "support.h"

#include <cmocka.h>

#include "core/metadata.h"

#define BLOB_SIZE 73
#define RELEASE_AT 4
#define COUNT_AT 69

static const char too_short_for_version[] = "it is too short for a version";
static const char version_not_known[] = "its version is unknown";
static const char too_short[] = "it is too short for its version";
static const char no_end[] = "its release does not end inside its field";
static const char no_release[] = "its release is empty or has blanks or control bytes";

/* Write each byte, so that the test does not depend on the struct of the core. */
static void make_blob(char *blob, uint32_t version, const char *release, uint32_t count)
{
	memset(blob, 0, BLOB_SIZE);
	memcpy(blob, &version, 4);
	memcpy(blob + RELEASE_AT, release, strlen(release));
	memcpy(blob + COUNT_AT, &count, 4);
}

static void assert_decodes(const void *blob, size_t size, const char *release, uint32_t count)
{
	struct lineage_metadata metadata;
	struct lineage_fault fault;

	memset(&fault, UNTOUCHED, sizeof(fault));
	assert_int_equal(lineage_metadata_decode(blob, size, &metadata, &fault), 0);
	assert_string_equal(metadata.previous_release, release);
	assert_int_equal(metadata.kexec_count, count);
	assert_true(is_untouched(&fault, sizeof(fault)));
}

static struct lineage_fault assert_refused(const void *blob, size_t size, int error,
					   const char *what)
{
	struct lineage_metadata metadata;
	struct lineage_fault fault;

	memset(&metadata, UNTOUCHED, sizeof(metadata));
	assert_int_equal(lineage_metadata_decode(blob, size, &metadata, &fault), error);
	assert_int_equal(lineage_metadata_decode(blob, size, &metadata, NULL), error);
	assert_true(is_untouched(&metadata, sizeof(metadata)));
	assert_string_equal(fault.what, what);
	return fault;
}

static void checks_every_length(void **state)
{
	char good[80] = { 0 };
	size_t size;

	make_blob(good, 1, "7.2.12", 3);
	for (size = 0; size <= sizeof(good); size++) {
		char *blob = heap_copy(good, size);

		if (size >= BLOB_SIZE) {
			assert_decodes(blob, size, "7.2.12", 3);
		} else {
			struct lineage_fault fault = assert_refused(
				blob, size, -EILSEQ, size < 4 ? too_short_for_version : too_short);

			assert_true(fault.has_values);
			assert_int_equal(fault.found, size);
			assert_int_equal(fault.expected, size < 4 ? 4 : 73);
			assert_int_equal(fault.offset, 0);
		}
		free(blob);
	}
}

static void reads_an_unaligned_megabyte(void **state)
{
	size_t size = 1 << 20;
	char *large = heap_untouched(size + 1);

	make_blob(large + 1, 1, "6.12.111+deb12-amd64", 4294967295);
	assert_decodes(large + 1, size, "6.12.111+deb12-amd64", 4294967295);
	free(large);
}

static const uint32_t unknown_versions[] = {
	0, 2, 3, 0x01000000, 0x80000001, 0xffffffff, 0x0000ff01, 0xedfe0dd0,
};

/* If the version is unknown, no later byte is read. */
static void reads_nothing_after_an_unknown_version(void **state)
{
	size_t i, size;

	for (i = 0; i < COUNT_OF(unknown_versions); i++) {
		for (size = 4; size <= 80; size += size < 72 ? 17 : 1) {
			char *blob = heap_untouched(size);
			struct lineage_fault fault;

			memcpy(blob, &unknown_versions[i], 4);
			fault = assert_refused(blob, size, -EPROTONOSUPPORT, version_not_known);
			assert_true(fault.has_values);
			assert_int_equal(fault.found, unknown_versions[i]);
			assert_int_equal(fault.expected, 1);
			assert_int_equal(fault.offset, 0);
			free(blob);
		}
	}
}

static void rejects_a_release_without_an_end(void **state)
{
	char blob[80];
	struct lineage_fault fault;

	memset(blob, 0, sizeof(blob));
	make_blob(blob, 1, "a", 0);
	memset(blob + RELEASE_AT, 'a', 65);
	fault = assert_refused(blob, BLOB_SIZE, -EILSEQ, no_end);
	assert_int_equal(fault.offset, RELEASE_AT);
	/* A NUL after the field does not end the release. */
	fault = assert_refused(blob, sizeof(blob), -EILSEQ, no_end);
	blob[COUNT_AT - 1] = '\0';
	blob[COUNT_AT] = 5;
	blob[COUNT_AT - 2] = 'z';
	{
		struct lineage_metadata metadata;

		assert_int_equal(lineage_metadata_decode(blob, BLOB_SIZE, &metadata, NULL), 0);
		assert_int_equal(strlen(metadata.previous_release), 64);
		assert_int_equal(metadata.previous_release[63], 'z');
	}
}

/* Each byte value at the first, a middle and the last position of a release. */
static void rejects_all_but_printable_ascii(void **state)
{
	static const size_t places[] = { 0, 31, 63 };
	size_t i;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		for (i = 0; i < COUNT_OF(places); i++) {
			char release[65], blob[BLOB_SIZE];

			memset(release, 'x', 64);
			release[64] = '\0';
			release[places[i]] = (char)byte;
			make_blob(blob, 1, release, 1);
			if (byte > 0x20 && byte < 0x7f) {
				assert_decodes(blob, BLOB_SIZE, release, 1);
			} else {
				struct lineage_fault fault =
					assert_refused(blob, BLOB_SIZE, -EILSEQ, no_release);

				assert_int_equal(fault.offset, RELEASE_AT);
			}
		}
	}
}

static void rejects_an_empty_release(void **state)
{
	char blob[BLOB_SIZE];

	make_blob(blob, 1, "", 1);
	assert_refused(blob, BLOB_SIZE, -EILSEQ, no_release);
	/* Bytes after the first NUL do not belong to the release. */
	memset(blob + RELEASE_AT + 1, 'a', 64);
	assert_refused(blob, BLOB_SIZE, -EILSEQ, no_release);
}

/* Bytes after the NUL are padding and are ignored. */
static void ignores_padding(void **state)
{
	char blob[BLOB_SIZE];

	make_blob(blob, 1, "7.3.4", 2);
	memset(blob + RELEASE_AT + 6, 0x01, 59);
	assert_decodes(blob, BLOB_SIZE, "7.3.4", 2);
}

static void reads_every_count(void **state)
{
	static const uint32_t counts[] = { 0, 1, 255, 256, 65536, 0x01020304, 4294967295 };
	size_t i;

	for (i = 0; i < COUNT_OF(counts); i++) {
		char blob[BLOB_SIZE];

		make_blob(blob, 1, "6.18.15", counts[i]);
		assert_decodes(blob, BLOB_SIZE, "6.18.15", counts[i]);
	}
}

static void encodes_what_linux_encodes(void **state)
{
	static const char *const releases[] = {
		"7", "7.1.13", "1234567890123456789012345678901234567890123456789012345678901234"
	};
	size_t i;

	for (i = 0; i < COUNT_OF(releases); i++) {
		struct kho_kexec_metadata *wire = heap_untouched(sizeof(*wire));
		struct lineage_metadata metadata = { .kexec_count = 0x01020304 };
		char expected[BLOB_SIZE];

		assert_int_equal(sizeof(*wire), BLOB_SIZE);
		strcpy(metadata.previous_release, releases[i]);
		make_blob(expected, 1, releases[i], 0x01020304);
		assert_int_equal(lineage_metadata_encode(&metadata, wire), 0);
		assert_memory_equal(wire, expected, BLOB_SIZE);
		assert_decodes(wire, BLOB_SIZE, releases[i], 0x01020304);
		free(wire);
	}
}

static void encodes_no_invalid_release(void **state)
{
	static const char *const releases[] = { "", " ", "a b", "a\x7f", "\n" };
	struct kho_kexec_metadata wire;
	size_t i;

	memset(&wire, UNTOUCHED, sizeof(wire));
	for (i = 0; i < COUNT_OF(releases); i++) {
		struct lineage_metadata metadata = { .kexec_count = 1 };

		strcpy(metadata.previous_release, releases[i]);
		assert_int_equal(lineage_metadata_encode(&metadata, &wire), -EILSEQ);
		assert_true(is_untouched(&wire, sizeof(wire)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checks_every_length),
		cmocka_unit_test(reads_an_unaligned_megabyte),
		cmocka_unit_test(reads_nothing_after_an_unknown_version),
		cmocka_unit_test(rejects_a_release_without_an_end),
		cmocka_unit_test(rejects_all_but_printable_ascii),
		cmocka_unit_test(rejects_an_empty_release),
		cmocka_unit_test(ignores_padding),
		cmocka_unit_test(reads_every_count),
		cmocka_unit_test(encodes_what_linux_encodes),
		cmocka_unit_test(encodes_no_invalid_release),
	};

	return cmocka_run_group_tests_name("metadata", tests, NULL, NULL);
}
