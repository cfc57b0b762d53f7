// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for FDTs of KHO: readers stay inside the input. */
#include "fuzz.h"

#include <errno.h>

#include "lib/kho_fdt.h"

static void expect_inside(const char *text, const uint8_t *bytes, size_t size)
{
	const char *start = (const char *)bytes;

	FUZZ_EXPECT(text >= start && text < start + size);
	FUZZ_EXPECT(memchr(text, '\0', (size_t)(start + size - text)));
}

static void walk(const uint8_t *fdt, size_t size)
{
	struct lineage_subtree subtree;
	struct lineage_fault fault;
	size_t subtrees = 0;
	int node = -1;
	int error;

	while ((error = lineage_kho_next_subtree(fdt, &node, &subtree, &fault)) == 0) {
		struct lineage_subtree found;
		int again;

		expect_inside(subtree.name, fdt, size);
		FUZZ_EXPECT(++subtrees <= size / 4); /* no cycle: a subtree is not empty */
		again = lineage_kho_find_subtree(fdt, subtree.name, &found, &fault);
		/* A search of libfdt for "a" also finds "a@1". The node "a@1" may be invalid. */
		FUZZ_EXPECT(again == 0 || again == -EILSEQ || again == -EPROTONOSUPPORT ||
			    again == -ENODATA);
	}
	FUZZ_EXPECT(error == -ENODATA || error == -EILSEQ || error == -EPROTONOSUPPORT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes = fuzz_allocate(size);
	struct lineage_fault fault = { .what = NULL };
	const char *compatible;
	int error;

	memcpy(bytes, data, size);
	error = lineage_fdt_check(bytes, size, &fault);
	FUZZ_EXPECT(error == 0 || (error == -EILSEQ && fault.what));
	if (!error) {
		compatible = lineage_fdt_compatible(bytes);
		if (compatible) {
			expect_inside(compatible, bytes, size);
			lineage_kho_is_known(compatible);
		}
		walk(bytes, size);
	}
	free(bytes);
	return 0;
}
