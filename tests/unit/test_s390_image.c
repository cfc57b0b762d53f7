// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/s390_image.c: images at any alignment and truncated at any byte. */
#include "support.h"

#include <cmocka.h>

#include "core/s390_image.h"

#define MAGIC_AT 0x10008
#define MAGIC_END 0x1000e
#define VERSION_AT 0x10428
#define CMDLINE_SIZE_AT 0x10430
#define IMAGE_SIZE 0x10480

static void put64(unsigned char *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (unsigned char)(value >> (56 - 8 * i));
}

/* Make an image; all other bytes are 0xff. */
static void make_image(unsigned char *image, uint64_t version, uint64_t cmdline_size)
{
	memset(image, 0xff, IMAGE_SIZE);
	memcpy(image + MAGIC_AT, "S390EP", 6);
	put64(image + VERSION_AT, version);
	put64(image + CMDLINE_SIZE_AT, cmdline_size);
}

/* Read a copy of exactly @size bytes; check that a failure leaves the output untouched. */
static int find(const void *image, size_t size, struct lineage_s390_image *ret)
{
	char *copy = heap_copy(image, size);
	int error;

	memset(ret, UNTOUCHED, sizeof(*ret));
	error = lineage_s390_image_find(copy, size, ret);
	if (error)
		assert_true(is_untouched(ret, sizeof(*ret)));
	free(copy);
	return error;
}

static const struct {
	uint64_t size;
	size_t limit;
} limits[] = {
	{ 4096, 4094 },
	{ 896, 894 },
	/* Before Linux 5.15 the field does not exist. */
	{ 0, LINEAGE_S390_CMDLINE_MAX },
	{ 1, 0 },
	{ 2, 0 },
	{ 3, 1 },
	{ UINT32_MAX, UINT32_MAX - 2 },
	{ 1ULL << 32, UINT32_MAX - 2 },
	{ UINT64_MAX, UINT32_MAX - 2 },
};

static void reads_place_and_limit(void **state)
{
	static unsigned char image[IMAGE_SIZE];
	struct lineage_s390_image found;

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		make_image(image, 0x0123456789abcdef, limits[i].size);
		assert_int_equal(find(image, sizeof(image), &found), 0);
		assert_true(found.version_offset == 0x0123456789abcdef);
		assert_int_equal(found.cmdline_limit, limits[i].limit);
	}
}

static void reads_no_other_file(void **state)
{
	static unsigned char image[IMAGE_SIZE];
	struct lineage_s390_image found;

	for (size_t at = MAGIC_AT; at < MAGIC_END; at++) {
		make_image(image, 0x11000, 4096);
		image[at] ^= 0x20;
		assert_int_equal(find(image, sizeof(image), &found), -ENODATA);
	}
}

static void reads_a_truncated_image(void **state)
{
	static unsigned char image[IMAGE_SIZE];
	struct lineage_s390_image found;

	make_image(image, 0x11000, 4096);
	for (size_t size = 0; size <= IMAGE_SIZE; size += size == 0 ? MAGIC_AT : 1) {
		int error = find(image, size, &found);

		if (size < MAGIC_END)
			assert_int_equal(error, -ENODATA);
		else if (size < LINEAGE_S390_IMAGE_HEAD)
			assert_int_equal(error, -EILSEQ);
		else
			assert_int_equal(error, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_place_and_limit),
		cmocka_unit_test(reads_no_other_file),
		cmocka_unit_test(reads_a_truncated_image),
	};

	return cmocka_run_group_tests_name("s390_image", tests, NULL, NULL);
}
