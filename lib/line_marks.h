/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line marks: hashes of some lines of a boot's kernel log, by which two logs of one boot are
 * recognised.
 *
 * A mark is a 32-bit hash of a line's printk time in microseconds and its text, so it is the same
 * in every encoding. There are two lists. "early" has the LINEAGE_EARLY_MARKS_MAX smallest hashes
 * of the first lines of the boot: two logs that begin with the boot have most of them in common
 * even if one of them lacks some lines. "late" has lines that the whole log is sampled for, and
 * the first lines of each crash: a log that begins in the middle of the boot (pstore) shares
 * those.
 *
 * Text form: eight lower-case hex digits a mark, early marks, ':', late marks; each list
 * ascending, without repetition.
 */
#ifndef LINEAGE_LIB_LINE_MARKS_H
#define LINEAGE_LIB_LINE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAGE_EARLY_MARKS_MAX 16
#define LINEAGE_LATE_MARKS_MAX 48
#define LINEAGE_MARKS_SIZE (8 * (LINEAGE_EARLY_MARKS_MAX + LINEAGE_LATE_MARKS_MAX) + 2)

/**
 * struct lineage_marks - the marks of a boot
 * @early, @late: ascending, without repetition
 * @early_count, @late_count: entries of them
 */
struct lineage_marks {
	uint32_t early[LINEAGE_EARLY_MARKS_MAX];
	uint32_t late[LINEAGE_LATE_MARKS_MAX];
	size_t early_count;
	size_t late_count;
};

/**
 * lineage_marks_add_early() - add a mark of one of the first lines; the largest goes if there is
 * no room
 */
void lineage_marks_add_early(struct lineage_marks *marks, uint32_t mark);

/** lineage_marks_add_late() - add a mark of a sampled line; the largest goes if there is no room */
void lineage_marks_add_late(struct lineage_marks *marks, uint32_t mark);

/**
 * lineage_marks_join() - add the marks of @other; the result does not depend on the order of
 * joining
 */
void lineage_marks_join(struct lineage_marks *marks, const struct lineage_marks *other);

/** lineage_marks_common() - how many marks both have */
size_t lineage_marks_common(const struct lineage_marks *a, const struct lineage_marks *b);

/**
 * lineage_marks_differ() - are these certainly two boots?
 *
 * True if both logs have enough early marks in the range that both cover completely, and none in
 * common.
 */
bool lineage_marks_differ(const struct lineage_marks *a, const struct lineage_marks *b);

/** lineage_marks_encode() - the text form; "" without any mark */
void lineage_marks_encode(const struct lineage_marks *marks, char ret[LINEAGE_MARKS_SIZE]);

/** lineage_marks_decode() - read the text form; NULL, and text that is not valid, give no marks */
void lineage_marks_decode(const char *text, struct lineage_marks *ret);

#endif /* LINEAGE_LIB_LINE_MARKS_H */
