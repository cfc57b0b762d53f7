/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libkexec-lineage: report which kernels led to the running one, and pass that on to the next one.
 *
 * A program asks for a report on a system, reads it, and may make from it what the next kernel
 * needs: a stamp, or a stamped command line.
 *
 * Every function returns 0 or a negative errno value, and leaves its outputs (named ret) alone
 * on failure. What it hands out in them belongs to the caller: a report and an inspection go
 * back to their _destroy function, a string to free(). Nothing prints, nothing exits, no state
 * is kept between calls: calls on different objects may run at the same time.
 */
#ifndef KEXEC_LINEAGE_H
#define KEXEC_LINEAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kexec-lineage-boot.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a source gave. Absent, forbidden and malformed are three different things. */
enum lineage_status {
	LINEAGE_STATUS_OK,
	LINEAGE_STATUS_ABSENT,
	LINEAGE_STATUS_FORBIDDEN,
	LINEAGE_STATUS_MALFORMED,
	LINEAGE_STATUS_UNSUPPORTED,
};

/** The words of `kexec-lineage show --json`: "cold", "ok" and so on; static. */
const char *lineage_boot_name(enum lineage_boot boot);
const char *lineage_status_name(enum lineage_status status);

/**
 * struct lineage_entry - kernels of one release that ran in a row
 * @release: their release
 * @runs: how many, at least 1
 */
struct lineage_entry {
	const char *release;
	uint32_t runs;
};

/**
 * struct lineage_evidence - what one source shows
 * @source: "kho", "stamp", "module" or "log"
 * @status: whether it could be read
 * @is_stale: it was read, but somebody copied it from an earlier boot: it proves nothing
 * @has_count: whether @kexec_count is known
 * @is_metadata: it is, or repeats, the kernel's own kexec-metadata (in a log: the line "KHO: exec from")
 * @kexec_count: kexecs since cold boot, as this source tells
 * @previous_release: as this source tells; NULL where it does not
 * @detail: one line on where it was (of kho: which of its blobs told it, where kexec-lineage did),
 *	what is wrong or what could be done; NULL where all is well
 */
struct lineage_evidence {
	const char *source;
	enum lineage_status status;
	bool is_stale;
	bool has_count;
	bool is_metadata;
	uint32_t kexec_count;
	const char *previous_release;
	const char *detail;
};

/**
 * struct lineage_report - a system's lineage and what it was found from
 * @release: the running kernel's; NULL where not known
 * @cmdline: its command line, without the newline; NULL where it cannot be read
 * @boot: how it was started
 * @boot_evidence: what tells so, one line
 * @previous_release: of the kernel that kexec'ed it; NULL after a cold boot or where not known
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot; 0 after a cold boot
 * @chain: releases before this one, newest first
 * @chain_length: entries of @chain
 * @chain_is_complete: the chain names every kernel back to the cold boot
 * @sources: one entry for each source, in the order in which they are believed
 * @source_count: entries of @sources
 * @conflicts: where sources contradict each other, and what was made of it; one line each
 * @conflict_count: entries of @conflicts
 *
 * Read only; everything in it lives as long as the report.
 */
struct lineage_report {
	const char *release;
	const char *cmdline;
	enum lineage_boot boot;
	const char *boot_evidence;
	const char *previous_release;
	bool has_count;
	uint32_t kexec_count;
	const struct lineage_entry *chain;
	size_t chain_length;
	bool chain_is_complete;
	const struct lineage_evidence *sources;
	size_t source_count;
	const char *const *conflicts;
	size_t conflict_count;
};

/**
 * lineage_report_create() - find out a system's lineage
 * @root: read every path below this folder (a disk image, a sosreport); NULL for the running system
 * @ret: the report
 *
 * Sources that are absent, forbidden or malformed are no failure: the report says so.
 *
 * Return: 0; -ENOMEM; -ENOENT, -ENOTDIR, -EACCES and other errors of opening @root.
 */
int lineage_report_create(const char *root, struct lineage_report **ret);

/**
 * struct lineage_log_facts - what the kernel log of one boot shows about its lineage
 * @release: release of the kernel that wrote the log; NULL if unknown
 * @boot: how that kernel was started, as far as the log shows; otherwise LINEAGE_BOOT_UNKNOWN
 * @stamp: value of the last kexec_lineage.stamp= parameter on its command line; NULL if there is none
 * @lines: the kernel's own messages that begin with "KHO: exec from: " or "kexec_lineage: ", oldest
 *	first, one a line, without time and level; NULL if there are none. Other lines are ignored.
 */
struct lineage_log_facts {
	const char *release;
	enum lineage_boot boot;
	const char *stamp;
	const char *lines;
};

/**
 * lineage_report_create_from_log() - the lineage of a kernel of which only a log is left
 * @facts: what the log shows; copied
 * @ret: the report; its @cmdline is NULL, its sources "kho" and "module" are absent
 *
 * The same rules decide as for a running system. A log does not show the boot loader's type.
 * Instead: the line "kexec_lineage: cold boot" is a cold boot, whatever @boot says. If @boot is
 * unknown, an "exec from" line or a stamp that is not stale is a kexec.
 *
 * Return: 0; -ENOMEM; -EILSEQ if the release in @facts is not a valid release.
 */
int lineage_report_create_from_log(const struct lineage_log_facts *facts,
				   struct lineage_report **ret);

/** lineage_report_destroy() - free a report; NULL is fine */
void lineage_report_destroy(struct lineage_report *report);

/**
 * lineage_stamp_create() - the stamp for the next kernel
 * @report: of the running system
 * @kind: how the next kernel will be started
 * @made_for: the next kernel's release, NULL where not known
 * @ret: "kexec_lineage.stamp=..."
 *
 * Where the running kernel's own count is not known, the stamp counts the kexecs that are
 * certain: one for a kernel that was kexec'ed, none otherwise, and the one to come.
 *
 * Return: 0; -ENOMEM; -ENODATA where the running kernel's release is not known; -EILSEQ where
 * @made_for is no release.
 */
int lineage_stamp_create(const struct lineage_report *report, enum lineage_kind kind,
			 const char *made_for, char **ret);

/** How long a next kernel's command line may be, without the NUL, where its image does not tell. */
size_t lineage_cmdline_default_limit(void);

/**
 * lineage_cmdline_create() - a command line stamped for the next kernel
 * @report: of the running system
 * @kind: how the next kernel will be started
 * @made_for: the next kernel's release, NULL where not known
 * @cmdline: the command line to stamp
 * @limit: how long the result may be, in bytes without the NUL
 * @ret_stamped: false where there was no room for a stamp, or none could be made
 * @ret: @cmdline with the new stamp, or with none; earlier stamps are gone in either case
 *
 * Return: 0; -ENOMEM; -EILSEQ where @made_for is no release.
 */
int lineage_cmdline_create(const struct lineage_report *report, enum lineage_kind kind,
			   const char *made_for, const char *cmdline, size_t limit,
			   bool *ret_stamped, char **ret);

/**
 * struct lineage_image - what a kernel image tells of itself
 * @release: its release; empty where the image does not tell
 * @cmdline_limit: how long its command line may be, in bytes without the NUL
 */
struct lineage_image {
	char release[65];
	size_t cmdline_limit;
};

/**
 * lineage_image_read() - look into a kernel image
 * @path: the file; may be compressed with gzip
 * @ret: what it tells
 *
 * x86 bzImage tells both (Documentation/arch/x86/boot.rst: kernel_version, cmdline_size); of
 * any other file the release is empty and the limit is lineage_cmdline_default_limit().
 *
 * Return: 0; -EILSEQ where a bzImage is cut or has a release that is none; errors of opening
 * and reading.
 */
int lineage_image_read(const char *path, struct lineage_image *ret);

/**
 * lineage_kho_is_finalized() - whether Kexec HandOver (KHO) is finalized
 * @root: as for lineage_report_create()
 * @ret: whether it has
 *
 * Linux before 7.1 leaves that to userspace. A kernel that kexec_file_load(2) loads before it has
 * happened gets nothing through KHO on Linux 6.18; on 6.19 and 7.0 it may happen up to the reboot.
 *
 * Return: 0; -ENODATA where this kernel leaves nothing to userspace, or has KHO off, or debugfs
 * is not mounted; -EPERM where the kernel is locked down; -EACCES; -EILSEQ where the file says
 * neither; other errors of opening @root, opening and reading.
 */
int lineage_kho_is_finalized(const char *root, bool *ret);

/**
 * lineage_kho_finalize() - tell KHO to hand over what it has
 * @root: as for lineage_report_create()
 * @ret_has_lineage: whether that is a lineage: the kernel or the module publishes one
 *
 * Return: 0; -ENOENT where the kernel leaves nothing to userspace; otherwise as above; -EBUSY and
 * other errors of writing.
 */
int lineage_kho_finalize(const char *root, bool *ret_has_lineage);

/** What lineage_inspect() recognised. */
enum lineage_format {
	LINEAGE_FORMAT_UNKNOWN,
	LINEAGE_FORMAT_STAMP,	 /* a stamp, alone or on a command line */
	LINEAGE_FORMAT_METADATA, /* a metadata blob, bare or in an FDT */
	LINEAGE_FORMAT_KHO,	 /* KHO's own FDT */
	LINEAGE_FORMAT_LINEAGE,	 /* a kexec-lineage blob: an FDT with a stamp in it */
};

/**
 * lineage_format_name() - "stamp", "metadata blob", "KHO FDT", "kexec-lineage blob" or
 * "unknown"; static
 */
const char *lineage_format_name(enum lineage_format format);

/**
 * struct lineage_subtree - one blob that KHO passes on
 * @name: its node's name
 * @property: the property that holds the address: "fdt" or "preserved-data"
 * @address: physical address
 * @has_size: whether the FDT tells the size (Linux 7.1 and later)
 * @size: bytes
 */
struct lineage_subtree {
	const char *name;
	const char *property;
	uint64_t address;
	bool has_size;
	uint64_t size;
};

/**
 * struct lineage_inspection - what some bytes say
 * @format: what they are
 * @status: whether they could be read: ok, malformed or unsupported
 * @detail: what is wrong, or a remark; NULL where there is nothing to say
 * @previous_release: NULL where not told
 * @has_count: whether @kexec_count is told
 * @kexec_count: kexecs since cold boot
 * @kind: of a stamp, alone or in a kexec-lineage blob; 0 elsewhere
 * @made_for: release that a stamp was made for; NULL where not told
 * @chain: of a stamp; entries newest first
 * @chain_length: entries of @chain
 * @chain_is_complete: the chain names every kernel back to the cold boot
 * @compatible: of KHO's FDT: the version of its ABI, "kho-v1" and so on
 * @subtrees: of KHO's FDT
 * @subtree_count: entries of @subtrees
 *
 * Read only; everything in it lives as long as the inspection.
 */
struct lineage_inspection {
	enum lineage_format format;
	enum lineage_status status;
	const char *detail;
	const char *previous_release;
	bool has_count;
	uint32_t kexec_count;
	int kind;
	const char *made_for;
	const struct lineage_entry *chain;
	size_t chain_length;
	bool chain_is_complete;
	const char *compatible;
	const struct lineage_subtree *subtrees;
	size_t subtree_count;
};

/**
 * lineage_inspect() - recognise and decode a blob or FDT of KHO, or a stamp
 * @data: the bytes
 * @size: how many
 * @ret: what they say; also where they are malformed or nothing known
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_inspect(const void *data, size_t size, struct lineage_inspection **ret);

/** lineage_inspection_destroy() - free an inspection; NULL is fine */
void lineage_inspection_destroy(struct lineage_inspection *inspection);

#ifdef __cplusplus
}
#endif

#endif /* KEXEC_LINEAGE_H */
