// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "metadata.h"

int lineage_metadata_decode(const void *blob, size_t size, struct lineage_metadata *ret,
			    struct lineage_fault *fault)
{
	struct kho_kexec_metadata wire;
	const char *nul;

	if (size < sizeof(wire.version))
		return lineage_fault_set_values(fault, -EILSEQ, "it is too short for a version", 0,
						(uint32_t)size, sizeof(wire.version));
	memcpy(&wire.version, blob, sizeof(wire.version));
	if (wire.version != KHO_KEXEC_METADATA_VERSION)
		return lineage_fault_set_values(fault, -EPROTONOSUPPORT, "its version is unknown",
						0, wire.version, KHO_KEXEC_METADATA_VERSION);
	if (size < sizeof(wire))
		return lineage_fault_set_values(fault, -EILSEQ, "it is too short for its version",
						0, (uint32_t)size, sizeof(wire));
	memcpy(&wire, blob, sizeof(wire));
	nul = memchr(wire.previous_release, '\0', sizeof(wire.previous_release));
	if (!nul)
		return lineage_fault_set(fault, -EILSEQ,
					 "its release does not end inside its field",
					 offsetof(struct kho_kexec_metadata, previous_release));
	if (!lineage_release_is_valid(wire.previous_release, (size_t)(nul - wire.previous_release)))
		return lineage_fault_set(fault, -EILSEQ,
					 "its release is empty or has blanks or control bytes",
					 offsetof(struct kho_kexec_metadata, previous_release));
	memcpy(ret->previous_release, wire.previous_release, sizeof(ret->previous_release));
	ret->kexec_count = wire.kexec_count;
	return 0;
}

int lineage_metadata_encode(const struct lineage_metadata *metadata, struct kho_kexec_metadata *ret)
{
	size_t length = strlen(metadata->previous_release);

	if (!lineage_release_is_valid(metadata->previous_release, length))
		return -EILSEQ;
	memset(ret, 0, sizeof(*ret));
	ret->version = KHO_KEXEC_METADATA_VERSION;
	memcpy(ret->previous_release, metadata->previous_release, length);
	ret->kexec_count = metadata->kexec_count;
	return 0;
}
