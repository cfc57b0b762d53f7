// SPDX-License-Identifier: GPL-2.0-or-later
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int reserve(struct rows *rows, size_t count)
{
	struct rows larger = { .capacity = count };

	if (count <= rows->capacity)
		return 0;
	larger.rows = calloc(count, sizeof(*larger.rows));
	larger.sorted = calloc(count, sizeof(*larger.sorted));
	larger.tables = calloc(count, sizeof(*larger.tables));
	larger.doses = calloc(count, sizeof(*larger.doses));
	larger.strata = calloc(count, sizeof(*larger.strata));
	if (!larger.rows || !larger.sorted || !larger.tables || !larger.doses || !larger.strata) {
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
	free(rows->sorted);
	free(rows->tables);
	free(rows->doses);
	free(rows->strata);
	*rows = (struct rows){ 0 };
}

static int compare(uint32_t left, uint32_t right)
{
	return (left > right) - (left < right);
}

/* The order of struct triage_counts, within one release. */
static int compare_cells(const struct triage_cell *a, const struct triage_cell *b)
{
	int order = compare(a->origin, b->origin);

	if (order == 0)
		order = compare(a->count, b->count);
	return order ? order : compare(a->label, b->label);
}

int rows_fill(struct rows *rows, const struct triage_cell *cells, size_t cell_count,
	      const struct triage_crash_cell *crashes, size_t crash_count)
{
	size_t next = 0;
	int error = reserve(rows, cell_count);

	if (error)
		return error;
	rows->count = cell_count;
	for (size_t i = 0; i < cell_count; i++) {
		struct row *row = &rows->rows[i];

		*row = (struct row){ cells[i].origin, cells[i].count, cells[i].label,
				     cells[i].boots, 0 };
		/* A store may be written to while it is read: then a crash may lack its boot. */
		while (next < crash_count && compare_cells(&crashes[next].at, &cells[i]) < 0)
			next++;
		if (next < crash_count && compare_cells(&crashes[next].at, &cells[i]) == 0)
			row->crashes = crashes[next].at.boots;
		if (row->crashes > row->boots)
			row->crashes = row->boots;
	}
	return 0;
}

static void add(struct triage_table *table, const struct row *row, uint32_t origin)
{
	if (row->origin == origin) {
		table->boots += row->boots;
		table->crashes += row->crashes;
	} else {
		table->other_boots += row->boots;
		table->other_crashes += row->crashes;
	}
}

struct triage_table rows_table(const struct rows *rows, uint32_t origin)
{
	struct triage_table table = { 0 };

	for (size_t i = 0; i < rows->count; i++)
		add(&table, &rows->rows[i], origin);
	return table;
}

static int by_label(const void *left, const void *right)
{
	return compare(((const struct row *)left)->label, ((const struct row *)right)->label);
}

static int by_label_and_count(const void *left, const void *right)
{
	int order = by_label(left, right);

	return order ? order
		     : compare(((const struct row *)left)->count,
			       ((const struct row *)right)->count);
}

static int by_origin_and_label(const void *left, const void *right)
{
	int order =
		compare(((const struct row *)left)->origin, ((const struct row *)right)->origin);

	return order ? order : by_label(left, right);
}

typedef int row_order(const void *left, const void *right);

static row_order *const orders[] = {
	[ROWS_BY_LABEL] = by_label,
	[ROWS_BY_LABEL_AND_COUNT] = by_label_and_count,
};

static void sort(struct rows *rows, row_order *order)
{
	memcpy(rows->sorted, rows->rows, rows->count * sizeof(*rows->sorted));
	qsort(rows->sorted, rows->count, sizeof(*rows->sorted), order);
}

void rows_cut(struct rows *rows, enum rows_cut cut)
{
	sort(rows, orders[cut]);
}

size_t rows_strata(struct rows *rows, enum rows_cut cut, uint32_t origin,
		   const struct triage_table **ret)
{
	const struct row *before = NULL;
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->sorted[i];

		if (cut == ROWS_BY_LABEL_AND_COUNT && row->origin == TRIAGE_COLD)
			continue;
		if (!before || orders[cut](before, row) != 0)
			rows->tables[count++] = (struct triage_table){ 0 };
		add(&rows->tables[count - 1], row, origin);
		before = row;
	}
	*ret = rows->tables;
	return count;
}

size_t rows_doses(struct rows *rows, uint32_t cap, const struct triage_stratum **ret)
{
	const struct row *before = NULL;
	size_t used = 0, count = 0;

	sort(rows, by_origin_and_label);
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->sorted[i];

		if (row->origin == TRIAGE_COLD || row->count == TRIAGE_NO_COUNT)
			continue;
		if (!before || by_origin_and_label(before, row) != 0)
			rows->strata[count++] = (struct triage_stratum){ &rows->doses[used], 0 };
		rows->doses[used++] = (struct triage_dose){ row->count < cap ? row->count : cap,
							    row->crashes, row->boots };
		rows->strata[count - 1].count++;
		before = row;
	}
	*ret = rows->strata;
	return count;
}
