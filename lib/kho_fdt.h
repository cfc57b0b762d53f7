/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the FDTs of Kexec HandOver?
 *
 * KHO's own FDT (debugfs in/fdt): root property `compatible` with the version of the ABI, one
 * node per subtree with its physical address in `fdt` (kho-v1, Linux 6.16 to 7.0) or
 * `preserved-data` (kho-v3 and kho-v4, Linux 7.1 and 7.3) and from 7.1 on its size in `blob-size`.
 * The values are u64 in native byte order, unlike everything else in an FDT.
 */
#ifndef LINEAGE_LIB_KHO_FDT_H
#define LINEAGE_LIB_KHO_FDT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"
#include "kexec-lineage.h"

/**
 * lineage_fdt_check() - is this FDT whole?
 * @fault: why not
 *
 * Return: 0 or -EILSEQ.
 */
int lineage_fdt_check(const void *fdt, size_t size, struct lineage_fault *fault);

/**
 * lineage_fdt_compatible() - the root's `compatible`
 * @fdt: checked
 *
 * Return: a string inside @fdt, NULL where there is none or it has no NUL.
 */
const char *lineage_fdt_compatible(const void *fdt);

/**
 * lineage_kho_is_known() - is this an ABI that a released kernel used?
 */
bool lineage_kho_is_known(const char *compatible);

/**
 * lineage_kho_next_subtree() - walk KHO's subtrees
 * @fdt: checked
 * @node: -1 to begin with; the node that was found
 * @ret: the subtree; its strings are inside @fdt; untouched where the result is not 0
 * @fault: why it failed
 *
 * Return: 0; -ENODATA after the last one; -EPROTONOSUPPORT where a node has none of the known
 * properties for an address; -EILSEQ where a property has the wrong size.
 */
int lineage_kho_next_subtree(const void *fdt, int *node, struct lineage_subtree *ret,
			     struct lineage_fault *fault);

/**
 * lineage_kho_find_subtree() - KHO's subtree of this name
 *
 * Return: as lineage_kho_next_subtree(); -ENODATA where there is none.
 */
int lineage_kho_find_subtree(const void *fdt, const char *name, struct lineage_subtree *ret,
			     struct lineage_fault *fault);

#endif /* LINEAGE_LIB_KHO_FDT_H */
