// SPDX-License-Identifier: GPL-2.0-or-later
/* Drop weeks whose rows are all selected. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "batch.h"
#include "pruned.h"
#include "seals.h"
#include "week.h"

#define AUTO_PRUNED __attribute__((cleanup(clickhouse_pruned_deinit))) struct clickhouse_pruned

static int take_week(const char *const *fields, void *data)
{
	return clickhouse_add_pruned(data, (uint16_t)tsv_value(fields[0]));
}

/*
 * Find the weeks before @end that have rows, all of which are selected or tombstones. A week that
 * has crashes, but no row of a boot, is not selected.
 */
static int find_selected(struct clickhouse *server, const char *is_selected, int64_t end,
			 struct clickhouse_pruned *ret)
{
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql,
		  "SELECT week FROM (SELECT week, 1 AS boot, 0 AS crash,"
		  " if(kind = 1 OR %s, 0, 1) AS kept FROM boot_rows FINAL WHERE week < %" PRId64
		  " UNION ALL SELECT week, 0, is_gone = 0, 0 FROM crash_rows FINAL"
		  " WHERE week < %" PRId64 ") GROUP BY week"
		  " HAVING sum(kept) = 0 AND (sum(boot) > 0 OR sum(crash) = 0)"
		  " ORDER BY week FORMAT TabSeparated",
		  is_selected, end, end);
	error = clickhouse_ask_rows(server, &sql, 1, take_week, ret);
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}

/*
 * Add weeks to the table.
 *
 * @except: leave out these weeks; NULL for none
 */
static int mark(struct clickhouse *server, const struct clickhouse_pruned *weeks,
		const struct clickhouse_pruned *except, uint64_t version, bool is_pruned)
{
	TSV_AUTO rows = { 0 };

	for (size_t i = 0; i < weeks->count; i++) {
		if (except && clickhouse_is_pruned(except, weeks->weeks[i]))
			continue;
		tsv_print(&rows, "%u\t%" PRIu64 "\t%d\n", weeks->weeks[i], version, is_pruned);
	}
	return clickhouse_insert(server, "pruned_weeks", "week, version, is_pruned", &rows);
}

/**
 * struct emptied - seals to add
 * @pruned: their weeks
 */
struct emptied {
	const struct clickhouse_pruned *pruned;
	struct tsv rows;
};

static int add_empty_seal(const char *const *fields, void *data)
{
	struct emptied *emptied = data;
	uint16_t week = (uint16_t)tsv_value(fields[0]);
	uint64_t seal = strtoull(fields[1] ? fields[1] : "0", NULL, 10);

	if (!clickhouse_is_pruned(emptied->pruned, week))
		return 0;
	tsv_print(&emptied->rows, "%u\t%" PRIu64 "\t\t\t" CLICKHOUSE_NO_SUMS "\n", week,
		  clickhouse_choose_version(clickhouse_now_ns(), seal));
	return 0;
}

/*
 * Replace the seals of the weeks by seals of weeks without rows. Until the partitions are dropped,
 * such a seal does not have the state of its week, so the rows of the week are counted. Readers
 * that have read the old seal still find its sums, which are removed like other old sums.
 */
static int empty_seals(struct clickhouse *server, const struct clickhouse_pruned *pruned)
{
	struct emptied emptied = { .pruned = pruned };
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql, "SELECT week, seal FROM seals FINAL WHERE boots != '' OR crashes != ''"
			" FORMAT TabSeparated");
	error = clickhouse_ask_rows(server, &sql, 2, add_empty_seal, &emptied);
	if (!error)
		error = clickhouse_insert(server, "seals", "week, seal, boots, crashes, sums",
					  &emptied.rows);
	tsv_deinit(&emptied.rows);
	return error;
}

static int drop(struct clickhouse *server, const char *table, uint16_t week)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "ALTER TABLE %s DROP PARTITION %u", table, week);
	return clickhouse_change(server, &sql);
}

/* Drop the crashes of a week before its boots: a crash without its boot would be counted. */
static int drop_weeks(struct clickhouse *server, const struct clickhouse_pruned *weeks)
{
	int error = 0;

	for (size_t i = 0; !error && i < weeks->count; i++) {
		error = drop(server, "crash_rows", weeks->weeks[i]);
		if (!error)
			error = drop(server, "boot_rows", weeks->weeks[i]);
	}
	/* Without the permission, the rows get tombstones. */
	return error == -EROFS ? 0 : error;
}

/* Remove the weeks that @other does not have. */
static void keep_common(struct clickhouse_pruned *weeks, const struct clickhouse_pruned *other)
{
	size_t count = 0;

	for (size_t i = 0; i < weeks->count; i++)
		if (clickhouse_is_pruned(other, weeks->weeks[i]))
			weeks->weeks[count++] = weeks->weeks[i];
	weeks->count = count;
}

int clickhouse_prune_weeks(struct clickhouse *server, const char *is_selected, int64_t before,
			   int64_t now)
{
	int64_t latest = now - CLICKHOUSE_COMPLETE_S;
	int64_t end = (before < latest ? before : latest) / STORE_WEEK_S;
	AUTO_PRUNED known = { 0 };
	AUTO_PRUNED found = { 0 };
	AUTO_PRUNED still = { 0 };
	uint64_t version;
	int error;

	if (server->cluster)
		return 0;
	error = find_selected(server, is_selected, end, &found);
	if (error || found.count == 0)
		return error;
	error = clickhouse_read_pruned(server, &known);
	version = clickhouse_choose_version(clickhouse_now_ns(), known.version);
	if (!error)
		error = mark(server, &found, NULL, version, true);
	/* A writer may have added a boot that is not selected before the week was marked. */
	if (!error)
		error = find_selected(server, is_selected, end, &still);
	if (!error)
		error = mark(server, &found, &still, version + 1, false);
	keep_common(&found, &still);
	if (!error)
		error = empty_seals(server, &found);
	return error ? error : drop_weeks(server, &found);
}
