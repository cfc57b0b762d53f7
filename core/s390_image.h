/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader of the s390x kernel image bzImage: place of the version string, and command-line limit.
 *
 * Offsets and their meaning: Linux arch/s390/include/asm/setup.h, struct parmarea. An image begins
 * at address 0, so that addresses in it are offsets in the file.
 */
#ifndef LINEAGE_CORE_S390_IMAGE_H
#define LINEAGE_CORE_S390_IMAGE_H

#include "env.h"
#include "release.h"

/* Bytes at the beginning of an image that lineage_s390_image_find() reads */
#define LINEAGE_S390_IMAGE_HEAD 0x10438

/* Longest command line of an image that does not say it, in bytes without the NUL */
#define LINEAGE_S390_CMDLINE_MAX 894

/**
 * struct lineage_s390_image - properties of an image
 * @version_offset: offset of the version string in the file, which may be outside of it; 0 if the
 *	image has none
 * @cmdline_limit: longest command line that kexec_file_load(2) accepts, in bytes without the NUL
 */
struct lineage_s390_image {
	uint64_t version_offset;
	size_t cmdline_limit;
};

/**
 * lineage_s390_image_find() - read the parameter area of an untrusted image
 * @image: the first bytes of the image; no alignment needed
 * @size: bytes at @image; LINEAGE_S390_IMAGE_HEAD is always enough
 * @ret: the properties; untouched on failure
 *
 * Return: 0; -ENODATA if it is not such an image; -EILSEQ if its parameter area is truncated.
 */
int lineage_s390_image_find(const void *image, size_t size, struct lineage_s390_image *ret);

#endif /* LINEAGE_CORE_S390_IMAGE_H */
