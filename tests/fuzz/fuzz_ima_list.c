// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for IMA's list: measurements stay inside the input. */
#include "fuzz.h"

#include <errno.h>

#include "lib/ima_list.h"

static void expect_inside(const void *at, size_t length, const uint8_t *bytes, size_t size)
{
	const uint8_t *start = at;

	FUZZ_EXPECT(!start || (start >= bytes && length <= size && start <= bytes + size - length));
}

static int walk(const uint8_t *bytes, size_t size, size_t *ret_starts)
{
	struct lineage_fault fault = { .what = NULL };
	struct lineage_ima_entry entry;
	size_t position = 0, before = 0;
	int error;

	while ((error = lineage_ima_next(bytes, size, &position, &entry, &fault)) == 0) {
		FUZZ_EXPECT(position > before && position <= size);
		before = position;
		expect_inside(entry.data, entry.data_size, bytes, size);
		expect_inside(entry.name, entry.name_length, bytes, size);
		expect_inside(entry.value, entry.value_size, bytes, size);
		++*ret_starts;
	}
	FUZZ_EXPECT(position == before);
	FUZZ_EXPECT(error == -ENODATA ||
		    ((error == -EILSEQ || error == -EPROTONOSUPPORT) && fault.what));
	return error == -ENODATA ? 0 : error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t value[LINEAGE_IMA_HASH_SIZE];
	uint8_t *bytes = fuzz_allocate(size);
	struct lineage_ima_kernels kernels;
	size_t entries = 0;
	uint64_t named;
	int error;

	memcpy(bytes, data, size);
	error = walk(bytes, size, &entries);
	FUZZ_EXPECT(lineage_ima_find_kernels(bytes, size, &kernels, NULL) == error);
	if (!error) {
		FUZZ_EXPECT(kernels.count <= entries && kernels.used <= size);
		FUZZ_EXPECT(kernels.before.count + (kernels.count > 0) == kernels.count);
		FUZZ_EXPECT(kernels.before.chain_length == 0 ||
			    lineage_chain_check(kernels.before.chain, kernels.before.chain_length,
						&named, NULL) == 0);
		lineage_ima_is_attested(bytes, size, &kernels, value);
	}
	free(bytes);
	return 0;
}
