// SPDX-License-Identifier: GPL-2.0-or-later
#include "pruned.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "batch.h"

void clickhouse_pruned_deinit(struct clickhouse_pruned *pruned)
{
	free(pruned->weeks);
	*pruned = (struct clickhouse_pruned){ 0 };
}

int clickhouse_add_pruned(struct clickhouse_pruned *pruned, uint16_t week)
{
	if (!clickhouse_make_room(&pruned->weeks, pruned->count, sizeof(*pruned->weeks)))
		return -ENOMEM;
	pruned->weeks[pruned->count++] = week;
	return 0;
}

/* Take the columns week, version, is_pruned. */
static int take_week(const char *const *fields, void *data)
{
	struct clickhouse_pruned *pruned = data;
	uint64_t version = strtoull(fields[1] ? fields[1] : "0", NULL, 10);

	if (version > pruned->version)
		pruned->version = version;
	return tsv_value(fields[2]) ? clickhouse_add_pruned(pruned, (uint16_t)tsv_value(fields[0]))
				    : 0;
}

int clickhouse_read_pruned(struct clickhouse *server, struct clickhouse_pruned *ret)
{
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql,
		  "SELECT week, version, is_pruned FROM pruned_weeks%s FINAL ORDER BY week"
		  " FORMAT TabSeparated",
		  server->tables);
	error = clickhouse_ask_rows(server, &sql, 3, take_week, ret);
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}

static int compare_weeks(const void *left, const void *right)
{
	const uint16_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

bool clickhouse_is_pruned(const struct clickhouse_pruned *pruned, uint16_t week)
{
	return pruned->count > 0 &&
	       bsearch(&week, pruned->weeks, pruned->count, sizeof(week), compare_weeks);
}
