// SPDX-License-Identifier: GPL-2.0-or-later
/* Create the tables of a database (docs/explanation/store.md). */
#include <errno.h>

#include "clickhouse.h"

/*
 * The SQL uses only what ClickHouse 18.16 and newer versions both support. A row that is written
 * again replaces the row with the same key, if its version is the same or higher. The engine does
 * this later; FINAL reads the table as if it were done. The index granularity is small, since a
 * batch looks up a few boots of many hosts.
 */
static const char *const tables[] = {
	"CREATE TABLE IF NOT EXISTS boots ("
	"host String, boot_id String, version UInt64, sequence UInt64, time Nullable(Int64),"
	" release String, build Nullable(String), build_id Nullable(String), boot String,"
	" previous String, kexec_count Int64, chain Nullable(String), chain_is_complete UInt8,"
	" stamp Nullable(String), evidence Nullable(String), conflicts Nullable(String),"
	" label String, end String, end_time Nullable(Int64)"
	") ENGINE = ReplacingMergeTree(version) ORDER BY (host, boot_id)"
	" SETTINGS index_granularity = 1024",

	"CREATE TABLE IF NOT EXISTS crashes ("
	"host String, boot_id String, signature String, uptime_us Int64, time Int64,"
	" version UInt64, title String, type String, frame Nullable(String),"
	" module Nullable(String), frames Nullable(String), release String, boot String,"
	" previous String, kexec_count Int64, label String"
	") ENGINE = ReplacingMergeTree(version)"
	" ORDER BY (host, boot_id, signature, uptime_us, time)",
};

/* Distributed tables over all shards. All boots of a host are on one shard. */
static const char *const distributed[] = { "boots", "crashes" };

int clickhouse_make_tables(struct clickhouse *server)
{
	int error = clickhouse_make_database(server);

	for (size_t i = 0; !error && i < sizeof(tables) / sizeof(tables[0]); i++)
		error = clickhouse_ask(server, tables[i], NULL, NULL);
	for (size_t i = 0;
	     !error && server->cluster && i < sizeof(distributed) / sizeof(distributed[0]); i++) {
		TSV_AUTO table = { 0 };

		tsv_print(&table,
			  "CREATE TABLE IF NOT EXISTS %s_all AS %s"
			  " ENGINE = Distributed(`%s`, `%s`, %s, sipHash64(host))",
			  distributed[i], distributed[i], server->cluster, server->database,
			  distributed[i]);
		error = table.has_failed ? clickhouse_fail_memory(server)
					 : clickhouse_ask(server, table.at, NULL, NULL);
	}
	return error;
}
