// SPDX-License-Identifier: GPL-2.0-or-later
/* Fuzz target for tar archives: the files do not depend on how the bytes are divided. */
#include "fuzz.h"

#include <errno.h>

#include "intake/read/tar.h"

/* What was read so far: @left bytes of the content of the last file follow. */
struct seen {
	uint64_t files;
	uint64_t bytes;
	uint64_t left;
	uint64_t sum;
};

static int take_file(void *data, const char *path, uint64_t size)
{
	struct seen *seen = data;

	FUZZ_EXPECT(strlen(path) < INTAKE_TAR_PATH_SIZE);
	FUZZ_EXPECT(seen->left == 0);
	seen->files++;
	seen->left = size;
	for (; *path; path++)
		seen->sum = seen->sum * 31 + (unsigned char)*path;
	return 0;
}

static int take_bytes(void *data, const unsigned char *bytes, size_t size)
{
	struct seen *seen = data;

	FUZZ_EXPECT(size > 0 && size <= seen->left);
	seen->left -= size;
	seen->bytes += size;
	for (size_t i = 0; i < size; i++)
		seen->sum = seen->sum * 31 + bytes[i];
	return 0;
}

static int read_in_steps(const uint8_t *data, size_t size, size_t step, struct seen *seen)
{
	const struct intake_tar_listener listener = { .file = take_file,
						      .bytes = take_bytes,
						      .data = seen };
	struct intake_tar *tar = fuzz_allocate(sizeof(*tar));
	int error = 0;

	intake_tar_init(tar, &listener);
	for (size_t at = 0; at < size && !error; at += step)
		error = intake_tar_feed(tar, data + at, step < size - at ? step : size - at);
	FUZZ_EXPECT(error == 0 || error == -EILSEQ);
	FUZZ_EXPECT(error == 0 || !intake_tar_is_complete(tar));
	free(tar);
	return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen whole = { 0 }, parts = { 0 };
	int error = read_in_steps(data, size, size > 0 ? size : 1, &whole);

	FUZZ_EXPECT(read_in_steps(data, size, 7, &parts) == error);
	FUZZ_EXPECT(memcmp(&whole, &parts, sizeof(whole)) == 0);
	return 0;
}
