// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for the search for texts of KHO: the result does not depend on how the kernel is
 * split into parts, and images that no program has to uncompress are read without an overrun.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/bzimage.h"
#include "host/image_kho.h"

/* Look at parts of up to @step new bytes, each with the last bytes of the one before. */
static void look_in_parts(const uint8_t *data, size_t size, size_t step,
			  struct lineage_image_kho *ret)
{
	size_t start = 0, end = 0;

	while (end < size) {
		uint8_t *part;

		end = size - end > step ? end + step : size;
		start = end > step + LINEAGE_IMAGE_KHO_OVERLAP
				? end - step - LINEAGE_IMAGE_KHO_OVERLAP
				: 0;
		part = fuzz_allocate(end - start);
		memcpy(part, data + start, end - start);
		lineage_host_image_kho_look(ret, part, end - start);
		free(part);
	}
}

static void check_parts(const uint8_t *data, size_t size)
{
	struct lineage_image_kho whole = { 0 }, parts = { 0 };

	look_in_parts(data, size, size + 1, &whole);
	look_in_parts(data, size, 1 + (size > 0 ? data[0] % 100 : 0), &parts);
	FUZZ_EXPECT(memchr(whole.abi, '\0', sizeof(whole.abi)));
	FUZZ_EXPECT(whole.is_ambiguous == parts.is_ambiguous &&
		    whole.reads_metadata == parts.reads_metadata &&
		    whole.reads_other_metadata == parts.reads_other_metadata);
	FUZZ_EXPECT(strcmp(whole.abi, parts.abi) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_image_kho found = { 0 };
	struct lineage_bzimage_payload payload;
	int fd = memfd_create("image", MFD_CLOEXEC), error;
	const char *program;
	char path[64];

	check_parts(data, size);
	if (lineage_bzimage_payload(data, size, &payload))
		FUZZ_EXPECT(payload.offset >= 1024 && payload.size <= UINT32_MAX);
	setenv("PATH", "/nonexistent", 1);
	FUZZ_EXPECT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = lineage_host_image_kho(path, &found, &program);
	FUZZ_EXPECT(error == 0 || error == -ENODATA || error == -EILSEQ || error == -ENOENT);
	FUZZ_EXPECT(error == 0 || !found.abi[0]);
	close(fd);
	return 0;
}
