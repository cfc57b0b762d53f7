// SPDX-License-Identifier: GPL-2.0-or-later
/* List hosts, and remove their boots. */
#include <errno.h>

#include "lib/cleanup.h"
#include "sqlite.h"

#define SHORT_ID_MIN "8"

/* The last time at which a boot is known to have run. */
#define LAST "coalesce(boots.last_seen, boots.end_time, boots.time)"

/* The columns of struct store_host, for a SELECT over boots of one host. */
#define HOST_COLUMNS                                                                          \
	"boots.host,"                                                                         \
	" coalesce((SELECT group_concat(name, ' ') FROM (SELECT name FROM host_names"         \
	" WHERE host_names.host = boots.host ORDER BY name)), boots.host),"                   \
	" rtrim(iif(max(boots.is_recorded), 'record ', '')"                                   \
	" || iif(max(boots.last_uptime_us IS NOT NULL OR NOT boots.is_recorded), 'log ', '')" \
	" || iif(max(boots.source = 'module' OR boots.source = 'log'), 'module ', '')"        \
	" || iif(max(boots.source = 'kho'), 'kho ', '')"                                      \
	" || iif(max(boots.source = 'stamp'), 'stamp ', '')"                                  \
	" || iif(max(boots.source = 'inferred'), 'inferred ', '')),"                          \
	" count(*), sum((SELECT count(*) FROM crashes WHERE crashes.boot = boots.id)),"       \
	" min(coalesce(boots.time, boots.last_seen)), max(" LAST ")"

static int visit_hosts(struct sqlite *sqlite, const char *sql, store_host_visitor *visit,
		       void *data)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		const struct store_host host = {
			.host = sqlite_text(statement, 0),
			.names = sqlite_text(statement, 1),
			.sources = sqlite_text(statement, 2),
			.boots = sqlite3_column_int64(statement, 3),
			.crashes = sqlite3_column_int64(statement, 4),
			.has_times = sqlite3_column_type(statement, 5) != SQLITE_NULL,
			.first = sqlite3_column_int64(statement, 5),
			.last = sqlite3_column_int64(statement, 6),
		};

		result = visit(&host, data);
	}
	return result;
}

int sqlite_list_hosts(struct store *store, store_host_visitor *visit, void *data)
{
	return visit_hosts(sqlite_of(store),
			   "SELECT " HOST_COLUMNS
			   " FROM boots GROUP BY boots.host ORDER BY boots.host",
			   visit, data);
}

/* Execute a statement with the parameters of a selection: ?1 host, ?2 boot id, ?3 time. */
static int execute_for(struct sqlite *sqlite, const char *sql, const char *host,
		       const struct store_selection *what)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_bind_text(sqlite, statement, 1, host);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 2, what->boot_id);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, what->has_before, what->before);
	return error ? error : sqlite_step(sqlite, statement);
}

/* Write the ids of the selected rows to the temporary table "removed". */
static int select_rows(struct sqlite *sqlite, const char *host, const struct store_selection *what)
{
	static const char sql[] =
		"INSERT INTO temp.removed SELECT id FROM boots WHERE (?1 IS NULL OR host = ?1)"
		" AND (?2 IS NULL OR boot_id = ?2"
		" OR instr(' ' || coalesce(aliases, '') || ' ', ' ' || ?2 || ' ') > 0"
		" OR (length(?2) >= " SHORT_ID_MIN " AND substr(boot_id, 1, length(?2)) = ?2))"
		" AND (?3 IS NULL OR " LAST " < ?3)";
	int error =
		sqlite_execute(sqlite,
			       "CREATE TEMP TABLE IF NOT EXISTS removed (id INTEGER PRIMARY KEY);"
			       " DELETE FROM temp.removed");

	return error ? error : execute_for(sqlite, sql, host, what);
}

/*
 * Remove the selected rows and parts, and then the names of hosts that have neither rows nor parts.
 * Triggers update the counts.
 */
static int remove_rows(struct sqlite *sqlite, const char *host, const struct store_selection *what)
{
	static const char parts[] =
		"DELETE FROM parts WHERE (?1 IS NULL OR host = ?1) AND ?2 IS NULL"
		" AND (?3 IS NULL OR coalesce(last_seen, time) < ?3)";
	int error =
		sqlite_execute(sqlite,
			       "DELETE FROM crashes WHERE boot IN (SELECT id FROM temp.removed);"
			       " DELETE FROM boots WHERE id IN (SELECT id FROM temp.removed)");

	if (!error)
		error = execute_for(sqlite, parts, host, what);
	if (!error)
		error = sqlite_execute(sqlite,
				       "DELETE FROM host_names WHERE NOT EXISTS"
				       " (SELECT * FROM boots WHERE boots.host = host_names.host)"
				       " AND NOT EXISTS"
				       " (SELECT * FROM parts WHERE parts.host = host_names.host)");
	return error;
}

static int remove_all(struct sqlite *sqlite, const struct store_selection *what, bool is_dry_run,
		      store_host_visitor *visit, void *data)
{
	LINEAGE_AUTO_FREE char *host = NULL;
	int error = what->host ? sqlite_find_host(sqlite, what->host, &host) : 0;

	if (!error)
		error = select_rows(sqlite, host, what);
	if (!error)
		error = visit_hosts(sqlite,
				    "SELECT " HOST_COLUMNS
				    " FROM temp.removed JOIN boots USING (id)"
				    " GROUP BY boots.host ORDER BY boots.host",
				    visit, data);
	if (!error && !is_dry_run)
		error = remove_rows(sqlite, host, what);
	return error;
}

int sqlite_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		  store_host_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	int error = sqlite_begin_addition(sqlite);

	if (error)
		return error;
	return sqlite_end_addition(sqlite, remove_all(sqlite, what, is_dry_run, visit, data));
}
