/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that log rotation gives to the older parts of a log: "kern.log.1", "kern.log.2.gz",
 * "messages-20240305.xz", "web1-20240305.log".
 */
#ifndef LINEAGE_INTAKE_READ_ROTATION_H
#define LINEAGE_INTAKE_READ_ROTATION_H

#include <stdbool.h>
#include <stdint.h>

#define INTAKE_NAME_SIZE 256 /* NAME_MAX of Linux, and the NUL */

/** Kinds of suffixes of log rotation. Parts with a smaller value are older. */
enum intake_rotation_kind {
	INTAKE_ROTATION_NUMBER, /* "NAME.1": a larger number is older */
	INTAKE_ROTATION_DATE,	/* "NAME-20240305" */
	INTAKE_ROTATION_NONE,	/* NAME, the newest part */
};

/**
 * struct intake_rotation - the suffix that log rotation added to a name
 * @kind: kind of the suffix
 * @is_sure: the name alone proves rotation. A number may be part of the name of a machine
 *	("10.0.0.1", "port.1"); it is from rotation only if the folder also contains NAME.
 * @is_compressed: the name has a compression suffix
 * @number: the number, or a number that grows with the date
 */
struct intake_rotation {
	enum intake_rotation_kind kind;
	bool is_sure;
	bool is_compressed;
	uint64_t number;
};

/**
 * intake_rotation_parse() - split a file name into the name of the log and the rotation suffix
 * @name: without a folder; at most NAME_MAX bytes
 * @ret_stem: the name of the log, which is equal for all its parts; ".log" or empty if the file
 *	name is only a date
 */
void intake_rotation_parse(const char *name, char ret_stem[INTAKE_NAME_SIZE],
			   struct intake_rotation *ret);

/** intake_rotation_compare() - compare two parts of one log for qsort(3), the oldest first */
int intake_rotation_compare(const struct intake_rotation *a, const struct intake_rotation *b);

/** intake_rotation_cut_compression() - remove a suffix such as ".gz"; false without one */
bool intake_rotation_cut_compression(char *name);

/**
 * intake_rotation_is_log() - whether a name is a usual log name such as "kern.log" or "messages",
 * and therefore not the name of a machine
 */
bool intake_rotation_is_log(const char *stem);

/**
 * intake_rotation_cut_date() - cut a date, and a time of day after it, off the end of a name
 *
 * Return: false if the name has no date. A name that is only a date becomes empty.
 */
bool intake_rotation_cut_date(char *name);

#endif /* LINEAGE_INTAKE_READ_ROTATION_H */
