// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "arm64_image.h"

#define MAGIC_OFFSET 56
#define MAGIC "ARM\x64"
#define BANNER "Linux version "
#define BANNER_LENGTH (sizeof(BANNER) - 1)
#define BANNER_AT_MOST 256 /* from the beginning of a block */

bool lineage_arm64_image_is(const void *image, size_t size)
{
	return size >= LINEAGE_ARM64_HEADER &&
	       memcmp((const char *)image + MAGIC_OFFSET, MAGIC, sizeof(MAGIC) - 1) == 0;
}

/* Return the length of the release at @text, which ends with " ("; 0 if no release is there. */
static size_t length_of_release(const char *text, size_t size)
{
	size_t length = 0;

	while (length < size && length <= LINEAGE_RELEASE_MAX && text[length] != ' ')
		length++;
	if (length + 1 >= size || memcmp(text + length, " (", 2) != 0)
		return 0;
	return lineage_release_is_valid(text, length) ? length : 0;
}

static void add(struct lineage_arm64_image *image, const char *release, size_t length)
{
	if (image->is_ambiguous)
		return;
	if (image->release[0] &&
	    (strlen(image->release) != length || memcmp(image->release, release, length) != 0)) {
		image->is_ambiguous = true;
		image->release[0] = '\0';
		return;
	}
	memcpy(image->release, release, length);
	image->release[length] = '\0';
}

void lineage_arm64_image_look(struct lineage_arm64_image *image, const void *block, size_t size)
{
	const char *text = block;

	if (size > LINEAGE_ARM64_LOOK)
		size = LINEAGE_ARM64_LOOK;
	for (size_t at = 0; at < BANNER_AT_MOST && at + BANNER_LENGTH < size; at++) {
		const char *release = text + at + BANNER_LENGTH;
		size_t length;

		if (text[at] != BANNER[0] || memcmp(text + at, BANNER, BANNER_LENGTH) != 0)
			continue;
		length = length_of_release(release, size - at - BANNER_LENGTH);
		if (length > 0)
			add(image, release, length);
	}
}

int lineage_arm64_image_read(const void *image, size_t size, struct lineage_arm64_image *ret)
{
	const char *bytes = image;

	if (!lineage_arm64_image_is(image, size))
		return -ENODATA;
	memset(ret, 0, sizeof(*ret));
	for (size_t at = 0; at < size; at += LINEAGE_ARM64_BLOCK)
		lineage_arm64_image_look(ret, bytes + at, size - at);
	return 0;
}
