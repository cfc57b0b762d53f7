/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* What is a release, and how is it written inside a stamp? */
#ifndef LINEAGE_CORE_RELEASE_H
#define LINEAGE_CORE_RELEASE_H

#include "env.h"
#include "fault.h"

#define LINEAGE_RELEASE_MAX 64 /* bytes of a release: struct new_utsname's field less its NUL */
#define LINEAGE_RELEASE_SIZE (LINEAGE_RELEASE_MAX + 1) /* the same with the NUL */
#define LINEAGE_ENCODED_MAX (3 * LINEAGE_RELEASE_MAX)  /* every byte written as %XX */

/**
 * lineage_release_is_valid() - is this what `uname -r` can print?
 * @release: the bytes, no NUL needed
 * @length: how many
 *
 * Return: true for 1 to 64 bytes, none of them 0x00 to 0x20 or 0x7f.
 */
bool lineage_release_is_valid(const char *release, size_t length);

/**
 * lineage_release_encode() - write a release as a stamp does
 * @release: a valid release
 * @length: its bytes
 * @buf: at least LINEAGE_ENCODED_MAX bytes; no NUL is written
 *
 * Bytes outside A-Za-z0-9._+~- become %XX, upper-case hex.
 *
 * Return: bytes written.
 */
size_t lineage_release_encode(const char *release, size_t length, char *buf);

/**
 * lineage_release_decode() - read a release out of a stamp
 * @text: the encoded bytes
 * @length: how many
 * @ret: LINEAGE_RELEASE_SIZE bytes for the release and its NUL; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * Only what lineage_release_encode() writes is accepted, so that every release
 * has exactly one spelling.
 *
 * Return: 0 or -EILSEQ.
 */
int lineage_release_decode(const char *text, size_t length, char *ret, struct lineage_fault *fault);

#endif /* LINEAGE_CORE_RELEASE_H */
