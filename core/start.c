// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "start.h"

static const char *const start_names[] = {
	[LINEAGE_START_UNKNOWN] = "unknown",
	[LINEAGE_START_COLD] = "cold",
	[LINEAGE_START_KEXEC] = "kexec",
	[LINEAGE_START_CAPTURE] = "capture",
};

const char *lineage_start_name(enum lineage_start start)
{
	return start_names[start];
}

enum lineage_verdict lineage_stamp_judge(enum lineage_stamp_kind kind, const char *made_for,
					 enum lineage_start start, const char *release)
{
	if (start == LINEAGE_START_COLD)
		return LINEAGE_STALE_COLD_BOOT;
	if (made_for[0] && release[0] && strcmp(made_for, release) != 0)
		return LINEAGE_STALE_RELEASE;
	if (start == LINEAGE_START_KEXEC && kind == LINEAGE_STAMP_CAPTURE)
		return LINEAGE_STALE_NOT_CAPTURE;
	if (start == LINEAGE_START_CAPTURE && kind == LINEAGE_STAMP_KEXEC)
		return LINEAGE_STALE_CAPTURE;
	return LINEAGE_FRESH;
}

int lineage_advance(struct lineage *lineage, bool has_count, enum lineage_start start,
		    const char *release)
{
	bool was_kexeced = start == LINEAGE_START_KEXEC || start == LINEAGE_START_CAPTURE;
	uint64_t kernels = lineage_chain_kernels(lineage);
	uint32_t count = lineage->count;

	if (!lineage_release_is_valid(release, strlen(release)))
		return -EILSEQ;
	if (!has_count)
		count = was_kexeced ? 1 : 0;
	/* No count is smaller than the number of kernels that are known by name. */
	if (kernels > count)
		count = kernels < UINT32_MAX ? (uint32_t)kernels : UINT32_MAX;
	lineage->count = count;
	return lineage_push(lineage, release);
}
