// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "boot_kind.h"

static const char *const boot_texts[] = {
	[LINEAGE_BOOT_UNKNOWN] = "unknown",
	[LINEAGE_BOOT_COLD] = "cold",
	[LINEAGE_BOOT_KEXEC] = "kexec",
	[LINEAGE_BOOT_CAPTURE] = "capture",
};

const char *lineage_boot_text(enum lineage_boot boot)
{
	if ((size_t)boot >= sizeof(boot_texts) / sizeof(boot_texts[0]))
		boot = LINEAGE_BOOT_UNKNOWN;
	return boot_texts[boot];
}

enum lineage_verdict lineage_stamp_judge(enum lineage_kind kind, const char *made_for,
					 enum lineage_boot boot, const char *release)
{
	if (boot == LINEAGE_BOOT_COLD)
		return LINEAGE_STALE_COLD_BOOT;
	if (made_for[0] && release[0] && strcmp(made_for, release) != 0)
		return LINEAGE_STALE_RELEASE;
	if (boot == LINEAGE_BOOT_KEXEC && kind == LINEAGE_KIND_CAPTURE)
		return LINEAGE_STALE_NOT_CAPTURE;
	if (boot == LINEAGE_BOOT_CAPTURE && kind == LINEAGE_KIND_KEXEC)
		return LINEAGE_STALE_CAPTURE;
	return LINEAGE_FRESH;
}

int lineage_advance(struct lineage *lineage, bool has_count, enum lineage_boot boot,
		    const char *release)
{
	bool was_kexeced = boot == LINEAGE_BOOT_KEXEC || boot == LINEAGE_BOOT_CAPTURE;
	uint64_t kernels = lineage_chain_kernels(lineage);
	uint32_t count = lineage->count;

	if (!lineage_release_is_valid(release, strlen(release)))
		return -EILSEQ;
	if (!has_count)
		count = was_kexeced ? 1 : 0;
	/* The count is at least the number of kernels that the chain names. */
	if (kernels > count)
		count = kernels < UINT32_MAX ? (uint32_t)kernels : UINT32_MAX;
	lineage->count = count;
	return lineage_push(lineage, release);
}
