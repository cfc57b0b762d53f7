// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/stamp.c: the format of a stamp, and the exact set of accepted values. */
#include "support.h"

#include <cmocka.h>
#include <stdio.h>

#define VALUE_MAX (LINEAGE_STAMP_MAX - LINEAGE_STAMP_PREFIX_LENGTH)
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define COMMAS64                                           \
	"%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C" \
	"%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C" \
	"%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C" \
	"%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C%2C"

/* The golden vectors of docs/reference/stamp-format.md, made with lineage_push(). */
static void writes_the_golden_vectors(void **state)
{
	struct lineage_stamp stamp = { .kind = LINEAGE_KIND_KEXEC };
	char buf[LINEAGE_STAMP_MAX + 1];
	size_t length;

	assert_int_equal(lineage_push(&stamp.lineage, "6.1.0-56-cloud-amd64"), 0);
	assert_int_equal(lineage_stamp_format(&stamp, buf, sizeof(buf), &length), 0);
	assert_string_equal(buf, "kexec_lineage.stamp=1,k,1,,6.1.0-56-cloud-amd64,fb31e585");
	assert_int_equal(length, strlen(buf));

	assert_int_equal(lineage_push(&stamp.lineage, "6.12.111+deb12-amd64"), 0);
	assert_int_equal(lineage_push(&stamp.lineage, "6.12.111+deb12-amd64"), 0);
	assert_int_equal(lineage_push(&stamp.lineage, "7.2.12+deb13-amd64"), 0);
	strcpy(stamp.made_for, "7.3.4+deb13-amd64");
	assert_int_equal(lineage_stamp_format(&stamp, buf, sizeof(buf), &length), 0);
	assert_string_equal(buf, "kexec_lineage.stamp=1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,"
				 "6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64,36ae3270");
	assert_int_equal(length, strlen(buf));
}

static void reads_the_golden_vector(void **state)
{
	static const char value[] = "1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,"
				    "6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64,36ae3270";
	static const char chain[] =
		"7.2.12+deb13-amd64,6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64";
	struct lineage_stamp stamp;

	assert_int_equal(lineage_stamp_parse(value, strlen(value), &stamp, NULL), 0);
	assert_int_equal(stamp.kind, LINEAGE_KIND_KEXEC);
	assert_string_equal(stamp.made_for, "7.3.4+deb13-amd64");
	assert_int_equal(stamp.lineage.count, 4);
	assert_int_equal(stamp.lineage.chain_length, strlen(chain));
	assert_memory_equal(stamp.lineage.chain, chain, strlen(chain));
	assert_true(lineage_is_complete(&stamp.lineage));
}

static const struct {
	enum lineage_kind kind;
	uint32_t count;
	const char *made_for;
	const char *chain;
	const char *body;
} good_stamps[] = {
	{ 'k', 1, "", "A", "1,k,1,,A" },
	{ 'p', 1, "", "A", "1,p,1,,A" },
	{ 'k', 2, "7.3", "A*2", "1,k,2,7.3,A*2" },
	{ 'k', 3, "", "A,B,A", "1,k,3,,A,B,A" },
	{ 'k', 7, "B", "A", "1,k,7,B,A" },
	{ 'k', 10, "a,b", "A%2C", "1,k,10,a%2Cb,A%2C" },
	{ 'p', 4294967295, "x", "A*4294967295", "1,p,4294967295,x,A*4294967295" },
	/* A saturated count is a lower bound, so the chain may name more kernels. */
	{ 'k', 4294967295, "", "B,A*4294967295", "1,k,4294967295,,B,A*4294967295" },
	{ 'k', 4294967294, "", "B,A*4294967293", "1,k,4294967294,,B,A*4294967293" },
	{ 'k', 1, A64, A64, "1,k,1," A64 "," A64 },
};

static void writes_and_reads_every_field(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(good_stamps); i++) {
		struct lineage_stamp stamp = make_stamp(
			good_stamps[i].count, good_stamps[i].made_for, good_stamps[i].chain);
		char expected[LINEAGE_STAMP_MAX + 1] = LINEAGE_STAMP_PREFIX;
		struct lineage_stamp parsed;
		struct lineage_fault fault;
		size_t length = 0, body_length = strlen(good_stamps[i].body);
		char *value, *buf;

		strcat(expected, good_stamps[i].body);
		append_crc(expected + LINEAGE_STAMP_PREFIX_LENGTH, body_length);
		buf = heap_untouched(strlen(expected) + 1);
		stamp.kind = good_stamps[i].kind;
		assert_int_equal(lineage_stamp_format(&stamp, buf, strlen(expected) + 1, &length),
				 0);
		assert_int_equal(length, strlen(expected));
		assert_string_equal(buf, expected);

		value = heap_copy(buf + LINEAGE_STAMP_PREFIX_LENGTH,
				  length - LINEAGE_STAMP_PREFIX_LENGTH);
		memset(&parsed, 0, sizeof(parsed));
		memset(&fault, UNTOUCHED, sizeof(fault));
		assert_int_equal(lineage_stamp_parse(value, length - LINEAGE_STAMP_PREFIX_LENGTH,
						     &parsed, &fault),
				 0);
		assert_int_equal(parsed.kind, stamp.kind);
		assert_string_equal(parsed.made_for, stamp.made_for);
		assert_memory_equal(&parsed.lineage, &stamp.lineage, sizeof(parsed.lineage));
		assert_true(is_untouched(&fault, sizeof(fault)));
		free(value);
		free(buf);
	}
}

static void assert_not_written(const struct lineage_stamp *stamp, size_t size, int error)
{
	char *buf = heap_untouched(size);
	size_t length = 77;

	assert_int_equal(lineage_stamp_format(stamp, buf, size, &length), error);
	assert_int_equal(length, 77);
	assert_int_equal(buf[0], '\0');
	free(buf);
}

static void writes_no_empty_lineage(void **state)
{
	struct lineage_stamp no_count = make_stamp(0, "", "A");
	struct lineage_stamp no_chain = make_stamp(1, "", "");
	struct lineage_stamp nothing = make_stamp(0, "", "");

	assert_not_written(&no_count, 1025, -ENODATA);
	assert_not_written(&no_chain, 1025, -ENODATA);
	assert_not_written(&nothing, 1025, -ENODATA);
	assert_not_written(&nothing, 1, -ENODATA);
}

static void writes_no_invalid_made_for(void **state)
{
	struct lineage_stamp blank = make_stamp(1, "a b", "A");
	struct lineage_stamp control = make_stamp(1, "\x01", "A");

	assert_not_written(&blank, 1025, -EILSEQ);
	assert_not_written(&control, 1025, -EILSEQ);
	assert_not_written(&control, 1, -EILSEQ);
}

/* At each size of the buffer: as many entries as fit, or -ENOSPC if none fits. */
static void writes_what_fits(void **state)
{
	struct lineage_stamp stamp = make_stamp(4, "x", "AAA,BB*2,C");
	static const struct {
		size_t length;
		const char *body;
	} steps[] = {
		{ 20 + 8 + 3 + 9, "1,k,4,x,AAA" },
		{ 20 + 8 + 8 + 9, "1,k,4,x,AAA,BB*2" },
		{ 20 + 8 + 10 + 9, "1,k,4,x,AAA,BB*2,C" },
		{ 1025, NULL },
	};
	size_t size;

	for (size = 1; size <= steps[0].length; size++)
		assert_not_written(&stamp, size, -ENOSPC);
	for (size = steps[0].length + 1; size <= 60; size++) {
		char *buf = heap_untouched(size);
		char expected[64];
		size_t length = 0, step = 0;

		while (steps[step + 1].length < size)
			step++;
		strcpy(expected, steps[step].body);
		append_crc(expected, strlen(expected));
		assert_int_equal(lineage_stamp_format(&stamp, buf, size, &length), 0);
		assert_int_equal(length, steps[step].length);
		assert_int_equal(strlen(buf), length);
		assert_string_equal(buf + LINEAGE_STAMP_PREFIX_LENGTH, expected);
		assert_true(is_untouched(buf + length + 1, size - length - 1));
		free(buf);
	}
}

/* The longest chain with the shortest head is a stamp of exactly 1024 bytes. */
static void writes_1024_bytes(void **state)
{
	struct lineage_stamp stamp = make_stamp(9, "", "A");
	struct lineage_stamp parsed = { 0 };
	char buf[2000];
	size_t length;

	char *chain = stamp.lineage.chain;
	size_t at = 0, entry = 0;

	/* Few kernels keep the count at one digit: 5 * 192 bytes, 5 commas and a last entry. */
	for (entry = 0; entry < 5; entry++) {
		memcpy(chain + at, COMMAS64, 192);
		if (entry % 2)
			memcpy(chain + at, "%3D", 3);
		at += 192;
		chain[at++] = ',';
	}
	memset(chain + at, 'z', LINEAGE_CHAIN_MAX - at);
	stamp.lineage.chain_length = LINEAGE_CHAIN_MAX;

	assert_int_equal(lineage_stamp_format(&stamp, buf, sizeof(buf), &length), 0);
	assert_int_equal(length, 1024);
	assert_int_equal(strlen(buf), 1024);
	assert_int_equal(lineage_stamp_parse(buf + 20, 1004, &parsed, NULL), 0);
	assert_memory_equal(&parsed.lineage, &stamp.lineage, sizeof(stamp.lineage));

	/* With a longer head the oldest entry is dropped, whatever the size of the buffer. */
	stamp.lineage.count = 10;
	assert_int_equal(lineage_stamp_format(&stamp, buf, sizeof(buf), &length), 0);
	assert_int_equal(length, 1024 + 1 - (LINEAGE_CHAIN_MAX - at) - 1);
	assert_int_equal(lineage_stamp_parse(buf + 20, length - 20, &parsed, NULL), 0);
	assert_int_equal(parsed.lineage.chain_length, at - 1);
}

/* The longest head leaves room for the longest entry. */
static void writes_the_longest_head(void **state)
{
	struct lineage_stamp stamp = make_stamp(4294967295, "", COMMAS64 "*4294967295");
	struct lineage_stamp parsed = { 0 };
	char buf[2000];
	size_t length;

	memset(stamp.made_for, ',', 64);
	assert_int_equal(lineage_stamp_format(&stamp, buf, sizeof(buf), &length), 0);
	assert_int_equal(length, 20 + 2 + 2 + 11 + 193 + 203 + 9);
	assert_int_equal(lineage_stamp_parse(buf + 20, length - 20, &parsed, NULL), 0);
	assert_memory_equal(&parsed.lineage, &stamp.lineage, sizeof(stamp.lineage));
	assert_string_equal(parsed.made_for, stamp.made_for);
}

static struct lineage_fault assert_refused(const char *value, size_t length, int error,
					   const char *what)
{
	struct lineage_stamp *stamp = heap_untouched(sizeof(*stamp));
	char *copy = heap_copy(value, length);
	struct lineage_fault fault;

	assert_int_equal(lineage_stamp_parse(copy, length, stamp, &fault), error);
	assert_int_equal(lineage_stamp_parse(copy, length, stamp, NULL), error);
	assert_true(is_untouched(stamp, sizeof(*stamp)));
	if (what)
		assert_string_equal(fault.what, what);
	free(copy);
	free(stamp);
	return fault;
}

static const char no_version[] = "it does not begin with a format version and a comma";
static const char unknown_version[] = "its format version is unknown";
static const char no_crc[] = "it does not end with a comma and eight lower-case hex digits";
static const char wrong_crc[] = "its CRC is wrong";
static const char bad_kind[] = "its kind is neither k nor p";
static const char bad_count[] = "its count is not 1 to 4294967295";
static const char no_made_for[] = "it lacks the field of the release that it was made for";
static const char no_chain[] = "its chain is empty";
static const char too_many[] = "its chain names more kernels than its count";
static const char empty[] = "a release is empty";
static const char bad_byte[] = "a release has a byte or percent code that is not allowed";
static const char too_long[] = "a release is longer than 64 bytes";
static const char bad_runs[] = "the number after '*' is not 2 to 4294967295";
static const char neighbours[] = "two neighbouring entries name the same release";

/* Whole values: the error is found before the CRC is checked, or is in the CRC. */
static const struct {
	const char *value;
	int error;
	const char *what;
	size_t offset;
} broken_values[] = {
	{ "", -EILSEQ, no_version, 0 },
	{ ",", -EILSEQ, no_version, 0 },
	{ "1", -EILSEQ, no_version, 0 },
	{ "2", -EILSEQ, no_version, 0 },
	{ "x,k,1,,A,00000000", -EILSEQ, no_version, 0 },
	{ "01,k,1,,A,00000000", -EILSEQ, no_version, 0 },
	{ "-1,k,1,,A,00000000", -EILSEQ, no_version, 0 },
	{ "4294967296,k", -EILSEQ, no_version, 0 },
	{ " 1,k,1,,A,00000000", -EILSEQ, no_version, 0 },
	/* Another version: nothing else is read. */
	{ "0,", -EPROTONOSUPPORT, unknown_version, 0 },
	{ "2,", -EPROTONOSUPPORT, unknown_version, 0 },
	{ "2,\x01garbage, without a crc", -EPROTONOSUPPORT, unknown_version, 0 },
	{ "10,k,1,,A,00000000", -EPROTONOSUPPORT, unknown_version, 0 },
	{ "4294967295,", -EPROTONOSUPPORT, unknown_version, 0 },
	/* No CRC. */
	{ "1,", -EILSEQ, no_crc, 2 },
	{ "1,k", -EILSEQ, no_crc, 3 },
	{ "1,12345678", -EILSEQ, no_crc, 10 },
	{ "1,k,1,,6.1.0-56-cloud-amd64", -EILSEQ, no_crc, 27 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,", -EILSEQ, no_crc, 28 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,fb31e58", -EILSEQ, no_crc, 35 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,0fb31e585", -EILSEQ, no_crc, 37 },
	{ "1,k,1,,6.1.0-56-cloud-amd64fb31e585", -EILSEQ, no_crc, 35 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,FB31E585", -EILSEQ, no_crc, 36 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,gb31e585", -EILSEQ, no_crc, 36 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,fb31e58g", -EILSEQ, no_crc, 36 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,fb31e585 ", -EILSEQ, no_crc, 37 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,fb31e585,", -EILSEQ, no_crc, 37 },
	/* A wrong CRC. */
	{ "1,k,1,,6.1.0-56-cloud-amd64,fb31e584", -EBADMSG, wrong_crc, 28 },
	{ "1,k,1,,6.1.0-56-cloud-amd64,7b31e585", -EBADMSG, wrong_crc, 28 },
	{ "1,k,2,,6.1.0-56-cloud-amd64,fb31e585", -EBADMSG, wrong_crc, 28 },
	{ "1,x,1,,6.1.0-56-cloud-amd64,fb31e585", -EBADMSG, wrong_crc, 28 },
	{ "1,,00000000", -EBADMSG, wrong_crc, 3 },
};

static void names_the_broken_value(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(broken_values); i++) {
		struct lineage_fault fault =
			assert_refused(broken_values[i].value, strlen(broken_values[i].value),
				       broken_values[i].error, broken_values[i].what);

		assert_int_equal(fault.offset, broken_values[i].offset);
		assert_int_equal(fault.has_values, broken_values[i].error != -EILSEQ);
	}
}

static void reports_found_and_expected_values(void **state)
{
	struct lineage_fault fault;

	fault = assert_refused("65536,", 6, -EPROTONOSUPPORT, unknown_version);
	assert_int_equal(fault.found, 65536);
	assert_int_equal(fault.expected, 1);
	fault = assert_refused("1,k,1,,6.1.0-56-cloud-amd64,89abcdef", 36, -EBADMSG, wrong_crc);
	assert_int_equal(fault.found, 0x89abcdef);
	assert_int_equal(fault.expected, 0xfb31e585);
}

/* Bodies that get a correct CRC, so that the rule of a field rejects them. */
static const struct {
	const char *body;
	const char *what;
	size_t offset;
} broken_fields[] = {
	{ "1,", bad_kind, 2 },
	{ "1,k", bad_kind, 2 },
	{ "1,,1,,A", bad_kind, 2 },
	{ "1,x,1,,A", bad_kind, 2 },
	{ "1,K,1,,A", bad_kind, 2 },
	{ "1,c,1,,A", bad_kind, 2 },
	{ "1,kp,1,,A", bad_kind, 2 },
	{ "1,kk,1,,A", bad_kind, 2 },
	{ "1,%6B,1,,A", bad_kind, 2 },
	{ "1, k,1,,A", bad_kind, 2 },
	{ "1,k,", bad_count, 4 },
	{ "1,k,1", bad_count, 4 },
	{ "1,k,,,A", bad_count, 4 },
	{ "1,k,0,,A", bad_count, 4 },
	{ "1,k,00,,A", bad_count, 4 },
	{ "1,k,01,,A", bad_count, 4 },
	{ "1,k,+1,,A", bad_count, 4 },
	{ "1,k,-1,,A", bad_count, 4 },
	{ "1,k,1x,,A", bad_count, 4 },
	{ "1,k, 1,,A", bad_count, 4 },
	{ "1,k,0x1,,A", bad_count, 4 },
	{ "1,k,4294967296,,A", bad_count, 4 },
	{ "1,k,99999999999999999999,,A", bad_count, 4 },
	{ "1,k,1,", no_made_for, 6 },
	{ "1,k,1,A", no_made_for, 6 },
	{ "1,k,1,A B,A", bad_byte, 7 },
	{ "1,k,1,A*2,A", bad_byte, 7 },
	{ "1,k,1,%2c,A", bad_byte, 6 },
	{ "1,k,1,%41,A", bad_byte, 6 },
	{ "1,k,1,\x01,A", bad_byte, 6 },
	{ "1,k,10,%,A", bad_byte, 7 },
	{ "1,k,1," A64 "a,A", too_long, 70 },
	{ "1,k,1,,", no_chain, 7 },
	{ "1,k,1,A,", no_chain, 8 },
	{ "1,k,2,,,A", empty, 7 },
	{ "1,k,2,,A,", empty, 9 },
	{ "1,k,2,,A,,B", empty, 9 },
	{ "1,k,2,,*2", empty, 7 },
	{ "1,k,2,,A*", bad_runs, 8 },
	{ "1,k,2,,A*0", bad_runs, 8 },
	{ "1,k,2,,A*1", bad_runs, 8 },
	{ "1,k,2,,A*02", bad_runs, 8 },
	{ "1,k,2,,A*4294967296", bad_runs, 8 },
	{ "1,k,4,,A*2*2", bad_runs, 8 },
	{ "1,k,3,,B,A*1", bad_runs, 10 },
	{ "1,k,2,,A%", bad_byte, 8 },
	{ "1,k,2,,A%2", bad_byte, 8 },
	{ "1,k,2,,A%2c", bad_byte, 8 },
	{ "1,k,2,,A%41", bad_byte, 8 },
	{ "1,k,2,,A%7E", bad_byte, 8 },
	{ "1,k,2,,A%00", bad_byte, 8 },
	{ "1,k,2,,A%20", bad_byte, 8 },
	{ "1,k,2,,A%7F", bad_byte, 8 },
	{ "1,k,2,,A%80", bad_byte, 8 },
	{ "1,k,2,,A%9B", bad_byte, 8 },
	{ "1,k,2,,A%FF", bad_byte, 8 },
	{ "1,k,2,,A%GG", bad_byte, 8 },
	{ "1,k,2,,A B", bad_byte, 8 },
	{ "1,k,2,,A\x01", bad_byte, 8 },
	{ "1,k,2,,A\x7f", bad_byte, 8 },
	{ "1,k,2,,A\x80", bad_byte, 8 },
	{ "1,k,2,,A\"", bad_byte, 8 },
	{ "1,k,2,,B,A\n", bad_byte, 10 },
	{ "1,k,2,," A64 "a", too_long, 71 },
	{ "1,k,2,," COMMAS64 "%2C", too_long, 199 },
	{ "1,k,9,,A,A", neighbours, 9 },
	{ "1,k,9,,A*2,A", neighbours, 11 },
	{ "1,k,9,,A,A*2", neighbours, 9 },
	{ "1,k,9,,B,A,A", neighbours, 11 },
	{ "1,k,1,,A,B", too_many, 7 },
	{ "1,k,1,,A*2", too_many, 7 },
	{ "1,k,2,x,A*2,B", too_many, 8 },
	{ "1,k,4294967294,,A*4294967295", too_many, 16 },
	{ "1,k,1,,A*4294967295,B*2", too_many, 7 }, /* fits only modulo 2^32 */
};

static void names_the_broken_field(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(broken_fields); i++) {
		char value[LINEAGE_STAMP_MAX];
		struct lineage_fault fault;
		size_t length;

		strcpy(value, broken_fields[i].body);
		length = append_crc(value, strlen(value));
		fault = assert_refused(value, length, -EILSEQ, broken_fields[i].what);
		assert_int_equal(fault.offset, broken_fields[i].offset);
		assert_false(fault.has_values);
	}
}

/* A NUL in each field, which the strings of the table cannot contain. */
static void rejects_a_nul(void **state)
{
	static const char good[] = "1,k,12,7.3,A*2,B";
	size_t i;

	for (i = 0; i < strlen(good); i++) {
		char value[64];
		size_t length;

		strcpy(value, good);
		value[i] = '\0';
		length = append_crc(value, strlen(good));
		assert_refused(value, length, -EILSEQ, NULL);
	}
}

/* A truncated stamp is rejected, whatever its length. */
static void rejects_every_truncated_stamp(void **state)
{
	static const char value[] = "1,k,4,7.3.4+deb13-amd64,7.2.12+deb13-amd64,"
				    "6.12.111+deb12-amd64*2,6.1.0-56-cloud-amd64,36ae3270";
	size_t length;

	for (length = 0; length < strlen(value); length++) {
		assert_refused(value, length, -EILSEQ, length < 2 ? no_version : no_crc);
	}
}

static void rejects_every_flipped_bit(void **state)
{
	static const char good[] = "1,p,3,7.3.4,7.2.12*2,6.1.0";
	char value[64];
	size_t length, i;
	int bit;

	strcpy(value, good);
	length = append_crc(value, strlen(good));
	for (i = 0; i < length; i++) {
		for (bit = 0; bit < 8; bit++) {
			struct lineage_stamp stamp;

			value[i] = (char)(value[i] ^ 1 << bit);
			assert_int_not_equal(lineage_stamp_parse(value, length, &stamp, NULL), 0);
			value[i] = (char)(value[i] ^ 1 << bit);
		}
	}
}

static void rejects_1005_bytes(void **state)
{
	char body[2 * LINEAGE_STAMP_MAX], chain[2 * LINEAGE_STAMP_MAX];
	struct lineage_stamp parsed;
	struct lineage_fault fault;
	size_t length;

	/* "1,k,5000,," is three digits longer than the shortest head. */
	for (length = VALUE_MAX - 9 - 10; length <= VALUE_MAX - 9 - 10 + 3; length++) {
		size_t value_length;

		fill_chain(chain, length);
		memcpy(body, "1,k,5000,,", 10);
		memcpy(body + 10, chain, length);
		value_length = append_crc(body, 10 + length);
		if (value_length <= VALUE_MAX) {
			assert_int_equal(lineage_stamp_parse(body, value_length, &parsed, NULL), 0);
			assert_int_equal(parsed.lineage.chain_length, length);
			continue;
		}
		fault = assert_refused(body, value_length, -EILSEQ, "it is too long");
		assert_true(fault.has_values);
		assert_int_equal(fault.found, value_length);
		assert_int_equal(fault.expected, 1004);
		assert_int_equal(fault.offset, 1004);
	}
}

/* An unknown version is reported first, whatever the length of the rest. */
static void reads_nothing_after_an_unknown_version(void **state)
{
	size_t size = 1 << 20;
	char *large = heap_untouched(size);

	memcpy(large, "2,", 2);
	assert_refused(large, size, -EPROTONOSUPPORT, unknown_version);
	memcpy(large, "1,", 2);
	assert_refused(large, size, -EILSEQ, "it is too long");
	memcpy(large, "xx", 2);
	assert_refused(large, size, -EILSEQ, no_version);
	free(large);
}

/* The longest value contains the longest chain. */
static void reads_a_chain_of_988(void **state)
{
	char body[LINEAGE_STAMP_MAX] = "1,k,9,,";
	struct lineage_stamp parsed;
	size_t at = 7, length;
	int entry;

	for (entry = 0; entry < 5; entry++) {
		memcpy(body + at, COMMAS64, 192);
		if (entry % 2)
			memcpy(body + at, "%3D", 3);
		at += 192;
		body[at++] = ',';
	}
	memset(body + at, 'z', 7 + LINEAGE_CHAIN_MAX - at);
	length = append_crc(body, 7 + LINEAGE_CHAIN_MAX);
	assert_int_equal(length, VALUE_MAX);
	assert_int_equal(lineage_stamp_parse(body, length, &parsed, NULL), 0);
	assert_int_equal(parsed.lineage.chain_length, LINEAGE_CHAIN_MAX);
}

static void knows_its_own_limits(void **state)
{
	assert_int_equal(LINEAGE_STAMP_MAX, 1024);
	assert_int_equal(LINEAGE_STAMP_PREFIX_LENGTH, 20);
	assert_string_equal(LINEAGE_STAMP_PREFIX, "kexec_lineage.stamp=");
	assert_int_equal(LINEAGE_KIND_KEXEC, 'k');
	assert_int_equal(LINEAGE_KIND_CAPTURE, 'p');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_golden_vectors),
		cmocka_unit_test(reads_the_golden_vector),
		cmocka_unit_test(writes_and_reads_every_field),
		cmocka_unit_test(writes_no_empty_lineage),
		cmocka_unit_test(writes_no_invalid_made_for),
		cmocka_unit_test(writes_what_fits),
		cmocka_unit_test(writes_1024_bytes),
		cmocka_unit_test(writes_the_longest_head),
		cmocka_unit_test(names_the_broken_value),
		cmocka_unit_test(reports_found_and_expected_values),
		cmocka_unit_test(names_the_broken_field),
		cmocka_unit_test(rejects_a_nul),
		cmocka_unit_test(rejects_every_truncated_stamp),
		cmocka_unit_test(rejects_every_flipped_bit),
		cmocka_unit_test(rejects_1005_bytes),
		cmocka_unit_test(reads_nothing_after_an_unknown_version),
		cmocka_unit_test(reads_a_chain_of_988),
		cmocka_unit_test(knows_its_own_limits),
	};

	return cmocka_run_group_tests_name("stamp", tests, NULL, NULL);
}
