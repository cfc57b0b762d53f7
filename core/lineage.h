/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * A lineage: a count of kexecs since cold boot and the chain of releases that ran before, newest
 * first.
 *
 * The chain is stored as the text that a stamp carries ("B,A*2,C"). A stamp is read by validating
 * this text and written by copying it, so only the length of a stamp limits the chain. Nothing is
 * allocated; a lineage may be copied with `=`.
 */
#ifndef LINEAGE_CORE_LINEAGE_H
#define LINEAGE_CORE_LINEAGE_H

#include "env.h"
#include "fault.h"
#include "release.h"

/*
 * Bytes of the longest chain: the 1024 bytes of a stamp minus its other parts. These are name,
 * version, kind, a count of one digit, the empty field made_for, commas and CRC.
 */
#define LINEAGE_CHAIN_MAX 988

/*
 * Bytes of the longest chain with a blank after each comma. An entry with its comma has at least
 * two bytes, so at most one blank is added for every two bytes.
 */
#define LINEAGE_CHAIN_TEXT_MAX (LINEAGE_CHAIN_MAX + LINEAGE_CHAIN_MAX / 2)

/**
 * struct lineage - a count and a chain
 * @count: kexecs since cold boot; saturates at UINT32_MAX
 * @chain_length: bytes of @chain in use
 * @chain: entries "release[*runs]" separated by commas, newest first, no NUL
 *
 * The lineage after a cold boot is all zero.
 */
struct lineage {
	uint32_t count;
	uint32_t chain_length;
	char chain[LINEAGE_CHAIN_MAX];
};

/**
 * struct lineage_run - one entry of a chain
 * @release: NUL-terminated
 * @runs: number of kernels in a row that had this release; at least 1
 */
struct lineage_run {
	char release[LINEAGE_RELEASE_SIZE];
	uint32_t runs;
};

/**
 * lineage_clear() - set the lineage after a cold boot
 * @lineage: all zero afterwards
 */
void lineage_clear(struct lineage *lineage);

/**
 * lineage_push() - turn a kernel's lineage into the lineage of the kernel that it kexecs
 * @lineage: modified in place: the count is incremented, @release becomes the newest entry
 * @release: release of the kernel that does the kexec, NUL-terminated
 *
 * Count and runs saturate. If the chain does not fit, its oldest entries are dropped.
 *
 * Return: 0, or -EILSEQ if @release is not a valid release; @lineage is then not modified.
 */
int lineage_push(struct lineage *lineage, const char *release);

/**
 * lineage_forget_oldest() - make a complete lineage incomplete, because its start is unknown
 * @lineage: modified in place: if its chain is complete and names more than one kernel, the oldest
 *	kernel leaves the chain. The count is then a lower bound
 */
void lineage_forget_oldest(struct lineage *lineage);

/**
 * lineage_chain_next() - iterate over the entries of a chain, newest first
 * @lineage: a lineage
 * @position: 0 for the first call; advanced by each call
 * @ret: the entry; untouched on failure
 *
 * Return: 0, or -ENODATA after the last entry.
 */
int lineage_chain_next(const struct lineage *lineage, size_t *position, struct lineage_run *ret);

/**
 * lineage_chain_begins_with() - whether the newest entry has this release
 * @lineage: a lineage; its chain may be empty
 * @release: NUL-terminated
 */
bool lineage_chain_begins_with(const struct lineage *lineage, const char *release);

/**
 * lineage_chain_text() - format a chain with a blank after each comma: "A, B*2, C"
 * @lineage: a lineage
 * @position: 0 for the first call; advanced by each call
 * @buf: receives as many of the next entries as fit completely, without a NUL
 * @size: bytes at @buf; LINEAGE_CHAIN_TEXT_MAX is enough for any chain
 *
 * Return: bytes written; 0 after the last entry, or if the next entry does not fit.
 */
size_t lineage_chain_text(const struct lineage *lineage, size_t *position, char *buf, size_t size);

/**
 * lineage_chain_check() - validate the text of a chain
 * @text: untrusted; entries as in a stamp, no NUL needed
 * @length: bytes at @text; 0 is an empty chain
 * @ret_kernels: number of kernels that the chain names, the sum of all runs; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Only the canonical spelling is valid: no empty entry, no `*0` or `*1`, no two adjacent entries of
 * one release, at most LINEAGE_CHAIN_MAX bytes. Valid text may be copied into a struct lineage.
 *
 * Return: 0 or -EILSEQ.
 */
int lineage_chain_check(const char *text, size_t length, uint64_t *ret_kernels,
			struct lineage_fault *fault);

/**
 * lineage_chain_fit() - length of the newest entries that fit completely
 * @lineage: a lineage
 * @room: available bytes
 *
 * Return: bytes, without a final comma; 0 if the newest entry does not fit or the chain is empty.
 */
size_t lineage_chain_fit(const struct lineage *lineage, size_t room);

/**
 * lineage_chain_kernels() - number of kernels that the chain names
 * @lineage: a lineage
 *
 * Return: the sum of all runs.
 */
uint64_t lineage_chain_kernels(const struct lineage *lineage);

/**
 * lineage_is_complete() - whether the chain reaches back to the cold boot
 * @lineage: a lineage
 *
 * Return: true if the chain names one kernel for each counted kexec; false for a saturated count,
 * which is a lower bound.
 */
bool lineage_is_complete(const struct lineage *lineage);

#endif /* LINEAGE_CORE_LINEAGE_H */
