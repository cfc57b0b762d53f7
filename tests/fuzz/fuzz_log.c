// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for lineage lines in logs: results are valid and do not depend on bytes after the
 * log.
 */
#include "fuzz.h"

#include "lib/source_log.h"

static void expect_sound(const struct lineage_finding *finding)
{
	const struct lineage *lineage = &finding->lineage;
	uint64_t kernels;

	FUZZ_EXPECT(lineage->chain_length <= sizeof(lineage->chain));
	FUZZ_EXPECT(lineage_chain_check(lineage->chain, lineage->chain_length, &kernels, NULL) ==
		    0);
	FUZZ_EXPECT(memchr(finding->detail, '\0', sizeof(finding->detail)));
	if (finding->status == LINEAGE_STATUS_ABSENT) {
		FUZZ_EXPECT(!finding->has_count && !finding->previous_release[0]);
		return;
	}
	FUZZ_EXPECT(finding->status == LINEAGE_STATUS_OK);
	FUZZ_EXPECT(finding->has_count == (lineage->count > 0));
	FUZZ_EXPECT(lineage_release_is_valid(finding->previous_release,
					     strlen(finding->previous_release)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_finding once = { .status = LINEAGE_STATUS_ABSENT };
	struct lineage_finding twice = { .status = LINEAGE_STATUS_ABSENT };
	char *text = fuzz_allocate(size);
	const char *newline;
	size_t first;

	memcpy(text, data, size);
	lineage_log_scan(text, size, &once);
	expect_sound(&once);
	/* Reading record by record, as from the device, gives the same result. */
	newline = memchr(text, '\n', size);
	first = newline ? (size_t)(newline + 1 - text) : size;
	lineage_log_scan(text, first, &twice);
	lineage_log_scan(text + first, size - first, &twice);
	FUZZ_EXPECT(once.status == twice.status && once.has_count == twice.has_count);
	FUZZ_EXPECT(once.lineage.count == twice.lineage.count);
	FUZZ_EXPECT(strcmp(once.previous_release, twice.previous_release) == 0);
	FUZZ_EXPECT(once.lineage.chain_length == twice.lineage.chain_length);
	FUZZ_EXPECT(memcmp(once.lineage.chain, twice.lineage.chain, once.lineage.chain_length) ==
		    0);
	free(text);
	return 0;
}
