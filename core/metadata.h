/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* What does a metadata blob say, and how is one made? */
#ifndef LINEAGE_CORE_METADATA_H
#define LINEAGE_CORE_METADATA_H

#include "env.h"
#include "fault.h"
#include "kexec_metadata.h"
#include "release.h"

/**
 * struct lineage_metadata - what a metadata blob says
 * @previous_release: NUL-terminated
 * @kexec_count: as the kernel that reads the blob reports it
 */
struct lineage_metadata {
	char previous_release[LINEAGE_RELEASE_SIZE];
	uint32_t kexec_count;
};

/**
 * lineage_metadata_decode() - read a blob that is not trusted
 * @blob: its bytes, no alignment needed
 * @size: how many; more than the 73 of version 1 are fine
 * @ret: what it says; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * Return: 0; -EPROTONOSUPPORT where the version is not 1 (nothing else was looked
 * at); -EILSEQ where it is malformed.
 */
int lineage_metadata_decode(const void *blob, size_t size, struct lineage_metadata *ret,
			    struct lineage_fault *fault);

/**
 * lineage_metadata_encode() - make the blob that Linux 7.1 would make
 * @metadata: what to say
 * @ret: the blob, every byte written; untouched on failure
 *
 * Return: 0, or -EILSEQ where the release is none.
 */
int lineage_metadata_encode(const struct lineage_metadata *metadata,
			    struct kho_kexec_metadata *ret);

#endif /* LINEAGE_CORE_METADATA_H */
