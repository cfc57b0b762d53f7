/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line marks: hashes of some lines of a boot's kernel log, by which two logs of one boot are
 * recognised.
 *
 * A mark is a 32-bit hash of a line's printk time in microseconds and its text, so it is the same
 * in every encoding. There are three lists:
 *
 *  early    the smallest hashes of the first lines of the boot; empty for a log that begins later
 *  sampled  every fourth line, chosen by its hash; the last ones before the log or a crash ends it
 *  crash    the first lines of crash reports
 *
 * Two logs that begin with the boot have early marks in common. A log that begins in the middle of
 * a boot (pstore, a vmcore) shares samples or crashes with others that reach as far.
 *
 * Text form: eight lower-case hex digits a mark; early, ':', sampled, ':', crash; each list
 * ascending, without repetition.
 */
#ifndef LINEAGE_LIB_LINE_MARKS_H
#define LINEAGE_LIB_LINE_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lineage_mark_kind {
	LINEAGE_MARK_EARLY,
	LINEAGE_MARK_SAMPLED,
	LINEAGE_MARK_CRASH,
	LINEAGE_MARK_KINDS,
};

#define LINEAGE_EARLY_MARKS_MAX 16
#define LINEAGE_SAMPLED_MARKS_MAX 32
#define LINEAGE_CRASH_MARKS_MAX 8
#define LINEAGE_LIST_MAX LINEAGE_SAMPLED_MARKS_MAX
#define LINEAGE_MARKS_SIZE                                                                     \
	(8 * (LINEAGE_EARLY_MARKS_MAX + LINEAGE_SAMPLED_MARKS_MAX + LINEAGE_CRASH_MARKS_MAX) + \
	 LINEAGE_MARK_KINDS)

/* Hashes with these bits clear are samples. */
#define LINEAGE_SAMPLE_MASK 0x3

/**
 * struct lineage_mark_list - marks of one kind
 * @marks: ascending, without repetition
 * @count: entries of @marks
 */
struct lineage_mark_list {
	uint32_t marks[LINEAGE_LIST_MAX];
	size_t count;
};

/** struct lineage_marks - the marks of a boot, by kind */
struct lineage_marks {
	struct lineage_mark_list lists[LINEAGE_MARK_KINDS];
};

/** What the marks of two logs show. */
enum lineage_marks_result {
	LINEAGE_MARKS_DIFFERENT, /* two boots */
	LINEAGE_MARKS_UNKNOWN,
	LINEAGE_MARKS_SAME, /* one boot */
};

/** lineage_marks_add() - add a mark; the largest of the kind goes if there is no room */
void lineage_marks_add(struct lineage_marks *marks, enum lineage_mark_kind kind, uint32_t mark);

/** lineage_marks_join() - add the marks of @other; the order of joining makes no difference */
void lineage_marks_join(struct lineage_marks *marks, const struct lineage_marks *other);

/**
 * lineage_marks_compare() - are two logs of one boot?
 *
 * One line in common may be chance, and two boots of one virtual machine may share some lines at
 * the same microsecond. So it takes at least two early marks and a third of what both logs can
 * have in common; three samples and a quarter; two crash marks and half.
 */
enum lineage_marks_result lineage_marks_compare(const struct lineage_marks *a,
						const struct lineage_marks *b);

/** lineage_marks_encode() - the text form; "" without any mark */
void lineage_marks_encode(const struct lineage_marks *marks, char ret[LINEAGE_MARKS_SIZE]);

/** lineage_marks_decode() - read the text form; NULL, and text that is not valid, give no marks */
void lineage_marks_decode(const char *text, struct lineage_marks *ret);

#endif /* LINEAGE_LIB_LINE_MARKS_H */
