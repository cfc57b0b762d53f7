/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Line marks (lib/line_marks.h) in binary form: half the size of their text. */
#ifndef LINEAGE_STORE_SQLITE_MARK_BYTES_H
#define LINEAGE_STORE_SQLITE_MARK_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/line_marks.h"

/* The first two bytes are the numbers of early and of sampled marks. A mark has four bytes. */
#define SQLITE_MARK_COUNTS 2
#define SQLITE_MARKS_MAX \
	(LINEAGE_EARLY_MARKS_MAX + LINEAGE_SAMPLED_MARKS_MAX + LINEAGE_CRASH_MARKS_MAX)
#define SQLITE_MARK_BYTES_MAX (SQLITE_MARK_COUNTS + 4 * SQLITE_MARKS_MAX)

/**
 * sqlite_marks_pack() - convert the text of marks
 * @ret: the binary form
 *
 * Return: the number of bytes; 0 if @text is not the text of at most SQLITE_MARKS_MAX marks.
 */
size_t sqlite_marks_pack(const char *text, unsigned char ret[SQLITE_MARK_BYTES_MAX]);

/**
 * sqlite_marks_unpack() - the inverse of sqlite_marks_pack()
 * @ret: the text
 *
 * Return: false if @bytes is not a binary form.
 */
bool sqlite_marks_unpack(const unsigned char *bytes, size_t size, char ret[LINEAGE_MARKS_SIZE]);

#endif /* LINEAGE_STORE_SQLITE_MARK_BYTES_H */
