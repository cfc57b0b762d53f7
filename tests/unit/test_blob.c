// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/blob.c: the bytes of the blobs for KHO, and malformed blobs. */
#include "support.h"

#include <cmocka.h>

#include "core/blob.h"

#define METADATA_SIZE 73
#define METADATA_FDT_SIZE 175
#define FDT_ROOM 2048
#define STAMP_VALUE "1,k,1,,6.1.0-56-cloud-amd64,fb31e585"
#define STAMP "kexec_lineage.stamp=" STAMP_VALUE
#define BYTES(text) text, sizeof(text) - 1

static const char not_an_fdt[] = "it does not begin with the magic of an FDT";
static const char cut[] = "the FDT is truncated, size in bytes";
static const char no_metadata[] = "the FDT does not contain kexec-metadata";
static const char not_said[] = "the FDT has no compatible property";
static const char unknown[] = "its version is unknown";
static const char no_end[] = "a string in the FDT has no NUL at its end";
static const char no_version[] = "it does not begin with a format version and a comma";
static const char no_stamp[] = "the FDT does not contain a stamp";

/* Previous kernel 7.1.13, count 1. Linux 7.1 writes these 73 bytes on a little-endian machine. */
static const unsigned char golden[METADATA_FDT_SIZE] = {
	0xd0, 0x0d, 0xfe, 0xed, 0x00, 0x00, 0x00, 0xaf, /* magic, total size 175 */
	0x00, 0x00, 0x00, 0x38, 0x00, 0x00, 0x00, 0xa0, /* structure at 56, strings at 160 */
	0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, 0x11, /* reservations at 40, version 17, */
	0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, /* compatible with 16, CPU 0 */
	0x00, 0x00, 0x00, 0x0f, 0x00, 0x00, 0x00, 0x68, /* 15 bytes of strings, 104 of structure */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* no reservation */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, /* a node named "" */
	0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x49, /* a property of 73 bytes, */
	0x00, 0x00, 0x00, 0x00,				/* its name at 0 */
	0x01, 0x00, 0x00, 0x00, 0x37, 0x2e, 0x31, 0x2e, /* version 1, "7.1." */
	0x31, 0x33, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* "13" */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* */
	0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, /* count 1, from the sixth byte on */
	0x00,						/* */
	0x00, 0x00, 0x00,				/* padding */
	0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x09, /* the node's end, the end */
	0x6b, 0x65, 0x78, 0x65, 0x63, 0x2d, 0x6d, 0x65, /* "kexec-me" */
	0x74, 0x61, 0x64, 0x61, 0x74, 0x61, 0x00,	/* "tadata" */
};

#define GOLDEN_METADATA (golden + 76)

/* ---- the metadata ---- */

static void assert_metadata(const void *blob, size_t size, const char *release, uint32_t count)
{
	struct lineage_metadata metadata;
	struct lineage_fault fault;

	memset(&metadata, UNTOUCHED, sizeof(metadata));
	memset(&fault, UNTOUCHED, sizeof(fault));
	assert_int_equal(lineage_metadata_blob_decode(blob, size, &metadata, &fault), 0);
	assert_string_equal(metadata.previous_release, release);
	assert_int_equal(metadata.kexec_count, count);
	assert_true(is_untouched(&fault, sizeof(fault)));
}

/* Decode a copy in a heap block of exactly its size. */
static struct lineage_fault refuse_metadata(const void *bytes, size_t size, int error,
					    const char *what)
{
	char *blob = heap_copy(bytes, size);
	struct lineage_metadata metadata;
	struct lineage_fault fault;

	memset(&metadata, UNTOUCHED, sizeof(metadata));
	memset(&fault, UNTOUCHED, sizeof(fault));
	assert_int_equal(lineage_metadata_blob_decode(blob, size, &metadata, &fault), error);
	assert_int_equal(lineage_metadata_blob_decode(blob, size, &metadata, NULL), error);
	assert_true(is_untouched(&metadata, sizeof(metadata)));
	assert_string_equal(fault.what, what);
	free(blob);
	return fault;
}

static void assert_values(struct lineage_fault fault, size_t offset, uint32_t found,
			  uint32_t expected)
{
	assert_int_equal(fault.offset, offset);
	assert_true(fault.has_values);
	assert_int_equal(fault.found, found);
	assert_int_equal(fault.expected, expected);
}

static void assert_no_values(struct lineage_fault fault, size_t offset)
{
	assert_int_equal(fault.offset, offset);
	assert_false(fault.has_values);
}

static void writes_the_golden_metadata(void **state)
{
	const struct lineage_metadata metadata = { "7.1.13", 1 };
	size_t size;

	assert_int_equal(sizeof(struct kho_kexec_metadata), METADATA_SIZE);
	for (size = 0; size <= LINEAGE_METADATA_FDT_MAX; size++) {
		unsigned char *buf = heap_untouched(size);
		size_t ret_size = 77;
		int error = lineage_metadata_blob_encode(&metadata, buf, size, &ret_size);

		if (size < METADATA_FDT_SIZE) {
			assert_int_equal(error, -ENOSPC);
			assert_int_equal(ret_size, 77);
			assert_true(is_untouched(buf, size)); /* no part of an FDT */
		} else {
			assert_int_equal(error, 0);
			assert_int_equal(ret_size, METADATA_FDT_SIZE);
			assert_memory_equal(buf, golden, METADATA_FDT_SIZE);
			assert_true(is_untouched(buf + ret_size, size - ret_size));
		}
		free(buf);
	}
}

static void writes_no_invalid_release(void **state)
{
	static const char *const releases[] = { "", " ", "7.1 13", "7.1.13\n", "\x7f" };
	char buf[LINEAGE_METADATA_FDT_MAX];
	size_t i, size = 77;

	memset(buf, UNTOUCHED, sizeof(buf));
	for (i = 0; i < COUNT_OF(releases); i++) {
		struct lineage_metadata metadata = { .kexec_count = 1 };

		strcpy(metadata.previous_release, releases[i]);
		assert_int_equal(lineage_metadata_blob_encode(&metadata, buf, sizeof(buf), &size),
				 -EILSEQ);
		assert_int_equal(size, 77);
		assert_true(is_untouched(buf, sizeof(buf)));
	}
}

static void reads_both_shapes(void **state)
{
	static const struct lineage_metadata all[] = {
		{ "7.1.13", 1 },
		{ "7", 0 },
		{ "6.12.111-rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr", 4294967295 },
	};
	size_t i, shift;

	assert_metadata(GOLDEN_METADATA, METADATA_SIZE, "7.1.13", 1);
	for (i = 0; i < COUNT_OF(all); i++) {
		unsigned char fdt[LINEAGE_METADATA_FDT_MAX];
		size_t size;

		assert_int_equal(lineage_metadata_blob_encode(&all[i], fdt, sizeof(fdt), &size), 0);
		assert_int_equal(size, METADATA_FDT_SIZE);
		for (shift = 0; shift < 4; shift++) {
			char *block = heap_untouched(size + 4);

			memcpy(block + shift, fdt, size);
			assert_metadata(block + shift, size, all[i].previous_release,
					all[i].kexec_count);
			assert_metadata(block + shift, size + 4 - shift, all[i].previous_release,
					all[i].kexec_count);
			free(block);
		}
	}
}

static void rejects_cut_metadata(void **state)
{
	size_t size;

	for (size = 0; size < METADATA_SIZE; size++)
		assert_values(refuse_metadata(GOLDEN_METADATA, size, -EILSEQ,
					      size < 4 ? "it is too short for a version"
						       : "it is too short for its version"),
			      0, (uint32_t)size, size < 4 ? 4 : METADATA_SIZE);
	for (size = 0; size < METADATA_FDT_SIZE; size++) {
		if (size < 4)
			refuse_metadata(golden, size, -EILSEQ, "it is too short for a version");
		else if (size < 40)
			assert_values(refuse_metadata(golden, size, -EILSEQ,
						      "the FDT is shorter than its header"),
				      0, (uint32_t)size, 40);
		else
			assert_values(refuse_metadata(golden, size, -EILSEQ, cut), 4,
				      (uint32_t)size, METADATA_FDT_SIZE);
	}
}

/* By default the property begins with the golden bytes. */
static const struct {
	size_t size;
	uint32_t version;
	int error;
	const char *what;
	uint32_t found;
	uint32_t expected;
} inner[] = {
	{ 0, 1, -EILSEQ, "it is too short for a version", 0, 4 },
	{ 3, 1, -EILSEQ, "it is too short for a version", 3, 4 },
	{ 4, 1, -EILSEQ, "it is too short for its version", 4, 73 },
	{ 72, 1, -EILSEQ, "it is too short for its version", 72, 73 },
	{ 4, 0, -EPROTONOSUPPORT, unknown, 0, 1 },
	{ 73, 0, -EPROTONOSUPPORT, unknown, 0, 1 },
	{ 73, 2, -EPROTONOSUPPORT, unknown, 2, 1 },
	{ 73, 4294967295, -EPROTONOSUPPORT, unknown, 4294967295, 1 },
	{ 73, 1, 0, NULL, 0, 0 },
	{ 74, 1, 0, NULL, 0, 0 },
	{ 100, 1, 0, NULL, 0, 0 },
};

static void judges_metadata_inside_an_fdt(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(inner); i++) {
		char wire[100] = { 0 }, fdt[FDT_ROOM];
		const struct lineage_fdt_property property = { "kexec-metadata", wire,
							       inner[i].size };
		struct lineage_fault fault;
		size_t size;

		memcpy(wire, GOLDEN_METADATA, METADATA_SIZE);
		memcpy(wire, &inner[i].version, 4);
		assert_int_equal(lineage_fdt_write(&property, 1, fdt, sizeof(fdt), &size), 0);
		if (inner[i].error) {
			fault = refuse_metadata(fdt, size, inner[i].error, inner[i].what);
			assert_values(fault, 0, inner[i].found, inner[i].expected);
		} else {
			assert_metadata(fdt, size, "7.1.13", 1);
		}
	}
}

/* The rest of the FDT is not zero, so that a release without a NUL does not end there. */
static void judges_the_release_inside_an_fdt(void **state)
{
	char wire[METADATA_SIZE], fdt[FDT_ROOM];
	const struct lineage_fdt_property properties[] = {
		{ "other", "x", 1 },
		{ "kexec-metadata", wire, sizeof(wire) },
	};
	size_t size;

	memcpy(wire, GOLDEN_METADATA, sizeof(wire));
	memset(wire + 4, 'r', 65);
	assert_int_equal(lineage_fdt_write(properties, 2, fdt, sizeof(fdt), &size), 0);
	assert_no_values(refuse_metadata(fdt, size, -EILSEQ,
					 "its release does not end inside its field"),
			 4);
	wire[68] = '\0';
	wire[67] = '\x1b';
	assert_int_equal(lineage_fdt_write(properties, 2, fdt, sizeof(fdt), &size), 0);
	assert_no_values(refuse_metadata(fdt, size, -EILSEQ,
					 "its release is empty or has blanks or control bytes"),
			 4);
	wire[67] = 'z';
	assert_int_equal(lineage_fdt_write(properties, 2, fdt, sizeof(fdt), &size), 0);
	assert_metadata(fdt, size,
			"rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrz", 1);
}

static void rejects_an_fdt_without_metadata(void **state)
{
	const struct lineage_fdt_property properties[] = {
		{ "kexec-metadat", GOLDEN_METADATA, METADATA_SIZE },
		{ "kexec-metadata-2", GOLDEN_METADATA, METADATA_SIZE },
	};
	char fdt[FDT_ROOM];
	size_t size;

	assert_int_equal(lineage_fdt_write(properties, 0, fdt, sizeof(fdt), &size), 0);
	assert_no_values(refuse_metadata(fdt, size, -ENODATA, no_metadata), 0);
	assert_int_equal(lineage_fdt_write(properties, 2, fdt, sizeof(fdt), &size), 0);
	assert_no_values(refuse_metadata(fdt, size, -ENODATA, no_metadata), 0);
	assert_int_equal(lineage_kho_blob_encode(STAMP, fdt, sizeof(fdt), &size), 0);
	assert_no_values(refuse_metadata(fdt, size, -ENODATA, no_metadata), 0);
}

/* ---- the lineage ---- */

static struct lineage_fault refuse_lineage(const void *bytes, size_t size, int error,
					   const char *what)
{
	char *blob = heap_copy(bytes, size);
	struct lineage_stamp stamp;
	struct lineage_fault fault;

	memset(&stamp, UNTOUCHED, sizeof(stamp));
	memset(&fault, UNTOUCHED, sizeof(fault));
	assert_int_equal(lineage_kho_blob_decode(blob, size, &stamp, &fault), error);
	assert_int_equal(lineage_kho_blob_decode(blob, size, &stamp, NULL), error);
	assert_true(is_untouched(&stamp, sizeof(stamp)));
	assert_string_equal(fault.what, what);
	free(blob);
	return fault;
}

static void assert_lineage(const void *blob, size_t size, uint32_t count, const char *chain)
{
	struct lineage_stamp stamp;
	struct lineage_fault fault;

	memset(&fault, UNTOUCHED, sizeof(fault));
	assert_int_equal(lineage_kho_blob_decode(blob, size, &stamp, &fault), 0);
	assert_true(is_untouched(&fault, sizeof(fault)));
	assert_int_equal(stamp.kind, LINEAGE_KIND_KEXEC);
	assert_string_equal(stamp.made_for, "");
	assert_int_equal(stamp.lineage.count, count);
	assert_int_equal(stamp.lineage.chain_length, strlen(chain));
	assert_memory_equal(stamp.lineage.chain, chain, strlen(chain));
}

/* The blob is an FDT with only these two properties. */
static void writes_a_lineage_where_it_fits(void **state)
{
	const struct lineage_fdt_property properties[] = {
		{ "compatible", "kexec-lineage-v1", 17 },
		{ "stamp", STAMP_VALUE, sizeof(STAMP_VALUE) },
	};
	char expected[FDT_ROOM];
	size_t whole, size;

	assert_int_equal(lineage_fdt_write(properties, 2, expected, sizeof(expected), &whole), 0);
	assert_int_equal(whole, 56 + 8 + 12 + 20 + 12 + 40 + 8 + 11 + 6);
	for (size = 0; size <= whole + 3; size++) {
		char *buf = heap_untouched(size);
		size_t ret_size = 77;
		int error = lineage_kho_blob_encode(STAMP, buf, size, &ret_size);

		if (size < whole) {
			assert_int_equal(error, -ENOSPC);
			assert_int_equal(ret_size, 77);
			assert_true(is_untouched(buf, size));
		} else {
			assert_int_equal(error, 0);
			assert_int_equal(ret_size, whole);
			assert_memory_equal(buf, expected, whole);
		}
		free(buf);
	}
}

static void reads_a_lineage_anywhere(void **state)
{
	size_t shift;

	for (shift = 0; shift < 4; shift++) {
		char *block = heap_untouched(FDT_ROOM);
		size_t size;
		char *exact;

		assert_int_equal(
			lineage_kho_blob_encode(STAMP, block + shift, FDT_ROOM - shift, &size), 0);
		assert_lineage(block + shift, FDT_ROOM - shift, 1, "6.1.0-56-cloud-amd64");
		exact = heap_copy(block, shift + size);
		assert_lineage(exact + shift, size, 1, "6.1.0-56-cloud-amd64");
		free(exact);
		free(block);
	}
}

static void carries_the_longest_stamp(void **state)
{
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_CAPTURE, .made_for = "7.3.4" };
	struct lineage_stamp parsed;
	char text[LINEAGE_STAMP_MAX + 1];
	char *fdt = heap_untouched(LINEAGE_KHO_FDT_MAX);
	size_t length, size;

	stamp.lineage.count = 4294967295;
	stamp.lineage.chain_length = LINEAGE_STAMP_MAX - 20 - 21 - 9;
	fill_chain(stamp.lineage.chain, stamp.lineage.chain_length);
	assert_int_equal(lineage_stamp_format(&stamp, text, sizeof(text), &length), 0);
	assert_int_equal(length, LINEAGE_STAMP_MAX);
	assert_int_equal(lineage_kho_blob_encode(text, fdt, LINEAGE_KHO_FDT_MAX, &size), 0);
	assert_int_equal(lineage_kho_blob_decode(fdt, size, &parsed, NULL), 0);
	assert_int_equal(parsed.kind, stamp.kind);
	assert_string_equal(parsed.made_for, stamp.made_for);
	assert_int_equal(parsed.lineage.count, stamp.lineage.count);
	assert_int_equal(parsed.lineage.chain_length, stamp.lineage.chain_length);
	assert_memory_equal(parsed.lineage.chain, stamp.lineage.chain, stamp.lineage.chain_length);
	free(fdt);
}

static void rejects_a_cut_lineage(void **state)
{
	char fdt[FDT_ROOM];
	size_t whole, size;

	assert_int_equal(lineage_kho_blob_encode(STAMP, fdt, sizeof(fdt), &whole), 0);
	for (size = 0; size < whole; size++) {
		if (size < 4)
			assert_no_values(refuse_lineage(fdt, size, -EILSEQ, not_an_fdt), 0);
		else if (size < 40)
			assert_values(refuse_lineage(fdt, size, -EILSEQ,
						     "the FDT is shorter than its header"),
				      0, (uint32_t)size, 40);
		else
			assert_values(refuse_lineage(fdt, size, -EILSEQ, cut), 4, (uint32_t)size,
				      (uint32_t)whole);
	}
	/* The lineage blob, unlike the metadata, is an FDT on every kernel. */
	assert_no_values(refuse_lineage(BYTES(STAMP_VALUE "\0"), -EILSEQ, not_an_fdt), 0);
	assert_no_values(refuse_lineage(GOLDEN_METADATA, METADATA_SIZE, -EILSEQ, not_an_fdt), 0);
	assert_no_values(refuse_lineage(golden, sizeof(golden), -EILSEQ, not_said), 0);
}

#define V1 "kexec-lineage-v1"
#define NONE NULL, 0

/* NULL: the property is absent. */
static const struct {
	const char *compatible;
	size_t compatible_size;
	const char *stamp;
	size_t stamp_size;
	int error;
	const char *what;
} broken[] = {
	{ NONE, BYTES(STAMP_VALUE "\0"), -EILSEQ, not_said },
	{ NONE, NONE, -EILSEQ, not_said },
	{ BYTES(""), BYTES(STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES(V1), BYTES(STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES(V1 "\0\0"), BYTES(STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES(V1 "\0kexec-lineage-v2\0"), BYTES(STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES("\0\0"), BYTES(STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES("\0"), BYTES(STAMP_VALUE "\0"), -EPROTONOSUPPORT, unknown },
	{ BYTES("kexec-lineage-v\0"), BYTES(STAMP_VALUE "\0"), -EPROTONOSUPPORT, unknown },
	{ BYTES(V1 "0\0"), BYTES(STAMP_VALUE "\0"), -EPROTONOSUPPORT, unknown },
	{ BYTES("Kexec-lineage-v1\0"), BYTES(STAMP_VALUE "\0"), -EPROTONOSUPPORT, unknown },
	/* If the version is unknown, nothing else is read. */
	{ BYTES("kexec-lineage-v2\0"), NONE, -EPROTONOSUPPORT, unknown },
	{ BYTES("kexec-lineage-v2\0"), BYTES("rubbish"), -EPROTONOSUPPORT, unknown },
	{ BYTES(V1 "\0"), NONE, -EILSEQ, no_stamp },
	{ BYTES(V1 "\0"), BYTES(""), -EILSEQ, no_end },
	{ BYTES(V1 "\0"), BYTES(STAMP_VALUE), -EILSEQ, no_end },
	{ BYTES(V1 "\0"), BYTES(STAMP_VALUE "\0\0"), -EILSEQ, no_end },
	{ BYTES(V1 "\0"), BYTES("1,k,1,,A,0370d816\0" STAMP_VALUE "\0"), -EILSEQ, no_end },
	{ BYTES(V1 "\0"), BYTES("\0"), -EILSEQ, no_version },
	/* The property holds only the value, without the name of the parameter. */
	{ BYTES(V1 "\0"), BYTES(STAMP "\0"), -EILSEQ, no_version },
};

/*
 * A fault in the stamp is the fault that the stamp's parser returns. Its offset counts from the
 * start of the value.
 */
static const struct {
	const char *stamp;
	int error;
	struct lineage_fault fault;
} broken_stamps[] = {
	{ "2,k", -EPROTONOSUPPORT, { "its format version is unknown", 0, true, 2, 1 } },
	{ "1,k,1,,A,0370d817", -EBADMSG, { "its CRC is wrong", 9, true, 0x0370d817, 0x0370d816 } },
	{ "1,k,1,,A,0370d81",
	  -EILSEQ,
	  { "it does not end with a comma and eight lower-case hex digits", 16, false, 0, 0 } },
};

static size_t write_both(const char *compatible, size_t compatible_size, const char *stamp,
			 size_t stamp_size, char *fdt)
{
	struct lineage_fdt_property properties[2];
	size_t count = 0, size;

	/* The properties may be in any order; the core writes them in the reverse order. */
	if (stamp)
		properties[count++] = (struct lineage_fdt_property){ "stamp", stamp, stamp_size };
	if (compatible)
		properties[count++] =
			(struct lineage_fdt_property){ "compatible", compatible, compatible_size };
	assert_int_equal(lineage_fdt_write(properties, count, fdt, FDT_ROOM, &size), 0);
	return size;
}

static void names_what_is_broken(void **state)
{
	char fdt[FDT_ROOM];
	size_t i, size;

	size = write_both(BYTES(V1 "\0"), BYTES("1,k,1,,A,0370d816\0"), fdt);
	assert_lineage(fdt, size, 1, "A");
	for (i = 0; i < COUNT_OF(broken); i++) {
		size = write_both(broken[i].compatible, broken[i].compatible_size, broken[i].stamp,
				  broken[i].stamp_size, fdt);
		assert_no_values(refuse_lineage(fdt, size, broken[i].error, broken[i].what), 0);
	}
	for (i = 0; i < COUNT_OF(broken_stamps); i++) {
		const struct lineage_fault *expected = &broken_stamps[i].fault;
		const char *stamp = broken_stamps[i].stamp;
		struct lineage_fault fault;

		size = write_both(BYTES(V1 "\0"), stamp, strlen(stamp) + 1, fdt);
		fault = refuse_lineage(fdt, size, broken_stamps[i].error, expected->what);
		if (expected->has_values)
			assert_values(fault, expected->offset, expected->found, expected->expected);
		else
			assert_no_values(fault, expected->offset);
	}
}

/* The fault of the FDT reader is returned unchanged. */
static void returns_the_fault_of_the_fdt(void **state)
{
	char fdt[FDT_ROOM];
	size_t size;

	assert_int_equal(lineage_kho_blob_encode(STAMP, fdt, sizeof(fdt), &size), 0);
	fdt[56 + 8 + 20 + 12 + 4] =
		'\x7f'; /* the size of the stamp, after compatible and its value */
	assert_no_values(refuse_lineage(fdt, size, -EILSEQ, "a property of the FDT is truncated"),
			 8);
	assert_int_equal(lineage_kho_blob_encode(STAMP, fdt, sizeof(fdt), &size), 0);
	fdt[23] = 16;
	assert_values(refuse_lineage(fdt, size, -EILSEQ, "the FDT has an old version"), 20, 16, 17);
	assert_values(refuse_metadata(fdt, size, -EILSEQ, "the FDT has an old version"), 20, 16,
		      17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_golden_metadata),
		cmocka_unit_test(writes_no_invalid_release),
		cmocka_unit_test(reads_both_shapes),
		cmocka_unit_test(rejects_cut_metadata),
		cmocka_unit_test(judges_metadata_inside_an_fdt),
		cmocka_unit_test(judges_the_release_inside_an_fdt),
		cmocka_unit_test(rejects_an_fdt_without_metadata),
		cmocka_unit_test(writes_a_lineage_where_it_fits),
		cmocka_unit_test(reads_a_lineage_anywhere),
		cmocka_unit_test(carries_the_longest_stamp),
		cmocka_unit_test(rejects_a_cut_lineage),
		cmocka_unit_test(names_what_is_broken),
		cmocka_unit_test(returns_the_fault_of_the_fdt),
	};

	return cmocka_run_group_tests_name("blob", tests, NULL, NULL);
}
