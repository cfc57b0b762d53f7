// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/image.c: whole, truncated and compressed images, and versions of the struct. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <zlib.h>

#include "kexec-lineage.h"

#define IMAGE_SIZE 0x1000
#define VERSION_AT 0x500
#define VERSION "6.12.111+deb12-amd64 (builder@host) #1 SMP"
#define RELEASE "6.12.111+deb12-amd64"
#define VERSION_END (VERSION_AT + sizeof(RELEASE)) /* after the blank that ends the release */

static void put16(unsigned char *at, unsigned int value)
{
	at[0] = (unsigned char)value;
	at[1] = (unsigned char)(value >> 8);
}

static void make_image(unsigned char *image, unsigned int protocol, uint32_t cmdline_size)
{
	memset(image, 0, IMAGE_SIZE);
	memcpy(image + 0x202, "HdrS", 4);
	put16(image + 0x206, protocol);
	put16(image + 0x20e, VERSION_AT - 0x200);
	put16(image + 0x238, cmdline_size & 0xffff);
	put16(image + 0x23a, cmdline_size >> 16);
	memcpy(image + VERSION_AT, VERSION, sizeof(VERSION));
}

static int read_bytes(const void *bytes, size_t size, struct lineage_image *ret)
{
	struct folder folder = folder_make();
	int error;

	folder_write(&folder, "image", bytes, size);
	error = lineage_image_read(folder_path(&folder, "image"), ret);
	folder_remove(&folder);
	return error;
}

static const struct {
	unsigned int protocol;
	uint32_t cmdline_size;
	size_t limit;
} limits[] = {
	{ 0x20f, 2047, 2016 }, { 0x206, 2047, 2016 },
	{ 0x205, 2047, 224 },  { 0x20f, 32, 1 },
	{ 0x20f, 31, 0 },      { 0x20f, 30, 0 },
	{ 0x20f, 0, 0 },       { 0x20f, UINT32_MAX, UINT32_MAX - 31UL },
};

static void reads_release_and_limit(void **state)
{
	unsigned char bytes[IMAGE_SIZE];
	struct lineage_image image = { .size = sizeof(image) };
	size_t i;

	for (i = 0; i < COUNT_OF(limits); i++) {
		make_image(bytes, limits[i].protocol, limits[i].cmdline_size);
		assert_int_equal(read_bytes(bytes, sizeof(bytes), &image), 0);
		assert_string_equal(image.release, RELEASE);
		assert_int_equal(image.cmdline_limit, limits[i].limit);
	}
	assert_int_equal(lineage_cmdline_default_limit(), 2016);
}

/*
 * An image truncated before the magic counts as another file. An image truncated before the end of
 * the release is invalid.
 */
static void rejects_a_truncated_image(void **state)
{
	unsigned char bytes[IMAGE_SIZE];
	size_t size;

	make_image(bytes, 0x20f, 2047);
	for (size = 0x1f0; size <= VERSION_END + 1; size += size == 0x250 ? 0x2a0 : 1) {
		struct lineage_image image = {
			.size = sizeof(image),
			.release = "untouched",
			.cmdline_limit = 7,
		};
		int error = read_bytes(bytes, size, &image);

		if (size < 0x206) {
			assert_int_equal(error, 0);
			assert_string_equal(image.release, "");
			assert_int_equal(image.cmdline_limit, 2016);
		} else if (size < VERSION_END) {
			assert_int_equal(error, -EILSEQ);
			assert_string_equal(image.release, "untouched");
			assert_int_equal(image.cmdline_limit, 7);
		} else {
			assert_int_equal(error, 0);
			assert_string_equal(image.release, RELEASE);
		}
	}
}

static void reads_an_image_without_version(void **state)
{
	unsigned char bytes[IMAGE_SIZE];
	struct lineage_image image = { .size = sizeof(image) };

	make_image(bytes, 0x20f, 4095);
	put16(bytes + 0x20e, 0);
	assert_int_equal(read_bytes(bytes, sizeof(bytes), &image), 0);
	assert_string_equal(image.release, "");
	assert_int_equal(image.cmdline_limit, 4064);
	assert_int_equal(read_bytes(bytes, 0x23c, &image), 0);
	assert_int_equal(read_bytes(bytes, 0x23b, &image), -EILSEQ);
}

static void rejects_an_offset_beyond_the_header(void **state)
{
	unsigned char bytes[IMAGE_SIZE];
	struct lineage_image image = { .size = sizeof(image) };

	make_image(bytes, 0x20f, 2047);
	put16(bytes + 0x20e, 0xffff);
	assert_int_equal(read_bytes(bytes, sizeof(bytes), &image), -EILSEQ);
}

static void reads_a_gzip_file(void **state)
{
	struct folder folder = folder_make();
	unsigned char bytes[IMAGE_SIZE];
	struct lineage_image image = { .size = sizeof(image) };
	gzFile file = gzopen(folder_path(&folder, "image.gz"), "wb");

	assert_non_null(file);
	make_image(bytes, 0x20f, 2047);
	assert_int_equal(gzwrite(file, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(gzclose(file), Z_OK);
	assert_int_equal(lineage_image_read(folder_path(&folder, "image.gz"), &image), 0);
	assert_string_equal(image.release, RELEASE);
	folder_remove(&folder);
}

static void returns_the_error_of_the_file(void **state)
{
	static const unsigned char bad_gzip[] = { 0x1f, 0x8b, 8, 0, 0, 0,    0,	   0,
						  0,	3,    6, 6, 6, 0xff, 0xff, 0xff };
	struct folder folder = folder_make();
	struct lineage_image image = { .size = sizeof(image), .cmdline_limit = 7 };

	assert_int_equal(lineage_image_read(folder_path(&folder, "none"), &image), -ENOENT);
	assert_int_equal(lineage_image_read(folder.path, &image), -EISDIR);
	assert_int_equal(read_bytes(bad_gzip, sizeof(bad_gzip), &image), -EIO);
	assert_int_equal(image.cmdline_limit, 7);
	folder_remove(&folder);
}

static void follows_the_size_of_the_struct(void **state)
{
	struct {
		struct lineage_image image;
		uint64_t newer; /* a member of a later version */
	} large = { .image = { .size = sizeof(large) }, .newer = UINT64_MAX };
	struct lineage_image small = { .size = sizeof(small) - 1, .cmdline_limit = 7 };
	unsigned char bytes[IMAGE_SIZE];

	make_image(bytes, 0x20f, 2047);
	assert_int_equal(read_bytes(bytes, sizeof(bytes), &small), -EINVAL);
	assert_int_equal(small.cmdline_limit, 7);
	assert_int_equal(read_bytes(bytes, sizeof(bytes), &large.image), 0);
	assert_int_equal(large.image.size, sizeof(large));
	assert_string_equal(large.image.release, RELEASE);
	assert_int_equal(large.image.cmdline_limit, 2016);
	assert_int_equal(large.newer, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_release_and_limit),
		cmocka_unit_test(rejects_a_truncated_image),
		cmocka_unit_test(reads_an_image_without_version),
		cmocka_unit_test(rejects_an_offset_beyond_the_header),
		cmocka_unit_test(reads_a_gzip_file),
		cmocka_unit_test(returns_the_error_of_the_file),
		cmocka_unit_test(follows_the_size_of_the_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
