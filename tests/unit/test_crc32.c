// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of core/crc32.c: compare with zlib's crc32(). */
#include "support.h"

#include <cmocka.h>
#include <zlib.h>

#include "core/crc32.h"

static const struct {
	const char *text;
	uint32_t crc;
} vectors[] = {
	{ "", 0x00000000 },
	{ "123456789", 0xcbf43926 }, /* the usual check value of a CRC-32 */
	{ "1,k,1,,6.1.0-56-cloud-amd64", 0xfb31e585 },
};

static void knows_the_vectors(void **state)
{
	size_t i;

	for (i = 0; i < COUNT_OF(vectors); i++)
		assert_int_equal(lineage_crc32(vectors[i].text, strlen(vectors[i].text)),
				 vectors[i].crc);
}

static void agrees_with_zlib_on_each_byte(void **state)
{
	int byte;

	for (byte = 0; byte < 256; byte++) {
		unsigned char data = (unsigned char)byte;

		assert_int_equal(lineage_crc32(&data, 1), crc32(0, &data, 1));
	}
}

/* Each length up to that of a stamp, at different alignments, at the very end of a buffer. */
static void agrees_with_zlib_on_random_bytes(void **state)
{
	struct random random = random_from(2);
	size_t length;

	for (length = 0; length <= 1100; length++) {
		size_t offset = length % 8;
		unsigned char *data = heap_untouched(offset + length);
		size_t i;

		for (i = 0; i < length; i++)
			data[offset + i] = (unsigned char)(random_next(&random) >> 56);
		assert_int_equal(lineage_crc32(data + offset, length),
				 crc32(0, data + offset, (uInt)length));
		free(data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_vectors),
		cmocka_unit_test(agrees_with_zlib_on_each_byte),
		cmocka_unit_test(agrees_with_zlib_on_random_bytes),
	};

	return cmocka_run_group_tests_name("crc32", tests, NULL, NULL);
}
