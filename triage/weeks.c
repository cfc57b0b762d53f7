// SPDX-License-Identifier: GPL-2.0-or-later
#include "weeks.h"

#include <math.h>
#include <stdlib.h>

#include "machine_boots.h"
#include "machine_rows.h"
#include "verdict.h"

#define ONE_SIDED 0.025 /* what a confidence interval of 95 % leaves on one side */

static int compare_days(const void *left, const void *right)
{
	const struct triage_machine_row *a = left, *b = right;

	return (a->day > b->day) - (a->day < b->day);
}

static int compare_weeks(const void *left, const void *right)
{
	const struct triage_week *a = left, *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

/* Add up the rows that are not dropped, in boots or in units of time. */
static struct triage_table add_up(const struct triage_machine_row *rows, size_t count,
				  bool are_boots)
{
	struct triage_table table = { 0 };

	for (size_t i = 0; i < count; i++)
		if (!rows[i].is_dropped)
			triage_table_add(&table, rows[i].is_in_group,
					 are_boots ? rows[i].quiet + rows[i].crashes
						   : rows[i].boots,
					 rows[i].crashes);
	return table;
}

static double rate_of(const struct triage_table *table)
{
	return (double)(table->crashes + table->other_crashes) /
	       (double)(table->boots + table->other_boots);
}

/*
 * Find the week in which the group has the most crashes above the rate of all weeks that the rate
 * of the week explains. @rows: sorted by day. @ret_begin, @ret_end: the rows of the week. Return
 * whether there is such a week.
 */
static bool find_worst(const struct triage_machine_row *rows, size_t count, int64_t days,
		       size_t *ret_begin, size_t *ret_end)
{
	struct triage_table all = add_up(rows, count, false);
	double most = 0;

	for (size_t at = 0, end; at < count; at = end) {
		struct triage_table week;
		double explained;

		for (end = at; end < count && rows[end].day / days == rows[at].day / days; end++)
			;
		week = add_up(&rows[at], end - at, false);
		explained = (double)week.boots * (rate_of(&week) - rate_of(&all));
		if (!(explained > most))
			continue;
		most = explained;
		*ret_begin = at;
		*ret_end = end;
	}
	return most > 0;
}

/* Leave out the rows of a week. */
static struct triage_week take(struct triage_machine_row *rows, size_t count, int64_t days)
{
	struct triage_table table = add_up(rows, count, true);
	struct triage_week week = { .first = rows[0].day / days * days,
				    .boots = table.boots + table.other_boots,
				    .crashes = table.crashes + table.other_crashes,
				    .group_boots = table.boots,
				    .group_crashes = table.crashes };

	week.last = week.first + days - 1;
	for (size_t i = 0; i < count; i++)
		rows[i].is_dropped = true;
	return week;
}

/* Compare the rows that are left. @ratio: that of all rows. @ret_explained: it is explained */
static int compare_rest(struct triage_machine_row *rows, size_t count,
			const struct triage_interval *ratio, struct triage_weeks *ret,
			bool *ret_explained)
{
	struct triage_interval rest;
	double p = NAN, none = 1;
	int error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);

	*ret_explained = !(p <= TRIAGE_FDR);
	if (!error)
		error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_PLAIN, &rest);
	if (!error)
		error = triage_machine_rows_none_p(rows, count, ratio->estimate, &none);
	if (error)
		return error;
	ret->rest = add_up(rows, count, true);
	/* The interval is not defined if the group has no crash. */
	ret->is_excluded = ret->rest.crashes > 0 ? rest.high < ratio->estimate : none <= ONE_SIDED;
	return 0;
}

int triage_weeks_find(struct triage_machine_row *rows, size_t count, int64_t days,
		      struct triage_weeks *ret)
{
	struct triage_weeks weeks = { 0 };
	struct triage_interval ratio;
	bool is_explained = false;
	size_t begin = 0, end = 0;
	int error;

	*ret = weeks;
	for (size_t i = 0; i < count; i++)
		rows[i].is_dropped = rows[i].is_dropped || rows[i].day == TRIAGE_NO_DAY;
	error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_PLAIN, &ratio);
	while (!error && !is_explained && weeks.count < TRIAGE_WEEKS_MAX) {
		qsort(rows, count, sizeof(*rows), compare_days);
		if (!find_worst(rows, count, days, &begin, &end) ||
		    !store_day_has_year(rows[begin].day))
			return 0;
		weeks.weeks[weeks.count++] = take(&rows[begin], end - begin, days);
		error = compare_rest(rows, count, &ratio, &weeks, &is_explained);
	}
	if (error || !is_explained)
		return error;
	qsort(weeks.weeks, weeks.count, sizeof(*weeks.weeks), compare_weeks);
	*ret = weeks;
	return 0;
}
