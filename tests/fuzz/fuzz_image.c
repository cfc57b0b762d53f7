// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzz target for image files: compressed, in a zboot image and in a unified kernel image. A
 * release is valid, and a second reading gives the same result.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/release.h"
#include "kexec-lineage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lineage_image image = { .size = sizeof(image) }, again = { .size = sizeof(again) };
	int fd = memfd_create("image", MFD_CLOEXEC), error;
	char path[64];

	FUZZ_EXPECT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = lineage_image_read(path, &image);
	FUZZ_EXPECT(error == 0 || error == -EILSEQ || error == -EIO);
	FUZZ_EXPECT(memchr(image.release, '\0', sizeof(image.release)));
	if (image.release[0])
		FUZZ_EXPECT(lineage_release_is_valid(image.release, strlen(image.release)));
	FUZZ_EXPECT(lineage_image_read(path, &again) == error);
	FUZZ_EXPECT(strcmp(image.release, again.release) == 0 &&
		    image.cmdline_limit == again.cmdline_limit);
	close(fd);
	return 0;
}
