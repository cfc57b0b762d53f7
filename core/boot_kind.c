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

enum lineage_boot lineage_boot_judge(const struct lineage_witnesses *witnesses)
{
	if (witnesses->loader == LINEAGE_LOADER_OTHER)
		return witnesses->has_memory || witnesses->is_capture || witnesses->has_stamp
			       ? LINEAGE_BOOT_UNKNOWN
			       : LINEAGE_BOOT_COLD;
	if (witnesses->is_capture)
		return LINEAGE_BOOT_CAPTURE;
	return witnesses->loader == LINEAGE_LOADER_KEXEC || witnesses->has_memory
		       ? LINEAGE_BOOT_KEXEC
		       : LINEAGE_BOOT_UNKNOWN;
}

/* Whether of the rests of two chains, from a position on, one begins with the whole other one. */
static bool is_same_rest(const struct lineage *one, size_t at, const struct lineage *other,
			 size_t other_at)
{
	size_t length = at < one->chain_length ? one->chain_length - at : 0;
	size_t other_length = other_at < other->chain_length ? other->chain_length - other_at : 0;
	size_t shorter = length < other_length ? length : other_length;

	if (shorter == 0)
		return true;
	if (memcmp(one->chain + at, other->chain + other_at, shorter) != 0)
		return false;
	if (length == other_length)
		return true;
	return (length > shorter ? one->chain[at + shorter] : other->chain[other_at + shorter]) ==
	       ',';
}

/* Whether the chain of a stamp is the recorded chain without its newest kernel. */
static bool is_chain_before(const struct lineage *stamp, const struct lineage *next)
{
	size_t at = 0, stamp_at = 0;
	struct lineage_run newest, own;

	if (lineage_chain_next(next, &at, &newest))
		return false;
	if (newest.runs == 1)
		return at < next->chain_length && is_same_rest(stamp, 0, next, at);
	return lineage_chain_next(stamp, &stamp_at, &own) == 0 && own.runs == newest.runs - 1 &&
	       strcmp(own.release, newest.release) == 0 && is_same_rest(stamp, stamp_at, next, at);
}

enum lineage_history lineage_history_compare(const struct lineage *stamp,
					     const struct lineage *next)
{
	if (stamp->count == UINT32_MAX || next->count == UINT32_MAX)
		return LINEAGE_HISTORY_SILENT;
	if (stamp->count == next->count && next->chain_length > 0 &&
	    is_same_rest(stamp, 0, next, 0))
		return LINEAGE_HISTORY_NEXT;
	return stamp->count + 1 == next->count && is_chain_before(stamp, next)
		       ? LINEAGE_HISTORY_REPEATED
		       : LINEAGE_HISTORY_SILENT;
}

enum lineage_verdict lineage_stamp_judge(enum lineage_kind kind, const char *made_for,
					 enum lineage_boot boot, const char *release,
					 enum lineage_history history)
{
	if (boot == LINEAGE_BOOT_COLD)
		return LINEAGE_STALE_COLD_BOOT;
	if (made_for[0] && release[0] && strcmp(made_for, release) != 0)
		return LINEAGE_STALE_RELEASE;
	if (history == LINEAGE_HISTORY_REPEATED)
		return LINEAGE_STALE_REPEATED;
	if (boot == LINEAGE_BOOT_KEXEC && kind == LINEAGE_KIND_CAPTURE)
		return LINEAGE_STALE_NOT_CAPTURE;
	if (boot == LINEAGE_BOOT_CAPTURE && kind == LINEAGE_KIND_KEXEC)
		return LINEAGE_STALE_CAPTURE;
	if (boot == LINEAGE_BOOT_UNKNOWN && history != LINEAGE_HISTORY_NEXT &&
	    !(made_for[0] && release[0]))
		return LINEAGE_STALE_UNPROVEN;
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

int lineage_advance_in_doubt(struct lineage *lineage, bool has_count, const char *release)
{
	int error = lineage_advance(lineage, has_count, LINEAGE_BOOT_KEXEC, release);

	if (!error)
		lineage_forget_oldest(lineage);
	return error;
}
