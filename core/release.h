/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/* Validation of releases, and their encoding inside a stamp. */
#ifndef LINEAGE_CORE_RELEASE_H
#define LINEAGE_CORE_RELEASE_H

#include "env.h"
#include "fault.h"

#define LINEAGE_RELEASE_MAX \
	64 /* bytes of a release: the field of struct new_utsname minus the NUL */
#define LINEAGE_RELEASE_SIZE (LINEAGE_RELEASE_MAX + 1) /* including the NUL */
#define LINEAGE_ENCODED_MAX (3 * LINEAGE_RELEASE_MAX)  /* every byte written as %XX */

/**
 * lineage_release_is_valid() - whether bytes are a valid release, as `uname -r` prints it
 * @release: the bytes; no NUL needed
 * @length: bytes at @release
 *
 * Return: true for 1 to 64 printable ASCII bytes (0x21 to 0x7e).
 */
bool lineage_release_is_valid(const char *release, size_t length);

/**
 * lineage_release_read() - read the release at the beginning of a version string
 * @version: untrusted bytes, for example "6.1.0-56-amd64 (builder@host) #1 SMP"; no NUL needed
 * @size: bytes at @version; LINEAGE_RELEASE_SIZE is always enough
 * @ret: LINEAGE_RELEASE_SIZE bytes for the release and its NUL; untouched on failure
 *
 * The release ends at the first blank or NUL.
 *
 * Return: 0, or -EILSEQ if the release is truncated or not valid.
 */
int lineage_release_read(const char *version, size_t size, char *ret);

/**
 * lineage_release_encode() - encode a release as in a stamp
 * @release: a valid release; no NUL needed
 * @length: bytes at @release
 * @buf: receives the encoded release, without a NUL; at least LINEAGE_ENCODED_MAX bytes
 *
 * Bytes outside A-Za-z0-9._+~- become %XX in upper-case hex.
 *
 * Return: bytes written.
 */
size_t lineage_release_encode(const char *release, size_t length, char *buf);

/**
 * lineage_release_decode() - decode a release of a stamp
 * @text: the encoded bytes, untrusted; no NUL needed
 * @length: bytes at @text
 * @ret: LINEAGE_RELEASE_SIZE bytes for the release and its NUL; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Accepts only the output of lineage_release_encode(), so that every release has one spelling.
 *
 * Return: 0 or -EILSEQ.
 */
int lineage_release_decode(const char *text, size_t length, char *ret, struct lineage_fault *fault);

#endif /* LINEAGE_CORE_RELEASE_H */
