// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of lib/image.c: whole, truncated and compressed images, and versions of the struct. */
#include "support_lib.h"

#include <cmocka.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "core/banner.h"
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
 * An image truncated before the magic counts as another file. An image truncated in its header is
 * invalid, and one that is truncated before the end of the release has none.
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
		} else if (size < 0x23c) {
			assert_int_equal(error, -EILSEQ);
			assert_string_equal(image.release, "untouched");
			assert_int_equal(image.cmdline_limit, 7);
		} else {
			assert_int_equal(error, 0);
			assert_string_equal(image.release, size < VERSION_END ? "" : RELEASE);
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

static void knows_an_offset_beyond_the_image(void **state)
{
	unsigned char bytes[IMAGE_SIZE];
	struct lineage_image image = { .size = sizeof(image) };

	make_image(bytes, 0x20f, 2047);
	put16(bytes + 0x20e, 0xffff);
	assert_int_equal(read_bytes(bytes, sizeof(bytes), &image), 0);
	assert_string_equal(image.release, "");
	assert_int_equal(image.cmdline_limit, 2016);
}

/* The first 64 KiB of an arm64 Image, and a block with the banner. */
#define ARM64_SIZE (2 * 65536)
#define BANNER_AT (65536 + 32)
#define ARM64_RELEASE "6.12.117+deb12-arm64"

static unsigned char *make_arm64(void)
{
	unsigned char *image = calloc(1, ARM64_SIZE);

	assert_non_null(image);
	memcpy(image + 56, "ARM\x64", 4);
	strcpy((char *)image + BANNER_AT, "Linux version " ARM64_RELEASE " (builder@host) #1 SMP");
	return image;
}

static void expect_image(const void *bytes, size_t size, const char *release, size_t limit)
{
	struct lineage_image image = { .size = sizeof(image) };

	assert_int_equal(read_bytes(bytes, size, &image), 0);
	assert_string_equal(image.release, release);
	assert_int_equal(image.cmdline_limit, limit);
}

static void expect_release(const void *bytes, size_t size, const char *release)
{
	expect_image(bytes, size, release, 2016);
}

/* Compress bytes as gzip does; return the size. */
static size_t compress_bytes(const void *bytes, size_t size, unsigned char *ret, size_t room)
{
	unsigned char *copy = malloc(size); /* zlib does not take a constant */
	z_stream stream = {
		.next_in = copy, .avail_in = (uInt)size, .next_out = ret, .avail_out = (uInt)room
	};

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(deflateEnd(&stream), Z_OK);
	free(copy);
	return room - stream.avail_out;
}

static void reads_an_arm64_image(void **state)
{
	unsigned char *image = make_arm64(), small[4096];
	size_t size = compress_bytes(image, ARM64_SIZE, small, sizeof(small));

	expect_release(image, ARM64_SIZE, ARM64_RELEASE);
	expect_release(small, size, ARM64_RELEASE);
	expect_release(image, BANNER_AT + 20, "");
	expect_release(image, 64, "");
	expect_release(image, 63, "");
	free(image);
}

/* The banner of a riscv Image may be anywhere, and may end in the block after its first byte. */
static void reads_a_riscv_image(void **state)
{
	static const size_t places[] = { 4096, 65536 - 8, 65536, 2 * 65536 - 24, 2 * 65536 + 1016 };
	size_t size = 2 * 65536 + 2000;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		unsigned char *image = calloc(1, size);

		assert_non_null(image);
		memcpy(image + 56, "RSC\x05", 4);
		strcpy((char *)image + places[i], "Linux version 6.12.117 (a@b) #1");
		expect_image(image, size, "6.12.117", 1023);
		expect_image(image, places[i] + strlen("Linux version 6.12.117 "), "", 511);
		image[places[i] + strlen("Linux version ")] = '7';
		expect_image(image, size, "7.12.117", 2016);
		free(image);
	}
}

/* An s390x image has a pointer to its version string, which may be far after its header. */
static void reads_an_s390x_image(void **state)
{
	static const size_t places[] = { 0x10438, 0x11000, 0x20000 };
	static unsigned char image[0x20100], small[4096];

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		memset(image, 0, sizeof(image));
		memcpy(image + 0x10008, "S390EP", 6);
		image[0x1042d] = (unsigned char)(places[i] >> 16);
		image[0x1042e] = (unsigned char)(places[i] >> 8);
		image[0x1042f] = (unsigned char)places[i];
		image[0x10436] = 0x10; /* 4096 */
		strcpy((char *)image + places[i], "6.1.0-50-s390x (a@b) #1");
		expect_image(image, sizeof(image), "6.1.0-50-s390x", 2016);
		expect_image(image, places[i] + 14, "", 2016);
		expect_image(image, places[i] + 15, "6.1.0-50-s390x", 2016);
		image[0x10436] = 0; /* Linux before 5.15 */
		expect_image(image, sizeof(image), "6.1.0-50-s390x", 894);
		expect_image(small, compress_bytes(image, sizeof(image), small, sizeof(small)),
			     "6.1.0-50-s390x", 894);
		image[0x10428] = 0xff; /* outside of the file */
		expect_image(image, sizeof(image), "", 894);
		image[0x10428] = 0;
		image[0x1042a] = 1;
		expect_image(image, sizeof(image), "", 894);
	}
	assert_int_equal(
		read_bytes(image, 0x10437,
			   &(struct lineage_image){ .size = sizeof(struct lineage_image) }),
		-EILSEQ);
}

/* An EFI zboot image has its payload anywhere, compressed by gzip or something else. */
static void reads_a_zboot_image(void **state)
{
	unsigned char *image = make_arm64(), zboot[8192] = "MZ";
	size_t size = compress_bytes(image, ARM64_SIZE, zboot + 256, sizeof(zboot) - 256);

	memcpy(zboot + 4, "zimg", 4);
	put16(zboot + 8, 256);
	put16(zboot + 12, (unsigned int)size);
	memcpy(zboot + 24, "gzip", 5);
	expect_release(zboot, sizeof(zboot), ARM64_RELEASE);
	memcpy(zboot + 24, "zstd", 5);
	expect_release(zboot, sizeof(zboot), "");
	memcpy(zboot + 24, "gzip", 5);
	put16(zboot + 8, 0xffff);
	expect_release(zboot, sizeof(zboot), "");
	free(image);
}

/* A unified kernel image is a PE file with the kernel in a section. */
static void reads_a_unified_image(void **state)
{
	unsigned char *kernel = make_arm64(), *image = calloc(1, 4096 + ARM64_SIZE);

	assert_non_null(image);
	memcpy(image, "MZ", 2);
	put16(image + 0x3c, 128);
	memcpy(image + 128, "PE\0\0", 4);
	put16(image + 128 + 6, 2);
	put16(image + 128 + 20, 16);
	memcpy(image + 128 + 24 + 16, ".text", 5);
	memcpy(image + 128 + 24 + 16 + 40, ".linux", 6);
	put16(image + 128 + 24 + 16 + 40 + 20, 4096);
	memcpy(image + 4096, kernel, ARM64_SIZE);
	expect_release(image, 4096 + ARM64_SIZE, ARM64_RELEASE);
	put16(image + 128 + 6, 1);
	expect_release(image, 4096 + ARM64_SIZE, "");
	put16(image + 128 + 6, 0xffff);
	memcpy(image + 128 + 24 + 16 + 40, ".initrd", 7);
	expect_release(image, 4096 + ARM64_SIZE, "");
	/* The section is the file itself. */
	memcpy(image + 128 + 24 + 16, ".linux\0", 8);
	put16(image + 128 + 24 + 16 + 20, 0);
	expect_release(image, 4096 + ARM64_SIZE, "");
	free(kernel);
	free(image);
}

/* The module has the same limit. */
static void reads_an_image_up_to_the_limit(void **state)
{
	struct folder folder = folder_make();
	struct lineage_image image = { .size = sizeof(image) };
	unsigned char *bytes = make_arm64();

	folder_write(&folder, "image", bytes, ARM64_SIZE);
	assert_int_equal(truncate(folder_path(&folder, "image"), LINEAGE_BANNER_LIMIT), 0);
	assert_int_equal(lineage_image_read(folder_path(&folder, "image"), &image), 0);
	assert_string_equal(image.release, ARM64_RELEASE);
	assert_int_equal(truncate(folder_path(&folder, "image"), LINEAGE_BANNER_LIMIT + 1), 0);
	assert_int_equal(lineage_image_read(folder_path(&folder, "image"), &image), 0);
	assert_string_equal(image.release, "");
	folder_remove(&folder);
	free(bytes);
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
	assert_int_equal(mkfifo(folder_path(&folder, "pipe"), 0600), 0);
	assert_int_equal(lineage_image_read(folder_path(&folder, "pipe"), &image), -ENOTBLK);
	assert_int_equal(lineage_image_read("/dev/zero", &image), -ENOTBLK);
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
		cmocka_unit_test(knows_an_offset_beyond_the_image),
		cmocka_unit_test(reads_an_arm64_image),
		cmocka_unit_test(reads_a_riscv_image),
		cmocka_unit_test(reads_an_s390x_image),
		cmocka_unit_test(reads_a_zboot_image),
		cmocka_unit_test(reads_a_unified_image),
		cmocka_unit_test(reads_an_image_up_to_the_limit),
		cmocka_unit_test(reads_a_gzip_file),
		cmocka_unit_test(returns_the_error_of_the_file),
		cmocka_unit_test(follows_the_size_of_the_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
