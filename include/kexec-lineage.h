/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Public interface of libkexec-lineage: report which kernels led to the running one, and make the
 * stamp for the next one. libkexec-lineage(3) is its manual.
 *
 * A function that can fail returns 0 or a negative errno value. Outputs are named ret or ret_...
 * and are untouched on failure. The caller owns them: release a report with
 * lineage_report_destroy(), an inspection with lineage_inspection_destroy(), a string with free().
 * No function prints, exits or keeps state between calls. Threads may call the functions at the
 * same time on different objects.
 *
 * A later version of the library may append members to the structs and values to the enums, except
 * for the structs that are elements of arrays (lineage_entry, lineage_evidence, lineage_subtree).
 * Therefore treat an unknown enum value like LINEAGE_BOOT_UNKNOWN, allocate only structs that begin
 * with the member size, and set that member (docs/decisions/library-abi.md).
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

/** enum lineage_status - result of reading one source */
enum lineage_status {
	LINEAGE_STATUS_OK,
	LINEAGE_STATUS_ABSENT,
	LINEAGE_STATUS_FORBIDDEN,
	LINEAGE_STATUS_MALFORMED,
	LINEAGE_STATUS_UNSUPPORTED,
};

/**
 * lineage_boot_name() - name of a boot kind
 * @boot: any value
 *
 * Return: a static string: "cold", "kexec" or "capture", as in `kexec-lineage show --json`;
 * "unknown" for any other value.
 */
const char *lineage_boot_name(enum lineage_boot boot);

/**
 * lineage_status_name() - name of a status
 * @status: any value
 *
 * Return: a static string: "ok", "absent", "forbidden", "malformed" or "unsupported", as in
 * `kexec-lineage show --json`; "unknown" for a value outside the enum.
 */
const char *lineage_status_name(enum lineage_status status);

/**
 * struct lineage_entry - consecutive kernels of one release
 * @release: the release
 * @runs: number of kernels; at least 1
 *
 * An element of arrays: never gets another member.
 */
struct lineage_entry {
	const char *release;
	uint32_t runs;
};

/**
 * struct lineage_evidence - result of reading one source
 * @source: "ima", "kho", "stamp", "module" or "log"; a later version may have more sources
 * @status: whether the source could be read
 * @is_stale: the source was read, but its data was copied from an earlier boot, or contradicts a
 *	more reliable source, and is not used
 * @has_count: whether @kexec_count is known
 * @is_metadata: the source is the kernel's own kexec-metadata, or repeats it (the line
 *	"KHO: exec from" in a log)
 * @kexec_count: kexecs since cold boot
 * @previous_release: release of the previous kernel; NULL if unknown
 * @detail: one line: which blobs of KHO were used, what is wrong, or how to fix it; NULL if there
 *	is nothing to report
 *
 * An element of arrays: never gets another member.
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
 * struct lineage_report - lineage of a system, and the evidence for it
 * @release: release of the running kernel; NULL if unknown
 * @cmdline: command line of the running kernel, without the newline; NULL if it cannot be read
 * @boot: how the running kernel was booted
 * @boot_evidence: one line: the evidence for @boot
 * @previous_release: release of the previous kernel; NULL after a cold boot or if unknown
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot; 0 after a cold boot
 * @chain: releases of the kernels before the running one, newest first
 * @chain_length: entries of @chain
 * @chain_is_complete: @chain names every kernel back to the cold boot
 * @sources: one entry for each source, most reliable first
 * @source_count: entries of @sources
 * @conflicts: one line for each contradiction between sources, with its resolution
 * @conflict_count: entries of @conflicts
 *
 * The library allocates this struct. It is read-only. The struct and everything that it points to
 * are valid until lineage_report_destroy().
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
 * lineage_report_create() - report the lineage of a system
 * @root: read every path below this folder (a disk image, a sosreport); NULL for the running system
 * @ret: the report
 *
 * A source that is absent, forbidden or malformed is not an error: the report has its status.
 *
 * Return: 0; -ENOMEM; -ENOENT, -ENOTDIR, -EACCES and other errors of opening @root.
 */
int lineage_report_create(const char *root, struct lineage_report **ret);

/**
 * struct lineage_log_facts - what the kernel log of one boot shows about its lineage
 * @size: sizeof(struct lineage_log_facts), set by the caller
 * @release: release of the kernel that wrote the log; NULL if unknown
 * @boot: how that kernel was booted; LINEAGE_BOOT_UNKNOWN if the log does not show it
 * @stamp: value of the last kexec_lineage.stamp= parameter on its command line; NULL if absent
 * @lines: the kernel's own messages that begin with "KHO: exec from: " or "kexec_lineage: ", oldest
 *	first, one per line, without time and level; NULL if absent. Other lines are ignored. The
 *	boot id at the end of a line that the module prints with a crash is also ignored.
 *
 * The caller allocates this struct, and sets members that it does not use to zero.
 */
struct lineage_log_facts {
	size_t size;
	const char *release;
	enum lineage_boot boot;
	const char *stamp;
	const char *lines;
};

/**
 * lineage_report_create_from_log() - report the lineage of a kernel from its log
 * @facts: what the log shows; copied
 * @ret: the report; its @cmdline is NULL, its sources "ima", "kho" and "module" are absent
 *
 * The rules of lineage_report_create() apply, with one exception: a log does not show the
 * boot-loader type, so the line "kexec_lineage: cold boot" means a cold boot for any @boot.
 * If @boot is unknown, an "exec from" line or a stamp that is not stale means a kexec.
 *
 * Return: 0; -ENOMEM; -EINVAL if @facts->size is too small or @facts->boot is not a boot kind;
 * -E2BIG if @facts has a member that is unknown to this version of the library and is not zero;
 * -EILSEQ if the release in @facts is not a valid release.
 */
int lineage_report_create_from_log(const struct lineage_log_facts *facts,
				   struct lineage_report **ret);

/**
 * lineage_report_destroy() - free a report
 * @report: a report; NULL is ignored
 */
void lineage_report_destroy(struct lineage_report *report);

/**
 * lineage_stamp_create() - make the stamp for the next kernel
 * @report: report on the running system
 * @kind: how the next kernel will be booted
 * @made_for: release of the next kernel; NULL or empty if unknown
 * @ret: "kexec_lineage.stamp=..."
 *
 * If the count of the running kernel is unknown, the stamp counts only the kexecs that are certain
 * (docs/decisions/unknown-count.md).
 *
 * Return: 0; -ENOMEM; -EINVAL if @kind is neither LINEAGE_KIND_KEXEC nor LINEAGE_KIND_CAPTURE;
 * -ENODATA if the release of the running kernel is unknown; -EILSEQ if @made_for is not a valid
 * release.
 */
int lineage_stamp_create(const struct lineage_report *report, enum lineage_kind kind,
			 const char *made_for, char **ret);

/**
 * lineage_cmdline_default_limit() - longest command line if the next kernel's image has no limit
 *
 * Return: bytes without the NUL.
 */
size_t lineage_cmdline_default_limit(void);

/**
 * lineage_cmdline_stays_empty() - whether a command line gets no stamp because it is empty
 * @report: report on the running system
 * @cmdline: a command line, NUL-terminated
 *
 * Kernels that are started with a device tree use the command line that is built into them
 * (CONFIG_CMDLINE) only if they get an empty one. A stamp would replace it.
 *
 * Return: true if @cmdline has nothing but stamps and blanks, and the system is not x86.
 */
bool lineage_cmdline_stays_empty(const struct lineage_report *report, const char *cmdline);

/**
 * lineage_cmdline_create() - stamp a command line for the next kernel
 * @report: report on the running system
 * @kind: how the next kernel will be booted
 * @made_for: release of the next kernel; NULL or empty if unknown
 * @cmdline: the command line to stamp
 * @limit: longest allowed result, in bytes without the NUL
 * @ret_stamped: false if the result has no stamp, because there was no room, no stamp could be
 *	made, or lineage_cmdline_stays_empty()
 * @ret: @cmdline with the new stamp, or without a stamp; earlier stamps are removed in both cases
 *
 * Return: 0; -ENOMEM; -EINVAL if @kind is neither LINEAGE_KIND_KEXEC nor LINEAGE_KIND_CAPTURE;
 * -EILSEQ if @made_for is not a valid release.
 */
int lineage_cmdline_create(const struct lineage_report *report, enum lineage_kind kind,
			   const char *made_for, const char *cmdline, size_t limit,
			   bool *ret_stamped, char **ret);

/**
 * struct lineage_image - properties of a kernel image
 * @size: sizeof(struct lineage_image), set by the caller before the call
 * @release: release of the kernel, NUL-terminated; empty if the image does not contain it
 * @cmdline_limit: longest command line that the kernel accepts, in bytes without the NUL
 *
 * The caller allocates this struct.
 */
struct lineage_image {
	size_t size;
	char release[65];
	size_t cmdline_limit;
};

/**
 * lineage_image_read() - read the properties of a kernel image
 * @path: the file
 * @ret: its properties; @ret->size is an input. Members that this version of the library does not
 *	know are set to zero.
 *
 * An x86 bzImage contains both properties (Linux Documentation/arch/x86/boot.rst: kernel_version,
 * cmdline_size), and so does one of s390x (Linux arch/s390/include/asm/setup.h). An Image of arm64
 * or riscv, and an ELF file of riscv or ppc64, contains the
 * release; the limit of a riscv kernel depends on its release. All may be compressed with gzip and
 * in a unified kernel image; an Image may be in an EFI zboot image compressed with gzip. For any
 * other file, and for what an image does not show, the release is empty and the limit is
 * lineage_cmdline_default_limit().
 *
 * Return: 0; -ENOMEM; -EINVAL if @ret->size is too small; -EILSEQ if the header of a bzImage is
 * truncated; -EISDIR and -ENOTBLK if @path is neither a regular file nor a block device; errors of
 * opening and reading @path.
 */
int lineage_image_read(const char *path, struct lineage_image *ret);

/**
 * lineage_kho_is_finalized() - whether Kexec HandOver (KHO) is finalized
 * @root: as for lineage_report_create()
 * @ret: whether it is finalized
 *
 * Before Linux 7.1 KHO hands nothing over unless userspace finalizes it. Userspace must do so
 * before kexec_file_load(2) on Linux 6.18, and before the reboot on Linux 6.19 and 7.0.
 *
 * Return: 0; -ENODATA if this kernel needs no finalization, KHO is off or debugfs is not mounted;
 * -EPERM if the kernel is locked down; -EACCES; -EILSEQ if the file contains neither 0 nor 1; other
 * errors of opening @root, and of opening and reading the file.
 */
int lineage_kho_is_finalized(const char *root, bool *ret);

/**
 * lineage_kho_finalize() - finalize KHO
 * @root: as for lineage_report_create()
 * @ret_has_lineage: whether KHO hands over a lineage that the kernel or the module published
 *
 * Return: 0; -ENOENT if this kernel needs no finalization, KHO is off or debugfs is not mounted;
 * -EPERM if the kernel is locked down; -EACCES; -EBUSY and other errors of opening @root, and of
 * opening and writing the file.
 */
int lineage_kho_finalize(const char *root, bool *ret_has_lineage);

/** enum lineage_format - format that lineage_inspect() recognised */
enum lineage_format {
	LINEAGE_FORMAT_UNKNOWN,
	LINEAGE_FORMAT_STAMP,	 /* a stamp, alone or on a command line */
	LINEAGE_FORMAT_METADATA, /* a metadata blob, bare or in an FDT */
	LINEAGE_FORMAT_KHO,	 /* the FDT of KHO */
	LINEAGE_FORMAT_LINEAGE,	 /* a kexec-lineage blob: an FDT that contains a stamp */
};

/**
 * lineage_format_name() - name of a format
 * @format: any value
 *
 * Return: a static string: "stamp", "metadata blob", "KHO FDT" or "kexec-lineage blob"; "unknown"
 * for any other value.
 */
const char *lineage_format_name(enum lineage_format format);

/**
 * struct lineage_subtree - one blob that KHO hands over
 * @name: name of its node
 * @property: the property that holds the address: "fdt" or "preserved-data"
 * @address: physical address
 * @has_size: whether the FDT contains the size (Linux 7.1 and later)
 * @size: bytes
 *
 * An element of arrays: never gets another member.
 */
struct lineage_subtree {
	const char *name;
	const char *property;
	uint64_t address;
	bool has_size;
	uint64_t size;
};

/**
 * struct lineage_inspection - content of the bytes that lineage_inspect() decoded
 * @format: format of the bytes
 * @status: whether they could be decoded: ok, malformed or unsupported
 * @detail: one line: what is wrong, or a remark; NULL if there is nothing to report
 * @previous_release: release of the previous kernel; NULL if unknown
 * @has_count: whether @kexec_count is known
 * @kexec_count: kexecs since cold boot
 * @kind: kind of a stamp, alone or in a kexec-lineage blob; otherwise LINEAGE_KIND_NONE
 * @made_for: release that a stamp was made for; NULL if unknown
 * @chain: chain of a stamp, newest entry first
 * @chain_length: entries of @chain
 * @chain_is_complete: @chain names every kernel back to the cold boot
 * @compatible: version of KHO's ABI in KHO's FDT, for example "kho-v1"; otherwise NULL
 * @subtrees: blobs in KHO's FDT
 * @subtree_count: entries of @subtrees
 *
 * The library allocates this struct. It is read-only. The struct and everything that it points to
 * are valid until lineage_inspection_destroy().
 */
struct lineage_inspection {
	enum lineage_format format;
	enum lineage_status status;
	const char *detail;
	const char *previous_release;
	bool has_count;
	uint32_t kexec_count;
	enum lineage_kind kind;
	const char *made_for;
	const struct lineage_entry *chain;
	size_t chain_length;
	bool chain_is_complete;
	const char *compatible;
	const struct lineage_subtree *subtrees;
	size_t subtree_count;
};

/**
 * lineage_inspect() - recognise and decode a blob of KHO, KHO's FDT, or a stamp
 * @data: the bytes; may be NULL if @size is 0
 * @size: bytes at @data
 * @ret: the content; also set if the bytes are malformed or their format is unknown
 *
 * Return: 0 or -ENOMEM.
 */
int lineage_inspect(const void *data, size_t size, struct lineage_inspection **ret);

/**
 * lineage_inspection_destroy() - free an inspection
 * @inspection: an inspection; NULL is ignored
 */
void lineage_inspection_destroy(struct lineage_inspection *inspection);

#ifdef __cplusplus
}
#endif

#endif /* KEXEC_LINEAGE_H */
