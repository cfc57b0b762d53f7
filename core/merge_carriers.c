// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "merge_carriers.h"

static void choose_previous(const struct lineage_carriers *carriers, char *ret)
{
	const struct lineage *lineage = carriers->kho ? carriers->kho : carriers->cmdline;
	struct lineage_run newest;
	size_t position = 0;

	if (carriers->metadata)
		memcpy(ret, carriers->metadata->previous_release, LINEAGE_RELEASE_SIZE);
	else if (lineage && lineage_chain_next(lineage, &position, &newest) == 0)
		memcpy(ret, newest.release, LINEAGE_RELEASE_SIZE);
}

/* Return the lineage with more information; either argument may be NULL. */
static const struct lineage *better_of(const struct lineage *one, const struct lineage *other)
{
	if (!one || !other)
		return one ? one : other;
	if (one->count != other->count)
		return one->count > other->count ? one : other;
	return lineage_chain_kernels(one) >= lineage_chain_kernels(other) ? one : other;
}

void lineage_merge_carriers(const struct lineage_carriers *carriers,
			    struct lineage_merged_carriers *ret)
{
	const struct lineage *kho = carriers->kho;
	const struct lineage *cmdline = carriers->cmdline;
	const struct lineage *best;

	memset(ret, 0, sizeof(*ret));
	choose_previous(carriers, ret->previous_release);
	if (kho && !lineage_chain_begins_with(kho, ret->previous_release)) {
		ret->rejects_kho = true;
		kho = NULL;
	}
	if (cmdline && !lineage_chain_begins_with(cmdline, ret->previous_release)) {
		ret->rejects_cmdline = true;
		cmdline = NULL;
	}
	best = better_of(kho, cmdline);
	if (best) {
		ret->lineage = *best;
	} else if (carriers->metadata) {
		ret->lineage.chain_length = (uint32_t)lineage_release_encode(
			ret->previous_release, strlen(ret->previous_release), ret->lineage.chain);
		ret->lineage.count = 1; /* a stamp made from a count of 0 would be invalid */
	}
	if (carriers->metadata && carriers->metadata->kexec_count > ret->lineage.count)
		ret->lineage.count = carriers->metadata->kexec_count;
}
