/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which rows are one boot, and how the facts of two rows of one boot become one row.
 *
 * docs/explanation/store.md, "Which boot is it", explains the rules. Every function here looks at
 * rows of one host only.
 */
#ifndef LINEAGE_STORE_IDENTITY_H
#define LINEAGE_STORE_IDENTITY_H

#include "lib/line_marks.h"
#include "store.h"

/* Start times of one boot, as two sources computed them, differ by at most so many seconds. */
#define STORE_START_TOLERANCE_S 10

/* No source is wrong about the start by more, once its clock was set. */
#define STORE_START_ERROR_S 120

/*
 * Times of one crash, as two sources print it: printk times by rounding, times of day by delivery.
 */
#define STORE_CRASH_UPTIME_TOLERANCE_US 2000
#define STORE_CRASH_TIME_TOLERANCE_S 5

/* An alias of this form has the first digits of a kernel's boot id. */
#define STORE_SHORT_ID_PREFIX "boot-"
#define STORE_SHORT_ID_LENGTH 8
#define STORE_ALIAS_SIZE 72

/* The id of a log that begins in the middle of a boot. It names no boot. */
#define STORE_PART_PREFIX "part-"

/** How certain it is that two rows of one host are one boot; the last two name a match. */
enum store_identity {
	STORE_IDENTITY_DIFFERENT, /* certainly two boots */
	STORE_IDENTITY_UNKNOWN,	  /* nothing shows that they are one */
	/* same kernel, started at the same time: one boot unless another row is nearer */
	STORE_IDENTITY_SAME_TIME,
	STORE_IDENTITY_SAME, /* certainly one boot */
};

/**
 * store_boot_compare() - compare two rows of one host
 *
 * In this order: kernel boot ids, which decide alone if both rows have one; the ids that the rows
 * were given by ingest; release, build and start, which exclude; line marks; release and start.
 */
enum store_identity store_boot_compare(const struct store_boot *a, const struct store_boot *b);

/** store_boot_has_id() - is @boot_id the id of @boot, or one of its aliases? */
bool store_boot_has_id(const struct store_boot *boot, const char *boot_id);

/**
 * store_part_compare() - compare a log that begins in the middle of a boot with a row
 *
 * As store_boot_compare(), but the release of @part is usually unknown, and its start may be
 * computed from lines of a later time: the clocks of uptimes and of dates drift apart.
 */
enum store_identity store_part_compare(const struct store_boot *part, const struct store_boot *row);

/** store_boot_distance_s() - difference of two starts in seconds; 0 if there is none to compare */
int64_t store_boot_distance_s(const struct store_boot *a, const struct store_boot *b);

/**
 * struct store_merged_boot - the row of two rows
 * @boot: its texts are those of the two rows or in the members below
 * @marks, @aliases: owned texts of @boot
 */
struct store_merged_boot {
	struct store_boot boot;
	char marks[LINEAGE_MARKS_SIZE];
	char *aliases;
};

/**
 * store_boot_merge() - merge two rows of one boot
 * @a, @b: must outlive @ret
 * @ret: the merged row, with the sequence and host of @a; the caller deinitialises it
 *
 * What one row lacks comes from the other. If both have a fact, the better source wins, then the
 * row that knows more; the result has the same facts whichever row is @a.
 *
 * Return: 0 or -ENOMEM.
 */
int store_boot_merge(const struct store_boot *a, const struct store_boot *b,
		     struct store_merged_boot *ret);

/** store_merged_boot_deinit() - free what a merged row owns */
void store_merged_boot_deinit(struct store_merged_boot *merged);
#define STORE_AUTO_MERGED_BOOT \
	__attribute__((cleanup(store_merged_boot_deinit))) struct store_merged_boot

/** store_boot_is_equal() - do two rows of one host have the same facts? */
bool store_boot_is_equal(const struct store_boot *a, const struct store_boot *b);

/** store_crash_is_same() - are these one crash of one boot, reported by two sources? */
bool store_crash_is_same(const struct store_crash *a, const struct store_crash *b);

#endif /* LINEAGE_STORE_IDENTITY_H */
