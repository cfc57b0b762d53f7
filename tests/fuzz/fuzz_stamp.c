// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for stamps: the parser accepts a stamp only if the writer would write the same bytes.
 *
 * The input is parsed twice: as it is, and with the correct CRC appended. The second parse reaches
 * the checks of the fields, because a value with a wrong CRC is rejected before these checks run.
 */
#include "fuzz.h"

#include "core/crc32.h"
#include "core/decimal.h"
#include "core/stamp.h"

/*
 * Format the chain again, run by run, and compare. A lineage stores the chain as the text of the
 * stamp. Formatting the stamp alone would therefore reproduce an invalid spelling.
 */
static void check_spelling(const struct lineage *lineage)
{
	struct lineage_run run, previous = { .runs = 0 };
	char entry[LINEAGE_ENCODED_MAX + 1 + LINEAGE_DECIMAL_MAX];
	size_t position = 0, start = 0;

	while (lineage_chain_next(lineage, &position, &run) == 0) {
		size_t length = lineage_release_encode(run.release, strlen(run.release), entry);

		FUZZ_EXPECT(lineage_release_is_valid(run.release, strlen(run.release)));
		FUZZ_EXPECT(previous.runs == 0 || strcmp(run.release, previous.release) != 0);
		FUZZ_EXPECT(run.runs >= 1);
		if (run.runs > 1) {
			entry[length++] = '*';
			length += lineage_decimal_format(run.runs, entry + length);
		}
		FUZZ_EXPECT(position == start + length + 1);
		FUZZ_EXPECT(memcmp(lineage->chain + start, entry, length) == 0);
		start = position;
		previous = run;
	}
	FUZZ_EXPECT(start == lineage->chain_length + 1);
}

/* Read [value, length). An accepted value must be written back byte for byte. */
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
	FUZZ_EXPECT(kernels <= stamp.lineage.count || stamp.lineage.count == UINT32_MAX);
	check_spelling(&stamp.lineage);
	buf = fuzz_allocate(size);
	FUZZ_EXPECT(lineage_stamp_format(&stamp, buf, size, &written) == 0);
	FUZZ_EXPECT(written == size - 1);
	FUZZ_EXPECT(memcmp(buf, LINEAGE_STAMP_PREFIX, LINEAGE_STAMP_PREFIX_LENGTH) == 0);
	FUZZ_EXPECT(memcmp(buf + LINEAGE_STAMP_PREFIX_LENGTH, value, length) == 0);
	free(buf);

	/* After one more kernel the lineage is still valid, and its stamp is accepted. */
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
