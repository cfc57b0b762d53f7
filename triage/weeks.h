/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The weeks or days that explain why the boots of a group crash more. */
#ifndef LINEAGE_TRIAGE_WEEKS_H
#define LINEAGE_TRIAGE_WEEKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tables.h"

#define TRIAGE_WEEKS_MAX 3

/**
 * struct triage_week - one week, or one day
 * @first, @last: its first and last day, in days since 1970; equal for a day
 * @boots, @crashes: all boots that are compared, and how many of them had the crash
 * @group_boots, @group_crashes: how many of these boots belong to the group, and had the crash
 */
struct triage_week {
	int64_t first;
	int64_t last;
	uint64_t boots;
	uint64_t crashes;
	uint64_t group_boots;
	uint64_t group_crashes;
};

/**
 * struct triage_weeks - the weeks or days without which the group does not crash more
 * @weeks: array of @count weeks in order of time; none if more than TRIAGE_WEEKS_MAX are needed
 * @rest: the boots of all other weeks, without those of an unknown day
 * @is_excluded: the boots of @rest exclude a ratio as large as that of all boots; otherwise, they
 *	are too few
 */
struct triage_weeks {
	size_t count;
	struct triage_week weeks[TRIAGE_WEEKS_MAX];
	struct triage_table rest;
	bool is_excluded;
};

struct triage_machine_row;

/**
 * triage_weeks_find() - find the weeks that explain a difference
 * @rows: array of @count rows, which are sorted anew; more of them are dropped
 * @days: 7 to find weeks, 1 to find days
 * @ret: the weeks; @count is 0 if a week has no year, or if too many are needed
 *
 * Again and again, the week is left out in which the group has the most crashes that the crash rate
 * of all boots of the week explains, until the group does not crash more (p > 0.05).
 *
 * Return: 0 or -ENOMEM.
 */
int triage_weeks_find(struct triage_machine_row *rows, size_t count, int64_t days,
		      struct triage_weeks *ret);

#endif /* LINEAGE_TRIAGE_WEEKS_H */
