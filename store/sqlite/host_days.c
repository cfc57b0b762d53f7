// SPDX-License-Identifier: GPL-2.0-or-later
/* List boots by host and day. */
#include "sqlite.h"

#define DAY "coalesce(boots.time, boots.last_seen) / 86400"
/* The time at risk in seconds: until the first crash, else the length. */
#define AT_RISK "iif(crashed.uptime_us IS NULL, length_s, crashed.uptime_us / 1000000)"

/* Parameters: ?1: signature, ?2: release, ?3: with chains, ?4: one boot in how many */
#define CRASHED                                                                           \
	"SELECT crashes.boot, min(uptime_us) AS uptime_us FROM crashes"                   \
	" WHERE iif(?1 IS NULL, signature <> '" STORE_LOST_SIGNATURE "', signature = ?1)" \
	" GROUP BY crashes.boot"
#define KEY "boots.boot, kexecs, label, is_inferred, band, listed, is_complete"
#define HOST_DAYS(from)                                                                         \
	"SELECT host, " DAY " AS day, before.name, own.name, boots.boot,"                       \
	" coalesce(kexec_count, -1) AS kexecs, label,"                                          \
	" source IS 'inferred' AS is_inferred, count(*), count(crashed.boot),"                  \
	" count(iif(crashed.boot IS NULL, length_s, NULL)),"                                    \
	" coalesce(sum(iif(crashed.boot IS NULL, length_s, NULL)), 0),"                         \
	" count(crashed.uptime_us), coalesce(sum(crashed.uptime_us), 0) / 1000000,"             \
	" coalesce(" STORE_BAND_SQL(AT_RISK) ", -1) AS band,"                                   \
					     " coalesce(sum(" AT_RISK                           \
					     "), 0), iif(?3, chain, NULL) AS listed,"           \
					     " iif(?3, chain_is_complete, 0) AS is_complete"    \
					     " FROM " from SQLITE_TRANSITION_NAMES              \
					     " LEFT JOIN (" CRASHED                             \
					     ") AS crashed ON crashed.boot = boots.id"          \
					     " WHERE (?2 IS NULL OR boots.release ="            \
					     " (SELECT id FROM releases WHERE name = ?2))"      \
					     " AND boots.boot IN ('cold', 'kexec')"             \
					     " GROUP BY host, day, before.name, own.name, " KEY \
					     " ORDER BY host, day, own.name, before.name, " KEY

/* CROSS JOIN: read the chosen ids first. */
#define CHOSEN(sample)                                                 \
	", chosen(id) AS (" sample " UNION SELECT boot FROM (" CRASHED \
	"))" HOST_DAYS("chosen CROSS JOIN boots ON boots.id = chosen.id")

static const char all_releases[] = HOST_DAYS("boots");
static const char one_release[] = HOST_DAYS("(SELECT id AS own_id FROM releases WHERE name = ?2)"
					    " CROSS JOIN boots ON boots.release = own_id");
static const char sample_of_all[] = SQLITE_SAMPLE CHOSEN("SELECT id FROM sample");
/* The index by release has the ids of all boots of the release. */
static const char sample_of_one[] =
	"WITH sample(id) AS (SELECT boots.id FROM main.boots WHERE boots.release ="
	" (SELECT id FROM releases WHERE name = ?2) AND random_below(boots.id, ?4) = 0)" CHOSEN(
		"SELECT id FROM sample");

static int prepare(struct sqlite *sqlite, const char *release, uint32_t one_in, sqlite3_stmt **ret)
{
	const char *sql = release ? one_release : all_releases;

	if (one_in > 1)
		sql = release ? sample_of_one : sample_of_all;
	return sqlite_prepare(sqlite, sql, ret);
}

int sqlite_list_host_days(struct store *store, const char *release, const char *signature,
			  bool with_chains, uint32_t one_in, store_host_day_visitor *visit,
			  void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = prepare(sqlite, release, one_in, &statement);

	if (!result)
		result = sqlite_bind_text(sqlite, statement, 1, signature);
	if (!result)
		result = sqlite_bind_text(sqlite, statement, 2, release);
	if (!result)
		result = sqlite_bind_number(sqlite, statement, 3, true, with_chains);
	if (!result && one_in > 1)
		result = sqlite_bind_number(sqlite, statement, 4, true, one_in);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		struct store_host_day row = {
			.host = sqlite_text(statement, 0),
			.has_day = sqlite3_column_type(statement, 1) != SQLITE_NULL,
			.day = sqlite3_column_int64(statement, 1),
		};

		sqlite_read_transition(statement, 2, &row.at);
		row.at.crashes = sqlite3_column_int64(statement, 9);
		row.measured = sqlite3_column_int64(statement, 10);
		row.length_s = sqlite3_column_int64(statement, 11);
		row.timed_crashes = sqlite3_column_int64(statement, 12);
		row.uptime_s = sqlite3_column_int64(statement, 13);
		row.band = sqlite3_column_int64(statement, 14) < 0
				   ? STORE_BAND_UNKNOWN
				   : (uint32_t)sqlite3_column_int64(statement, 14);
		row.at_risk_s = sqlite3_column_int64(statement, 15);
		row.chain = sqlite_text(statement, 16);
		row.chain_is_complete = sqlite3_column_int64(statement, 17) != 0;
		result = visit(&row, data);
	}
	return result;
}
