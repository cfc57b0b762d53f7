// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for s390x images and their version strings: a release is valid. The input is an
 * image, and it follows the first bytes of one, because a random input is too short for a header.
 */
#include "fuzz.h"

#include <errno.h>

#include "core/s390_image.h"

/* Read bytes as an image, and the version string that it points to. */
static int read_exact(const uint8_t *image, size_t size, char release[LINEAGE_RELEASE_SIZE])
{
	struct lineage_s390_image found = { .version_offset = 0 };
	int error = lineage_s390_image_find(image, size, &found);

	FUZZ_EXPECT(error == 0 || error == -ENODATA || error == -EILSEQ);
	FUZZ_EXPECT(error == 0 || found.version_offset == 0);
	release[0] = '\0';
	if (found.version_offset == 0 || found.version_offset >= size)
		return error;
	if (lineage_release_read((const char *)image + found.version_offset,
				 size - found.version_offset, release) == 0)
		FUZZ_EXPECT(lineage_release_is_valid(release, strlen(release)));
	else
		FUZZ_EXPECT(!release[0]);
	return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t place = 0x10000, whole = place + size;
	char release[LINEAGE_RELEASE_SIZE];
	uint8_t *image = fuzz_allocate(whole);

	FUZZ_EXPECT(read_exact(data, size, release) == -ENODATA);
	memset(image, 0, place);
	memcpy(image + place, data, size);
	if (size > 0xe)
		memcpy(image + place + 8, "S390EP", 6);
	read_exact(image, whole, release);
	free(image);
	return 0;
}
