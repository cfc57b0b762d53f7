// SPDX-License-Identifier: GPL-2.0-or-later
/* Check the schema version of a database; create or migrate its tables. */
#include <errno.h>
#include <inttypes.h>

#include "clickhouse.h"
#include "store/migration.h"
#include "tables.h"

/*
 * Read the schema version; 0 if there are no tables. Version 1 had no table of versions. During a
 * migration this table can be empty.
 */
static int read_version(struct clickhouse *server, int64_t *ret)
{
	TSV_AUTO names = { 0 };
	TSV_AUTO versions = { 0 };
	int64_t found = 0, version = 0;
	int error;

	tsv_print(&names,
		  "SELECT sum(if(name = 'schema_versions', 10, 1)) FROM system.tables"
		  " WHERE database = '%s' AND name IN ('boots', 'old_boots',"
		  " 'schema_versions') FORMAT TabSeparated",
		  server->database);
	tsv_print(&versions, "SELECT max(version) FROM schema_versions FORMAT TabSeparated");
	error = clickhouse_ask_number(server, &names, &found);
	if (!error && found >= 10)
		error = clickhouse_ask_number(server, &versions, &version);
	if (!error && version == 0 && found % 10 > 0)
		version = 1;
	if (!error && version > CLICKHOUSE_SCHEMA)
		return store_fail(&server->store, -EPROTONOSUPPORT, STORE_NEWER_SCHEMA,
				  (long long)version, CLICKHOUSE_SCHEMA);
	if (!error)
		*ret = version;
	return error;
}

/*
 * Migrate an older schema. If another program completes the migration meanwhile, tables of the old
 * schema are missing, and the schema is the new one.
 */
static int migrate(struct clickhouse *server, int64_t version)
{
	int error;

	if (server->cluster)
		return store_fail(&server->store, -EPROTONOSUPPORT,
				  "each shard must be upgraded first: run 'kexec-lineage ingest"
				  " --store=clickhouse://SHARD/%s /dev/null' for each",
				  server->database);
	if (store_on_migration)
		store_on_migration(server->store.name, CLICKHOUSE_SCHEMA);
	error = clickhouse_migrate(server, version);
	if (!error)
		error = clickhouse_add_version(server, CLICKHOUSE_SCHEMA);
	if (!error)
		return clickhouse_end_migration(server);
	return !read_version(server, &version) && version == CLICKHOUSE_SCHEMA ? 0 : error;
}

int clickhouse_make_tables(struct clickhouse *server)
{
	int64_t version = 0;
	int error = read_version(server, &version);

	if (error || (version == CLICKHOUSE_SCHEMA && !server->cluster))
		return error;
	if (version > 0 && version < CLICKHOUSE_SCHEMA)
		return migrate(server, version);
	error = clickhouse_create_tables(server);
	return error || version == CLICKHOUSE_SCHEMA
		       ? error
		       : clickhouse_add_version(server, CLICKHOUSE_SCHEMA);
}

int clickhouse_check_tables(struct clickhouse *server)
{
	int64_t version = 0;
	int error = read_version(server, &version);

	server->ignores_seals |= version < CLICKHOUSE_TOTALS;
	server->lacks_excerpts = version < CLICKHOUSE_EXCERPTS;
	if (error || version == 0 || version >= CLICKHOUSE_WEEKS)
		return error;
	return store_fail(&server->store, -EPROTONOSUPPORT,
			  "it was created by an older kexec-lineage (schema %" PRId64
			  "): upgrade it with 'kexec-lineage ingest --store=URL /dev/null' (in a"
			  " cluster: on each shard, without ?cluster=)",
			  version);
}
