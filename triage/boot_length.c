// SPDX-License-Identifier: GPL-2.0-or-later
#include "boot_length.h"

#include <math.h>

#include "machine_rows.h"

#define LONGER 1.1	/* smaller ratios of the mean times are ignored */
#define EARLY 0.1	/* crashes are early if their mean uptime is at most this part of a boot */
#define KNOWN_SHARE 0.5 /* minimum share of boots whose length or uptime must be known */
#define UPTIME_MAX 10	/* lengths are wrong if crashes come after this many mean lengths */
#define Z_95 1.645	/* quantile 0.95 of the normal distribution */
#define TIMED_MIN 3	/* minimum number of crashes whose mean uptime can replace a length */

static struct triage_boot_lengths sum_side(const struct triage_machine_row *rows, size_t count,
					   bool is_in_group)
{
	struct triage_boot_lengths side = { 0 };

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

static bool is_known(const struct triage_boot_lengths *side)
{
	return side->length_s > 0 && side->measured >= KNOWN_SHARE * (side->boots - side->crashes);
}

static double mean_uptime_s(const struct triage_boot_lengths *side)
{
	return side->uptime_s / side->timed_crashes;
}

/* Return the mean time at risk of a boot. The time at risk ends at a crash. */
static double mean_time_s(const struct triage_boot_lengths *side)
{
	return (side->length_s + side->uptime_s) / (side->measured + side->timed_crashes);
}

/*
 * Return whether crashes come much later than other boots seem to end. The last line of these boots
 * is then much earlier than their end, as on a console.
 */
static bool ends_are_missing(const struct triage_boot_lengths *side)
{
	return side->timed_crashes > 0 && side->measured > 0 &&
	       mean_uptime_s(side) > UPTIME_MAX * side->length_s / side->measured;
}

/*
 * Return whether the ends are missing on one side only, so that the lengths of the two sides cannot
 * be compared.
 */
static bool are_incomparable(const struct triage_boot_lengths *a,
			     const struct triage_boot_lengths *b)
{
	return a->timed_crashes >= TIMED_MIN && b->timed_crashes >= TIMED_MIN && is_known(a) &&
	       is_known(b) && ends_are_missing(a) != ends_are_missing(b);
}

static struct triage_boot_lengths add_sides(const struct triage_boot_lengths *a,
					    const struct triage_boot_lengths *b)
{
	return (struct triage_boot_lengths){ .boots = a->boots + b->boots,
					     .crashes = a->crashes + b->crashes,
					     .measured = a->measured + b->measured,
					     .length_s = a->length_s + b->length_s,
					     .timed_crashes = a->timed_crashes + b->timed_crashes,
					     .uptime_s = a->uptime_s + b->uptime_s };
}

/*
 * Return the upper limit (95 %) of a ratio of two mean times, divided by the ratio. The times are
 * taken as exponentially distributed.
 */
static double uncertainty(double count, double other_count)
{
	return exp(Z_95 * sqrt(1 / count + 1 / other_count));
}

/*
 * Find the mean time at risk of both sides. If the group has the longer time, use the upper limit
 * of its time. If lengths are unknown, use the mean uptimes at the crashes instead. Return false if
 * too few of these uptimes are known, too.
 */
static bool find_times(const struct triage_boot_lengths *group,
		       const struct triage_boot_lengths *others, double *ret_group,
		       double *ret_others)
{
	struct triage_boot_lengths all = add_sides(group, others);

	if (is_known(group) && is_known(others) && !ends_are_missing(&all)) {
		*ret_others = mean_time_s(others);
		*ret_group = mean_time_s(group);
		if (*ret_group > LONGER * *ret_others)
			*ret_group *= uncertainty(group->measured + group->timed_crashes,
						  others->measured + others->timed_crashes);
		return true;
	}
	if (group->timed_crashes < TIMED_MIN || others->timed_crashes < TIMED_MIN)
		return false;
	*ret_others = mean_uptime_s(others);
	*ret_group = mean_uptime_s(group);
	if (*ret_group > LONGER * *ret_others)
		*ret_group *= uncertainty(group->timed_crashes, others->timed_crashes);
	return *ret_group > 0 && *ret_others > 0;
}

/* Return whether the group crashes so early that all boots reach the time of its crashes. */
static bool is_early(const struct triage_boot_lengths *group, double shorter_s)
{
	return group->timed_crashes > 0 && group->timed_crashes >= KNOWN_SHARE * group->crashes &&
	       mean_uptime_s(group) <= EARLY * shorter_s;
}

/* Return whether boots of the group have more time until they crash. */
static bool is_longer(const struct triage_boot_lengths *group, double group_s, double others_s)
{
	return group_s > LONGER * others_s && !is_early(group, others_s);
}

static bool are_times_unknown(const struct triage_boot_lengths *group)
{
	return !is_known(group) && group->timed_crashes < KNOWN_SHARE * group->crashes;
}

/* Replace boots with seconds at risk. Each second is one unit that crashes or does not. */
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
	struct triage_boot_lengths group = sum_side(rows, count, true),
				   others = sum_side(rows, count, false);
	double group_s, others_s, p;
	int error;

	*ret = are_incomparable(&group, &others);
	if (*ret)
		return 0;
	if (!find_times(&group, &others, &group_s, &others_s)) {
		*ret = are_times_unknown(&group);
		return 0;
	}
	if (!is_longer(&group, group_s, others_s))
		return 0;
	count_seconds(rows, count, group_s, others_s);
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
	*ret = !error && !(p <= limit);
	return error;
}

bool triage_boot_length_is_sparse(const struct triage_machine_row *rows, size_t count)
{
	struct triage_boot_lengths group = sum_side(rows, count, true),
				   others = sum_side(rows, count, false);

	return group.timed_crashes + others.timed_crashes > 0 &&
	       fmin(group.timed_crashes, others.timed_crashes) < TIMED_MIN;
}

bool triage_boot_length_may_explain(const struct triage_boot_lengths *group,
				    const struct triage_boot_lengths *others)
{
	double group_s, others_s;

	if (are_incomparable(group, others))
		return true;
	return find_times(group, others, &group_s, &others_s) ? is_longer(group, group_s, others_s)
							      : are_times_unknown(group);
}
