// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for metadata blobs, bare and in an FDT: the results are equal, and the reader stays
 * inside the input.
 *
 * The input is read twice: unchanged, and as the property of an FDT.
 */
#include "fuzz.h"

#include "core/blob.h"

/* Decode a copy of exactly @size bytes at an odd address. A failure must not change the output. */
static int decode(const void *data, size_t size, struct lineage_metadata *ret)
{
	struct lineage_fault fault = { .what = NULL };
	uint8_t *block = fuzz_allocate(size + 1);
	struct lineage_metadata before;
	int error;

	memset(ret, 0xa5, sizeof(*ret));
	memcpy(&before, ret, sizeof(before));
	memcpy(block + 1, data, size);
	error = lineage_metadata_blob_decode(block + 1, size, ret, &fault);
	free(block);
	if (error) {
		FUZZ_EXPECT(error == -EILSEQ || error == -EPROTONOSUPPORT || error == -ENODATA);
		FUZZ_EXPECT(fault.what && memcmp(ret, &before, sizeof(before)) == 0);
	} else {
		FUZZ_EXPECT(!fault.what);
		FUZZ_EXPECT(lineage_release_is_valid(ret->previous_release,
						     strlen(ret->previous_release)));
	}
	return error;
}

static void expect_same(const struct lineage_metadata *one, const struct lineage_metadata *other)
{
	FUZZ_EXPECT(strcmp(one->previous_release, other->previous_release) == 0);
	FUZZ_EXPECT(one->kexec_count == other->kexec_count);
}

/* The result must be equal after it is written and read again. */
static void check_accepted(const struct lineage_metadata *metadata)
{
	uint8_t fdt[LINEAGE_METADATA_FDT_MAX];
	struct lineage_metadata again;
	size_t size;

	FUZZ_EXPECT(lineage_metadata_blob_encode(metadata, fdt, sizeof(fdt), &size) == 0);
	FUZZ_EXPECT(decode(fdt, size, &again) == 0);
	expect_same(metadata, &again);
}

/*
 * The same bytes in an FDT give the same result, except if the bytes are an FDT themselves: an FDT
 * inside an FDT is not valid metadata.
 */
static void check_wrapped(const uint8_t *data, size_t size)
{
	const struct lineage_fdt_property properties[] = {
		{ "other", data, size },
		{ KHO_KEXEC_METADATA_NODE_NAME, data, size },
	};
	struct lineage_metadata bare, inside;
	size_t room = size * 2 + 256, fdt_size = 0;
	uint8_t *fdt = fuzz_allocate(room);
	int error, bare_error;

	FUZZ_EXPECT(lineage_fdt_write(properties, 2, fdt, room, &fdt_size) == 0);
	FUZZ_EXPECT(fdt_size <= room && lineage_fdt_total_size(fdt) == fdt_size);
	FUZZ_EXPECT(lineage_fdt_write(properties, 2, fdt, fdt_size, &fdt_size) == 0);
	error = decode(fdt, fdt_size, &inside);
	bare_error = lineage_metadata_decode(data, size, &bare, NULL);
	FUZZ_EXPECT(error == bare_error);
	if (!error)
		expect_same(&bare, &inside);
	FUZZ_EXPECT(decode(fdt, fdt_size - 1, &inside) == -EILSEQ);
	free(fdt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_metadata metadata, bare;
	int error = decode(data, size, &metadata);

	if (!error)
		check_accepted(&metadata);
	if (!lineage_fdt_is(data, size)) {
		FUZZ_EXPECT(error != -ENODATA);
		FUZZ_EXPECT(lineage_metadata_decode(data, size, &bare, NULL) == error);
		if (!error)
			expect_same(&metadata, &bare);
	}
	check_wrapped(data, size);
	return 0;
}
