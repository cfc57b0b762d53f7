// SPDX-License-Identifier: GPL-2.0-or-later
/* Is there a kernel log that gives a lineage which is none? */
#include "fuzz.h"

#include "log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_finding finding = { .status = LINEAGE_STATUS_ABSENT };
	uint64_t kernels;
	char *copy = fuzz_allocate(size);

	memcpy(copy, data, size);
	lineage_log_scan(copy, size, &finding);
	FUZZ_EXPECT(lineage_chain_check(finding.lineage.chain, finding.lineage.chain_length,
					&kernels, NULL) == 0);
	if (finding.status == LINEAGE_STATUS_OK)
		FUZZ_EXPECT(lineage_release_is_valid(finding.previous_release,
						     strlen(finding.previous_release)));
	free(copy);
	return 0;
}
