/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line marks: hashes of selected lines of a boot's kernel log. Comparing the marks of two logs
 * shows whether both are logs of the same boot.
 *
 * A mark is a 32-bit hash of a line's printk time in microseconds and its text, so it does not
 * depend on the encoding of the log. There are three lists:
 *
 *  early    the smallest hashes of the first lines of the boot; empty for a log that begins later
 *  sampled  the last lines before a crash or the end of the log: all of them if the log is short,
 *           else one in two or four, chosen by its hash
 *  crash    the first lines of crash reports
 *
 * The command record marks the lines of /dev/kmsg, and the command ingest marks the lines of logs.
 * Therefore the boot of a log without a boot id is found in the history.
 *
 * Two logs that begin with the boot share early marks. A log that begins in the middle of a boot
 * (pstore, a vmcore) shares sampled or crash marks with other logs that cover the same time.
 *
 * Text form: eight lower-case hex digits per mark; early, ':', sampled, ':', crash; each list in
 * ascending order, without repetition.
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

/* At level n, a line is sampled if the lowest n bits of its mark are clear. */
#define LINEAGE_SAMPLE_LEVELS 3

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

/**
 * struct lineage_samples - the last sampled marks of a log that is being read
 * @levels: for each level, a ring of marks and the number of lines sampled so far
 */
struct lineage_samples {
	struct {
		uint32_t marks[LINEAGE_SAMPLED_MARKS_MAX];
		size_t count;
	} levels[LINEAGE_SAMPLE_LEVELS];
};

/** Result of comparing the marks of two logs. */
enum lineage_marks_result {
	LINEAGE_MARKS_DIFFERENT, /* logs of different boots */
	LINEAGE_MARKS_UNKNOWN,
	LINEAGE_MARKS_SAME, /* logs of the same boot */
};

/**
 * lineage_mark_of_line() - compute the mark of a line of the kernel
 * @uptime_us: its printk time
 * @text: the line, without time, level and newline; no NUL needed
 * @length: bytes at @text
 * @ret: the mark; untouched if the line has none
 *
 * Return: false for lines that many boots have in common: short lines, and lines whose time is a
 * whole number of milliseconds. (The first lines have time 0, and an early clock may tick in
 * milliseconds.)
 */
bool lineage_mark_of_line(uint64_t uptime_us, const char *text, size_t length, uint32_t *ret);

/** lineage_samples_add() - add a mark to the levels at which it is a sample */
void lineage_samples_add(struct lineage_samples *samples, uint32_t mark);

/**
 * lineage_samples_finish() - store the samples as the sampled marks of @ret, at the lowest level of
 * which none was lost, or at the highest level
 */
void lineage_samples_finish(const struct lineage_samples *samples, struct lineage_marks *ret);

/** lineage_marks_add() - add a mark; if the list is full, drop its largest mark */
void lineage_marks_add(struct lineage_marks *marks, enum lineage_mark_kind kind, uint32_t mark);

/** lineage_marks_join() - add the marks of @other; the result does not depend on the order */
void lineage_marks_join(struct lineage_marks *marks, const struct lineage_marks *other);

/**
 * lineage_marks_compare() - decide whether two logs are of the same boot
 *
 * One common line may be chance, and two boots of one virtual machine may print a few equal lines
 * at the same microsecond. A match therefore needs one of these: two common early marks that are at
 * least a third of the early marks that both logs could share; three common sampled marks that are
 * at least a quarter of the shorter list, at the higher of the two levels, or half of it if it has
 * fewer than 16; two common crash marks that are at least half of the shorter list.
 */
enum lineage_marks_result lineage_marks_compare(const struct lineage_marks *a,
						const struct lineage_marks *b);

/** lineage_marks_encode() - format the text form; "" if there are no marks */
void lineage_marks_encode(const struct lineage_marks *marks, char ret[LINEAGE_MARKS_SIZE]);

/** lineage_marks_decode() - parse the text form; NULL or invalid text gives no marks */
void lineage_marks_decode(const char *text, struct lineage_marks *ret);

#endif /* LINEAGE_LIB_LINE_MARKS_H */
