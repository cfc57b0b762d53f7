/* SPDX-License-Identifier: GPL-2.0-or-later OR BSD-2-Clause */
/*
 * How does a lineage travel on a kernel command line?
 *
 * As one parameter, "kexec_lineage.stamp=1,<kind>,<count>,<for>,<entry>...,<crc>".
 * docs/stamp-format.md describes it for other implementations.
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
#define LINEAGE_STAMP_MAX 1024 /* bytes of the whole parameter, name included, NUL not */

/**
 * struct lineage_stamp - what a stamp says
 * @kind: for a kexec or for a capture kernel
 * @made_for: release of the kernel it was made for, empty where that was not known
 * @lineage: the lineage of the kernel that reads the stamp: count at least 1, at least one entry
 */
struct lineage_stamp {
	enum lineage_kind kind;
	char made_for[LINEAGE_RELEASE_SIZE];
	struct lineage lineage;
};

/**
 * lineage_stamp_format() - write a stamp as a command-line parameter, with its name
 * @stamp: what to write
 * @buf: gets the parameter and a NUL; an empty string on failure
 * @size: bytes at @buf, at least 1
 * @ret_length: bytes written, without the NUL; untouched on failure
 *
 * Drops the chain's oldest entries where @size or LINEAGE_STAMP_MAX leaves no room
 * for all. The value alone starts LINEAGE_STAMP_PREFIX_LENGTH bytes into @buf.
 *
 * Return: 0; -ENODATA where the lineage is empty; -EILSEQ where @made_for is no
 * release; -ENOSPC where not even one entry fits.
 */
int lineage_stamp_format(const struct lineage_stamp *stamp, char *buf, size_t size,
			 size_t *ret_length);

/**
 * lineage_stamp_parse() - read a stamp's value
 * @value: what stands behind "kexec_lineage.stamp="
 * @length: how many bytes
 * @ret: what it says; untouched on failure
 * @fault: where not NULL, why it failed
 *
 * What is accepted is exactly what lineage_stamp_format() can write.
 *
 * Return: 0; -EPROTONOSUPPORT where the version is not 1 (nothing else was looked
 * at); -EBADMSG where the CRC differs; -EILSEQ where it is malformed.
 */
int lineage_stamp_parse(const char *value, size_t length, struct lineage_stamp *ret,
			struct lineage_fault *fault);

#endif /* LINEAGE_CORE_STAMP_H */
