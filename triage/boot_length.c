// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot_length.h"

#include <math.h>

#include "machine_rows.h"

#define LONGER 1.1	/* smaller ratios of the mean lengths are ignored */
#define EARLY 0.1	/* crashes are early if their mean uptime is at most this part of a boot */
#define KNOWN_SHARE 0.5 /* minimum share of boots whose length or uptime must be known */

/* struct side - sums over the boots of the group, or over all other boots */
struct side {
	double boots;
	double crashes;
	double measured;
	double length_s;
	double timed_crashes;
	double uptime_s;
};

static struct side sum_side(const struct triage_machine_row *rows, size_t count, bool is_in_group)
{
	struct side side = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct triage_machine_row *row = &rows[i];

		if (row->is_dropped || row->is_in_group != is_in_group)
			continue;
		side.boots += (double)row->boots;
		side.crashes += (double)row->crashes;
		side.measured += (double)row->measured;
		side.length_s += (double)row->length_s;
		side.timed_crashes += (double)row->timed_crashes;
		side.uptime_s += (double)row->uptime_s;
	}
	return side;
}

static bool is_known(const struct side *side)
{
	return side->length_s > 0 && side->measured >= KNOWN_SHARE * (side->boots - side->crashes);
}

static double mean_length_s(const struct side *side)
{
	return side->length_s / side->measured;
}

/* Return whether the group crashes so early that all boots reach the time of its crashes. */
static bool is_early(const struct side *group, double shorter_s)
{
	return group->timed_crashes > 0 && group->timed_crashes >= KNOWN_SHARE * group->crashes &&
	       group->uptime_s / group->timed_crashes <= EARLY * shorter_s;
}

/*
 * The mean length of boots without the crash is taken for all boots of a side, because a crash
 * shortens its boot. Each second then is one unit that crashes or does not.
 */
static void count_seconds(struct triage_machine_row *rows, size_t count, double group_s,
			  double other_s)
{
	for (size_t i = 0; i < count; i++) {
		double length_s = rows[i].is_in_group ? group_s : other_s;
		double seconds = ceil((double)rows[i].boots * length_s);

		rows[i].boots = (uint64_t)fmax(seconds, (double)rows[i].boots);
	}
}

int triage_boot_length_explains(struct triage_machine_row *rows, size_t count, double limit,
				bool *ret)
{
	struct side group = sum_side(rows, count, true), others = sum_side(rows, count, false);
	double p;
	int error;

	*ret = false;
	if (!is_known(&group) || !is_known(&others) ||
	    mean_length_s(&group) <= LONGER * mean_length_s(&others) ||
	    is_early(&group, mean_length_s(&others)))
		return 0;
	count_seconds(rows, count, mean_length_s(&group), mean_length_s(&others));
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
	*ret = !error && !(p <= limit);
	return error;
}
