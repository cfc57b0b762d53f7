// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for bzImage headers: the release is valid or absent, and later bytes do not change
 * it.
 */
#include "fuzz.h"

#include "core/bzimage.h"

#define MAGIC_END 0x206
#define HEADER_END 0x23c

/* Read a copy of exactly @size bytes at an odd address. A failure must not change the output. */
static int read_exact(const uint8_t *data, size_t size, struct lineage_bzimage *ret)
{
	uint8_t *bytes = fuzz_allocate(size + 1);
	struct lineage_bzimage before;
	int error;

	memset(ret, 0xa5, sizeof(*ret));
	memcpy(&before, ret, sizeof(before));
	memcpy(bytes + 1, data, size);
	error = lineage_bzimage_read(bytes + 1, size, ret);
	free(bytes);
	if (error)
		FUZZ_EXPECT(memcmp(ret, &before, sizeof(before)) == 0);
	return error;
}

/* Return the offset of the version; 0x200 if it is absent. */
static size_t version_start(const uint8_t *data)
{
	return 0x200 + data[0x20e] + 256 * (size_t)data[0x20f];
}

/* Return the number of bytes needed to read @release. The last byte terminates the release. */
static size_t bytes_needed(const uint8_t *data, size_t size, const char *release)
{
	size_t length = strlen(release), start = version_start(data), end = start + length + 1;

	if (length == 0)
		return HEADER_END;
	FUZZ_EXPECT(end <= size);
	FUZZ_EXPECT(lineage_release_is_valid(release, length));
	FUZZ_EXPECT(memcmp(data + start, release, length) == 0);
	FUZZ_EXPECT(data[end - 1] == ' ' || data[end - 1] == '\0');
	return end > HEADER_END ? end : HEADER_END;
}

static void expect_limit(const uint8_t *data, size_t limit)
{
	unsigned int protocol = data[0x206] + 256U * data[0x207];
	uint64_t size = data[0x238] + ((uint64_t)data[0x239] << 8) + ((uint64_t)data[0x23a] << 16) +
			((uint64_t)data[0x23b] << 24);

	if (protocol < 0x206)
		size = 255;
	/*
	 * The limit, the NUL and the room for elfcorehdr= add up to the size that the image
	 * accepts.
	 */
	FUZZ_EXPECT(limit == 0 ? size <= 31 : limit + 31 == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_bzimage image, again;
	int error = read_exact(data, size, &image);
	size_t needed;

	if (size < MAGIC_END || memcmp(data + 0x202, "HdrS", 4) != 0) {
		FUZZ_EXPECT(error == -ENODATA);
		return 0;
	}
	if (error) {
		FUZZ_EXPECT(error == -EILSEQ && size < HEADER_END);
		return 0;
	}
	FUZZ_EXPECT(memchr(image.release, '\0', sizeof(image.release)));
	FUZZ_EXPECT(size >= HEADER_END);
	expect_limit(data, image.cmdline_limit);

	needed = bytes_needed(data, size, image.release);
	FUZZ_EXPECT(read_exact(data, needed, &again) == 0);
	FUZZ_EXPECT(strcmp(again.release, image.release) == 0);
	FUZZ_EXPECT(again.cmdline_limit == image.cmdline_limit);
	if (needed > HEADER_END)
		FUZZ_EXPECT(read_exact(data, needed - 1, &again) == 0 && !again.release[0]);
	return 0;
}
