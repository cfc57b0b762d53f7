// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int report_tally_add(struct report_tally *tally, const char *name, uint64_t boots, uint64_t crashed)
{
	uint32_t number;
	int error = store_names_add(&tally->names, name, &number);

	if (error)
		return error;
	if (number >= tally->capacity) {
		size_t capacity = tally->capacity ? 2 * tally->capacity : 16;
		struct report_row *rows = reallocarray(tally->rows, capacity, sizeof(*rows));

		if (!rows)
			return -ENOMEM;
		memset(rows + tally->capacity, 0, (capacity - tally->capacity) * sizeof(*rows));
		tally->rows = rows;
		tally->capacity = capacity;
	}
	tally->rows[number].name = tally->names.texts[number];
	tally->rows[number].boots += boots;
	tally->rows[number].crashed += crashed;
	return 0;
}

static int compare_rows(const void *left, const void *right)
{
	const struct report_row *a = left, *b = right;

	if (a->crashed != b->crashed)
		return a->crashed > b->crashed ? -1 : 1;
	if (a->boots != b->boots)
		return a->boots > b->boots ? -1 : 1;
	return strcmp(a->name, b->name);
}

void report_tally_sort(struct report_tally *tally)
{
	if (tally->names.count > 0)
		qsort(tally->rows, tally->names.count, sizeof(*tally->rows), compare_rows);
}

void report_tally_deinit(struct report_tally *tally)
{
	store_names_deinit(&tally->names);
	free(tally->rows);
}
