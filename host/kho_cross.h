/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Kexec HandOver (KHO) of the running kernel passes on to the kernel in an image. */
#ifndef LINEAGE_HOST_KHO_CROSS_H
#define LINEAGE_HOST_KHO_CROSS_H

#include "image_kho.h"

/** enum lineage_kho_crossing - whether the next kernel gets something through KHO */
enum lineage_kho_crossing {
	LINEAGE_KHO_UNKNOWN,
	LINEAGE_KHO_CROSSES,
	LINEAGE_KHO_IS_LOST,
};

/**
 * struct lineage_kho_cross - what crosses a kexec into an image through KHO
 *
 * This is true only if KHO is on in the next kernel (kho=on on its command line, or
 * CONFIG_KEXEC_HANDOVER_ENABLE_DEFAULT), and if kexec_file_load() loads it with KHO finalized,
 * which Linux needs before 7.1.
 *
 * @running: version of the ABI of the running kernel; empty if unknown
 * @image: what is known of the image, if @error is 0
 * @error: error of lineage_host_image_kho()
 * @program: as its @ret_program
 * @all: all that KHO preserves: the kernels use the same version of the ABI
 * @line: the line "KHO: exec from" of the next kernel: it reads kexec-metadata, and the running
 *	kernel passes that on
 */
struct lineage_kho_cross {
	char running[LINEAGE_KHO_ABI_SIZE];
	struct lineage_image_kho image;
	int error;
	const char *program;
	enum lineage_kho_crossing all;
	enum lineage_kho_crossing line;
};

/**
 * lineage_host_kho_cross() - compare KHO of the running kernel with an image
 * @root: path of the root folder; NULL for the running system
 * @image: path of the image
 * @ret: untouched on failure
 *
 * Return: 0; -ENODATA if the running kernel has no KHO, or debugfs is not mounted; -EACCES; errors
 * of lineage_root_init().
 */
int lineage_host_kho_cross(const char *root, const char *image, struct lineage_kho_cross *ret);

#endif /* LINEAGE_HOST_KHO_CROSS_H */
