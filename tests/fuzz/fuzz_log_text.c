// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the text of logs in a sosreport: results are valid, and reading line by line
 * gives the same results.
 */
#include "fuzz.h"

#include "lib/source_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_finding once = { .status = LINEAGE_STATUS_ABSENT };
	struct lineage_finding twice = { .status = LINEAGE_STATUS_ABSENT };
	char *text = fuzz_allocate(size);
	uint64_t kernels;

	memcpy(text, data, size);
	lineage_log_scan_text(text, size, &once);
	FUZZ_EXPECT(lineage_chain_check(once.lineage.chain, once.lineage.chain_length, &kernels,
					NULL) == 0);
	for (size_t at = 0; at < size;) {
		const char *newline = memchr(text + at, '\n', size - at);
		size_t length = newline ? (size_t)(newline + 1 - text) - at : size - at;

		lineage_log_scan_text(text + at, length, &twice);
		at += length;
	}
	FUZZ_EXPECT(once.status == twice.status && once.has_count == twice.has_count);
	FUZZ_EXPECT(once.lineage.count == twice.lineage.count);
	FUZZ_EXPECT(strcmp(once.previous_release, twice.previous_release) == 0);
	free(text);
	return 0;
}
