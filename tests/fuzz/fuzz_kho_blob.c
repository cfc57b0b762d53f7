// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for "kexec-lineage" blobs: the reader returns their content and stays inside them.
 *
 * The input is read twice: unchanged, and with a corrected CRC in its stamp, so that the fuzzer
 * reaches the rules for the stamp.
 */
#include "fuzz.h"

#include "core/blob.h"
#include "core/crc32.h"

#define CRC_SIZE 9 /* a comma and eight digits */

/*
 * Find the property in @bytes. The reader must stay inside @bytes. Return NULL if the property is
 * absent.
 */
static uint8_t *find_inside(uint8_t *bytes, size_t size, const char *name, size_t *ret_size)
{
	struct lineage_fault fault = { .what = NULL };
	const void *value = NULL;
	int error = lineage_fdt_find(bytes, size, name, &value, ret_size, &fault);
	size_t offset;

	if (error) {
		FUZZ_EXPECT(error == -EILSEQ || error == -ENODATA);
		FUZZ_EXPECT(fault.what && fault.offset < size + 1 && !value);
		return NULL;
	}
	FUZZ_EXPECT(!fault.what && (const uint8_t *)value >= bytes);
	offset = (size_t)((const uint8_t *)value - bytes);
	FUZZ_EXPECT(offset <= lineage_fdt_total_size(bytes));
	FUZZ_EXPECT(*ret_size <= lineage_fdt_total_size(bytes) - offset);
	return bytes + offset;
}

/* Decode. A failure must not change the output. */
static int decode(const uint8_t *bytes, size_t size, struct lineage_stamp *ret)
{
	struct lineage_fault fault = { .what = NULL };
	struct lineage_stamp before;
	int error;

	memset(ret, 0xa5, sizeof(*ret));
	memcpy(&before, ret, sizeof(before));
	error = lineage_kho_blob_decode(bytes, size, ret, &fault);
	if (error) {
		FUZZ_EXPECT(error == -EILSEQ || error == -EPROTONOSUPPORT || error == -EBADMSG);
		FUZZ_EXPECT(fault.what && memcmp(ret, &before, sizeof(before)) == 0);
	} else {
		FUZZ_EXPECT(!fault.what);
	}
	return error;
}

static void expect_same(const struct lineage_stamp *one, const struct lineage_stamp *other)
{
	FUZZ_EXPECT(one->kind == other->kind && strcmp(one->made_for, other->made_for) == 0);
	FUZZ_EXPECT(one->lineage.count == other->lineage.count);
	FUZZ_EXPECT(one->lineage.chain_length == other->lineage.chain_length);
	FUZZ_EXPECT(memcmp(one->lineage.chain, other->lineage.chain, one->lineage.chain_length) ==
		    0);
}

/* Check that the result equals the string in the FDT, and fits into LINEAGE_KHO_FDT_MAX bytes. */
static void check_accepted(const uint8_t *value, size_t value_size,
			   const struct lineage_stamp *stamp)
{
	char text[LINEAGE_STAMP_MAX + 1];
	uint8_t blob[LINEAGE_KHO_FDT_MAX];
	struct lineage_stamp again;
	size_t length, size;

	FUZZ_EXPECT(lineage_stamp_format(stamp, text, sizeof(text), &length) == 0);
	FUZZ_EXPECT(length == LINEAGE_STAMP_PREFIX_LENGTH + value_size - 1);
	FUZZ_EXPECT(memcmp(text + LINEAGE_STAMP_PREFIX_LENGTH, value, value_size) == 0);
	FUZZ_EXPECT(lineage_kho_blob_encode(text, blob, sizeof(blob), &size) == 0);
	FUZZ_EXPECT(decode(blob, size, &again) == 0);
	expect_same(stamp, &again);
}

/* Check @bytes, which are in a block of exactly @size bytes and not aligned. */
static void check(uint8_t *bytes, size_t size)
{
	size_t value_size = 0, compatible_size = 0;
	const uint8_t *compatible = find_inside(bytes, size, "compatible", &compatible_size);
	const uint8_t *value = find_inside(bytes, size, "stamp", &value_size);
	struct lineage_stamp stamp, again;
	int error = decode(bytes, size, &stamp);

	if (lineage_fdt_is(bytes, size) && size > 8 && lineage_fdt_total_size(bytes) < size)
		FUZZ_EXPECT(decode(bytes, size - 1, &again) == error);
	if (error)
		return;
	FUZZ_EXPECT(compatible && compatible_size == sizeof(LINEAGE_KHO_COMPATIBLE));
	FUZZ_EXPECT(memcmp(compatible, LINEAGE_KHO_COMPATIBLE, compatible_size) == 0);
	FUZZ_EXPECT(value);
	check_accepted(value, value_size, &stamp);
}

static void mend_crc(uint8_t *bytes, size_t size)
{
	size_t value_size = 0;
	uint8_t *value = find_inside(bytes, size, "stamp", &value_size);
	char crc[CRC_SIZE + 1];
	size_t covered;

	if (!value || value_size < CRC_SIZE + 1)
		return;
	covered = value_size - 1 - CRC_SIZE;
	snprintf(crc, sizeof(crc), ",%08x", lineage_crc32(value, covered));
	memcpy(value + covered, crc, sizeof(crc));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *block = fuzz_allocate(size + 1);
	uint8_t *bytes = block + 1;

	memcpy(bytes, data, size);
	check(bytes, size);
	mend_crc(bytes, size);
	check(bytes, size);
	free(block);
	return 0;
}
