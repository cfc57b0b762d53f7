/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * How was a kernel started, and what does that make of a stamp it found and of the next one?
 *
 * The rules that hold wherever a stamp is read: in the tools and in the kernel module.
 */
#ifndef LINEAGE_CORE_START_H
#define LINEAGE_CORE_START_H

#include "env.h"
#include "lineage.h"
#include "stamp.h"

/* How the running kernel was started. */
enum lineage_start {
	LINEAGE_START_UNKNOWN,
	LINEAGE_START_COLD,
	LINEAGE_START_KEXEC,
	LINEAGE_START_CAPTURE, /* by a crash, through `kexec -p` */
};

/* The boot-loader type that x86 shows after a kexec (0xd << 4), whichever system call loaded it. */
#define LINEAGE_X86_LOADER_KEXEC 208

/**
 * lineage_start_name() - "unknown", "cold", "kexec" or "capture"; static
 */
const char *lineage_start_name(enum lineage_start start);

/* Whether a stamp is this kernel's own, or in which way it shows that a loader copied it. */
enum lineage_verdict {
	LINEAGE_FRESH,
	LINEAGE_STALE_COLD_BOOT,   /* after a cold boot no stamp is fresh */
	LINEAGE_STALE_RELEASE,	   /* made for another release */
	LINEAGE_STALE_NOT_CAPTURE, /* made for a capture kernel, which this is not */
	LINEAGE_STALE_CAPTURE,	   /* this is a capture kernel, and it was not made for one */
};

/**
 * lineage_stamp_judge() - is this stamp the running kernel's own?
 * @kind: the stamp's
 * @made_for: the release it was made for, empty where not told
 * @start: how the running kernel was started
 * @release: the running kernel's, empty where not known
 */
enum lineage_verdict lineage_stamp_judge(enum lineage_stamp_kind kind, const char *made_for,
					 enum lineage_start start, const char *release);

/**
 * lineage_advance() - turn what a kernel knows of itself into the lineage of the next one
 * @lineage: changed in place; the chain may be empty or cut where not all is known
 * @has_count: whether its count is known
 * @start: how the running kernel was started
 * @release: the running kernel's, NUL-terminated
 *
 * Where the count is not known, the kexecs that are certain are counted: losing the transition
 * for good would be worse than a count that says it is not the whole story by a chain that does
 * not reach it (docs/decisions/unknown-count.md).
 *
 * Return: as lineage_push().
 */
int lineage_advance(struct lineage *lineage, bool has_count, enum lineage_start start,
		    const char *release);

#endif /* LINEAGE_CORE_START_H */
