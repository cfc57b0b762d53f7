// SPDX-License-Identifier: GPL-2.0-or-later
#include "strata_cut.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Minimum normal deviate of the number of crashes at or above a count. */
#define STEP_Z_MIN 3
#define STEP_CRASHES_MIN 5 /* minimum number of crashes at or above a count */

/* Make room for @count elements in every array. The content is lost if the arrays grow. */
static int reserve(struct triage_strata_cut *cut, size_t count)
{
	TRIAGE_AUTO_STRATA_CUT larger = { .is_odds = cut->is_odds };
	bool is_complete;

	if (count <= cut->capacity)
		return 0;
	/* Grow at least by half, so that many cuts in a row do not allocate each time. */
	if (count < cut->capacity + cut->capacity / 2)
		count = cut->capacity + cut->capacity / 2;
	larger.capacity = count;
	larger.rows = calloc(count, sizeof(*larger.rows));
	larger.origins = calloc(count, sizeof(*larger.origins));
	larger.by_label = calloc(count, sizeof(*larger.by_label));
	larger.keys = calloc(count, sizeof(*larger.keys));
	larger.tables = calloc(count, sizeof(*larger.tables));
	larger.slots = calloc(count, sizeof(*larger.slots));
	larger.doses = calloc(count, sizeof(*larger.doses));
	larger.groups = calloc(count, sizeof(*larger.groups));
	is_complete = larger.rows && larger.origins && larger.by_label && larger.keys &&
		      larger.tables && larger.slots && larger.doses && larger.groups;
	for (int by = 0; by < TRIAGE_STRATA_WAYS; by++) {
		larger.sums[by] = calloc(count, sizeof(*larger.sums[by]));
		is_complete = is_complete && larger.sums[by];
	}
	if (!is_complete)
		return -ENOMEM;
	triage_strata_cut_deinit(cut);
	*cut = larger;
	larger = (struct triage_strata_cut){ 0 };
	return 0;
}

void triage_strata_cut_deinit(struct triage_strata_cut *cut)
{
	free(cut->rows);
	free(cut->origins);
	free(cut->by_label);
	free(cut->keys);
	free(cut->tables);
	free(cut->slots);
	free(cut->doses);
	free(cut->groups);
	for (int by = 0; by < TRIAGE_STRATA_WAYS; by++)
		free(cut->sums[by]);
	*cut = (struct triage_strata_cut){ 0 };
}

static int compare(uint32_t left, uint32_t right)
{
	return (left > right) - (left < right);
}

/* Return the number by which the rows of a stratification are sorted. */
static uint64_t key_of(const struct triage_strata_row *row, enum triage_strata_by by)
{
	uint64_t label = (uint64_t)row->label << 32;

	if (by == TRIAGE_STRATA_BY_COUNT)
		return row->count;
	return by == TRIAGE_STRATA_BY_LABEL_AND_COUNT ? label | row->count : label;
}

static bool is_in(const struct triage_strata_row *row, enum triage_strata_by by)
{
	if (by == TRIAGE_STRATA_BY_LABEL)
		return true;
	if (row->origin == TRIAGE_COLD)
		return false;
	/* Boots with an unknown count are not comparable by count. */
	return by == TRIAGE_STRATA_KEXECED || row->count != TRIAGE_NO_COUNT;
}

/* Sort @keys. An order by label and count is also an order by label. Return 0 or -ENOMEM. */
static int sort_rows(struct triage_strata_cut *cut, enum triage_strata_by by)
{
	for (size_t i = 0; i < cut->count; i++)
		cut->keys[i] =
			(struct triage_radix_key){ { 0, key_of(&cut->rows[i], by) }, (uint32_t)i };
	return triage_radix_sort(cut->keys, cut->count) ? 0 : -ENOMEM;
}

/* Assign the sorted rows to strata and sum the boots of each stratum. */
static void cut_rows(struct triage_strata_cut *cut, enum triage_strata_by by)
{
	struct triage_strata_sum *sums = cut->sums[by];
	uint64_t before = 0;
	size_t count = 0;

	for (size_t i = 0; i < cut->count; i++) {
		struct triage_strata_row *row = &cut->rows[cut->keys[i].number];
		uint64_t key = key_of(row, by);

		row->strata[by] = TRIAGE_STRATA_NONE;
		if (!is_in(row, by))
			continue;
		if (count == 0 || key != before)
			sums[count++] = (struct triage_strata_sum){ .count = row->count };
		sums[count - 1].boots += row->boots;
		row->strata[by] = (uint32_t)count - 1;
		before = key;
	}
	cut->sum_count[by] = count;
}

/* Set @by_label from @keys, which are sorted by label and count. */
static void group_by_origin(struct triage_strata_cut *cut)
{
	for (size_t i = 0; i < cut->origin_count; i++)
		cut->slots[i] = (uint32_t)cut->origins[i].first;
	for (size_t i = 0; i < cut->count; i++) {
		struct triage_strata_row *row = &cut->rows[cut->keys[i].number];

		cut->by_label[cut->slots[row->number]++] = row;
	}
}

static void find_origins(struct triage_strata_cut *cut)
{
	cut->origin_count = 0;
	for (size_t i = 0; i < cut->count; i++) {
		if (i == 0 || cut->rows[i].origin != cut->rows[i - 1].origin)
			cut->origins[cut->origin_count++] =
				(struct triage_strata_origin){ cut->rows[i].origin, i, 0 };
		cut->origins[cut->origin_count - 1].count++;
		cut->rows[i].number = (uint32_t)cut->origin_count - 1;
	}
}

int triage_strata_cut_set_boots(struct triage_strata_cut *cut, const struct triage_cell *cells,
				size_t count)
{
	int error = reserve(cut, count);

	if (error || count == 0)
		return error;
	cut->count = count;
	cut->all = (struct triage_strata_sum){ 0 };
	for (size_t i = 0; i < count; i++) {
		cut->rows[i] = (struct triage_strata_row){ .origin = cells[i].origin,
							   .count = cells[i].count,
							   .label = cells[i].label,
							   .boots = cells[i].boots };
		cut->all.boots += cells[i].boots;
	}
	find_origins(cut);
	error = sort_rows(cut, TRIAGE_STRATA_BY_COUNT);
	if (error)
		return error;
	cut_rows(cut, TRIAGE_STRATA_BY_COUNT);
	error = sort_rows(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT);
	if (error)
		return error;
	cut_rows(cut, TRIAGE_STRATA_BY_LABEL);
	cut_rows(cut, TRIAGE_STRATA_KEXECED);
	cut_rows(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT);
	group_by_origin(cut);
	return 0;
}

/*
 * Find the count from which on the boots crash more: the count with the largest normal deviate of
 * the crashes, if this deviate exceeds STEP_Z_MIN. The result depends only on the boots and crashes
 * of each count, which the comparison of origins within counts takes as given.
 */
static uint32_t find_step(const struct triage_strata_cut *cut)
{
	const struct triage_strata_sum *sums = cut->sums[TRIAGE_STRATA_BY_COUNT];
	size_t count = cut->sum_count[TRIAGE_STRATA_BY_COUNT];
	double all = 0, crashes = 0, n = 0, a = 0, best = STEP_Z_MIN;
	uint32_t step = 0;

	for (size_t i = 0; i < count; i++) {
		all += (double)sums[i].boots;
		crashes += (double)sums[i].crashes;
	}
	for (size_t i = count; i > 1; i--) {
		double excess, variance;

		n += (double)sums[i - 1].boots;
		a += (double)sums[i - 1].crashes;
		excess = a - n * crashes / all;
		variance = n * (all - n) * crashes * (all - crashes) / (all * all * (all - 1));
		if (a >= STEP_CRASHES_MIN && variance > 0 && excess / sqrt(variance) > best) {
			best = excess / sqrt(variance);
			step = sums[i - 1].count;
		}
	}
	return step;
}

/* Compare in the order of struct triage_exposure within one release. */
static int compare_cell(const struct triage_cell *cell, const struct triage_strata_row *row)
{
	int order = compare(cell->origin, row->origin);

	if (order == 0)
		order = compare(cell->count, row->count);
	return order ? order : compare(cell->label, row->label);
}

static void add_up_crashes(struct triage_strata_cut *cut)
{
	cut->all.crashes = 0;
	for (int by = 0; by < TRIAGE_STRATA_WAYS; by++)
		for (size_t i = 0; i < cut->sum_count[by]; i++)
			cut->sums[by][i].crashes = 0;
	for (size_t i = 0; i < cut->count; i++) {
		const struct triage_strata_row *row = &cut->rows[i];

		cut->all.crashes += row->crashes;
		for (int by = 0; by < TRIAGE_STRATA_WAYS && row->crashes > 0; by++)
			if (row->strata[by] != TRIAGE_STRATA_NONE)
				cut->sums[by][row->strata[by]].crashes += row->crashes;
	}
}

void triage_strata_cut_set_crashes(struct triage_strata_cut *cut,
				   const struct triage_crash_cell *crashes, size_t count)
{
	size_t next = 0;

	for (size_t i = 0; i < cut->count; i++) {
		struct triage_strata_row *row = &cut->rows[i];

		row->crashes = 0;
		/* Skip crashes without boots: the store was written to while it was read. */
		while (next < count && compare_cell(&crashes[next].at, row) < 0)
			next++;
		if (next < count && compare_cell(&crashes[next].at, row) == 0)
			row->crashes = crashes[next].at.boots;
		if (row->crashes > row->boots)
			row->crashes = row->boots;
	}
	add_up_crashes(cut);
	cut->step = find_step(cut);
}

/* Set the counts of the other boots: all boots of the sum that are not in the group. */
static void set_rest(struct triage_table *table, const struct triage_strata_sum *sum)
{
	table->other_boots = sum->boots - table->boots;
	table->other_crashes = sum->crashes - table->crashes;
}

struct triage_table triage_strata_cut_table(const struct triage_strata_cut *cut,
					    const struct triage_strata_origin *origin)
{
	struct triage_table table = { 0 };

	for (size_t i = origin->first; i < origin->first + origin->count; i++) {
		table.boots += cut->rows[i].boots;
		table.crashes += cut->rows[i].crashes;
	}
	set_rest(&table, &cut->all);
	return table;
}

size_t triage_strata_cut_tables(struct triage_strata_cut *cut, enum triage_strata_by by,
				const struct triage_strata_origin *origin, uint32_t below,
				const struct triage_table **ret)
{
	const struct triage_strata_row *first = &cut->rows[origin->first];
	size_t count = 0;

	for (size_t i = 0; i < origin->count; i++)
		if (first[i].strata[by] != TRIAGE_STRATA_NONE)
			cut->slots[first[i].strata[by]] = TRIAGE_STRATA_NONE;
	for (size_t i = 0; i < origin->count; i++) {
		uint32_t stratum = first[i].strata[by], *slot;

		if (stratum == TRIAGE_STRATA_NONE || (below > 0 && first[i].count >= below))
			continue;
		slot = &cut->slots[stratum];
		if (*slot == TRIAGE_STRATA_NONE) {
			*slot = (uint32_t)count;
			cut->tables[count++] = (struct triage_table){ 0 };
		}
		cut->tables[*slot].boots += first[i].boots;
		cut->tables[*slot].crashes += first[i].crashes;
		set_rest(&cut->tables[*slot], &cut->sums[by][stratum]);
	}
	*ret = cut->tables;
	return count;
}

size_t triage_strata_cut_doses(struct triage_strata_cut *cut, uint32_t cap,
			       const struct triage_stratum **ret)
{
	const struct triage_strata_row *before = NULL;
	size_t used = 0, count = 0;

	for (size_t i = 0; i < cut->count; i++) {
		const struct triage_strata_row *row = cut->by_label[i];

		if (row->strata[TRIAGE_STRATA_BY_COUNT] == TRIAGE_STRATA_NONE)
			continue;
		if (!before || before->origin != row->origin || before->label != row->label)
			cut->groups[count++] = (struct triage_stratum){ &cut->doses[used], 0 };
		cut->doses[used++] = (struct triage_dose){ row->count < cap ? row->count : cap,
							   row->crashes, row->boots };
		cut->groups[count - 1].count++;
		before = row;
	}
	*ret = cut->groups;
	return count;
}
