/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Decoder and encoder of the kernel's metadata blob. */
#ifndef LINEAGE_CORE_METADATA_H
#define LINEAGE_CORE_METADATA_H

#include "env.h"
#include "fault.h"
#include "kexec_metadata.h"
#include "release.h"

/**
 * struct lineage_metadata - content of a metadata blob
 * @previous_release: release of the kernel that did the kexec, NUL-terminated
 * @kexec_count: count of kexecs that the receiving kernel reports
 */
struct lineage_metadata {
	char previous_release[LINEAGE_RELEASE_SIZE];
	uint32_t kexec_count;
};

/**
 * lineage_metadata_decode() - decode an untrusted metadata blob
 * @blob: the bytes; no alignment needed
 * @size: bytes at @blob; may exceed the 73 bytes of version 1
 * @ret: the content; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Return: 0; -EPROTONOSUPPORT if the version is not 1, in which case nothing else is read; -EILSEQ
 * if the blob is malformed.
 */
int lineage_metadata_decode(const void *blob, size_t size, struct lineage_metadata *ret,
			    struct lineage_fault *fault);

/**
 * lineage_metadata_encode() - encode a metadata blob as Linux 7.1 does
 * @metadata: the content
 * @ret: the blob; every byte is written; untouched on failure
 *
 * Return: 0, or -EILSEQ if the release is not valid.
 */
int lineage_metadata_encode(const struct lineage_metadata *metadata,
			    struct kho_kexec_metadata *ret);

#endif /* LINEAGE_CORE_METADATA_H */
