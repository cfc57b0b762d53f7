// SPDX-License-Identifier: GPL-2.0-or-later
/* List boots by host and day, from their rows, or from host_day_sums for sealed weeks. */
#include "host_days.h"

#include <inttypes.h>

#include "ahead.h"
#include "day_rows.h"
#include "seals.h"
#include "store/host_level.h"

/* The time at risk in seconds: until the first crash, else the length; -1 if it is unknown. */
#define AT_RISK                                                    \
	"if(ifNull(has_crashed, 0) = 1 AND uptime_us IS NOT NULL," \
	" intDiv(uptime_us, 1000000), length)"

/* Append the condition for a sample of hosts. */
static void print_hashes(struct tsv *sql, uint64_t hashes)
{
	if (hashes > 0)
		tsv_print(sql, " AND " STORE_HOST_HASH_SQL " < %" PRIu64, hashes);
}

static void print_release(struct tsv *sql, const char *release)
{
	if (!release)
		return;
	tsv_print(sql, " AND release = ");
	tsv_literal(sql, release);
}

/*
 * Append the SELECT that reads boots with their crashes. The table of crashes has no day, so boots
 * with a crash are found by their ids. The server that receives the query joins the rows of all
 * shards. With join_use_nulls, which a profile can set, has_crashed is NULL for a boot without a
 * crash.
 * @others: condition for the weeks that are read, or ""
 */
static void print_rows(const struct clickhouse *server, const struct store_host_filter *filter,
		       const char *others, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT host, " HOST_DAYS_DAY
		  " AS day, previous, release, boot, kexec_count, label,"
		  " toUInt8(source = 'inferred') AS is_inferred, toInt64(count()) AS b,"
		  " toInt64(sum(ifNull(has_crashed, 0))) AS c, toInt64(sum(is_measured)) AS m,"
		  " toInt64(sum(is_measured * length)) AS l, toInt64(count(uptime_us)) AS t,"
		  " toInt64(coalesce(sum(uptime_us), 0)) AS u, band,"
		  " toInt64(sum(if(at_risk < 0, toInt64(0), toInt64(at_risk)))) AS r, %s AS listed,"
		  " %s AS is_complete FROM"
		  " (SELECT *, " AT_RISK " AS at_risk, " HOST_DAYS_BAND(
			  "at_risk") " AS band FROM"
				     " (SELECT *, " CLICKHOUSE_LENGTH
				     " AS length, toUInt8(ifNull(has_crashed, 0) = 0"
				     " AND length >= 0 AND length <= " STORE_LENGTH_MAX_S
				     ") AS is_measured FROM",
		  filter->with_chains ? "chain" : "CAST(NULL AS Nullable(String))",
		  filter->with_chains ? "chain_is_complete" : "toUInt8(0)");
	tsv_print(sql, " (SELECT * FROM boot_rows%s FINAL WHERE " HOST_DAYS_IS_LISTED "%s%s",
		  server->tables, clickhouse_of_boots(server), others);
	print_hashes(sql, filter->hashes);
	print_release(sql, filter->release);
	tsv_print(sql,
		  ") AS of_boot ANY LEFT JOIN"
		  " (SELECT host, boot_id, min(nullIf(uptime_us, -1)) AS uptime_us,"
		  " toUInt8(1) AS has_crashed FROM crash_rows%s FINAL WHERE NOT is_gone%s AND"
		  " signature %s ",
		  server->tables, others, filter->signature ? "=" : "!=");
	tsv_literal(sql, filter->signature ? filter->signature : STORE_LOST_SIGNATURE);
	print_hashes(sql, filter->hashes);
	tsv_print(sql,
		  " GROUP BY host, boot_id) AS of_crash USING (host, boot_id)))%s"
		  " GROUP BY host, day, previous, release, boot, kexec_count, label,"
		  " is_inferred, band, listed, is_complete",
		  filter->only_crashed ? " WHERE has_crashed = 1" : "");
}

#define SUMS_KEY                                                                          \
	"SELECT host, nullIf(day, " HOST_DAYS_NO_DAY ") AS day, previous, release, boot," \
	" kexec_count, label, inferred AS is_inferred, "
#define SUMS_REST                                                                   \
	" CAST(NULL AS Nullable(String)) AS listed, toUInt8(0) AS is_complete FROM" \
	" host_day_sums%s WHERE %s AND "

/*
 * Append the SELECT of the rows of host_day_sums that have one boot each, as if it had not crashed.
 * It reads only the columns that can differ between such rows (host_day_sums.c).
 */
static void print_all_sums(const struct clickhouse *server, struct tsv *sql)
{
	tsv_print(sql,
		  SUMS_KEY "toInt64(1) AS b, toInt64(0) AS c, toInt64(band >= 0) AS m, length_s AS"
			   " l, toInt64(0) AS t, toInt64(0) AS u, toInt64(band) AS band,"
			   " length_s AS r," SUMS_REST "crashed = 0",
		  server->tables, server->seals.weeks);
}

/* Append the SELECT of the rows of host_day_sums about boots that crashed. */
static void print_crashed_sums(const struct clickhouse *server,
			       const struct store_host_filter *filter, struct tsv *sql)
{
	tsv_print(sql,
		  SUMS_KEY "boots AS b, has_crashed * boots AS c, measured AS m, length_s AS l,"
			   " timed_crashes AS t, uptime_us AS u, toInt64(band) AS band,"
			   " at_risk_s AS r," SUMS_REST,
		  server->tables, server->seals.weeks);
	if (filter->signature) {
		tsv_print(sql, "crashed = 2 AND signature = ");
		tsv_literal(sql, filter->signature);
	} else {
		tsv_print(sql, "crashed = 1");
	}
	if (filter->only_crashed)
		tsv_print(sql, " AND has_crashed = 1");
}

/* Append the SELECT that reads host_day_sums, with the columns of print_rows(). */
static void print_sums(const struct clickhouse *server, const struct store_host_filter *filter,
		       struct tsv *sql)
{
	if (!filter->only_crashed) {
		print_all_sums(server, sql);
		print_hashes(sql, filter->hashes);
		print_release(sql, filter->release);
		tsv_print(sql, " UNION ALL ");
	}
	print_crashed_sums(server, filter, sql);
	print_hashes(sql, filter->hashes);
	print_release(sql, filter->release);
}

/*
 * Append the SELECT without a format. Rows of the same key can occur more than once. Return 0 or an
 * error of clickhouse_find_seals().
 */
static int print_host_days(struct clickhouse *server, const struct store_host_filter *filter,
			   struct tsv *sql)
{
	bool has_sums = false;
	int error = filter->with_chains ? 0 : clickhouse_find_seals(server);

	if (error)
		return error;
	/* The sums have no chains, and a period can begin and end within a week. */
	has_sums = !filter->with_chains && !server->of_boots && server->seals.weeks;
	if (!has_sums || server->seals.has_others)
		print_rows(server, filter, has_sums ? server->seals.others : "", sql);
	if (has_sums && server->seals.has_others)
		tsv_print(sql, " UNION ALL ");
	if (has_sums)
		print_sums(server, filter, sql);
	return 0;
}

/* Append the SELECT of the list. */
static int print_list(struct clickhouse *server, const struct store_host_filter *filter,
		      struct tsv *sql)
{
	int error = print_host_days(server, filter, sql);

	tsv_print(sql, " FORMAT TabSeparated");
	return error;
}

void clickhouse_expect_host_days(struct store *store, const struct store_host_filter *filter)
{
	struct clickhouse *server = clickhouse_of(store);
	TSV_AUTO sql = { 0 };

	/* Without the seals of a report, the list can be another one when it is needed. */
	if (server->keeps_seals && !print_list(server, filter, &sql))
		clickhouse_ahead_expect(server, &sql);
}

int clickhouse_list_host_days(struct store *store, const struct store_host_filter *filter,
			      store_host_day_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	TSV_AUTO sql = { 0 };
	TSV_AUTO answer = { 0 };
	int error = print_list(server, filter, &sql);

	if (!error)
		error = clickhouse_read(server, &sql, &answer);
	if (error || !answer.at)
		return error;
	error = clickhouse_visit_days(answer.at, visit, data);
	if (error == -EPROTO)
		return store_fail(&server->store, -EIO, "the response is truncated or invalid");
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}
