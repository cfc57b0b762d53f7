// SPDX-License-Identifier: GPL-2.0-or-later
/* Is there an FDT that leads the KHO reader out of its bytes? */
#include "fuzz.h"

#include "kho_fdt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_metadata metadata;
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	int node = -1;
	void *copy = fuzz_allocate(size);

	memcpy(copy, data, size);
	if (lineage_fdt_check(copy, size, &fault) == 0) {
		const char *compatible = lineage_fdt_compatible(copy);

		if (compatible)
			lineage_kho_is_known(compatible);
		while (lineage_kho_next_subtree(copy, &node, &subtree, &fault) == 0)
			FUZZ_EXPECT(subtree.name && subtree.property);
		lineage_kho_find_subtree(copy, "kexec-metadata", &subtree, &fault);
	}
	if (lineage_blob_decode(copy, size, &metadata, &fault) == 0)
		FUZZ_EXPECT(lineage_release_is_valid(metadata.previous_release,
						     strlen(metadata.previous_release)));
	free(copy);
	return 0;
}
