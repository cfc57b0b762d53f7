/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for the lines of a quiet log that have to be looked at.
 *
 * Those are the lines with a word that begins a boot or a crash report, in any encoding that may_skip_lines
 * (decoder.h). Hyperscan finds them all in one pass at the speed of memory.
 */
#ifndef LINEAGE_INTAKE_SCAN_H
#define LINEAGE_INTAKE_SCAN_H

#include <stddef.h>

struct intake_scan;

/** intake_scan_words() - the words; ends with NULL; static */
const char *const *intake_scan_words(void);

/**
 * intake_scan_create() - make a search for all words
 *
 * Return: 0; -ENOMEM; -ENOTSUP if this build has no Hyperscan, or this CPU lacks what it needs (SSSE3 on
 * x86).
 */
int intake_scan_create(struct intake_scan **ret);

/**
 * intake_scan_find() - where do words end in these bytes?
 * @ret: for up to @count words the offset of the byte behind, in growing order
 *
 * Return: how many there are; where that is @count there may be more behind the last one.
 */
size_t intake_scan_find(struct intake_scan *scan, const char *bytes, size_t length, size_t *ret,
			size_t count);

/** intake_scan_destroy() - free it; NULL is fine */
void intake_scan_destroy(struct intake_scan *scan);

#endif /* LINEAGE_INTAKE_SCAN_H */
