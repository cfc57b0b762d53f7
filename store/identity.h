/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Detection of rows that describe the same boot, and merging of such rows into one.
 *
 * docs/explanation/store.md, "Which boot is it", explains the rules. Every function here expects
 * rows of one host.
 */
#ifndef LINEAGE_STORE_IDENTITY_H
#define LINEAGE_STORE_IDENTITY_H

#include "aliases.h"
#include "lib/line_marks.h"
#include "store.h"

/* Usual maximum difference between the start times of one boot computed from two sources. */
#define STORE_START_TOLERANCE_S 10

/* Absolute maximum of this difference, if both clocks were set. */
#define STORE_START_ERROR_S 120

/*
 * A clock that shows a time before 2002-01-01 was not set: such a clock starts in 1970 or 2000, and
 * all supported kernels are newer than this date.
 */
#define STORE_CLOCK_IS_SET_S 1009843200
#define STORE_TEXT_OF(number) STORE_TEXT_OF_(number)
#define STORE_TEXT_OF_(number) #number
#define STORE_CLOCK_IS_SET_SQL STORE_TEXT_OF(STORE_CLOCK_IS_SET_S)

/* Prefix of an alias that consists of the first digits of a kernel's boot id. */
#define STORE_SHORT_ID_PREFIX "boot-"
#define STORE_SHORT_ID_LENGTH 8

/* Prefix of the id of a log that begins in the middle of a boot. Such an id identifies no boot. */
#define STORE_PART_PREFIX "part-"

/** Certainty that two rows of one host are the same boot. The last two values are matches. */
enum store_identity {
	STORE_IDENTITY_DIFFERENT, /* certainly different boots */
	STORE_IDENTITY_UNKNOWN,	  /* no evidence that they are the same boot */
	/* same kernel and start time: the same boot, unless another row has a nearer start time */
	STORE_IDENTITY_SAME_TIME,
	STORE_IDENTITY_SAME, /* certainly the same boot */
};

/**
 * store_boot_compare() - compare two rows of one host
 *
 * Compare in this order: kernel boot ids, which decide if both rows have one; ids made by ingest;
 * release, build and start, which can only show that the boots differ; line marks; release and
 * start, which can show a match.
 */
enum store_identity store_boot_compare(const struct store_boot *a, const struct store_boot *b);

/**
 * store_boot_is_comparable() - return whether @boot has a fact by which store_boot_compare() or
 * store_part_compare() can find a row that store_boot_has_id() does not find
 */
bool store_boot_is_comparable(const struct store_boot *boot);

/**
 * store_boot_has_set_time() - return whether the start is known and from a clock that was set
 *
 * A clock that was not set shows the same start time at every boot.
 */
bool store_boot_has_set_time(const struct store_boot *boot);

/** store_boot_has_id() - return whether @boot_id is the id of @boot or one of its aliases */
bool store_boot_has_id(const struct store_boot *boot, const char *boot_id);

/** store_boot_started_no_kexec() - return whether a log shows that the boot started no kernel */
bool store_boot_started_no_kexec(const struct store_boot *boot);

/**
 * store_part_compare() - compare a log that begins in the middle of a boot with a row
 *
 * As store_boot_compare(), but the release of @part is usually unknown. The start of a part is
 * computed from lines that may have been printed much later. By then, the uptime clock and the wall
 * clock have drifted apart, so a larger difference is allowed.
 */
enum store_identity store_part_compare(const struct store_boot *part, const struct store_boot *row);

/**
 * store_boot_distance_s() - difference of two start times in seconds; 0 if they cannot be compared
 *
 * A difference of two dates without a year is increased, so that a match by dates with a year has
 * precedence.
 */
int64_t store_boot_distance_s(const struct store_boot *a, const struct store_boot *b);

/**
 * struct store_merged_boot - a row merged from two rows
 * @boot: the row; its texts belong to the two rows or are in the members below
 * @marks, @aliases: texts of @boot that this struct owns
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
 * A fact that one row lacks is taken from the other row. If both rows have a fact, the better
 * source wins, then the row with more known facts. Exchanging @a and @b does not change the facts
 * of the result.
 *
 * Return: 0 or -ENOMEM.
 */
int store_boot_merge(const struct store_boot *a, const struct store_boot *b,
		     struct store_merged_boot *ret);

/**
 * store_lost_aliases() - list the ids that other sources may have given to a lost kexec
 * @boot: the lost kexec, or a boot that has its id as an alias
 * @starter: the boot that started it
 * @ret: the aliases of @boot, and an id for each id of @starter, separated by blanks; NULL for
 *	none. The caller frees it.
 *
 * The id of a lost kexec contains the id of the boot that started it, and a boot may have several
 * ids.
 *
 * Return: 0 or -ENOMEM.
 */
int store_lost_aliases(const struct store_boot *boot, const struct store_boot *starter, char **ret);

/** store_merged_boot_deinit() - free what a merged row owns */
void store_merged_boot_deinit(struct store_merged_boot *merged);
#define STORE_AUTO_MERGED_BOOT \
	__attribute__((cleanup(store_merged_boot_deinit))) struct store_merged_boot

/** store_boot_is_equal() - return whether two rows of one host have the same facts */
bool store_boot_is_equal(const struct store_boot *a, const struct store_boot *b);

#endif /* LINEAGE_STORE_IDENTITY_H */
