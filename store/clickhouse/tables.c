// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The schema of version 11: create the tables of a database.
 *
 * The rows of a boot and of its crashes are in the partition of their week (week.h). The key begins
 * with a hash of the host, so that a range of hashes is a random sample of hosts. The tables of the
 * sums of sealed weeks have a partition for each seal and each total (seals.h, totals.h). Versions
 * before 6 are in migrate.c.
 */

#include "clickhouse.h"
#include "store/host_level.h"
#include "sums.h"
#include "tables.h"

/* In version 1, only the command record wrote the column evidence. */
#define RECORDED "isNotNull(evidence)"

/*
 * To add a column, append it with a default that is right for the rows of older versions, add a
 * migration (migrate.c), and change boot_row.h and boot_row.c, or crash_row.h and crash_row.c. An
 * empty text means unknown.
 */
const struct clickhouse_column clickhouse_boot_columns[] = {
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
	{ "week", "UInt16" },
	{ NULL, NULL },
};

const struct clickhouse_column clickhouse_crash_columns[] = {
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
	{ "excerpt", "Nullable(String)" }, /* the lines of the report (excerpts.c) */
	{ "week", "UInt16" },
	{ NULL, NULL },
};

/* Each row is one name of a host. A name in several rows is the name of several machines. */
static const struct clickhouse_column name_columns[] = {
	{ "name", "String" },	{ "host", "String" }, { "version", "UInt64" },
	{ "is_gone", "UInt8" }, { NULL, NULL },
};

static const struct clickhouse_column version_columns[] = {
	{ "version", "UInt32" },
	{ NULL, NULL },
};

static const struct clickhouse_column seal_columns[] = {
	{ "week", "UInt16" },
	{ "seal", "UInt64" },
	/* The states of boot_rows and crash_rows (seals.c); "" without rows. */
	{ "boots", "String" },
	{ "crashes", "String" },
	/* The number of rows of its sums in each table; "" without rows. */
	{ "sums", "String" },
	{ NULL, NULL },
};

static const struct clickhouse_column total_columns[] = {
	{ "slot", "UInt8" }, /* 0: the newest total replaces the earlier ones */
	{ "total", "UInt64" },
	/* The weeks and the seals whose sums it has (totals.h). */
	{ "weeks", "String" },
	{ "sums", "String" },
	{ NULL, NULL },
};

static const struct clickhouse_column claim_columns[] = {
	{ "week", "UInt16" },
	{ "time", "Int64" },
	{ NULL, NULL },
};

/* The weeks that were pruned (pruned.h). */
static const struct clickhouse_column pruned_columns[] = {
	{ "week", "UInt16" },
	{ "version", "UInt64" },
	{ "is_pruned", "UInt8" },
	{ NULL, NULL },
};

/*
 * The SQL uses only what ClickHouse 18.16 and newer versions both support. A new row replaces the
 * row with the same key if the new version is the same or higher. The engine replaces rows later; a
 * query with FINAL sees only the newest rows. The index granularity is small, since a batch looks
 * up a few boots of many hosts.
 *
 * @shard: how a Distributed table chooses the shard of a row; NULL if rows are only inserted
 *	locally
 */
static const struct table {
	const char *name;
	const struct clickhouse_column *columns;
	const char *engine;
	const char *shard;
} tables[] = {
	{ "boot_rows", clickhouse_boot_columns,
	  "ReplacingMergeTree(version) PARTITION BY week"
	  " ORDER BY (" STORE_HOST_HASH_SQL
	  ", host, boot_id, week) SETTINGS index_granularity = 1024",
	  STORE_HOST_HASH_SQL },
	{ "crash_rows", clickhouse_crash_columns,
	  "ReplacingMergeTree(version) PARTITION BY week"
	  " ORDER BY (" STORE_HOST_HASH_SQL ", host, boot_id, signature, uptime_us, time, week)",
	  STORE_HOST_HASH_SQL },
	{ "host_names", name_columns, "ReplacingMergeTree(version) ORDER BY (name, host)",
	  STORE_HOST_HASH_SQL },
	{ "seals", seal_columns, "ReplacingMergeTree(seal) ORDER BY week", NULL },
	{ "totals", total_columns, "ReplacingMergeTree(total) ORDER BY slot", NULL },
	{ "seal_claims", claim_columns, "ReplacingMergeTree(time) ORDER BY week", NULL },
	{ "pruned_weeks", pruned_columns, "ReplacingMergeTree(version) ORDER BY week", NULL },
	{ "schema_versions", version_columns, "ReplacingMergeTree() ORDER BY version", NULL },
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

static int make_table(struct clickhouse *server, const struct table *table)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "CREATE TABLE IF NOT EXISTS %s (", table->name);
	for (const struct clickhouse_column *column = table->columns; column->name; column++)
		tsv_print(&sql, "%s%s %s", column == table->columns ? "" : ", ", column->name,
			  column->definition);
	tsv_print(&sql, ") ENGINE = %s", table->engine);
	return clickhouse_execute(server, &sql);
}

static int make_sums(struct clickhouse *server, const struct clickhouse_sums *sums)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "CREATE TABLE IF NOT EXISTS %s (week UInt16, seal UInt64, %s)"
		  " ENGINE = MergeTree() PARTITION BY (week, seal) ORDER BY (%s)"
		  " SETTINGS index_granularity = 1024",
		  sums->table, sums->definition, sums->key);
	return clickhouse_execute(server, &sql);
}

/* Create the Distributed table over all shards. @shard: as in struct table */
static int make_distributed(struct clickhouse *server, const char *name, const char *shard)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "CREATE TABLE IF NOT EXISTS %s_all AS %s"
		  " ENGINE = Distributed(`%s`, `%s`, %s%s%s)",
		  name, name, server->cluster, server->database, name, shard ? ", " : "",
		  shard ? shard : "");
	return clickhouse_execute(server, &sql);
}

int clickhouse_add_version(struct clickhouse *server, int version)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "INSERT INTO schema_versions (version) VALUES (%d)", version);
	return clickhouse_change(server, &sql);
}

int clickhouse_create_tables(struct clickhouse *server)
{
	int error = 0;

	for (size_t i = 0; !error && i < TABLES; i++) {
		error = make_table(server, &tables[i]);
		if (!error && server->cluster)
			error = make_distributed(server, tables[i].name, tables[i].shard);
	}
	for (size_t i = 0; !error && clickhouse_all_sums[i]; i++) {
		error = make_sums(server, clickhouse_all_sums[i]);
		if (!error && server->cluster)
			error = make_distributed(server, clickhouse_all_sums[i]->table, NULL);
	}
	return error;
}
