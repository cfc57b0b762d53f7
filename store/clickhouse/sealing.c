// SPDX-License-Identifier: GPL-2.0-or-later
/* Seal weeks, and remove old sums. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "lib/cleanup.h"
#include "seals.h"
#include "sums.h"
#include "tables.h"
#include "totals.h"
#include "week.h"

/*
 * Sums without a seal are removed when they are so old, and the sums of an earlier seal when the
 * seal that replaced it is so old: readers have ended by then.
 */
#define KEPT_S (60 * 60)

/* A program that only seals because it has written does not wait longer for a request. */
#define WRITER_TIMEOUT_S 30

/* Store the sums of a week under the number @seal. A failed insert is not repeated. */
static int store_sums(struct clickhouse *server, uint16_t week, uint64_t seal)
{
	char of_week[32];
	const struct clickhouse_scope scope = { "", of_week, of_week };
	int error = 0;

	snprintf(of_week, sizeof(of_week), " AND week = %u", week);
	for (size_t i = 0; !error && clickhouse_all_sums[i]; i++) {
		const struct clickhouse_sums *sums = clickhouse_all_sums[i];
		TSV_AUTO sql = { 0 };

		tsv_print(&sql,
			  "INSERT INTO %s (week, seal, %s) SELECT toUInt16(%u), toUInt64(%" PRIu64
			  "), %s FROM (",
			  sums->table, sums->columns, week, seal, sums->columns);
		sums->print(server, &scope, &sql);
		tsv_print(&sql, ")");
		error = clickhouse_change_once(server, &sql);
	}
	return error;
}

/*
 * Merge the parts of the sums by host, of which a large week has many: a reader opens each column
 * of each part. Without the permission, or if the time is over, the server merges them later.
 */
static void merge_parts(struct clickhouse *server, uint16_t week, uint64_t seal)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "OPTIMIZE TABLE %s PARTITION (%u, %" PRIu64 ")",
		  clickhouse_host_day_sums.table, week, seal);
	(void)clickhouse_change_once(server, &sql);
}

/* Check the sums of a week that has not changed since, so that all kinds have the same boots. */
static int check_week(struct clickhouse *server, uint16_t week, uint64_t seal)
{
	int error = 0;

	for (size_t i = 0; !error && clickhouse_all_sums[i]; i++)
		error = clickhouse_check_sums(server, clickhouse_all_sums[i], week, seal);
	return error;
}

static const char *state_of(const struct week_states *states, uint16_t week, size_t table)
{
	for (size_t i = 0; i < states->count; i++)
		if (states->list[i].week == week && states->list[i].states[table][0])
			return states->list[i].states[table];
	return "";
}

static int add_seal(struct clickhouse *server, uint16_t week, uint64_t seal,
		    const struct week_states *now)
{
	TSV_AUTO row = { 0 };
	int error;

	tsv_number(&row, week, '\t');
	tsv_unsigned(&row, seal, '\t');
	tsv_field(&row, state_of(now, week, 0), '\t');
	tsv_field(&row, state_of(now, week, 1), '\t');
	error = clickhouse_count_sums(server, seal, &row, '\n');
	return error ? error
		     : clickhouse_insert(server, "seals", "week, seal, boots, crashes, sums", &row);
}

/* Choose a number above that of the week's seal, which a clock that is ahead can have chosen. */
static int choose_number(struct clickhouse *server, uint16_t week, uint64_t *ret)
{
	TSV_AUTO sql = { 0 };
	int64_t highest = 0;
	int error;

	tsv_print(&sql, "SELECT max(seal) FROM seals WHERE week = %u FORMAT TabSeparated", week);
	error = clickhouse_ask_number(server, &sql, &highest);
	*ret = clickhouse_choose_version(clickhouse_now_ns(), (uint64_t)highest);
	return error;
}

/* Seal a week. @ret: false if another program wrote to the week meanwhile */
static int seal_week(struct clickhouse *server, uint16_t week, bool *ret)
{
	AUTO_STATES before = { 0 };
	AUTO_STATES after = { 0 };
	uint64_t seal = 0;
	int error = choose_number(server, week, &seal);

	*ret = false;
	if (!error)
		error = clickhouse_read_states(server, week, &before);
	if (!error)
		error = store_sums(server, week, seal);
	if (!error)
		merge_parts(server, week, seal);
	if (!error)
		error = clickhouse_read_states(server, week, &after);
	for (size_t i = 0; !error && i < STATES; i++)
		if (strcmp(state_of(&before, week, i), state_of(&after, week, i)) != 0)
			return 0;
	if (!error)
		error = check_week(server, week, seal);
	*ret = !error;
	return error ? error : add_seal(server, week, seal, &after);
}

static int compare_weeks(const void *left, const void *right)
{
	const struct store_seal *a = left, *b = right;

	return (a->week > b->week) - (a->week < b->week);
}

/* List the weeks that are not sealed, each once. @ret: owned by the caller */
static int list_open(const struct week_seals *seals, struct store_seal **ret, size_t *ret_count)
{
	size_t all = seals->now.count + seals->seals.count, count = 0, unique = 0;
	LINEAGE_AUTO_FREE const char **scratch = calloc(all + 1, sizeof(*scratch));
	struct store_seal *list = calloc(all + 1, sizeof(*list));

	*ret = list;
	if (!scratch || !list)
		return -ENOMEM;
	for (size_t i = 0; i < all; i++) {
		uint16_t week = i < seals->now.count ? seals->now.list[i].week
						     : seals->seals.list[i - seals->now.count].week;

		if (!clickhouse_is_sealed(seals, week, scratch))
			list[count++].week = week;
	}
	qsort(list, count, sizeof(*list), compare_weeks);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || list[i].week != list[unique - 1].week)
			list[unique++].week = list[i].week;
	*ret_count = unique;
	return 0;
}

/* Return the first week that is not complete. */
static uint32_t first_incomplete(int64_t now)
{
	int64_t week = (now - CLICKHOUSE_COMPLETE_S) / STORE_WEEK_S;

	return week < 0 ? 0 : week > UINT16_MAX ? UINT16_MAX + 1 : (uint32_t)week;
}

static int drop_partition(const char *const *fields, void *data)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "ALTER TABLE %s DROP PARTITION ID '%s'", fields[0], fields[1]);
	return clickhouse_change(data, &sql);
}

/* The number of a seal or total in the name of a partition. */
#define NUMBER "toUInt64OrZero(extract(partition, ',([0-9]+)'))"

int clickhouse_remove_old_sums(struct clickhouse *server)
{
	uint64_t before = clickhouse_now_ns() - (uint64_t)KEPT_S * 1000000000;
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT DISTINCT table, partition_id FROM system.parts WHERE active AND"
		  " database = '%s' AND partition LIKE '(%%,%%)' AND table IN (",
		  server->database);
	for (size_t i = 0; clickhouse_all_sums[i]; i++)
		tsv_print(&sql, "%s'%s'", i > 0 ? ", " : "", clickhouse_all_sums[i]->table);
	tsv_print(&sql,
		  ") AND " NUMBER " < %" PRIu64 " AND " NUMBER " NOT IN (SELECT seal FROM seals"
		  " FINAL) AND " NUMBER " NOT IN (SELECT total FROM totals FINAL)"
		  " AND toUInt16(toUInt64OrZero(extract(partition, '([0-9]+),'))) NOT IN"
		  " (SELECT week FROM seals FINAL WHERE seal >= %" PRIu64 " UNION ALL"
		  " SELECT toUInt16(%u) FROM totals FINAL WHERE total >= %" PRIu64
		  ") FORMAT TabSeparated",
		  before, before, CLICKHOUSE_TOTAL_WEEK, before);
	return clickhouse_ask_rows(server, &sql, 2, drop_partition, server);
}

/* Find the weeks that are not sealed. @ret: owned by the caller */
static int find_open(struct clickhouse *server, struct store_seal **ret, size_t *ret_count)
{
	AUTO_SEALS seals = { 0 };
	int error = clickhouse_read_seals(server, &seals);

	if (!error && list_open(&seals, ret, ret_count))
		error = clickhouse_fail_memory(server);
	return error;
}

int clickhouse_seal(struct store *store, int64_t now, bool all, store_seal_visitor *visit,
		    void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	LINEAGE_AUTO_FREE struct store_seal *open = NULL;
	size_t count = 0;
	int error;

	if (server->is_read_only)
		return store_fail(store, -EROFS, "the store was opened for reading only");
	if (server->cluster)
		return store_fail(
			store, -EPROTONOSUPPORT,
			"each shard seals its own weeks: name a shard, without ?cluster=");
	error = find_open(server, &open, &count);
	for (size_t i = 0; !error && i < count; i++) {
		if (!all && open[i].week >= first_incomplete(now))
			continue;
		error = seal_week(server, open[i].week, &open[i].is_sealed);
		if (!error)
			error = visit(&open[i], data);
	}
	if (!error)
		error = clickhouse_make_total(server, first_incomplete(now), false, now);
	if (!error)
		error = clickhouse_remove_old_sums(server);
	/* A migration that was interrupted at its end leaves the old tables. */
	return error ? error : clickhouse_end_migration(server);
}

static int seal_first(struct clickhouse *server, int64_t now)
{
	LINEAGE_AUTO_FREE struct store_seal *open = NULL;
	bool is_claimed = false, is_open = false;
	size_t count = 0;
	int error = find_open(server, &open, &count);

	for (size_t i = 0; !error && !is_open && i < count; i++) {
		if (open[i].week >= first_incomplete(now))
			continue;
		is_open = is_claimed;
		if (!is_claimed)
			error = clickhouse_claim(server, open[i].week, now, &is_claimed);
		if (error || !is_claimed || is_open)
			continue;
		error = seal_week(server, open[i].week, &open[i].is_sealed);
	}
	if (error || is_open)
		return error;
	error = clickhouse_make_total(server, first_incomplete(now), true, now);
	return error || !is_claimed ? error : clickhouse_remove_old_sums(server);
}

int clickhouse_seal_one(struct clickhouse *server, int64_t now)
{
	long timeout_s = server->timeout_s;
	int error;

	if (server->cluster)
		return 0;
	if (server->timeout_s > WRITER_TIMEOUT_S)
		server->timeout_s = WRITER_TIMEOUT_S;
	error = seal_first(server, now);
	server->timeout_s = timeout_s;
	return error;
}
