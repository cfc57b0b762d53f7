// SPDX-License-Identifier: GPL-2.0-or-later
/* List hosts, and remove their boots. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clickhouse.h"
#include "excerpts.h"
#include "lib/cleanup.h"
#include "pruned.h"
#include "seals.h"

#define SHORT_ID_MIN 8
#define HOST_TYPES "ttnnnnnnnnnn"

/* The last sign of life of a boot. */
#define LAST "coalesce(last_seen, end_time, time)"

/*
 * Write the names of the sources whose flag is set (columns 2 to 7) to @ret, separated by blanks.
 */
static void write_sources(const char *const *fields, struct tsv *ret)
{
	static const char *const sources[] = {
		"record", "log", "module", "kho", "stamp", "inferred"
	};

	tsv_append(ret, "", 0);
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		if (tsv_value(fields[2 + i]))
			tsv_print(ret, "%s%s", ret->size > 0 ? " " : "", sources[i]);
}

struct hosts {
	struct clickhouse *server;
	store_host_visitor *visit;
	void *data;
};

static int visit_host(const char *const *fields, void *data)
{
	struct hosts *hosts = data;
	TSV_AUTO sources = { 0 };
	struct store_host host = {
		.host = fields[0],
		.names = fields[1] && fields[1][0] ? fields[1] : fields[0],
		.boots = tsv_value(fields[8]),
		.crashes = tsv_value(fields[9]),
		.has_times = fields[10] != NULL,
		.first = tsv_value(fields[10]),
		.last = tsv_value(fields[11]),
	};

	if (!host.host)
		return store_fail(&hosts->server->store, -EIO,
				  "invalid response: a host has no name");
	write_sources(fields, &sources);
	if (sources.has_failed)
		return clickhouse_fail_memory(hosts->server);
	host.sources = sources.at;
	return hosts->visit(&host, hosts->data);
}

/*
 * Write the query that lists hosts with the numbers and times of the boots that match the condition
 * @boots. All rows of a host are on one shard, so the query of crashes can read the boots from the
 * local table.
 */
static void write_hosts(const struct clickhouse *server, const char *boots, struct tsv *sql)
{
#define NOTHING "toUInt8(0), toUInt8(0), toUInt8(0), toUInt8(0), toUInt8(0), toUInt8(0)"
#define NO_TIMES "CAST(NULL AS Nullable(Int64)), CAST(NULL AS Nullable(Int64))"
	tsv_print(sql,
		  "SELECT host,"
		  " arrayStringConcat(arraySort(arrayFilter(x -> x != '', groupUniqArray(name))),"
		  " ' '), max(a), max(b), max(c), max(d), max(e), max(f), sum(boots), sum(crashes),"
		  " min(first), max(last) FROM ("
		  "SELECT host, '' AS name, is_recorded AS a,"
		  " (isNotNull(last_uptime_us) OR NOT is_recorded) AS b,"
		  " (source = 'module' OR source = 'log') AS c, (source = 'kho') AS d,"
		  " (source = 'stamp') AS e, (source = 'inferred') AS f,"
		  " toInt64(1) AS boots, toInt64(0) AS crashes,"
		  " coalesce(time, last_seen) AS first, " LAST " AS last"
		  " FROM boot_rows%s FINAL WHERE %s",
		  server->tables, boots);
	tsv_print(sql,
		  " UNION ALL SELECT host, '', " NOTHING ", toInt64(0), toInt64(1), " NO_TIMES
		  " FROM crash_rows%s FINAL WHERE NOT is_gone AND (host, boot_id) IN"
		  " (SELECT host, boot_id FROM `%s`.boot_rows FINAL WHERE %s)",
		  server->tables, server->database, boots);
	tsv_print(sql,
		  " UNION ALL SELECT host, name, " NOTHING ", toInt64(0), toInt64(0), " NO_TIMES
		  " FROM host_names%s FINAL WHERE NOT is_gone"
		  ") GROUP BY host HAVING sum(boots) > 0 ORDER BY host FORMAT TabSeparated",
		  server->tables);
}

static int visit_hosts(struct clickhouse *server, const char *boots, store_host_visitor *visit,
		       void *data)
{
	struct hosts hosts = { server, visit, data };
	TSV_AUTO sql = { 0 };

	write_hosts(server, boots, &sql);
	return clickhouse_ask_typed(server, &sql, HOST_TYPES, visit_host, &hosts);
}

int clickhouse_list_hosts(struct store *store, store_host_visitor *visit, void *data)
{
	return visit_hosts(clickhouse_of(store), "kind = 0", visit, data);
}

static int take_name(const char *const *fields, void *data)
{
	*(char **)data = strdup(fields[0] ? fields[0] : "");
	return *(char **)data ? 0 : -ENOMEM;
}

static int find_host(struct clickhouse *server, const char *name, char **ret)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT ");
	clickhouse_print_host(server, &sql, name);
	tsv_print(&sql, " FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, 1, take_name, ret);
}

/* Write the condition for the boots of a selection. @host: NULL for all hosts */
static void write_boots(const struct store_selection *what, const char *host, struct tsv *sql)
{
	tsv_print(sql, "kind = 0");
	if (host) {
		tsv_print(sql, " AND host = ");
		tsv_literal(sql, host);
	}
	if (what->boot_id) {
		size_t length = strlen(what->boot_id);

		tsv_print(sql, " AND (boot_id = ");
		tsv_literal(sql, what->boot_id);
		tsv_print(sql, " OR has(splitByChar(' ', aliases), ");
		tsv_literal(sql, what->boot_id);
		tsv_print(sql, ")");
		if (length >= SHORT_ID_MIN) {
			tsv_print(sql, " OR substring(boot_id, 1, %zu) = ", length);
			tsv_literal(sql, what->boot_id);
		}
		tsv_print(sql, ")");
	}
	if (what->has_before)
		tsv_print(sql, " AND " LAST " < %" PRId64, what->before);
}

/* Write the condition for the parts of a selection. A boot id selects no part. */
static void write_parts(const struct store_selection *what, const char *host, struct tsv *sql)
{
	tsv_print(sql, "kind = 2 AND %d", !what->boot_id);
	if (host) {
		tsv_print(sql, " AND host = ");
		tsv_literal(sql, host);
	}
	if (what->has_before)
		tsv_print(sql, " AND coalesce(last_seen, time) < %" PRId64, what->before);
}

/* A tombstone has the columns of the key and the columns by which load.c selects rows. */
static int remove_crashes(struct clickhouse *server, const struct tsv *boots)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "INSERT INTO crash_rows%s (host, boot_id, signature, uptime_us, time, week,"
		  " version, is_gone) SELECT host, boot_id, signature, uptime_us, time, week,"
		  " version + 1, 1"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone AND (host, boot_id) IN"
		  " (SELECT host, boot_id FROM `%s`.boot_rows FINAL WHERE %s)",
		  server->tables, server->tables, server->database, boots->at);
	return clickhouse_change(server, &sql);
}

static int remove_boots(struct clickhouse *server, const struct tsv *boots, const struct tsv *parts)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "INSERT INTO boot_rows%s (host, boot_id, week, sequence, has_kernel_id, version,"
		  " kind) SELECT host, boot_id, week, sequence, has_kernel_id, version + 1, 1"
		  " FROM boot_rows%s FINAL WHERE (%s) OR (%s)",
		  server->tables, server->tables, boots->at, parts->at);
	return clickhouse_change(server, &sql);
}

/* Remove the names of hosts that have neither boots nor parts. */
static int remove_names(struct clickhouse *server)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "INSERT INTO host_names%s (name, host, version, is_gone)"
		  " SELECT name, host, version + 1, 1 FROM host_names%s FINAL WHERE NOT is_gone"
		  " AND host NOT IN (SELECT host FROM `%s`.boot_rows FINAL WHERE kind != 1)",
		  server->tables, server->tables, server->database);
	return clickhouse_change(server, &sql);
}

/* Drop the weeks that are selected as a whole. The other rows get tombstones. */
static int remove_weeks(struct clickhouse *server, const struct store_selection *what,
			const struct tsv *boots, const struct tsv *parts)
{
	TSV_AUTO selected = { 0 };
	int error;

	if (!what->has_before || what->host || what->boot_id)
		return 0;
	tsv_print(&selected, "(%s) OR (%s)", boots->at, parts->at);
	if (selected.has_failed)
		return clickhouse_fail_memory(server);
	error = clickhouse_prune_weeks(server, selected.at, what->before, time(NULL));
	if (!error)
		error = clickhouse_remove_old_sums(server);
	return error == -EROFS ? 0 : error;
}

int clickhouse_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		      store_host_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	LINEAGE_AUTO_FREE char *host = NULL;
	TSV_AUTO boots = { 0 };
	TSV_AUTO parts = { 0 };
	int error = !is_dry_run && server->is_read_only
			    ? store_fail(store, -EROFS, "the store was opened for reading only")
			    : 0;

	if (!error && what->host)
		error = find_host(server, what->host, &host);
	if (error)
		return error;
	write_boots(what, host, &boots);
	write_parts(what, host, &parts);
	if (boots.has_failed || parts.has_failed)
		return clickhouse_fail_memory(server);
	error = visit_hosts(server, boots.at, visit, data);
	if (error || is_dry_run)
		return error;
	clickhouse_excerpts_deinit(&server->excerpts);
	error = remove_weeks(server, what, &boots, &parts);
	if (error)
		return error;
	/* Remove crashes before their boots: a crash without its boot would be counted. */
	error = remove_crashes(server, &boots);
	if (!error)
		error = remove_boots(server, &boots, &parts);
	return error ? error : remove_names(server);
}
