// SPDX-License-Identifier: GPL-2.0-or-later
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int reserve(struct rows *rows, size_t count)
{
	struct rows larger = { .capacity = count };
	bool is_complete;

	if (count <= rows->capacity)
		return 0;
	larger.rows = calloc(count, sizeof(*larger.rows));
	larger.origins = calloc(count, sizeof(*larger.origins));
	larger.by_label = calloc(count, sizeof(*larger.by_label));
	larger.tables = calloc(count, sizeof(*larger.tables));
	larger.slots = calloc(count, sizeof(*larger.slots));
	larger.doses = calloc(count, sizeof(*larger.doses));
	larger.groups = calloc(count, sizeof(*larger.groups));
	is_complete = larger.rows && larger.origins && larger.by_label && larger.tables &&
		      larger.slots && larger.doses && larger.groups;
	for (int cut = 0; cut < ROWS_CUTS; cut++) {
		larger.sums[cut] = calloc(count, sizeof(*larger.sums[cut]));
		is_complete = is_complete && larger.sums[cut];
	}
	if (!is_complete) {
		rows_deinit(&larger);
		return -ENOMEM;
	}
	rows_deinit(rows);
	*rows = larger;
	return 0;
}

void rows_deinit(struct rows *rows)
{
	free(rows->rows);
	free(rows->origins);
	free(rows->by_label);
	free(rows->tables);
	free(rows->slots);
	free(rows->doses);
	free(rows->groups);
	for (int cut = 0; cut < ROWS_CUTS; cut++)
		free(rows->sums[cut]);
	*rows = (struct rows){ 0 };
}

static int compare(uint32_t left, uint32_t right)
{
	return (left > right) - (left < right);
}

static const struct row *row_of(const void *element)
{
	return *(struct row *const *)element;
}

static int by_label(const void *left, const void *right)
{
	return compare(row_of(left)->label, row_of(right)->label);
}

static int by_count(const void *left, const void *right)
{
	return compare(row_of(left)->count, row_of(right)->count);
}

static int by_label_and_count(const void *left, const void *right)
{
	int order = by_label(left, right);

	return order ? order : by_count(left, right);
}

static int by_origin_and_label(const void *left, const void *right)
{
	int order = compare(row_of(left)->origin, row_of(right)->origin);

	return order ? order : by_label(left, right);
}

static int by_origin_label_and_count(const void *left, const void *right)
{
	int order = by_origin_and_label(left, right);

	return order ? order : by_count(left, right);
}

static int (*const orders[ROWS_CUTS])(const void *left, const void *right) = {
	[ROWS_BY_LABEL] = by_label,
	[ROWS_KEXECED] = by_label,
	[ROWS_BY_LABEL_AND_COUNT] = by_label_and_count,
	[ROWS_BY_COUNT] = by_count,
};

static bool is_in(const struct row *row, enum rows_cut cut)
{
	if (cut == ROWS_BY_LABEL)
		return true;
	if (row->origin == TRIAGE_COLD)
		return false;
	/* Boots of which the count is not known have no count in common. */
	return cut == ROWS_KEXECED || row->count != TRIAGE_NO_COUNT;
}

/* Give the rows their strata, and these their boots. @sorted is put into another order. */
static void cut_rows(struct rows *rows, enum rows_cut cut, struct row **sorted)
{
	struct row *const *before = NULL;
	struct rows_sum *sums = rows->sums[cut];
	size_t count = 0;

	qsort(sorted, rows->count, sizeof(*sorted), orders[cut]);
	for (size_t i = 0; i < rows->count; i++) {
		sorted[i]->strata[cut] = ROWS_NONE;
		if (!is_in(sorted[i], cut))
			continue;
		if (!before || orders[cut](before, &sorted[i]) != 0)
			sums[count++] = (struct rows_sum){ .count = sorted[i]->count };
		sums[count - 1].boots += sorted[i]->boots;
		sorted[i]->strata[cut] = (uint32_t)count - 1;
		before = &sorted[i];
	}
	rows->sum_count[cut] = count;
}

static void find_origins(struct rows *rows)
{
	rows->origin_count = 0;
	for (size_t i = 0; i < rows->count; i++) {
		if (i == 0 || rows->rows[i].origin != rows->rows[i - 1].origin)
			rows->origins[rows->origin_count++] =
				(struct rows_origin){ rows->rows[i].origin, i, 0 };
		rows->origins[rows->origin_count - 1].count++;
	}
}

int rows_take(struct rows *rows, const struct triage_cell *cells, size_t count)
{
	int error = reserve(rows, count);

	if (error || count == 0)
		return error;
	rows->count = count;
	rows->all = (struct rows_sum){ 0 };
	for (size_t i = 0; i < count; i++) {
		rows->rows[i] = (struct row){ .origin = cells[i].origin,
					      .count = cells[i].count,
					      .label = cells[i].label,
					      .boots = cells[i].boots };
		rows->by_label[i] = &rows->rows[i];
		rows->all.boots += cells[i].boots;
	}
	find_origins(rows);
	for (int cut = 0; cut < ROWS_CUTS; cut++)
		cut_rows(rows, (enum rows_cut)cut, rows->by_label);
	qsort(rows->by_label, count, sizeof(*rows->by_label), by_origin_label_and_count);
	return 0;
}

/* The order of struct triage_counts, within one release. */
static int compare_cell(const struct triage_cell *cell, const struct row *row)
{
	int order = compare(cell->origin, row->origin);

	if (order == 0)
		order = compare(cell->count, row->count);
	return order ? order : compare(cell->label, row->label);
}

static void add_up_crashes(struct rows *rows)
{
	rows->all.crashes = 0;
	for (int cut = 0; cut < ROWS_CUTS; cut++)
		for (size_t i = 0; i < rows->sum_count[cut]; i++)
			rows->sums[cut][i].crashes = 0;
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];

		rows->all.crashes += row->crashes;
		for (int cut = 0; cut < ROWS_CUTS && row->crashes > 0; cut++)
			if (row->strata[cut] != ROWS_NONE)
				rows->sums[cut][row->strata[cut]].crashes += row->crashes;
	}
}

void rows_fill(struct rows *rows, const struct triage_crash_cell *crashes, size_t count)
{
	size_t next = 0;

	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->rows[i];

		row->crashes = 0;
		/* A store may be written to while it is read: then a crash may lack its boot. */
		while (next < count && compare_cell(&crashes[next].at, row) < 0)
			next++;
		if (next < count && compare_cell(&crashes[next].at, row) == 0)
			row->crashes = crashes[next].at.boots;
		if (row->crashes > row->boots)
			row->crashes = row->boots;
	}
	add_up_crashes(rows);
}

/* The rest is what the group leaves. */
static void set_rest(struct triage_table *table, const struct rows_sum *sum)
{
	table->other_boots = sum->boots - table->boots;
	table->other_crashes = sum->crashes - table->crashes;
}

struct triage_table rows_table(const struct rows *rows, const struct rows_origin *origin)
{
	struct triage_table table = { 0 };

	for (size_t i = origin->first; i < origin->first + origin->count; i++) {
		table.boots += rows->rows[i].boots;
		table.crashes += rows->rows[i].crashes;
	}
	set_rest(&table, &rows->all);
	return table;
}

size_t rows_strata(struct rows *rows, enum rows_cut cut, const struct rows_origin *origin,
		   const struct triage_table **ret)
{
	const struct row *first = &rows->rows[origin->first];
	size_t count = 0;

	for (size_t i = 0; i < origin->count; i++)
		if (first[i].strata[cut] != ROWS_NONE)
			rows->slots[first[i].strata[cut]] = ROWS_NONE;
	for (size_t i = 0; i < origin->count; i++) {
		uint32_t stratum = first[i].strata[cut], *slot;

		if (stratum == ROWS_NONE)
			continue;
		slot = &rows->slots[stratum];
		if (*slot == ROWS_NONE) {
			*slot = (uint32_t)count;
			rows->tables[count++] = (struct triage_table){ 0 };
		}
		rows->tables[*slot].boots += first[i].boots;
		rows->tables[*slot].crashes += first[i].crashes;
		set_rest(&rows->tables[*slot], &rows->sums[cut][stratum]);
	}
	*ret = rows->tables;
	return count;
}

size_t rows_doses(struct rows *rows, uint32_t cap, const struct triage_stratum **ret)
{
	struct row *const *before = NULL;
	size_t used = 0, count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = rows->by_label[i];

		if (row->strata[ROWS_BY_COUNT] == ROWS_NONE)
			continue;
		if (!before || by_origin_and_label(before, &rows->by_label[i]) != 0)
			rows->groups[count++] = (struct triage_stratum){ &rows->doses[used], 0 };
		rows->doses[used++] = (struct triage_dose){ row->count < cap ? row->count : cap,
							    row->crashes, row->boots };
		rows->groups[count - 1].count++;
		before = &rows->by_label[i];
	}
	*ret = rows->groups;
	return count;
}
