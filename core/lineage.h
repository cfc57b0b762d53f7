/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * What is a lineage?
 *
 * How a kernel came to run: a count of kexecs since cold boot and a chain of the
 * releases that ran before it, newest first. The chain is held in the very text
 * that a stamp carries ("B,A*2,C"): reading a stamp is checking it, writing one is
 * copying it, and the only bound on a chain is the one that the stamp has. Nothing
 * is allocated; a lineage may be copied with `=`.
 */
#ifndef LINEAGE_CORE_LINEAGE_H
#define LINEAGE_CORE_LINEAGE_H

#include "env.h"
#include "fault.h"
#include "release.h"

/*
 * What is left of a stamp's 1024 bytes for the chain, in the best case: less the name, version,
 * kind, one digit of count, an empty release it was made for, commas and CRC.
 */
#define LINEAGE_CHAIN_MAX 988

/* The same as people read it: a blank behind each comma. With its comma an entry has two bytes. */
#define LINEAGE_CHAIN_TEXT_MAX (LINEAGE_CHAIN_MAX + LINEAGE_CHAIN_MAX / 2)

/**
 * struct lineage - a count and a chain
 * @count: kexecs since cold boot; stays at UINT32_MAX once there
 * @chain_length: bytes of @chain in use
 * @chain: entries "release[*runs]" separated by commas, newest first, no NUL
 *
 * All zero: the lineage after a cold boot.
 */
struct lineage {
	uint32_t count;
	uint32_t chain_length;
	char chain[LINEAGE_CHAIN_MAX];
};

/**
 * struct lineage_run - one entry of a chain
 * @release: NUL-terminated
 * @runs: how many kernels in a row had this release, at least 1
 */
struct lineage_run {
	char release[LINEAGE_RELEASE_SIZE];
	uint32_t runs;
};

/**
 * lineage_clear() - make @lineage the one after a cold boot
 */
void lineage_clear(struct lineage *lineage);

/**
 * lineage_push() - turn a kernel's lineage into that of the kernel it kexecs
 * @lineage: changed in place: one more kexec, @release in front
 * @release: what the kernel that does the kexec calls itself, NUL-terminated
 *
 * Count and runs saturate. Where the chain would not fit, whole entries are
 * dropped, oldest first.
 *
 * Return: 0, or -EILSEQ where @release is no valid release (nothing is changed).
 */
int lineage_push(struct lineage *lineage, const char *release);

/**
 * lineage_chain_next() - the chain's next entry
 * @lineage: a lineage
 * @position: 0 to begin with; moved on
 * @ret: the entry; untouched on failure
 *
 * Return: 0, or -ENODATA after the last one.
 */
int lineage_chain_next(const struct lineage *lineage, size_t *position, struct lineage_run *ret);

/**
 * lineage_chain_begins_with() - does the newest entry name @release?
 */
bool lineage_chain_begins_with(const struct lineage *lineage, const char *release);

/**
 * lineage_chain_text() - a chain as people read it: "A, B*2, C"
 * @lineage: a lineage
 * @position: 0 to begin with; moved on
 * @buf: gets as many of the next entries as fit whole, without a NUL
 * @size: bytes at @buf; LINEAGE_CHAIN_TEXT_MAX are enough for any chain
 *
 * Return: bytes written; 0 after the last entry, or where not even the next one fits.
 */
size_t lineage_chain_text(const struct lineage *lineage, size_t *position, char *buf, size_t size);

/**
 * lineage_chain_check() - is this text a chain?
 * @text: entries as in a stamp, not trusted
 * @length: how many bytes; 0 is an empty chain
 * @ret_kernels: how many kernels it names, the sum of all runs; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * Only the canonical spelling is a chain: no empty entry, no `*0` or `*1`, no two
 * neighbours of the same release, not more than LINEAGE_CHAIN_MAX bytes. Text that
 * passed may be copied into a struct lineage.
 *
 * Return: 0 or -EILSEQ.
 */
int lineage_chain_check(const char *text, size_t length, uint64_t *ret_kernels,
			struct lineage_fault *fault);

/**
 * lineage_chain_fit() - how much of the chain fits into @room bytes?
 *
 * Return: the length in bytes of the newest entries that fit whole, without a
 * final comma; 0 where not even the first one does.
 */
size_t lineage_chain_fit(const struct lineage *lineage, size_t room);

/**
 * lineage_chain_kernels() - how many kernels does the chain name?
 *
 * Return: the sum of all runs.
 */
uint64_t lineage_chain_kernels(const struct lineage *lineage);

/**
 * lineage_is_complete() - does the chain reach back to the cold boot?
 *
 * Return: true where it names one kernel for each counted kexec. A count that
 * saturated tells no number, so such a chain is never complete.
 */
bool lineage_is_complete(const struct lineage *lineage);

#endif /* LINEAGE_CORE_LINEAGE_H */
