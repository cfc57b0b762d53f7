/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line marks: hashes of some lines of a boot's kernel log, by which two logs of one boot are recognised.
 *
 * A mark is a 32-bit hash of a line's printk time in microseconds and its text, so it is the same in every encoding. There
 * are two lists. "early" has the STORE_EARLY_MARKS_MAX smallest hashes of the first lines of the boot: two logs that begin
 * with the boot have most of them in common even if one of them lacks some lines. "late" has lines that the whole log is
 * sampled for, and the first lines of each crash: a log that begins in the middle of the boot (pstore) shares those.
 *
 * Text form: eight lower-case hex digits a mark, early marks, ':', late marks; each list ascending, without repetition.
 */
#ifndef LINEAGE_STORE_LINE_MARKS_H
#define LINEAGE_STORE_LINE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_EARLY_MARKS_MAX 16
#define STORE_LATE_MARKS_MAX 48
#define STORE_MARKS_SIZE (8 * (STORE_EARLY_MARKS_MAX + STORE_LATE_MARKS_MAX) + 2)

/**
 * struct store_marks - the marks of a boot
 * @early, @late: ascending, without repetition
 * @early_count, @late_count: entries of them
 */
struct store_marks {
	uint32_t early[STORE_EARLY_MARKS_MAX];
	uint32_t late[STORE_LATE_MARKS_MAX];
	size_t early_count;
	size_t late_count;
};

/** store_marks_add_early() - add a mark of one of the first lines; the largest goes if there is no room */
void store_marks_add_early(struct store_marks *marks, uint32_t mark);

/** store_marks_add_late() - add a mark of a sampled line; the largest goes if there is no room */
void store_marks_add_late(struct store_marks *marks, uint32_t mark);

/** store_marks_join() - add the marks of @other; the result does not depend on the order of joining */
void store_marks_join(struct store_marks *marks, const struct store_marks *other);

/** store_marks_common() - how many marks both have */
size_t store_marks_common(const struct store_marks *a, const struct store_marks *b);

/**
 * store_marks_differ() - are these certainly two boots?
 *
 * True if both logs have enough early marks in the range that both cover completely, and none in common.
 */
bool store_marks_differ(const struct store_marks *a, const struct store_marks *b);

/** store_marks_encode() - the text form; "" without any mark */
void store_marks_encode(const struct store_marks *marks, char ret[STORE_MARKS_SIZE]);

/** store_marks_decode() - read the text form; NULL, and text that is not valid, give no marks */
void store_marks_decode(const char *text, struct store_marks *ret);

#endif /* LINEAGE_STORE_LINE_MARKS_H */
