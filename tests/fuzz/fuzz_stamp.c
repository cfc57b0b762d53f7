// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is a stamp read only if it is spelled exactly as it would be written?
 *
 * The input is read twice: as a value, and as a value that lacks its CRC. The second way lets
 * the fuzzer reach the fields' rules, which a random CRC would hide.
 */
#include "fuzz.h"

#include "crc32.h"
#include "stamp.h"

/* Read [value, length); what was accepted has to be written back byte for byte. */
static void check(const char *value, size_t length)
{
	struct lineage_fault fault = { .what = NULL };
	size_t written = 0, size = LINEAGE_STAMP_PREFIX_LENGTH + length + 1;
	struct lineage_stamp stamp;
	uint64_t kernels;
	char *buf;
	int error = lineage_stamp_parse(value, length, &stamp, &fault);

	if (error) {
		FUZZ_EXPECT(error == -EILSEQ || error == -EBADMSG || error == -EPROTONOSUPPORT);
		FUZZ_EXPECT(fault.what && fault.offset <= length);
		return;
	}
	FUZZ_EXPECT(!fault.what);
	FUZZ_EXPECT(lineage_chain_check(stamp.lineage.chain, stamp.lineage.chain_length, &kernels,
					NULL) == 0);
	FUZZ_EXPECT(kernels == lineage_chain_kernels(&stamp.lineage));
	buf = fuzz_allocate(size);
	FUZZ_EXPECT(lineage_stamp_format(&stamp, buf, size, &written) == 0);
	FUZZ_EXPECT(written == size - 1);
	FUZZ_EXPECT(memcmp(buf, LINEAGE_STAMP_PREFIX, LINEAGE_STAMP_PREFIX_LENGTH) == 0);
	FUZZ_EXPECT(memcmp(buf + LINEAGE_STAMP_PREFIX_LENGTH, value, length) == 0);
	free(buf);

	/* One kernel more is a lineage still, and its stamp is read. */
	FUZZ_EXPECT(lineage_push(&stamp.lineage, "7.3.4") == 0);
	buf = fuzz_allocate(LINEAGE_STAMP_MAX + 1);
	FUZZ_EXPECT(lineage_stamp_format(&stamp, buf, LINEAGE_STAMP_MAX + 1, &written) == 0);
	FUZZ_EXPECT(lineage_stamp_parse(buf + LINEAGE_STAMP_PREFIX_LENGTH,
					written - LINEAGE_STAMP_PREFIX_LENGTH, &stamp, NULL) == 0);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *value = fuzz_allocate(size + 9);
	char crc[10];

	check((const char *)data, size);
	snprintf(crc, sizeof(crc), ",%08x", lineage_crc32(data, size));
	memcpy(value, data, size);
	memcpy(value + size, crc, 9);
	check(value, size + 9);
	free(value);
	return 0;
}
