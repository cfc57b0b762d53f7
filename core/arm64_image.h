/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader of the arm64 kernel image: its release.
 *
 * The header (Linux Documentation/arch/arm64/booting.rst) does not contain the release. It is in
 * linux_banner, "Linux version RELEASE (BUILDER) ...", which is at the beginning of the read-only
 * data, and that section is aligned to 64 KiB (Linux arch/arm64/kernel/vmlinux.lds.S, 6.1 to 7.3).
 */
#ifndef LINEAGE_CORE_ARM64_IMAGE_H
#define LINEAGE_CORE_ARM64_IMAGE_H

#include "env.h"
#include "release.h"

#define LINEAGE_ARM64_HEADER 64
#define LINEAGE_ARM64_BLOCK 65536
/* Bytes at the beginning of a block that contain the banner up to the release's end */
#define LINEAGE_ARM64_LOOK (256 + sizeof("Linux version ") + LINEAGE_RELEASE_SIZE)

/** lineage_arm64_image_is() - whether untrusted bytes are the beginning of an arm64 Image */
bool lineage_arm64_image_is(const void *image, size_t size);

/**
 * struct lineage_arm64_image - what was found in an image so far; all zero at its beginning
 * @release: the release, NUL-terminated; empty if none was found, or if there is more than one
 * @is_ambiguous: the image contains different releases
 */
struct lineage_arm64_image {
	char release[LINEAGE_RELEASE_SIZE];
	bool is_ambiguous;
};

/**
 * lineage_arm64_image_look() - look for the release at the beginning of one block of an Image
 * @image: what was found in the blocks before; modified
 * @block: at most LINEAGE_ARM64_LOOK bytes of the block are read; no alignment needed
 * @size: bytes at @block
 */
void lineage_arm64_image_look(struct lineage_arm64_image *image, const void *block, size_t size);

/**
 * lineage_arm64_image_read() - find the release in an untrusted Image
 * @image: the whole image; no alignment needed
 * @size: bytes at @image
 * @ret: the result; untouched on failure
 *
 * Looks at about 640 blocks of an image of 40 MiB, and allocates nothing.
 *
 * Return: 0, or -ENODATA if it is not an arm64 Image.
 */
int lineage_arm64_image_read(const void *image, size_t size, struct lineage_arm64_image *ret);

#endif /* LINEAGE_CORE_ARM64_IMAGE_H */
