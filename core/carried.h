/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Which lineage is it where several carriers brought one?
 *
 * The rule that holds wherever carriers are read: in the kernel module and in the library.
 */
#ifndef LINEAGE_CORE_CARRIED_H
#define LINEAGE_CORE_CARRIED_H

#include "env.h"
#include "lineage.h"
#include "metadata.h"

/**
 * struct lineage_carried - what was brought, all of it checked; NULL where nothing was
 * @metadata: by KHO as "kexec-metadata"
 * @kho: by KHO as "kexec-lineage"
 * @cmdline: on the command line, by a stamp that is this kernel's own
 *
 * A lineage has at least one entry.
 */
struct lineage_carried {
	const struct lineage_metadata *metadata;
	const struct lineage *kho;
	const struct lineage *cmdline;
};

/**
 * struct lineage_joined - what it comes to
 * @previous_release: empty where nothing was brought
 * @lineage: count and chain; all zero where nothing was brought
 * @rejects_kho: carried.kho names another kernel before this one than the better source
 * @rejects_cmdline: the same of carried.cmdline
 */
struct lineage_joined {
	char previous_release[LINEAGE_RELEASE_SIZE];
	struct lineage lineage;
	bool rejects_kho;
	bool rejects_cmdline;
};

/**
 * lineage_join() - make one lineage of all that was brought
 * @carried: what was brought
 * @ret: the lineage
 *
 * The previous release is what the metadata says, else what KHO's lineage says, else what the
 * stamp says: KHO's memory crosses a kexec and nothing else, while a stamp can be copied. A
 * lineage that contradicts it is not used. The count is the largest one, since KHO's own restarts
 * at every change of its ABI; at least 1, since something was brought. The chain is the one that comes with the larger count, of two equal
 * ones the one that names more kernels; else it is the previous release alone.
 */
void lineage_join(const struct lineage_carried *carried, struct lineage_joined *ret);

#endif /* LINEAGE_CORE_CARRIED_H */
