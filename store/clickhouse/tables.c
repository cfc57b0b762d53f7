// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The schema: create the tables of a database, and add the columns that older versions lack.
 *
 * Version 1 had no table of versions, and one row for each source of a boot. These rows remain
 * valid, with the defaults of the new columns. If such a boot is added again, its rows are joined.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clickhouse.h"

/* @definition: type and default of the column */
struct column {
	const char *name;
	const char *definition;
};

/* In version 1, only the command record wrote the column evidence. */
#define RECORDED "isNotNull(evidence)"

#define SCHEMA_VERSION 4

/*
 * To add a column, append it with a default that is right for the rows of older versions, raise
 * SCHEMA_VERSION, and change boot_row.h and boot_row.c, or crash_row.h and crash_row.c. Tables that
 * lack the column are altered. An empty text means unknown.
 */
static const struct column boots_columns[] = {
	{ "host", "String" },
	{ "boot_id", "String" },
	{ "version", "UInt64" },
	{ "sequence", "UInt64" },
	{ "time", "Nullable(Int64)" },
	{ "release", "String" },
	{ "build", "Nullable(String)" },
	{ "build_id", "Nullable(String)" },
	{ "boot", "String" },
	{ "previous", "String" },
	{ "kexec_count", "Int64" },
	{ "chain", "Nullable(String)" },
	{ "chain_is_complete", "UInt8" },
	{ "stamp", "Nullable(String)" },
	{ "evidence", "Nullable(String)" },
	{ "conflicts", "Nullable(String)" },
	{ "label", "String" },
	{ "end", "String" },
	{ "end_time", "Nullable(Int64)" },
	{ "has_kernel_id", "UInt8 DEFAULT NOT (boot_id LIKE 'log-%')" },
	{ "aliases", "String" },
	{ "machine_id", "String" },
	{ "marks", "String" },
	{ "time_source", "String DEFAULT if(isNull(time), '', if(" RECORDED ", 'record', 'log'))" },
	{ "last_uptime_us", "Nullable(Int64)" },
	{ "last_seen", "Nullable(Int64)" },
	{ "source", "String DEFAULT if(" RECORDED ", 'record', '')" },
	{ "is_recorded", "UInt8 DEFAULT " RECORDED },
	{ "label_is_given", "UInt8" },
	{ "wall_start", "Nullable(Int64)" },
	{ "kind", "UInt8" },
	{ "kexec_time", "Nullable(Int64)" },
	{ "kexec_release", "String" },
	{ NULL, NULL },
};

static const struct column crashes_columns[] = {
	{ "host", "String" },
	{ "boot_id", "String" },
	{ "signature", "String" },
	{ "uptime_us", "Int64" },
	{ "time", "Int64" },
	{ "version", "UInt64" },
	{ "title", "String" },
	{ "type", "String" },
	{ "frame", "Nullable(String)" },
	{ "module", "Nullable(String)" },
	{ "frames", "Nullable(String)" },
	{ "release", "String" },
	{ "boot", "String" },
	{ "previous", "String" },
	{ "kexec_count", "Int64" },
	{ "label", "String" },
	/* Older versions stored 2^64-1 minus the time of the addition as the version. */
	{ "recorded", "UInt64 DEFAULT 18446744073709551615 - version" },
	{ "is_gone", "UInt8" },
	{ "inferred", "UInt8" },
	{ NULL, NULL },
};

/* Each row is one name of a host. A name in several rows is the name of several machines. */
static const struct column names_columns[] = {
	{ "name", "String" },	{ "host", "String" }, { "version", "UInt64" },
	{ "is_gone", "UInt8" }, { NULL, NULL },
};

static const struct column version_columns[] = {
	{ "version", "UInt32" },
	{ NULL, NULL },
};

/*
 * The SQL uses only what ClickHouse 18.16 and newer versions both support. A new row replaces the
 * row with the same key if the new version is the same or higher. The engine replaces rows later; a
 * query with FINAL sees only the newest rows. The index granularity is small, since a batch looks
 * up a few boots of many hosts.
 */
static const struct table {
	const char *name;
	const struct column *columns;
	const char *engine;
} tables[] = {
	{ "boots", boots_columns,
	  "ReplacingMergeTree(version) ORDER BY (host, boot_id)"
	  " SETTINGS index_granularity = 1024" },
	{ "crashes", crashes_columns,
	  "ReplacingMergeTree(version) ORDER BY (host, boot_id, signature, uptime_us, time)" },
	{ "host_names", names_columns, "ReplacingMergeTree(version) ORDER BY (name, host)" },
};

static const struct table version_table = {
	"schema_versions",
	version_columns,
	"ReplacingMergeTree() ORDER BY version",
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static int execute(struct clickhouse *server, const struct tsv *sql)
{
	return sql->has_failed ? clickhouse_fail_memory(server)
			       : clickhouse_ask(server, sql->at, NULL, NULL);
}

static int make_table(struct clickhouse *server, const struct table *table)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "CREATE TABLE IF NOT EXISTS %s (", table->name);
	for (const struct column *column = table->columns; column->name; column++)
		tsv_print(&sql, "%s%s %s", column == table->columns ? "" : ", ", column->name,
			  column->definition);
	tsv_print(&sql, ") ENGINE = %s", table->engine);
	return execute(server, &sql);
}

/* Create the Distributed table over all shards. The table puts all rows of a host on one shard. */
static int make_distributed(struct clickhouse *server, const struct table *table)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "CREATE TABLE IF NOT EXISTS %s_all AS %s"
		  " ENGINE = Distributed(`%s`, `%s`, %s, sipHash64(host))",
		  table->name, table->name, server->cluster, server->database, table->name);
	return execute(server, &sql);
}

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

static bool has_column(const struct tsv *columns, const struct table *table, const char *suffix,
		       const struct column *column)
{
	char line[128];

	snprintf(line, sizeof(line), "\n%s%s.%s\n", table->name, suffix, column->name);
	return strstr(columns->at, line) != NULL;
}

/* Add a column. An error is ignored if another program has added the column meanwhile. */
static int add_column(struct clickhouse *server, const struct table *table, const char *suffix,
		      const struct column *column)
{
	TSV_AUTO sql = { 0 };
	TSV_AUTO columns = { 0 };
	int error;

	tsv_print(&sql, "ALTER TABLE %s%s ADD COLUMN %s %s", table->name, suffix, column->name,
		  column->definition);
	error = execute(server, &sql);
	if (error != -EIO)
		return error;
	return !list_columns(server, &columns) && has_column(&columns, table, suffix, column)
		       ? 0
		       : error;
}

static int add_columns(struct clickhouse *server, const struct tsv *columns,
		       const struct table *table, const char *suffix)
{
	int error = 0;

	for (const struct column *column = table->columns; !error && column->name; column++)
		if (!has_column(columns, table, suffix, column))
			error = add_column(server, table, suffix, column);
	return error;
}

static int make_all(struct clickhouse *server)
{
	TSV_AUTO columns = { 0 };
	int error = make_table(server, &version_table);

	for (size_t i = 0; !error && i < TABLES; i++) {
		error = make_table(server, &tables[i]);
		if (!error && server->cluster)
			error = make_distributed(server, &tables[i]);
	}
	if (!error)
		error = list_columns(server, &columns);
	for (size_t i = 0; !error && i < TABLES; i++) {
		error = add_columns(server, &columns, &tables[i], "");
		if (!error && server->cluster)
			error = add_columns(server, &columns, &tables[i], "_all");
	}
	return error;
}

static int ask_number(struct clickhouse *server, const struct tsv *sql, long *ret)
{
	TSV_AUTO answer = { 0 };
	int error = sql->has_failed ? clickhouse_fail_memory(server)
				    : clickhouse_ask(server, sql->at, NULL, &answer);

	if (!error)
		*ret = answer.at ? strtol(answer.at, NULL, 10) : 0;
	return error;
}

/* Return the schema version in @ret; 0 if there are no tables. */
static int read_version(struct clickhouse *server, long *ret)
{
	TSV_AUTO names = { 0 };
	TSV_AUTO versions = { 0 };
	long version = 0;
	int error;

	tsv_print(&names,
		  "SELECT max(if(name = 'boots', 1, 2)) FROM system.tables WHERE database = '%s'"
		  " AND name IN ('boots', 'schema_versions') FORMAT TabSeparated",
		  server->database);
	tsv_print(&versions, "SELECT max(version) FROM schema_versions FORMAT TabSeparated");
	error = ask_number(server, &names, &version);
	if (!error && version > 1)
		error = ask_number(server, &versions, &version);
	if (!error && version > SCHEMA_VERSION)
		return store_fail(&server->store, -EPROTONOSUPPORT,
				  "it was created by a newer kexec-lineage (schema %ld, supported"
				  " up to %d): upgrade kexec-lineage; it was not changed",
				  version, SCHEMA_VERSION);
	if (!error)
		*ret = version;
	return error;
}

int clickhouse_make_tables(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };
	long version = 0;
	int error = read_version(server, &version);

	if (error || (version == SCHEMA_VERSION && !server->cluster))
		return error;
	error = make_all(server);
	if (error || version == SCHEMA_VERSION)
		return error;
	tsv_print(&sql, "INSERT INTO schema_versions (version) VALUES (%d)", SCHEMA_VERSION);
	return clickhouse_change(server, &sql);
}

int clickhouse_check_tables(struct clickhouse *server)
{
	long version = 0;
	int error = read_version(server, &version);

	if (error || version == 0 || version == SCHEMA_VERSION)
		return error;
	return store_fail(&server->store, -EPROTONOSUPPORT,
			  "it was created by an older kexec-lineage (schema %ld): upgrade it with"
			  " 'kexec-lineage ingest --store' (in a cluster: on each shard, without"
			  " ?cluster=)",
			  version);
}
