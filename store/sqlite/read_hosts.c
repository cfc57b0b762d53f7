// SPDX-License-Identifier: GPL-2.0-or-later
/* List boots by host and day: of all hosts, or of a sample of hosts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "sqlite.h"
#include "store/host_level.h"
#include "store/names.h"

#define DAY "coalesce(boots.time, boots.last_seen, boots.wall_start) / 86400"
/* The time at risk in seconds: until the first crash, else the length. */
#define AT_RISK "iif(crashed.uptime_us IS NULL, length_s, crashed.uptime_us / 1000000)"
#define HAS_SIGNATURE "iif(?1 IS NULL, signature <> '" STORE_LOST_SIGNATURE "', signature = ?1)"

#define CHAIN "iif(?3, chain, NULL)"
#define BAND "coalesce(" STORE_BAND_SQL(AT_RISK) ", -1)"

/*
 * Count boots. @from: the tables boots and crashed; the table crashed has the boots that had the
 * crash, and the uptime at the first of these crashes.
 */
#define HOST_DAYS(from)                                                                        \
	"SELECT host, " DAY " AS day, before.name, own.name, boots.boot,"                      \
	" coalesce(kexec_count, -1) AS kexecs, label, source IS 'inferred' AS is_inferred,"    \
	" count(*), count(crashed.boot), count(iif(crashed.boot IS NULL, length_s, NULL)),"    \
	" coalesce(sum(iif(crashed.boot IS NULL, length_s, NULL)), 0),"                        \
	" count(crashed.uptime_us), coalesce(sum(crashed.uptime_us), 0) / 1000000,"            \
	" " BAND " AS band, coalesce(sum(" AT_RISK "), 0), chain_text(" CHAIN ") AS listed,"   \
	" iif(?3, chain_is_complete, 0) AS is_complete FROM " from                             \
	" WHERE (?2 IS NULL OR own.name = ?2) AND boots.boot IN ('cold', 'kexec')"             \
	" GROUP BY host, day, before.name, own.name, boots.boot, kexecs, label, is_inferred,"  \
	" band, " CHAIN ", is_complete ORDER BY host, day, own.name, before.name, boots.boot," \
	" kexecs, label, is_inferred, band, listed, is_complete"

#define CRASHED                                                                               \
	"(SELECT crashes.boot, min(uptime_us) AS uptime_us FROM crashes WHERE " HAS_SIGNATURE \
	" GROUP BY crashes.boot) AS crashed"
#define OF_ALL "boots" SQLITE_TRANSITION_NAMES " LEFT JOIN " CRASHED " ON crashed.boot = boots.id"
#define OF_CRASHED CRASHED " CROSS JOIN boots ON boots.id = crashed.boot" SQLITE_TRANSITION_NAMES
/*
 * The boots of the host ?4. The index boots_by_start has the release. If the boots are restricted
 * to a period, the view of crashes would read all boots for each host.
 */
#define OF_HOST                                                                            \
	"(SELECT boots.id, crashes.boot, min(uptime_us) AS uptime_us FROM boots"           \
	" LEFT JOIN main.crashes AS crashes ON crashes.boot = boots.id AND " HAS_SIGNATURE \
	" WHERE boots.host = ?4 AND (?2 IS NULL OR release ="                              \
	" (SELECT id FROM releases WHERE name = ?2)) GROUP BY boots.id) AS crashed"        \
	" CROSS JOIN boots ON boots.id = crashed.id" SQLITE_TRANSITION_NAMES

static void read_host_day(sqlite3_stmt *statement, struct store_host_day *ret)
{
	*ret = (struct store_host_day){
		.host = sqlite_text(statement, 0),
		.has_day = sqlite3_column_type(statement, 1) != SQLITE_NULL,
		.day = sqlite3_column_int64(statement, 1),
		.measured = sqlite3_column_int64(statement, 10),
		.length_s = sqlite3_column_int64(statement, 11),
		.timed_crashes = sqlite3_column_int64(statement, 12),
		.uptime_s = sqlite3_column_int64(statement, 13),
		.band = sqlite3_column_int64(statement, 14) < 0
				? STORE_BAND_UNKNOWN
				: (uint32_t)sqlite3_column_int64(statement, 14),
		.at_risk_s = sqlite3_column_int64(statement, 15),
		.chain = sqlite_text(statement, 16),
		.chain_is_complete = sqlite3_column_int64(statement, 17) != 0,
	};
	sqlite_read_transition(statement, 2, &ret->at);
	ret->at.crashes = sqlite3_column_int64(statement, 9);
}

/* @host: NULL if the query has no parameter for it */
static int list(struct sqlite *sqlite, const char *sql, const struct store_host_filter *filter,
		const char *host, store_host_day_visitor *visit, void *data)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_host_day row;
	int result = sqlite_prepare(sqlite, sql, &statement);

	if (!result)
		result = sqlite_bind_text(sqlite, statement, 1, filter->signature);
	if (!result)
		result = sqlite_bind_text(sqlite, statement, 2, filter->release);
	if (!result)
		result = sqlite_bind_number(sqlite, statement, 3, true, filter->with_chains);
	if (!result && host)
		result = sqlite_bind_text(sqlite, statement, 4, host);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		read_host_day(statement, &row);
		result = visit(&row, data);
	}
	return result;
}

/* Return the level that each hash below @hashes has at least. */
static uint32_t level_of(uint64_t hashes)
{
	uint32_t level = 0;

	while (level < STORE_HOST_LEVEL_MAX && hashes - 1 <= UINT64_MAX >> (level + 1))
		level++;
	return level;
}

/* Add the hosts of a query that are in a sample. */
static int add_hosts(struct sqlite *sqlite, const char *sql, uint64_t hashes,
		     struct store_names *hosts)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);
	uint32_t number;

	if (!result && sqlite3_bind_parameter_count(statement) > 0)
		result = sqlite_bind_number(sqlite, statement, 1, true, level_of(hashes));
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		const char *host = sqlite_text(statement, 0);

		result = 0;
		if (store_host_hash(host) < hashes)
			result = store_names_add(hosts, host, &number);
		if (result)
			return sqlite_fail(sqlite, result, "out of memory");
	}
	return result;
}

/* Find the hosts of a sample: those in host_levels, and those that are not added yet. */
static int find_hosts(struct sqlite *sqlite, uint64_t hashes, struct store_names *hosts)
{
	static const char known[] = "SELECT host FROM host_levels WHERE level >= ?";
	static const char moved[] = "SELECT host FROM moved_hosts";
	static const char new[] =
		"SELECT host FROM main.boots WHERE id > (SELECT hosts FROM summed)";
	static const char all[] = "SELECT DISTINCT host FROM main.boots";
	int error;

	if (level_of(hashes) < STORE_HOST_LEVEL_MIN)
		return add_hosts(sqlite, all, hashes, hosts);
	error = add_hosts(sqlite, known, hashes, hosts);
	if (!error)
		error = add_hosts(sqlite, moved, hashes, hosts);
	return error ? error : add_hosts(sqlite, new, hashes, hosts);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int list_sample(struct sqlite *sqlite, const struct store_host_filter *filter,
		       store_host_day_visitor *visit, void *data)
{
	static const char sql[] = HOST_DAYS(OF_HOST);
	struct store_names hosts = { 0 };
	LINEAGE_AUTO_FREE char **sorted = NULL;
	int result = find_hosts(sqlite, filter->hashes, &hosts);

	if (!result) {
		sorted = calloc(hosts.count + 1, sizeof(*sorted));
		result = sorted ? 0 : sqlite_fail(sqlite, -ENOMEM, "out of memory");
	}
	if (!result && hosts.count > 0) {
		memcpy(sorted, hosts.texts, hosts.count * sizeof(*sorted));
		qsort(sorted, hosts.count, sizeof(*sorted), compare_texts);
	}
	for (size_t i = 0; i < hosts.count && !result; i++)
		result = list(sqlite, sql, filter, sorted[i], visit, data);
	store_names_deinit(&hosts);
	return result;
}

int sqlite_list_host_days(struct store *store, const struct store_host_filter *filter,
			  store_host_day_visitor *visit, void *data)
{
	static const char all[] = HOST_DAYS(OF_ALL), crashed[] = HOST_DAYS(OF_CRASHED);
	struct sqlite *sqlite = sqlite_of(store);
	int result;

	if (filter->hashes == 0)
		return list(sqlite, filter->only_crashed ? crashed : all, filter, NULL, visit,
			    data);
	result = sqlite_begin_reading(sqlite);
	if (result)
		return result;
	result = list_sample(sqlite, filter, visit, data);
	sqlite_end_reading(sqlite);
	return result;
}
