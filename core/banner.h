/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader of the release in uncompressed kernel images: Image of arm64 and riscv, and the ELF file
 * vmlinux of ppc64 and riscv.
 *
 * Their headers do not contain the release. It is in linux_banner, "Linux version RELEASE
 * (BUILDER) ...". On arm64 it is at the beginning of the read-only data, which is aligned to 64 KiB
 * (Linux arch/arm64/kernel/vmlinux.lds.S, 6.1 to 7.3). On the others it may be anywhere: gcc
 * aligns it to 8 bytes, but clang does not align it.
 */
#ifndef LINEAGE_CORE_BANNER_H
#define LINEAGE_CORE_BANNER_H

#include "env.h"
#include "release.h"

/* Bytes at the beginning of an image that show what it is */
#define LINEAGE_BANNER_HEADER 64
/* Bytes of an image that are searched at once, and how many of the following ones a banner needs */
#define LINEAGE_BANNER_BLOCK 65536
#define LINEAGE_BANNER_REST (sizeof("Linux version ") + LINEAGE_RELEASE_SIZE)

/*
 * Largest image that is searched, in bytes: a search has to end. An Image with KASAN has about
 * 100 MiB. The release of a larger image is unknown.
 */
#define LINEAGE_BANNER_LIMIT (256UL << 20)

/** enum lineage_banner_place - where the banner of an image may be */
enum lineage_banner_place {
	LINEAGE_BANNER_NOWHERE, /* not such an image */
	LINEAGE_BANNER_FIRST,	/* in the first 256 bytes of a block */
	LINEAGE_BANNER_ANYWHERE,
};

/**
 * lineage_banner_place() - where the banner of an image may be
 * @image: untrusted bytes at the beginning of the image; no alignment needed
 * @size: bytes at @image; only the first LINEAGE_BANNER_HEADER bytes are read
 */
enum lineage_banner_place lineage_banner_place(const void *image, size_t size);

/* Longest command line of a riscv kernel of unknown release, in bytes without the NUL */
#define LINEAGE_RISCV_CMDLINE_MAX 511

/**
 * lineage_banner_cmdline_limit() - longest command line that the kernel in an image accepts
 * @image: untrusted bytes at the beginning of the image; no alignment needed
 * @size: bytes at @image; only the first LINEAGE_BANNER_HEADER bytes are read
 * @release: the release of the kernel, NUL-terminated; empty if unknown
 *
 * COMMAND_LINE_SIZE of Linux arch/.../include/uapi/asm/setup.h is 2048 on arm64 and ppc64. On riscv
 * it is 512 in old kernels, 1024 since 6.3, and 2048 since 7.1.
 *
 * Return: bytes without the NUL.
 */
size_t lineage_banner_cmdline_limit(const void *image, size_t size, const char *release);

/**
 * struct lineage_banner - what was found in an image so far; all zero at its beginning
 * @release: the release, NUL-terminated; empty if none was found, if there is more than one, or
 *	if the image is larger than LINEAGE_BANNER_LIMIT
 * @is_ambiguous: the image contains different releases
 */
struct lineage_banner {
	char release[LINEAGE_RELEASE_SIZE];
	bool is_ambiguous;
};

/**
 * lineage_banner_look() - look for a banner that begins in one block of an image
 * @banner: what was found in the blocks before; modified
 * @place: what lineage_banner_place() returned
 * @block: the block and the bytes that follow it; no alignment needed
 * @size: bytes at @block; of the last block less than LINEAGE_BANNER_BLOCK, of the others at least
 *	LINEAGE_BANNER_BLOCK + LINEAGE_BANNER_REST if the image has them
 */
void lineage_banner_look(struct lineage_banner *banner, enum lineage_banner_place place,
			 const void *block, size_t size);

/**
 * lineage_banner_read() - find the release in an untrusted image
 * @image: the whole image; no alignment needed
 * @size: bytes at @image
 * @ret: the result; untouched on failure
 *
 * Looks at 256 bytes of each block of an arm64 Image, and at all of other images.
 * Allocates nothing.
 *
 * Return: 0, or -ENODATA if it is not such an image.
 */
int lineage_banner_read(const void *image, size_t size, struct lineage_banner *ret);

#endif /* LINEAGE_CORE_BANNER_H */
