// SPDX-License-Identifier: GPL-2.0-or-later
#include "ending.h"

#include <string.h>

static const char *const end_names[] = {
	[STORE_END_UNKNOWN] = NULL,  [STORE_END_RUNNING] = "running",
	[STORE_END_CLEAN] = "clean", [STORE_END_KEXEC] = "kexec",
	[STORE_END_CRASH] = "crash", [STORE_END_UNCLEAN] = "unclean",
	[STORE_END_LOST] = "lost",
};

const char *store_end_name(enum store_end end)
{
	return end_names[end];
}

/* Return whether the release and the count of @after, if known, match a kexec from @before. */
static bool came_out_of(const struct store_boot *before, const struct store_boot *after)
{
	if (after->previous_release && strcmp(after->previous_release, before->release) != 0)
		return false;
	if (!before->has_count || !after->has_count)
		return true;
	return after->kexec_count == before->kexec_count + 1 ||
	       (after->kexec_count == UINT32_MAX && before->kexec_count == UINT32_MAX);
}

enum store_end store_ending(const struct store_boot *before, const struct store_boot *after)
{
	if (before->end != STORE_END_RUNNING)
		return before->end;
	/*
	 * A capture kernel writes its dump and resets the machine, which is neither a crash nor a
	 * shutdown.
	 */
	if (before->boot == LINEAGE_BOOT_CAPTURE)
		return STORE_END_UNKNOWN;
	if (after->boot == LINEAGE_BOOT_CAPTURE && came_out_of(before, after))
		return STORE_END_CRASH;
	if (after->boot == LINEAGE_BOOT_KEXEC && came_out_of(before, after))
		return STORE_END_KEXEC;
	/* The boot started a kexec, whose kernel was lost or was not recorded. */
	if (before->has_kexec_time)
		return STORE_END_KEXEC;
	return STORE_END_UNCLEAN;
}
