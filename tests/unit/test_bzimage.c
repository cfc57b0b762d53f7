// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/bzimage.c: images at any alignment and truncated at any byte. */
#include "support.h"

#include <cmocka.h>

#include "core/bzimage.h"

#define IMAGE_SIZE 0x600
#define MAGIC_AT 0x202
#define MAGIC_END 0x206
#define HEADER_END 0x23c
#define VERSION_BASE 0x200 /* a version here has offset 0, which means no version */
#define VERSION_AT 0x500
#define RELEASE "6.12.111+deb12-amd64"
#define VERSION RELEASE " (builder@host) #1 SMP"
#define VERSION_END (VERSION_AT + sizeof(RELEASE)) /* after the blank that ends the release */
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void put16(unsigned char *at, uint32_t value)
{
	at[0] = (unsigned char)value;
	at[1] = (unsigned char)(value >> 8);
}

static void put32(unsigned char *at, uint32_t value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

/* Make an image with @version and its NUL at @version_at; all other bytes are 0xff. */
static void make_image(unsigned char *image, size_t version_at, const char *version)
{
	memset(image, 0xff, IMAGE_SIZE);
	memcpy(image + MAGIC_AT, "HdrS", 4);
	put16(image + 0x206, 0x20f);
	put16(image + 0x20e, (uint32_t)version_at - VERSION_BASE);
	put32(image + 0x238, 2047);
	memcpy(image + version_at, version, strlen(version) + 1);
}

/* Read a copy of exactly @size bytes; check that a failure leaves the output untouched. */
static int read_image(const void *image, size_t size, struct lineage_bzimage *ret)
{
	char *copy = heap_copy(image, size);
	int error;

	memset(ret, UNTOUCHED, sizeof(*ret));
	error = lineage_bzimage_read(copy, size, ret);
	if (error)
		assert_true(is_untouched(ret, sizeof(*ret)));
	free(copy);
	return error;
}

static const struct {
	uint32_t protocol;
	uint32_t cmdline_size;
	size_t limit;
} limits[] = {
	{ 0x20f, 2047, 2016 },
	{ 0x206, 2047, 2016 },
	{ 0x300, 2047, 2016 },
	/* Before protocol 2.06 the field does not exist and the size is 255 bytes. */
	{ 0x205, 2047, 224 },
	{ 0x205, 0, 224 },
	{ 0x200, UINT32_MAX, 224 },
	{ 0x1ff, 2047, 224 },
	/* The room for elfcorehdr= and the NUL is subtracted; the result does not wrap. */
	{ 0x20f, 0, 0 },
	{ 0x20f, 1, 0 },
	{ 0x20f, 30, 0 },
	{ 0x20f, 31, 0 },
	{ 0x20f, 32, 1 },
	{ 0x20f, 0x12345678, 0x12345678 - 31 },
	{ 0x20f, UINT32_MAX, UINT32_MAX - 31 },
};

static void reads_release_and_limit(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;
	size_t i;

	for (i = 0; i < COUNT_OF(limits); i++) {
		make_image(image, VERSION_AT, VERSION);
		put16(image + 0x206, limits[i].protocol);
		put32(image + 0x238, limits[i].cmdline_size);
		assert_int_equal(read_image(image, sizeof(image), &bzimage), 0);
		assert_string_equal(bzimage.release, RELEASE);
		assert_int_equal(bzimage.cmdline_limit, limits[i].limit);
	}
}

static const struct {
	const char *version;
	const char *release; /* empty: none is valid */
} versions[] = {
	{ VERSION, RELEASE }, { "6.1.0", "6.1.0" },   { "6.1.0 ", "6.1.0" },
	{ "6  1", "6" },      { "a*2,%~", "a*2,%~" }, { "a\x80", "" },
	{ "a\xff", "" },      { A64, A64 },	      { A64 " #1", A64 },
	{ A64 "a", "" },      { A64 "a #1", "" },     { A64 A64 A64 " #1", "" },
	{ "", "" },	      { " 6.1.0", "" },	      { "\t6.1.0", "" },
	{ "6.1.0\n", "" },    { "6.1.0\t#1", "" },
};

static void reads_the_release_up_to_a_blank(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;
	size_t i;

	for (i = 0; i < COUNT_OF(versions); i++) {
		make_image(image, VERSION_AT, versions[i].version);
		assert_int_equal(read_image(image, sizeof(image), &bzimage), 0);
		assert_string_equal(bzimage.release, versions[i].release);
		assert_int_equal(bzimage.cmdline_limit, 2016);
	}
}

/* Each byte in the middle of a release: NUL and blank end it, only printable ASCII is valid. */
static void reads_no_control_byte(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;
	int byte;

	make_image(image, VERSION_AT, "6?1 ");
	for (byte = 0; byte < 256; byte++) {
		char release[] = { '6', (char)byte, '1', '\0' };
		bool is_end = byte == 0 || byte == ' ';
		bool is_valid = byte > 0x20 && byte < 0x7f;

		image[VERSION_AT + 1] = (unsigned char)byte;
		assert_int_equal(read_image(image, sizeof(image), &bzimage), 0);
		assert_string_equal(bzimage.release, is_end ? "6" : is_valid ? release : "");
	}
}

static void reads_an_image_without_version(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;

	make_image(image, VERSION_AT, VERSION);
	put16(image + 0x20e, 0);
	assert_int_equal(read_image(image, sizeof(image), &bzimage), 0);
	assert_string_equal(bzimage.release, "");
	assert_int_equal(bzimage.cmdline_limit, 2016);
}

/* Every byte of the magic is compared. */
static void reads_no_other_file(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;
	size_t at;

	for (at = MAGIC_AT; at < MAGIC_END; at++) {
		make_image(image, VERSION_AT, VERSION);
		image[at] ^= 0x20;
		assert_int_equal(read_image(image, sizeof(image), &bzimage), -ENODATA);
	}
	memset(image, 0, sizeof(image));
	assert_int_equal(read_image(image, sizeof(image), &bzimage), -ENODATA);
}

static const struct {
	size_t version_at;
	const char *version;
	const char *release;
	size_t needed; /* bytes of the image, including the byte that ends the release */
} layouts[] = {
	{ VERSION_AT, VERSION, RELEASE, VERSION_END },
	{ VERSION_AT, A64, A64, VERSION_AT + 65 },
	{ HEADER_END, "6.1.0", "6.1.0", HEADER_END + 6 },
	{ IMAGE_SIZE - 2, "6", "6", IMAGE_SIZE },
	/* The release is inside the header. */
	{ 0x210, "6.1.0 #1", "6.1.0", HEADER_END },
	{ VERSION_BASE, "", "", HEADER_END },
};

/*
 * An image truncated inside the magic is another file, inside the header it is malformed, and up to
 * @needed bytes it has no release.
 */
static void assert_cut(const unsigned char *image, size_t size, size_t needed, const char *release)
{
	struct lineage_bzimage bzimage;
	int error = read_image(image, size, &bzimage);

	if (size < MAGIC_END) {
		assert_int_equal(error, -ENODATA);
	} else if (size < HEADER_END) {
		assert_int_equal(error, -EILSEQ);
	} else {
		assert_int_equal(error, 0);
		assert_string_equal(bzimage.release, size < needed ? "" : release);
		assert_int_equal(bzimage.cmdline_limit, 2016);
	}
}

static void rejects_a_truncated_image(void **state)
{
	unsigned char image[IMAGE_SIZE];
	size_t i, size;

	for (i = 0; i < COUNT_OF(layouts); i++) {
		make_image(image, layouts[i].version_at, layouts[i].version);
		for (size = 0; size <= IMAGE_SIZE; size++)
			assert_cut(image, size, layouts[i].needed, layouts[i].release);
	}
}

/* A truncated release is not valid, whatever its length. */
static void knows_a_release_that_does_not_end(void **state)
{
	unsigned char image[IMAGE_SIZE];
	struct lineage_bzimage bzimage;
	size_t length;

	for (length = 0; length <= 66; length++) {
		make_image(image, VERSION_AT, "");
		memset(image + VERSION_AT, 'a', 66);
		assert_int_equal(read_image(image, VERSION_AT + length, &bzimage), 0);
		assert_string_equal(bzimage.release, "");
	}
}

/* The largest 16-bit offset is at 0x101ff: the sum has 17 bits. */
static void reads_the_farthest_version(void **state)
{
	size_t farthest = VERSION_BASE + 0xffff, size = farthest + sizeof(VERSION);
	unsigned char *image = heap_untouched(size);
	struct lineage_bzimage bzimage;

	make_image(image, VERSION_AT, VERSION);
	put16(image + 0x20e, 0xffff);
	memcpy(image + farthest, VERSION, sizeof(VERSION));
	assert_int_equal(read_image(image, size, &bzimage), 0);
	assert_string_equal(bzimage.release, RELEASE);
	for (size_t cut = farthest - 1; cut < farthest + sizeof(RELEASE); cut++) {
		assert_int_equal(read_image(image, cut, &bzimage), 0);
		assert_string_equal(bzimage.release, "");
	}
	assert_int_equal(read_image(image, IMAGE_SIZE, &bzimage), 0);
	assert_string_equal(bzimage.release, "");
	free(image);
}

/* Version and header at odd and even addresses; a sanitizer detects unaligned loads. */
static void reads_from_any_address(void **state)
{
	unsigned char image[8 + IMAGE_SIZE];
	size_t shift, odd;

	for (shift = 0; shift < 8; shift++) {
		for (odd = 0; odd < 2; odd++) {
			struct lineage_bzimage bzimage;

			make_image(image + shift, VERSION_AT + odd, VERSION);
			assert_int_equal(lineage_bzimage_read(image + shift, IMAGE_SIZE, &bzimage),
					 0);
			assert_string_equal(bzimage.release, RELEASE);
			assert_int_equal(bzimage.cmdline_limit, 2016);
		}
	}
}

static void finds_the_payload(void **state)
{
	static const struct {
		uint32_t protocol;
		unsigned char sectors;
		uint32_t start;
		uint64_t offset; /* 0: none is found */
	} images[] = {
		{ 0x207, 1, 0, 0 },
		{ 0x208, 1, 0, 1024 },
		{ 0x20f, 0, 16, 5 * 512 + 16 },
		{ 0x20f, 255, UINT32_MAX, 256 * 512 + (uint64_t)UINT32_MAX },
	};
	unsigned char bytes[IMAGE_SIZE];

	for (size_t i = 0; i < COUNT_OF(images); i++) {
		struct lineage_bzimage_payload payload = { 0 };
		char *copy;

		make_image(bytes, VERSION_AT, VERSION);
		put16(bytes + 0x206, images[i].protocol);
		bytes[0x1f1] = images[i].sectors;
		put32(bytes + 0x248, images[i].start);
		put32(bytes + 0x24c, 0x87654321);
		copy = heap_copy(bytes, LINEAGE_BZIMAGE_PAYLOAD_HEAD);
		assert_false(
			lineage_bzimage_payload(copy, LINEAGE_BZIMAGE_PAYLOAD_HEAD - 1, &payload));
		assert_int_equal(lineage_bzimage_payload(copy, LINEAGE_BZIMAGE_PAYLOAD_HEAD,
							 &payload),
				 images[i].offset > 0);
		assert_int_equal(payload.offset, images[i].offset);
		assert_int_equal(payload.size, images[i].offset > 0 ? 0x87654321 : 0);
		copy[MAGIC_AT]++;
		assert_false(lineage_bzimage_payload(copy, LINEAGE_BZIMAGE_PAYLOAD_HEAD, &payload));
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_release_and_limit),
		cmocka_unit_test(reads_the_release_up_to_a_blank),
		cmocka_unit_test(reads_no_control_byte),
		cmocka_unit_test(reads_an_image_without_version),
		cmocka_unit_test(reads_no_other_file),
		cmocka_unit_test(rejects_a_truncated_image),
		cmocka_unit_test(knows_a_release_that_does_not_end),
		cmocka_unit_test(reads_the_farthest_version),
		cmocka_unit_test(reads_from_any_address),
		cmocka_unit_test(finds_the_payload),
	};

	return cmocka_run_group_tests_name("bzimage", tests, NULL, NULL);
}
