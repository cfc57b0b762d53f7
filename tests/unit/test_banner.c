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

/* Only on arm64 the banner is at the beginning of a block. */
static void finds_an_aligned_banner_in_other_images(void **state)
{
	static const struct {
		size_t at;
		const char *magic;
		size_t size;
	} images[] = {
		{ 56, "RSC\x05", 4 },
		{ 0, ELF64 "\1" ELF_REST "\25\0", 20 },
		{ 0, ELF64 "\2" ELF_REST "\0\25", 20 },
		{ 0, ELF64 "\1" ELF_REST "\363\0", 20 },
	};
	static const struct {
		size_t at;
		bool is_found;
	} places[] = { { 64, true },	      { 1016, true },	    { 1017, false },
		       { BLOCK - 8, true },   { BLOCK - 16, true }, { BLOCK, true },
		       { BLOCK - 12, false }, { BLOCK + 4, false }, { BLOCK + 8, true } };

	for (size_t i = 0; i < COUNT_OF(images); i++) {
		for (size_t j = 0; j < COUNT_OF(places); j++) {
			char *image = make_image(2);

			memset(image, 0, LINEAGE_BANNER_HEADER);
			memcpy(image + images[i].at, images[i].magic, images[i].size);
			memcpy(image + places[j].at, TEXT, sizeof(TEXT));
			expect(image, 2 * BLOCK, places[j].is_found ? RELEASE : "");
			free(image);
		}
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_banner_near_the_beginning_of_a_block),
		cmocka_unit_test(finds_an_aligned_banner_in_other_images),
		cmocka_unit_test(reads_only_valid_releases),
		cmocka_unit_test(needs_the_whole_release),
		cmocka_unit_test(trusts_no_second_release),
		cmocka_unit_test(reads_no_other_file),
	};

	return cmocka_run_group_tests_name("banner", tests, NULL, NULL);
}
