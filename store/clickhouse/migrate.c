// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Migrate a database of an older schema to version 11.
 *
 * Versions 1 to 4 had the tables boots and crashes, without weeks. Version 1 had no table of
 * versions, and one row for each source of a boot. These rows remain valid, with the defaults of
 * the new columns. If such a boot is added again, its rows are joined. Version 6 lacks the table
 * pruned_weeks, versions up to 7 lack some tables of sums, versions up to 9 have ancestor_sums with
 * a row for each ancestor, and versions up to 10 have crash_length_sums without hosts. Their seals
 * do not count (CLICKHOUSE_SUMS_VERSION). Versions 6 to 8 lack the column excerpt of crash_rows;
 * running programs of these versions write rows without it.
 *
 * Steps: write version 5, which programs of older versions reject; add the columns that the old
 * tables lack; rename the old tables, after which running programs of older versions fail with an
 * error and write nothing; copy all rows; check that each old row has a new row. Each step can be
 * interrupted and repeated: a row that is copied twice replaces itself. A program of version 1 does
 * not read the version and can create the old tables again; their rows are then moved, too.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "boot_row.h"
#include "crash_row.h"
#include "tables.h"
#include "week.h"

#define WEEKS_AT_ONCE 50 /* servers limit the number of partitions of an insert to 100 */
#define TIMEOUT_S 3600	 /* of a request that copies rows */
#define WRITERS_S 60	 /* longest time to wait for inserts into a renamed table */

/* An old table, its name during the migration, and the table that takes its rows. */
struct old_table {
	const char *name;
	const char *renamed;
	const char *successor;
	const struct clickhouse_column *columns;
};

static const struct old_table old_tables[] = {
	{ "boots", "old_boots", "boot_rows", clickhouse_boot_columns },
	{ "crashes", "old_crashes", "crash_rows", clickhouse_crash_columns },
};
#define OLD_TABLES (sizeof(old_tables) / sizeof(*old_tables))

/* List all columns of the database as TABLE.COLUMN, with a newline before and after each. */
static int list_columns(struct clickhouse *server, struct tsv *ret)
{
	TSV_AUTO sql = { 0 };
	TSV_AUTO answer = { 0 };
	int error;

	tsv_print(&sql,
		  "SELECT concat(table, '.', name) FROM system.columns WHERE database = '%s'"
		  " FORMAT TabSeparated",
		  server->database);
	error = sql.has_failed ? clickhouse_fail_memory(server)
			       : clickhouse_ask(server, sql.at, NULL, &answer);
	if (error)
		return error;
	tsv_print(ret, "\n%s", answer.at ? answer.at : "");
	return ret->has_failed ? clickhouse_fail_memory(server) : 0;
}

static bool has_column(const struct tsv *columns, const char *table, const char *column)
{
	char line[128];

	snprintf(line, sizeof(line), "\n%s.%s\n", table, column);
	return strstr(columns->at, line) != NULL;
}

/* Return whether the database has the column now. */
static bool has_now(struct clickhouse *server, const char *table, const char *column)
{
	TSV_AUTO columns = { 0 };

	return !list_columns(server, &columns) && has_column(&columns, table, column);
}

/* Add a column. An error is ignored if another program has added the column meanwhile. */
static int add_column(struct clickhouse *server, const char *table,
		      const struct clickhouse_column *column)
{
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql, "ALTER TABLE %s ADD COLUMN %s %s", table, column->name, column->definition);
	error = clickhouse_execute(server, &sql);
	return error == -EIO && has_now(server, table, column->name) ? 0 : error;
}

/* @name: the old table, or the renamed one */
static int add_columns(struct clickhouse *server, const struct tsv *columns, const char *name,
		       const struct old_table *table)
{
	int error = 0;

	for (const struct clickhouse_column *column = table->columns; !error && column->name;
	     column++)
		if (strcmp(column->name, "week") != 0 && !has_column(columns, name, column->name))
			error = add_column(server, name, column);
	return error;
}

/* Move the rows of a table that a program of version 1 created again. */
static int move_rows(struct clickhouse *server, const struct tsv *known,
		     const struct old_table *table)
{
	TSV_AUTO columns = { 0 };
	TSV_AUTO sql = { 0 };
	TSV_AUTO drop = { 0 };
	int error = add_columns(server, known, table->renamed, table);

	if (error)
		return error;
	for (const struct clickhouse_column *column = table->columns; column->name; column++)
		if (strcmp(column->name, "week") != 0)
			tsv_print(&columns, "%s%s", columns.size > 0 ? ", " : "", column->name);
	tsv_print(&sql, "INSERT INTO %s (%s) SELECT %s FROM %s", table->renamed,
		  columns.at ? columns.at : "", columns.at ? columns.at : "", table->name);
	error = clickhouse_change(server, &sql);
	if (error)
		return error;
	tsv_print(&drop, "DROP TABLE IF EXISTS %s", table->name);
	return clickhouse_execute(server, &drop);
}

static int rename_table(struct clickhouse *server, const struct tsv *known,
			const struct old_table *table)
{
	TSV_AUTO sql = { 0 };

	if (has_now(server, table->renamed, "host"))
		return move_rows(server, known, table);
	tsv_print(&sql, "RENAME TABLE %s TO %s", table->name, table->renamed);
	return clickhouse_execute(server, &sql);
}

/* An error is ignored if another program has completed and renamed the table meanwhile. */
static int set_aside(struct clickhouse *server)
{
	TSV_AUTO columns = { 0 };
	int error = list_columns(server, &columns);

	for (size_t i = 0; !error && i < OLD_TABLES; i++) {
		if (!has_column(&columns, old_tables[i].name, "host"))
			continue;
		error = add_columns(server, &columns, old_tables[i].name, &old_tables[i]);
		if (!error)
			error = rename_table(server, &columns, &old_tables[i]);
		if (error && !has_now(server, old_tables[i].name, "host") &&
		    has_now(server, old_tables[i].renamed, "host"))
			error = 0;
	}
	return error;
}

/*
 * Wait until no insert into an old table runs: on a new server, an insert continues after the table
 * was renamed. A user who may not see the requests of other users sees only their own.
 */
static int wait_for_writers(struct clickhouse *server)
{
	static const char sql[] = "SELECT count() FROM system.processes WHERE match(query,"
				  " '^INSERT INTO ([A-Za-z0-9_`]+[.])?`?(boots|crashes)(_all)?`? ')"
				  " FORMAT TabSeparated";
	const struct tsv request = { .at = (char *)(uintptr_t)sql, .size = sizeof(sql) - 1 };
	int64_t writers = 1;

	for (int i = 0; i < WRITERS_S && writers > 0; i++) {
		int error = clickhouse_ask_number(server, &request, &writers);

		if (error)
			return error == -EROFS ? 0 : error;
		if (writers > 0)
			nanosleep(&(struct timespec){ 1, 0 }, NULL);
	}
	if (writers > 0)
		return store_fail(
			&server->store, -EBUSY,
			"programs of an older version still write to it: stop them, and run"
			" this command again");
	return 0;
}

/* A row without any time gets the week of its version, the time at which it was written. */
#define WEEK CLICKHOUSE_WEEK_SQL("intDiv(version, 1000000000)")
#define OLD_BOOTS "old_boots FINAL WHERE kind != 1"

/* Copy the boots of some weeks. */
static int copy_boots(struct clickhouse *server, int64_t from, int64_t to)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "INSERT INTO boot_rows (");
	for (const struct clickhouse_column *column = clickhouse_boot_columns; column->name;
	     column++)
		tsv_print(&sql, "%s%s", column == clickhouse_boot_columns ? "" : ", ",
			  column->name);
	tsv_print(&sql, ") SELECT ");
	for (const struct clickhouse_column *column = clickhouse_boot_columns; column->name;
	     column++)
		tsv_print(&sql, "%s%s", column == clickhouse_boot_columns ? "" : ", ",
			  strcmp(column->name, "week") == 0 ? WEEK : column->name);
	tsv_print(&sql, " FROM " OLD_BOOTS " AND " WEEK " >= %" PRId64 " AND " WEEK " <= %" PRId64,
		  from, to);
	return clickhouse_change(server, &sql);
}

#define CRASH_FACTS                                                                       \
	"host, boot_id, signature, uptime_us, time, version, title, type, frame, module," \
	" frames, release, boot, previous, kexec_count, label, recorded, is_gone, inferred"
#define OLD_CRASHES "(SELECT " CRASH_FACTS " FROM old_crashes FINAL WHERE NOT is_gone)"

/* Copy the crashes of the boots of some weeks. The joined table is the smaller one. */
static int copy_crashes(struct clickhouse *server, int64_t from, int64_t to)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "INSERT INTO crash_rows (" CRASH_FACTS ", week) SELECT " CRASH_FACTS ", week FROM"
		  " (SELECT host, boot_id, week FROM boot_rows FINAL WHERE kind = 0"
		  " AND week >= %" PRId64 " AND week <= %" PRId64
		  ") AS of_boot ALL INNER JOIN " OLD_CRASHES " AS of_crash USING (host, boot_id)",
		  from, to);
	return clickhouse_change(server, &sql);
}

/* Copy the crashes whose boots have no row; the next addition of the boot finds them. */
static int copy_orphans(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "INSERT INTO crash_rows (" CRASH_FACTS ", week) SELECT " CRASH_FACTS
		  ", toUInt16(0) FROM " OLD_CRASHES " WHERE (host, boot_id) NOT IN"
		  " (SELECT host, boot_id FROM boot_rows FINAL WHERE kind = 0 AND (host, boot_id)"
		  " IN (SELECT host, boot_id FROM old_crashes))");
	return clickhouse_change(server, &sql);
}

struct weeks {
	int64_t *list;
	size_t count;
};

static int take_week(const char *const *fields, void *data)
{
	struct weeks *weeks = data;
	int64_t *list = reallocarray(weeks->list, weeks->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	weeks->list = list;
	weeks->list[weeks->count++] = tsv_value(fields[0]);
	return 0;
}

static int copy_weeks(struct clickhouse *server,
		      int (*copy)(struct clickhouse *server, int64_t from, int64_t to))
{
	struct weeks weeks = { 0 };
	TSV_AUTO sql = { 0 };
	int error;

	tsv_print(&sql, "SELECT DISTINCT " WEEK " AS week FROM " OLD_BOOTS
			" ORDER BY week FORMAT TabSeparated");
	error = clickhouse_ask_rows(server, &sql, 1, take_week, &weeks);
	for (size_t i = 0; !error && i < weeks.count; i += WEEKS_AT_ONCE) {
		size_t last = i + WEEKS_AT_ONCE - 1;

		if (last >= weeks.count)
			last = weeks.count - 1;
		error = copy(server, weeks.list[i], weeks.list[last]);
	}
	free(weeks.list);
	return error;
}

/* Check that each old row has a new row with the same key. */
static int check_rows(struct clickhouse *server)
{
	static const char *const missing[] = {
		"SELECT count() FROM (SELECT host, boot_id FROM " OLD_BOOTS ") WHERE"
		" (host, boot_id) NOT IN (SELECT host, boot_id FROM boot_rows)"
		" FORMAT TabSeparated",
		"SELECT count() FROM " OLD_CRASHES " WHERE (host, boot_id, signature, uptime_us,"
		" time) NOT IN (SELECT host, boot_id, signature, uptime_us, time FROM crash_rows)"
		" FORMAT TabSeparated",
	};
	int64_t count = 0;
	int error = 0;

	for (size_t i = 0; !error && count == 0 && i < OLD_TABLES; i++) {
		const struct tsv sql = { .at = (char *)(uintptr_t)missing[i],
					 .size = strlen(missing[i]) };

		error = clickhouse_ask_number(server, &sql, &count);
	}
	if (!error && count > 0)
		return store_fail(&server->store, -EIO,
				  "the migration to schema %d lost rows: the old rows are in"
				  " old_boots and old_crashes",
				  CLICKHOUSE_SCHEMA);
	return error;
}

/* Add the column excerpt to crash_rows, and to its Distributed table. */
static int add_excerpts(struct clickhouse *server)
{
	static const char *const tables[] = { "crash_rows", "crash_rows_all" };
	const struct clickhouse_column *column = clickhouse_crash_columns;
	TSV_AUTO columns = { 0 };
	int error = list_columns(server, &columns);

	while (strcmp(column->name, "excerpt") != 0)
		column++;
	for (size_t i = 0; !error && i < sizeof(tables) / sizeof(*tables); i++)
		if (has_column(&columns, tables[i], "host") &&
		    !has_column(&columns, tables[i], column->name))
			error = add_column(server, tables[i], column);
	return error;
}

/*
 * Add a column to a table of sums of an older version, if there is one. The Distributed tables get
 * the new columns, too, since only a program that uses the cluster could create them again.
 */
static int add_to_sums(struct clickhouse *server, const struct tsv *columns, const char *table,
		       const struct clickhouse_column *column)
{
	if (!has_column(columns, table, "previous") || has_column(columns, table, column->name))
		return 0;
	return add_column(server, table, column);
}

/*
 * Drop the sums by ancestor of versions up to 9, and add the columns that other tables of sums
 * lack. The next seals count all sums again.
 */
static int change_sums(struct clickhouse *server)
{
	static const struct clickhouse_column ancestors[] = { { "ancestors", "Array(String)" },
							      { "numbers", "Array(Int64)" } };
	static const struct clickhouse_column hosts[] = { { "first_day", "Int64" },
							  { "last_day", "Int64" },
							  { "hosts", "Array(UInt64)" } };
	TSV_AUTO columns = { 0 };
	TSV_AUTO sql = { 0 };
	int error = list_columns(server, &columns);

	for (size_t i = 0; !error && i < sizeof(ancestors) / sizeof(*ancestors); i++)
		error = add_to_sums(server, &columns, "ancestor_sums_all", &ancestors[i]);
	for (size_t i = 0; !error && i < sizeof(hosts) / sizeof(*hosts); i++) {
		error = add_to_sums(server, &columns, "crash_length_sums", &hosts[i]);
		if (!error)
			error = add_to_sums(server, &columns, "crash_length_sums_all", &hosts[i]);
	}
	if (error || !has_column(&columns, "ancestor_sums", "is_second"))
		return error;
	tsv_print(&sql, "DROP TABLE IF EXISTS ancestor_sums");
	return clickhouse_execute(server, &sql);
}

int clickhouse_migrate(struct clickhouse *server, int64_t version)
{
	long timeout_s = server->timeout_s;
	int error = change_sums(server);

	if (!error)
		error = clickhouse_create_tables(server);

	if (!error)
		error = add_excerpts(server);
	if (error || version >= CLICKHOUSE_WEEKS)
		return error;
	if (server->timeout_s < TIMEOUT_S)
		server->timeout_s = TIMEOUT_S;
	error = clickhouse_add_version(server, CLICKHOUSE_MIGRATING);
	if (!error)
		error = set_aside(server);
	if (!error)
		error = wait_for_writers(server);
	if (!error)
		error = copy_weeks(server, copy_boots);
	if (!error)
		error = copy_weeks(server, copy_crashes);
	if (!error)
		error = copy_orphans(server);
	if (!error)
		error = check_rows(server);
	server->timeout_s = timeout_s;
	return error;
}

int clickhouse_end_migration(struct clickhouse *server)
{
	TSV_AUTO columns = { 0 };
	int error = list_columns(server, &columns);

	for (size_t i = 0; !error && i < OLD_TABLES; i++) {
		TSV_AUTO sql = { 0 };

		if (!has_column(&columns, old_tables[i].renamed, "host"))
			continue;
		tsv_print(&sql, "DROP TABLE IF EXISTS %s", old_tables[i].renamed);
		error = clickhouse_execute(server, &sql);
	}
	/* A user without the permission leaves the tables to another user. */
	return error == -EROFS ? 0 : error;
}
