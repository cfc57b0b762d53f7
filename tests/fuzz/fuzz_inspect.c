// SPDX-License-Identifier: GPL-2.0-or-later
/* Is there a file that `inspect` cannot take? */
#include "fuzz.h"

#include "kexec-lineage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_inspection *found = NULL;
	char *copy = fuzz_allocate(size);

	memcpy(copy, data, size);
	FUZZ_EXPECT(lineage_inspect(copy, size, &found) == 0 && found);
	FUZZ_EXPECT(found->status == LINEAGE_STATUS_OK || found->detail);
	lineage_inspection_destroy(found);
	free(copy);
	return 0;
}
