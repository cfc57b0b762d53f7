/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * Reader and writer of stamps, the lineage as one kernel command-line parameter.
 *
 * Format: "kexec_lineage.stamp=1,<kind>,<count>,<for>,<entry>...,<crc>".
 * docs/reference/stamp-format.md specifies it for other implementations.
 */
#ifndef LINEAGE_CORE_STAMP_H
#define LINEAGE_CORE_STAMP_H

#include "env.h"
#include "fault.h"
#include "kexec-lineage-boot.h"
#include "lineage.h"

#define LINEAGE_STAMP_NAME "kexec_lineage.stamp"
#define LINEAGE_STAMP_PREFIX LINEAGE_STAMP_NAME "="
#define LINEAGE_STAMP_PREFIX_LENGTH (sizeof(LINEAGE_STAMP_PREFIX) - 1)
#define LINEAGE_STAMP_VERSION 1
#define LINEAGE_STAMP_MAX 1024 /* bytes of the parameter, with its name, without the NUL */

/**
 * struct lineage_stamp - content of a stamp
 * @kind: kexec or capture kernel
 * @made_for: release of the kernel that the stamp was made for, NUL-terminated; empty if unknown
 * @lineage: lineage of the kernel that reads the stamp; its count is at least 1, and its chain has
 *	at least one entry
 */
struct lineage_stamp {
	enum lineage_kind kind;
	char made_for[LINEAGE_RELEASE_SIZE];
	struct lineage lineage;
};

/**
 * lineage_stamp_format() - format a stamp as a command-line parameter, name included
 * @stamp: the content
 * @buf: receives the parameter and a NUL; an empty string on failure
 * @size: bytes at @buf; at least 1
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * Drops the oldest entries of the chain that do not fit into @size or LINEAGE_STAMP_MAX. The value
 * starts LINEAGE_STAMP_PREFIX_LENGTH bytes into @buf.
 *
 * Return: 0; -ENODATA if the lineage is empty; -EILSEQ if @stamp->made_for is not a valid release;
 * -ENOSPC if not even one entry fits.
 */
int lineage_stamp_format(const struct lineage_stamp *stamp, char *buf, size_t size,
			 size_t *ret_length);

/**
 * lineage_stamp_parse() - parse the value of an untrusted stamp
 * @value: the bytes after "kexec_lineage.stamp="; no NUL needed
 * @length: bytes at @value
 * @ret: the content; untouched on failure
 * @fault: NULL, or set to the reason on failure
 *
 * Accepts exactly the values that lineage_stamp_format() writes.
 *
 * Return: 0; -EPROTONOSUPPORT if the version is not 1, in which case nothing else is read; -EBADMSG
 * if the CRC differs; -EILSEQ if the value is malformed.
 */
int lineage_stamp_parse(const char *value, size_t length, struct lineage_stamp *ret,
			struct lineage_fault *fault);

#endif /* LINEAGE_CORE_STAMP_H */
