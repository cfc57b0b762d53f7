/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reader of the FDT of Kexec HandOver (KHO), the file kho/in/fdt in debugfs.
 *
 * The root property `compatible` has the version of the ABI. Each subtree is a node with its
 * physical address in `fdt` (kho-v1, Linux 6.16 to 7.0) or `preserved-data` (kho-v3 and kho-v4,
 * Linux 7.1 and 7.3). From Linux 7.1 on, the node also has the size in `blob-size`. Address and
 * size are u64 in native byte order, unlike everything else in an FDT.
 */
#ifndef LINEAGE_LIB_KHO_FDT_H
#define LINEAGE_LIB_KHO_FDT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"
#include "kexec-lineage.h"

/**
 * lineage_fdt_check() - validate an untrusted FDT, so that libfdt can be used on it
 * @fdt: the bytes
 * @size: bytes at @fdt; may exceed the size of the FDT
 * @fault: NULL, or set to the reason on failure
 *
 * Return: 0, or -EILSEQ if the FDT is malformed.
 */
int lineage_fdt_check(const void *fdt, size_t size, struct lineage_fault *fault);

/**
 * lineage_fdt_compatible() - the root's `compatible`
 * @fdt: an FDT that passed lineage_fdt_check()
 *
 * Return: a string inside @fdt; NULL if it is absent or has no NUL.
 */
const char *lineage_fdt_compatible(const void *fdt);

/**
 * lineage_kho_is_known() - whether this version of KHO's ABI is known
 * @compatible: value of the root's `compatible`, NUL-terminated
 */
bool lineage_kho_is_known(const char *compatible);

/**
 * lineage_kho_next_subtree() - iterate over KHO's subtrees
 * @fdt: an FDT that passed lineage_fdt_check()
 * @node: -1 for the first call; set to the node that was found
 * @ret: the subtree; its strings are inside @fdt; untouched on failure
 * @fault: NULL, or set to the reason on failure; untouched for -ENODATA
 *
 * Return: 0; -ENODATA after the last subtree; -EPROTONOSUPPORT if a node has no known address
 * property; -EILSEQ if a property has the wrong size.
 */
int lineage_kho_next_subtree(const void *fdt, int *node, struct lineage_subtree *ret,
			     struct lineage_fault *fault);

/**
 * lineage_kho_find_subtree() - find KHO's subtree with a given name
 * @fdt: an FDT that passed lineage_fdt_check()
 * @name: name of the node, NUL-terminated
 * @ret: the subtree; its strings are inside @fdt; untouched on failure
 * @fault: NULL, or set to the reason on failure; untouched for -ENODATA
 *
 * Return: as lineage_kho_next_subtree(); -ENODATA if there is no such subtree.
 */
int lineage_kho_find_subtree(const void *fdt, const char *name, struct lineage_subtree *ret,
			     struct lineage_fault *fault);

#endif /* LINEAGE_LIB_KHO_FDT_H */
