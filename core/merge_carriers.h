/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Merge the lineages received over several carriers into one.
 *
 * The kernel module and the library apply the same rule by calling this function.
 */
#ifndef LINEAGE_CORE_MERGE_CARRIERS_H
#define LINEAGE_CORE_MERGE_CARRIERS_H

#include "env.h"
#include "lineage.h"
#include "metadata.h"

/**
 * struct lineage_carriers - what each carrier delivered, already validated
 * @metadata: the "kexec-metadata" blob of KHO; NULL if absent
 * @kho: the lineage in the "kexec-lineage" blob of KHO; NULL if absent
 * @cmdline: the lineage in a fresh stamp on the command line; NULL if absent
 *
 * A lineage that is not NULL has at least one chain entry.
 */
struct lineage_carriers {
	const struct lineage_metadata *metadata;
	const struct lineage *kho;
	const struct lineage *cmdline;
};

/**
 * struct lineage_merged_carriers - the merged lineage
 * @previous_release: NUL-terminated; empty if no carrier delivered anything
 * @lineage: count and chain; all zero if no carrier delivered anything
 * @rejects_kho: carriers.kho was not used: its newest entry is not @previous_release
 * @rejects_cmdline: carriers.cmdline was not used: its newest entry is not @previous_release
 */
struct lineage_merged_carriers {
	char previous_release[LINEAGE_RELEASE_SIZE];
	struct lineage lineage;
	bool rejects_kho;
	bool rejects_cmdline;
};

/**
 * lineage_merge_carriers() - merge what the carriers delivered into one lineage
 * @carriers: what was delivered; not modified
 * @ret: the merged lineage; every byte is written
 *
 * - Previous release: from the metadata, else from KHO's lineage, else from the stamp. KHO data can
 *   only come from the kernel that did the kexec, whereas a stamp can be copied.
 * - A lineage whose newest entry differs from the previous release is rejected.
 * - Count: the largest count, because KHO restarts its own count at every change of its ABI. The
 *   count is at least 1 if anything was delivered.
 * - Chain: from the lineage with the larger count; if the counts are equal, from the lineage that
 *   names more kernels. Without any lineage, the chain is the previous release alone.
 */
void lineage_merge_carriers(const struct lineage_carriers *carriers,
			    struct lineage_merged_carriers *ret);

#endif /* LINEAGE_CORE_MERGE_CARRIERS_H */
