/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Boot kind of the running kernel, and the two rules that depend on it: whether a stamp is stale,
 * and which lineage the next kernel gets.
 *
 * The kernel module and the library apply the same rules by calling these functions.
 */
#ifndef LINEAGE_CORE_BOOT_KIND_H
#define LINEAGE_CORE_BOOT_KIND_H

#include "env.h"
#include "kexec-lineage-boot.h"
#include "lineage.h"

/* The boot-loader type that x86 reports after a kexec (0xd << 4), for both loading system calls. */
#define LINEAGE_X86_LOADER_KEXEC 208

/**
 * lineage_boot_text() - name of a boot kind
 * @boot: any value
 *
 * Return: a static string: "cold", "kexec" or "capture"; "unknown" for any other value.
 */
const char *lineage_boot_text(enum lineage_boot boot);

/** enum lineage_verdict - whether a stamp was made for this boot, or the evidence against it */
enum lineage_verdict {
	LINEAGE_FRESH,
	LINEAGE_STALE_COLD_BOOT,   /* no stamp is fresh after a cold boot */
	LINEAGE_STALE_RELEASE,	   /* made for another release */
	LINEAGE_STALE_NOT_CAPTURE, /* made for a capture kernel, but this is not a capture kernel */
	LINEAGE_STALE_CAPTURE,	   /* not made for a capture kernel, but this is a capture kernel */
};

/**
 * lineage_stamp_judge() - decide whether a stamp was made for this boot
 * @kind: kind of the stamp
 * @made_for: release that the stamp was made for, NUL-terminated; empty if the stamp has none
 * @boot: how the running kernel was booted
 * @release: release of the running kernel, NUL-terminated; empty if unknown
 *
 * Return: the verdict; LINEAGE_FRESH if nothing shows that the stamp was copied.
 */
enum lineage_verdict lineage_stamp_judge(enum lineage_kind kind, const char *made_for,
					 enum lineage_boot boot, const char *release);

/**
 * lineage_advance() - turn the running kernel's lineage into the next kernel's
 * @lineage: modified in place; its chain may be empty or shorter than its count
 * @has_count: whether @lineage->count is known
 * @boot: how the running kernel was booted
 * @release: release of the running kernel, NUL-terminated
 *
 * If the count is unknown, only the kexecs that are certain are counted. The chain is then shorter
 * than the count, which marks the count as a lower bound (docs/decisions/unknown-count.md).
 *
 * Return: 0, or -EILSEQ if @release is not a valid release; @lineage is then not modified.
 */
int lineage_advance(struct lineage *lineage, bool has_count, enum lineage_boot boot,
		    const char *release);

#endif /* LINEAGE_CORE_BOOT_KIND_H */
