/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Layout of the "kexec-metadata" blob of Kexec HandOver (KHO).
 *
 * This is version 1 of the kernel's ABI, as in Linux 7.1 to 7.3 (Linux
 * include/linux/kho/abi/kexec_metadata.h).
 * KHO's other ABIs change independently and are not in this file.
 */
#ifndef LINEAGE_CORE_KEXEC_METADATA_H
#define LINEAGE_CORE_KEXEC_METADATA_H

#include "env.h"

#define KHO_KEXEC_METADATA_VERSION 1
#define KHO_KEXEC_METADATA_NODE_NAME "kexec-metadata"
#define KHO_KEXEC_METADATA_RELEASE_SIZE 65

/**
 * struct kho_kexec_metadata - the metadata blob, packed, in native byte order
 * @version: KHO_KEXEC_METADATA_VERSION; read before anything else
 * @previous_release: release of the kernel that did the kexec, NUL-terminated
 * @kexec_count: kexecs since cold boot, or since KHO last changed its ABI
 */
struct kho_kexec_metadata {
	uint32_t version;
	char previous_release[KHO_KEXEC_METADATA_RELEASE_SIZE];
	uint32_t kexec_count;
} __attribute__((packed));

static_assert(offsetof(struct kho_kexec_metadata, version) == 0, "version is first");
static_assert(offsetof(struct kho_kexec_metadata, previous_release) == 4,
	      "release follows the version");
static_assert(offsetof(struct kho_kexec_metadata, kexec_count) == 69, "count follows the release");
static_assert(sizeof(struct kho_kexec_metadata) == 73, "the blob has 73 bytes");

#endif /* LINEAGE_CORE_KEXEC_METADATA_H */
