/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Search of a log for the lines that need to be decoded.
 *
 * A line needs to be decoded if it contains a word that begins a boot or a crash report. Only logs
 * in encodings that set may_skip_lines (decoder.h) are searched. One pass finds all words.
 */
#ifndef LINEAGE_INTAKE_SCAN_H
#define LINEAGE_INTAKE_SCAN_H

#include <stddef.h>

struct intake_scan;

/** intake_scan_words() - return the static list of words, which ends with NULL */
const char *const *intake_scan_words(void);

/**
 * intake_scan_create() - compile a search for all words
 *
 * Return: 0; -ENOMEM; -ENOTSUP if the build has no Hyperscan or the CPU lacks a required feature
 * (SSSE3 on x86).
 */
int intake_scan_create(struct intake_scan **ret);

/** intake_scan_create_hyperscan() - as intake_scan_create(), for CPUs without AVX2 */
int intake_scan_create_hyperscan(struct intake_scan **ret);

/**
 * intake_scan_find() - find the ends of words in a buffer
 * @ret: offsets of the byte after each word, ascending, at most @count
 *
 * Return: the number of words found; if the number is @count, more words may follow.
 */
size_t intake_scan_find(struct intake_scan *scan, const char *bytes, size_t length, size_t *ret,
			size_t count);

/** intake_scan_destroy() - free; NULL is allowed */
void intake_scan_destroy(struct intake_scan *scan);

#endif /* LINEAGE_INTAKE_SCAN_H */
