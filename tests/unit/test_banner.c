// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/banner.c: banners at every place, truncated images, and images that lie. */
#include "support.h"

#include <cmocka.h>

#include "core/banner.h"

#define BLOCK LINEAGE_BANNER_BLOCK
#define BANNER "Linux version "
#define RELEASE "6.12.117+deb12-cloud-arm64"
#define TEXT BANNER RELEASE " (builder@host) #1 SMP"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

#define ELF64 "\177ELF\2"
#define ELF_REST "\1\0\0\0\0\0\0\0\0\0\2\0"

static char *make_image(size_t blocks)
{
	char *image = calloc(blocks, BLOCK);

	assert_non_null(image);
	memcpy(image + 56, "ARM\x64", 4);
	return image;
}

/* Read a copy of exactly @size bytes. */
static void expect(const char *image, size_t size, const char *release)
{
	struct lineage_banner found;
	char *copy = heap_copy(image, size);

	assert_int_equal(lineage_banner_read(copy, size, &found), 0);
	assert_string_equal(found.release, release);
	free(copy);
}

static void finds_a_banner_near_the_beginning_of_a_block(void **state)
{
	static const struct {
		size_t at;
		bool is_found;
	} places[] = { { 64, true },	    { 255, true },	   { 256, false },
		       { BLOCK, true },	    { BLOCK + 255, true }, { BLOCK + 256, false },
		       { BLOCK - 4, false } };

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		char *image = make_image(2);

		memcpy(image + places[i].at, TEXT, sizeof(TEXT));
		expect(image, 2 * BLOCK, places[i].is_found ? RELEASE : "");
		free(image);
	}
}

static const struct {
	size_t at;
	const char *magic;
	size_t size;
} other_images[] = {
	{ 56, "RSC\x05", 4 },
	{ 0, ELF64 "\1" ELF_REST "\25\0", 20 },
	{ 0, ELF64 "\2" ELF_REST "\0\25", 20 },
	{ 0, ELF64 "\1" ELF_REST "\363\0", 20 },
};

static char *make_other_image(size_t i)
{
	char *image = make_image(2);

	memset(image, 0, LINEAGE_BANNER_HEADER);
	memcpy(image + other_images[i].at, other_images[i].magic, other_images[i].size);
	return image;
}

/* Only on arm64 the banner is at the beginning of a block. clang does not align it. */
static void finds_a_banner_anywhere_in_other_images(void **state)
{
	static const size_t starts[] = { LINEAGE_BANNER_HEADER, 1016, BLOCK - 32, BLOCK };

	for (size_t i = 0; i < COUNT_OF(other_images); i++) {
		for (size_t j = 0; j < COUNT_OF(starts) * 32; j++) {
			char *image = make_other_image(i);

			memcpy(image + starts[j / 32] + j % 32, TEXT, sizeof(TEXT));
			expect(image, 2 * BLOCK, RELEASE);
			free(image);
		}
	}
}

/* Some bytes of BANNER occur in it twice. */
static void finds_a_banner_after_a_part_of_one(void **state)
{
	for (size_t first = 0; first <= strlen(BANNER); first++) {
		for (size_t last = first; last <= strlen(BANNER); last++) {
			char *image = make_other_image(0);

			memcpy(image + 100, BANNER + first, last - first);
			memcpy(image + 100 + last - first, TEXT, sizeof(TEXT));
			expect(image, 2 * BLOCK, RELEASE);
			free(image);
		}
	}
}

/* No place is better than another one. */
static void finds_a_second_release_anywhere(void **state)
{
	char *image = make_other_image(0);

	memcpy(image + 236, TEXT, sizeof(TEXT));
	strcpy(image + 1024, BANNER "6.6.6 (a)");
	expect(image, 2 * BLOCK, "");
	strcpy(image + 1024, BANNER RELEASE " (a)");
	expect(image, 2 * BLOCK, RELEASE);
	free(image);
}

static void reads_only_valid_releases(void **state)
{
	static const struct {
		const char *text;
		const char *release;
	} texts[] = {
		{ "6.1 (a) #1", "6.1" }, { A64 " (a)", A64 }, { A64 "a (a)", "" },
		{ "6.1", "" },		 { "6.1 #1", "" },    { " (a)", "" },
		{ "%s (a)", "%s" },	 { "6\x80 (a)", "" }, { "6\t1 (a)", "" },
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		char *image = make_image(2);

		strcpy(image + BLOCK, BANNER);
		strcat(image + BLOCK, texts[i].text);
		expect(image, 2 * BLOCK, texts[i].release);
		free(image);
	}
}

static void needs_the_whole_release(void **state)
{
	char *image = make_image(2);
	size_t end = BLOCK + strlen(BANNER RELEASE " (");

	memcpy(image + BLOCK, TEXT, sizeof(TEXT));
	for (size_t size = BLOCK - 1; size < end + 3; size++)
		expect(image, size, size < end ? "" : RELEASE);
	free(image);
}

/* The same release may be found twice. Of two releases, neither is certain. */
static void trusts_no_second_release(void **state)
{
	char *image = make_image(4);

	memcpy(image + BLOCK, TEXT, sizeof(TEXT));
	memcpy(image + 2 * BLOCK, TEXT, sizeof(TEXT));
	expect(image, 4 * BLOCK, RELEASE);
	strcpy(image + 2 * BLOCK, BANNER "6.1 (a)");
	expect(image, 4 * BLOCK, "");
	memcpy(image + 3 * BLOCK, TEXT, sizeof(TEXT));
	expect(image, 4 * BLOCK, "");
	free(image);
}

/* Memory that nothing is written to needs no room. */
static void searches_up_to_the_limit(void **state)
{
	size_t limit = LINEAGE_BANNER_LIMIT;
	struct lineage_banner found;
	char *image = calloc(1, limit + 1);

	assert_non_null(image);
	memcpy(image + other_images[0].at, other_images[0].magic, other_images[0].size);
	memcpy(image + limit - sizeof(TEXT), TEXT, sizeof(TEXT));
	assert_int_equal(lineage_banner_read(image, limit, &found), 0);
	assert_string_equal(found.release, RELEASE);
	memcpy(image + BLOCK, TEXT, sizeof(TEXT));
	assert_int_equal(lineage_banner_read(image, limit + 1, &found), 0);
	assert_string_equal(found.release, "");
	free(image);
}

static void reads_no_other_file(void **state)
{
	struct lineage_banner found;
	char *image = make_image(1);

	memset(&found, UNTOUCHED, sizeof(found));
	for (size_t size = 0; size < LINEAGE_BANNER_HEADER; size++)
		assert_int_equal(lineage_banner_read(image, size, &found), -ENODATA);
	for (size_t at = 56; at < 60; at++) {
		image[at] ^= 1;
		assert_int_equal(lineage_banner_read(image, BLOCK, &found), -ENODATA);
		image[at] ^= 1;
	}
	memset(image, 0, LINEAGE_BANNER_HEADER);
	memcpy(image, ELF64 "\1" ELF_REST "\76\0", 20); /* x86-64 */
	assert_int_equal(lineage_banner_read(image, BLOCK, &found), -ENODATA);
	memcpy(image, "\177ELF\1\1" ELF_REST "\25\0", 20); /* 32 bits */
	assert_int_equal(lineage_banner_read(image, BLOCK, &found), -ENODATA);
	assert_true(is_untouched(&found, sizeof(found)));
	free(image);
}

static void knows_the_limit_of_a_release(void **state)
{
	static const struct {
		const char *release;
		size_t limit;
	} limits[] = {
		{ "", 511 },
		{ "unknown", 511 },
		{ "6", 511 },
		{ "5.10.0-30-riscv64", 511 },
		{ "6.2.16", 511 },
		{ "6.3.0-rc1", 511 },
		{ "6.3", 1023 },
		{ "6.12.117+deb13-riscv64", 1023 },
		{ "6.18.15", 1023 },
		{ "6.19.11", 1023 },
		{ "7.0.14", 1023 },
		{ "7.1.0-rc7", 1023 },
		{ "7.1.0", 2047 },
		{ "7.1+deb14-riscv64", 2047 },
		{ "7.3.4-lineage-riscv64", 2047 },
		{ "10.0.1", 2047 },
	};
	static const char elf[64] = ELF64 "\1" ELF_REST "\363\0",
			  power[64] = ELF64 "\1" ELF_REST "\25\0";
	char image[64] = "", arm64[64] = "";

	memcpy(image + 56, "RSC\x05", 4);
	memcpy(arm64 + 56, "ARM\x64", 4);
	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		const char *release = limits[i].release;

		assert_int_equal(lineage_banner_cmdline_limit(image, 64, release), limits[i].limit);
		assert_int_equal(lineage_banner_cmdline_limit(elf, 64, release), limits[i].limit);
		assert_int_equal(lineage_banner_cmdline_limit(power, 64, release), 2047);
		assert_int_equal(lineage_banner_cmdline_limit(arm64, 64, release), 2047);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_banner_near_the_beginning_of_a_block),
		cmocka_unit_test(finds_a_banner_anywhere_in_other_images),
		cmocka_unit_test(finds_a_banner_after_a_part_of_one),
		cmocka_unit_test(finds_a_second_release_anywhere),
		cmocka_unit_test(knows_the_limit_of_a_release),
		cmocka_unit_test(reads_only_valid_releases),
		cmocka_unit_test(needs_the_whole_release),
		cmocka_unit_test(trusts_no_second_release),
		cmocka_unit_test(searches_up_to_the_limit),
		cmocka_unit_test(reads_no_other_file),
	};

	return cmocka_run_group_tests_name("banner", tests, NULL, NULL);
}
