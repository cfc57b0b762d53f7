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
#include "week.h"

/*
 * Sums without a seal are removed when they are so old, and the sums of an earlier seal when the
 * seal that replaced it is so old: readers have ended by then.
 */
#define KEPT_S (60 * 60)
/* A writer does not seal a week that a writer sealed, or began to seal, in this time. */
#define CLAIMED_S (60 * 60)

/* A program that only seals because it has written does not wait longer for a request. */
#define WRITER_TIMEOUT_S 30

/*
 * Check that no row of the sums with the number @seal is stored twice, as it would be if a proxy
 * repeated an insert.
 */
static int check_sums(struct clickhouse *server, const struct clickhouse_sums *sums, uint16_t week,
		      uint64_t seal)
{
	TSV_AUTO sql = { 0 };
	int64_t is_wrong = 0;
	int error;

	tsv_print(&sql,
		  "SELECT count() != uniqExact(%s) FROM %s WHERE week = %u AND seal = %" PRIu64
		  " FORMAT TabSeparated",
		  sums->key, sums->table, week, seal);
	error = clickhouse_ask_number(server, &sql, &is_wrong);
	if (error || !is_wrong)
		return error;
	return store_fail(&server->store, -EIO, "sums of a week were stored twice");
}

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
		if (!error)
			error = check_sums(server, sums, week, seal);
	}
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
	AUTO_STATES sums = { 0 };
	TSV_AUTO row = { 0 };
	int error = clickhouse_read_sums(server, seal, &sums);

	if (error)
		return error;
	tsv_number(&row, week, '\t');
	tsv_unsigned(&row, seal, '\t');
	tsv_field(&row, state_of(now, week, 0), '\t');
	tsv_field(&row, state_of(now, week, 1), '\t');
	tsv_field(&row, sums.count > 0 ? sums.list[0].sums : "", '\n');
	return clickhouse_insert(server, "seals", "week, seal, boots, crashes, sums", &row);
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
		error = clickhouse_read_states(server, week, &after);
	for (size_t i = 0; !error && i < STATES; i++)
		if (strcmp(state_of(&before, week, i), state_of(&after, week, i)) != 0)
			return 0;
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

static bool is_complete(uint16_t week, int64_t now)
{
	return ((int64_t)week + 1) * STORE_WEEK_S + CLICKHOUSE_COMPLETE_S <= now;
}

static int drop_partition(const char *const *fields, void *data)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "ALTER TABLE %s DROP PARTITION ID '%s'", fields[0], fields[1]);
	return clickhouse_change(data, &sql);
}

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
		  ") AND toUInt64OrZero(extract(partition, ',([0-9]+)')) < %" PRIu64
		  " AND toUInt64OrZero(extract(partition, ',([0-9]+)')) NOT IN"
		  " (SELECT seal FROM seals FINAL)"
		  " AND toUInt16(toUInt64OrZero(extract(partition, '([0-9]+),'))) NOT IN"
		  " (SELECT week FROM seals FINAL WHERE seal >= %" PRIu64 ") FORMAT TabSeparated",
		  before, before);
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
		if (!all && !is_complete(open[i].week, now))
			continue;
		error = seal_week(server, open[i].week, &open[i].is_sealed);
		if (!error)
			error = visit(&open[i], data);
	}
	if (!error)
		error = clickhouse_remove_old_sums(server);
	/* A migration that was interrupted at its end leaves the old tables. */
	return error ? error : clickhouse_end_migration(server);
}

/*
 * Claim a week, so that other programs that write at the same time do not seal it, too. Without a
 * lock, two programs can claim it at once; then both seal it.
 */
static int claim(struct clickhouse *server, uint16_t week, int64_t now, bool *ret)
{
	TSV_AUTO sql = { 0 };
	TSV_AUTO row = { 0 };
	int64_t claims = 0;
	int error;

	tsv_print(&sql,
		  "SELECT count() FROM seal_claims WHERE week = %u AND time > %" PRId64
		  " AND time <= %" PRId64 " FORMAT TabSeparated",
		  week, now - CLAIMED_S, now + CLAIMED_S);
	error = clickhouse_ask_number(server, &sql, &claims);
	*ret = !error && claims == 0;
	if (!*ret)
		return error;
	tsv_number(&row, week, '\t');
	tsv_number(&row, now, '\n');
	return clickhouse_insert(server, "seal_claims", "week, time", &row);
}

static int seal_first(struct clickhouse *server, int64_t now)
{
	LINEAGE_AUTO_FREE struct store_seal *open = NULL;
	bool is_claimed = false;
	size_t count = 0;
	int error = find_open(server, &open, &count);

	for (size_t i = 0; !error && !is_claimed && i < count; i++) {
		if (!is_complete(open[i].week, now))
			continue;
		error = claim(server, open[i].week, now, &is_claimed);
		if (!error && is_claimed)
			error = seal_week(server, open[i].week, &open[i].is_sealed);
	}
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
