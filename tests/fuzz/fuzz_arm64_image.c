// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for arm64 Images: a release is valid and part of a banner. The input follows the
 * header of an Image, because a random input has none.
 */
#include "fuzz.h"

#include "core/arm64_image.h"

#define BANNER "Linux version "

/* Whether a banner with the release is in the image. */
static bool has_banner(const uint8_t *image, size_t size, const char *release)
{
	char text[LINEAGE_RELEASE_SIZE + 32];
	int length = snprintf(text, sizeof(text), BANNER "%s (", release);

	return memmem(image, size, text, (size_t)length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole = LINEAGE_ARM64_HEADER + size;
	struct lineage_arm64_image found;
	uint8_t *image = fuzz_allocate(whole);

	memset(image, 0, LINEAGE_ARM64_HEADER);
	memcpy(image + 56, "ARM\x64", 4);
	memcpy(image + LINEAGE_ARM64_HEADER, data, size);
	FUZZ_EXPECT(lineage_arm64_image_read(image, whole, &found) == 0);
	FUZZ_EXPECT(memchr(found.release, '\0', sizeof(found.release)));
	FUZZ_EXPECT(!(found.is_ambiguous && found.release[0]));
	if (found.release[0]) {
		FUZZ_EXPECT(lineage_release_is_valid(found.release, strlen(found.release)));
		FUZZ_EXPECT(has_banner(image, whole, found.release));
	}
	free(image);
	return 0;
}
