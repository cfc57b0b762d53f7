/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Boot kind of the running kernel, and the rules that depend on it: whether a stamp is stale, and
 * which lineage the next kernel gets.
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

/** enum lineage_loader - trace that the boot loader left */
enum lineage_loader {
	LINEAGE_LOADER_SILENT, /* none */
	LINEAGE_LOADER_KEXEC,
	LINEAGE_LOADER_OTHER, /* x86: a boot-loader type that is not that of kexec */
};

/**
 * enum lineage_history - a stamp, compared with what the previous kernel recorded outside of the
 *	command line
 */
enum lineage_history {
	LINEAGE_HISTORY_SILENT,	  /* nothing is recorded, or it is about other kernels */
	LINEAGE_HISTORY_NEXT,	  /* the previous kernel made the stamp for its next kernel */
	LINEAGE_HISTORY_REPEATED, /* the previous kernel was started with the same stamp */
};

/**
 * struct lineage_witnesses - what shows how the running kernel was booted
 * @loader: trace of the boot loader. A kexec that copies the boot parameters of the running kernel
 *	leaves the trace of the loader before it (u-root does)
 * @is_capture: a capture kernel's memory image was found
 * @has_memory: the previous kernel delivered valid data in memory: by Kexec HandOver, or IMA's list
 * @has_stamp: the command line has a valid stamp that was made for exactly the running release
 */
struct lineage_witnesses {
	enum lineage_loader loader;
	bool is_capture;
	bool has_memory;
	bool has_stamp;
};

/**
 * lineage_boot_judge() - determine the boot kind
 * @witnesses: what was found
 *
 * A boot is cold only if another loader than kexec left a trace, and nothing speaks for a kexec. If
 * no loader left a trace, data in memory shows a kexec. The history does not: a cold boot may be
 * followed by another one whose command line has an old stamp.
 *
 * Return: the boot kind; LINEAGE_BOOT_UNKNOWN if the witnesses contradict each other, or if nothing
 * was found.
 */
enum lineage_boot lineage_boot_judge(const struct lineage_witnesses *witnesses);

/**
 * lineage_history_compare() - compare a stamp with the lineage that the previous kernel recorded
 *	for its next kernel
 * @stamp: lineage in the stamp of the running kernel
 * @next: the recorded lineage
 *
 * A stamp may have room for fewer entries of the chain, so only the entries that both have are
 * compared.
 */
enum lineage_history lineage_history_compare(const struct lineage *stamp,
					     const struct lineage *next);

/** enum lineage_verdict - whether a stamp was made for this boot, or the evidence against it */
enum lineage_verdict {
	LINEAGE_FRESH,
	LINEAGE_STALE_COLD_BOOT,   /* no stamp is fresh after a cold boot */
	LINEAGE_STALE_RELEASE,	   /* made for another release */
	LINEAGE_STALE_NOT_CAPTURE, /* made for a capture kernel, but this is not a capture kernel */
	LINEAGE_STALE_CAPTURE,	   /* not made for a capture kernel, but this is a capture kernel */
	LINEAGE_STALE_REPEATED,	   /* the previous kernel was started with the same stamp */
	LINEAGE_STALE_UNPROVEN,	   /* neither the boot nor the release shows that it is fresh */
};

/**
 * lineage_stamp_judge() - decide whether a stamp was made for this boot
 * @kind: kind of the stamp
 * @made_for: release that the stamp was made for, NUL-terminated; empty if the stamp has none
 * @boot: how the running kernel was booted
 * @release: release of the running kernel, NUL-terminated; empty if unknown
 * @history: the stamp, compared with the history
 *
 * If the boot kind is unknown, a stamp is fresh only if it was made for exactly this release, or if
 * the previous kernel made it. The chain is then not complete.
 *
 * Return: the verdict; LINEAGE_FRESH if nothing shows that the stamp was copied.
 */
enum lineage_verdict lineage_stamp_judge(enum lineage_kind kind, const char *made_for,
					 enum lineage_boot boot, const char *release,
					 enum lineage_history history);

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

/**
 * lineage_advance_in_doubt() - as lineage_advance(), if the witnesses of the boot contradict each
 *	other
 *
 * Something speaks for a kexec, so an unknown count is at least 1. The chain of the result is never
 * complete: it may lack its oldest kernel, which marks the count as a lower bound.
 */
int lineage_advance_in_doubt(struct lineage *lineage, bool has_count, const char *release);

#endif /* LINEAGE_CORE_BOOT_KIND_H */
