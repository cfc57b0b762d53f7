/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kernel image does with Kexec HandOver (KHO).
 *
 * The version of KHO's ABI is a text of the kernel ("kho-v4"), which exists in the
 * uncompressed kernel only. A bzImage is searched after its payload was uncompressed: gzip by
 * zlib, everything else by the program that the kernel's scripts/extract-vmlinux also uses. An
 * arm64 Image and an ELF file are searched as they are, or uncompressed by zlib. Unified
 * kernel images and zboot images are not searched. A cut image is an error, and so is an arm64
 * Image that does not show its length.
 */
#ifndef LINEAGE_HOST_IMAGE_KHO_H
#define LINEAGE_HOST_IMAGE_KHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAGE_KHO_ABI_SIZE 12 /* "kho-v" and up to 6 digits */

/**
 * struct lineage_image_kho - what was found in an uncompressed kernel
 * @abi: version of KHO's ABI; empty if the kernel has no KHO
 * @is_ambiguous: there are several versions
 * @has_banner: it contains "Linux version ", as every kernel does
 * @is_arm64: it is an arm64 Image
 * @reads_metadata: it prints "KHO: exec from"
 * @reads_other_metadata: it also reads kexec-metadata of another ABI (module/patches/linux-7.3.y)
 */
struct lineage_image_kho {
	char abi[LINEAGE_KHO_ABI_SIZE];
	bool is_ambiguous;
	bool has_banner;
	bool is_arm64;
	bool reads_metadata;
	bool reads_other_metadata;
};

/* Longest text that lineage_host_image_kho_look() looks for, without one byte. */
#define LINEAGE_IMAGE_KHO_OVERLAP 64

/**
 * lineage_host_image_kho_look() - look for the texts of KHO in a part of an uncompressed kernel
 * @found: what was found in the parts before, all zero before the first; modified
 * @part: the bytes; each part repeats the last LINEAGE_IMAGE_KHO_OVERLAP bytes of the one before
 */
void lineage_host_image_kho_look(struct lineage_image_kho *found, const void *part, size_t size);

/**
 * lineage_host_image_kho() - find out what a kernel image does with KHO
 * @path: the image
 * @ret: untouched on failure
 * @ret_program: after -ENOENT or -ETIMEDOUT, the program that is missing or that did not respond
 *
 * Return: 0; -ENODATA if it cannot be searched; -EILSEQ if it is damaged; -ENOENT if
 * a program is missing, -ETIMEDOUT if it writes nothing for 10 seconds, -ECHILD if the
 * caller ignores SIGCHLD and the program wrote too little; -ENOTBLK as
 * lineage_image_read(); -ENOMEM; errors of opening and reading.
 */
int lineage_host_image_kho(const char *path, struct lineage_image_kho *ret,
			   const char **ret_program);

#endif /* LINEAGE_HOST_IMAGE_KHO_H */
