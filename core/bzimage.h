/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What does an x86 kernel image tell of itself?
 *
 * Offsets and their meaning: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
#ifndef LINEAGE_CORE_BZIMAGE_H
#define LINEAGE_CORE_BZIMAGE_H

#include "env.h"
#include "release.h"

/* As much of an image's start as is ever looked at: a 16-bit offset from 0x200, a release, its end. */
#define LINEAGE_BZIMAGE_HEAD (0xffff + 0x200 + LINEAGE_RELEASE_SIZE)

/**
 * struct lineage_bzimage - what a bzImage tells
 * @release: empty where it does not
 * @cmdline_limit: bytes that kexec_file_load(2) takes as its command line, without the NUL
 */
struct lineage_bzimage {
	char release[LINEAGE_RELEASE_SIZE];
	size_t cmdline_limit;
};

/**
 * lineage_bzimage_read() - look into an image that is not trusted
 * @image: its first bytes, no alignment needed
 * @size: how many; LINEAGE_BZIMAGE_HEAD of them are enough
 * @ret: what it tells; untouched on failure
 *
 * Return: 0; -ENODATA where it is no bzImage; -EILSEQ where it is cut or its release is none.
 */
int lineage_bzimage_read(const void *image, size_t size, struct lineage_bzimage *ret);

#endif /* LINEAGE_CORE_BZIMAGE_H */
