// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for metadata blobs: a blob that was read is written back unchanged, except for its
 * padding.
 */
#include "fuzz.h"

#include "core/metadata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_fault fault = { .what = NULL };
	struct kho_kexec_metadata wire, original;
	struct lineage_metadata metadata;
	size_t length;
	int error = lineage_metadata_decode(data, size, &metadata, &fault);

	if (error) {
		FUZZ_EXPECT(error == -EILSEQ || error == -EPROTONOSUPPORT);
		FUZZ_EXPECT(fault.what && (fault.offset == 0 || fault.offset == 4));
		return 0;
	}
	FUZZ_EXPECT(!fault.what && size >= sizeof(original));
	FUZZ_EXPECT(lineage_metadata_encode(&metadata, &wire) == 0);
	memcpy(&original, data, sizeof(original));
	length = strlen(original.previous_release);
	FUZZ_EXPECT(length >= 1 && length <= 64);
	memset(original.previous_release + length, 0, sizeof(original.previous_release) - length);
	FUZZ_EXPECT(memcmp(&wire, &original, sizeof(wire)) == 0);
	return 0;
}
