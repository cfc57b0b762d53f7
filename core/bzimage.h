/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader of the x86 kernel image header: release, command-line limit and place of the payload.
 *
 * Offsets and their meaning: Linux Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
#ifndef LINEAGE_CORE_BZIMAGE_H
#define LINEAGE_CORE_BZIMAGE_H

#include "env.h"
#include "release.h"

/* Longest header, from the start of the image: 16-bit offset from 0x200, release, NUL. */
#define LINEAGE_BZIMAGE_HEAD (0xffff + 0x200 + LINEAGE_RELEASE_SIZE)

/**
 * struct lineage_bzimage - properties of a bzImage
 * @release: release of the kernel, NUL-terminated; empty if the image does not contain a valid one
 * @cmdline_limit: longest command line that kexec_file_load(2) accepts, in bytes without the NUL
 */
struct lineage_bzimage {
	char release[LINEAGE_RELEASE_SIZE];
	size_t cmdline_limit;
};

/**
 * lineage_bzimage_read() - read the header of an untrusted image
 * @image: the first bytes of the image; no alignment needed
 * @size: bytes at @image; LINEAGE_BZIMAGE_HEAD is always enough
 * @ret: the properties; untouched on failure
 *
 * Return: 0; -ENODATA if the image is not a bzImage; -EILSEQ if its header is truncated.
 */
int lineage_bzimage_read(const void *image, size_t size, struct lineage_bzimage *ret);

/**
 * struct lineage_bzimage_payload - the compressed kernel in a bzImage
 * @offset, @size: its place in the file, in bytes
 */
struct lineage_bzimage_payload {
	uint64_t offset;
	uint64_t size;
};

/* Bytes at the beginning of an image that lineage_bzimage_payload() reads. */
#define LINEAGE_BZIMAGE_PAYLOAD_HEAD 0x250

/**
 * lineage_bzimage_payload() - find the payload of an untrusted image
 * @image: the first bytes of the image; no alignment needed
 * @size: bytes at @image
 * @ret: the place, which may be outside the file; untouched on failure
 *
 * Return: false if it is not a bzImage, or has a boot protocol before 2.08.
 */
bool lineage_bzimage_payload(const void *image, size_t size, struct lineage_bzimage_payload *ret);

#endif /* LINEAGE_CORE_BZIMAGE_H */
