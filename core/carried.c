// SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause
#include "carried.h"

static void choose_previous(const struct lineage_carried *carried, char *ret)
{
	const struct lineage *lineage = carried->kho ? carried->kho : carried->cmdline;
	struct lineage_run newest;
	size_t position = 0;

	if (carried->metadata)
		memcpy(ret, carried->metadata->previous_release, LINEAGE_RELEASE_SIZE);
	else if (lineage && lineage_chain_next(lineage, &position, &newest) == 0)
		memcpy(ret, newest.release, LINEAGE_RELEASE_SIZE);
}

/* The lineage that knows more; either may be NULL. */
static const struct lineage *better_of(const struct lineage *one, const struct lineage *other)
{
	if (!one || !other)
		return one ? one : other;
	if (one->count != other->count)
		return one->count > other->count ? one : other;
	return lineage_chain_kernels(one) >= lineage_chain_kernels(other) ? one : other;
}

void lineage_join(const struct lineage_carried *carried, struct lineage_joined *ret)
{
	const struct lineage *kho = carried->kho;
	const struct lineage *cmdline = carried->cmdline;
	const struct lineage *best;

	memset(ret, 0, sizeof(*ret));
	choose_previous(carried, ret->previous_release);
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
	} else if (carried->metadata) {
		ret->lineage.chain_length = (uint32_t)lineage_release_encode(
			ret->previous_release, strlen(ret->previous_release), ret->lineage.chain);
		ret->lineage.count = 1; /* at least: a blob's 0 would make stamps that none reads */
	}
	if (carried->metadata && carried->metadata->kexec_count > ret->lineage.count)
		ret->lineage.count = carried->metadata->kexec_count;
}
