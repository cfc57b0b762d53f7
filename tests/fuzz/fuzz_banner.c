// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for uncompressed kernel images: a release is valid and part of a banner. The input
 * follows the header of each kind of image, because a random input has none.
 */
#include "fuzz.h"

#include "core/banner.h"

#define BANNER "Linux version "

/* Whether a banner with the release is in the image. */
static bool has_banner(const uint8_t *image, size_t size, const char *release)
{
	char text[LINEAGE_RELEASE_SIZE + 32];
	int length = snprintf(text, sizeof(text), BANNER "%s (", release);

	return memmem(image, size, text, (size_t)length);
}

static const struct {
	size_t at;
	char magic[21];
	size_t size;
} headers[] = {
	{ 56, "ARM\x64", 4 },
	{ 56, "RSC\x05", 4 },
	{ 0, "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\25\0", 20 },
};

static void check(const uint8_t *data, size_t size, size_t header)
{
	size_t whole = LINEAGE_BANNER_HEADER + size;
	struct lineage_banner found;
	uint8_t *image = fuzz_allocate(whole);

	memset(image, 0, LINEAGE_BANNER_HEADER);
	memcpy(image + headers[header].at, headers[header].magic, headers[header].size);
	memcpy(image + LINEAGE_BANNER_HEADER, data, size);
	FUZZ_EXPECT(lineage_banner_read(image, whole, &found) == 0);
	FUZZ_EXPECT(memchr(found.release, '\0', sizeof(found.release)));
	FUZZ_EXPECT(!(found.is_ambiguous && found.release[0]));
	if (found.release[0]) {
		FUZZ_EXPECT(lineage_release_is_valid(found.release, strlen(found.release)));
		FUZZ_EXPECT(has_banner(image, whole, found.release));
	}
	free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (size_t header = 0; header < sizeof(headers) / sizeof(headers[0]); header++)
		check(data, size, header);
	return 0;
}
