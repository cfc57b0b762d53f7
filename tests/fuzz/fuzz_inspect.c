// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for inspect: results have known names, valid releases and readable strings. */
#include "fuzz.h"

#include "kexec-lineage.h"
#include "core/release.h"

static void expect_release(const char *release)
{
	FUZZ_EXPECT(lineage_release_is_valid(release, strlen(release)));
}

static void expect_chain(const struct lineage_inspection *found)
{
	uint64_t kernels = 0;
	size_t i;

	for (i = 0; i < found->chain_length; i++) {
		expect_release(found->chain[i].release);
		FUZZ_EXPECT(found->chain[i].runs >= 1);
		kernels += found->chain[i].runs;
	}
	if (found->chain_length > 0) {
		FUZZ_EXPECT(strcmp(found->chain[0].release, found->previous_release) == 0);
		FUZZ_EXPECT(found->kexec_count == UINT32_MAX || kernels <= found->kexec_count);
		FUZZ_EXPECT(found->chain_is_complete ==
			    (found->kexec_count < UINT32_MAX && kernels == found->kexec_count));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_inspection *found = NULL;
	char *bytes = fuzz_allocate(size);
	size_t i;

	memcpy(bytes, data, size);
	FUZZ_EXPECT(lineage_inspect(bytes, size, &found) == 0);
	free(bytes); /* the result must not point into the input */
	FUZZ_EXPECT(lineage_format_name(found->format)[0] && lineage_status_name(found->status)[0]);
	FUZZ_EXPECT(found->status == LINEAGE_STATUS_OK || found->detail);
	FUZZ_EXPECT(found->status != LINEAGE_STATUS_OK || found->format != LINEAGE_FORMAT_UNKNOWN);
	if (found->previous_release)
		expect_release(found->previous_release);
	if (found->made_for)
		expect_release(found->made_for);
	expect_chain(found);
	for (i = 0; i < found->subtree_count; i++) {
		FUZZ_EXPECT(strlen(found->subtrees[i].name) <= size);
		FUZZ_EXPECT(found->subtrees[i].property[0]);
	}
	lineage_inspection_destroy(found);
	return 0;
}
