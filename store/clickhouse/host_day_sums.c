// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sums of boots by release, host and day.
 *
 * The sums have one row for each boot (crashed = 0), as if no boot had crashed. For each boot that
 * had a crash with a signature (crashed = 2), or any crash except a lost kexec (crashed = 1), a row
 * with has_crashed = 0 subtracts the boot, and a row with has_crashed = 1 adds it with its crash.
 * The rows are sorted so that the boots of one release on a range of hosts are read alone.
 */
#include "host_days.h"
#include "store/host_level.h"
#include "sums.h"

/* Columns of host_day_sums: the key, except the hash of the host, and the values. */
#define KEY                                                                           \
	"crashed, signature, release, host, day, previous, boot, kexec_count, label," \
	" inferred, band, has_crashed"
#define VALUES "boots, measured, length_s, timed_crashes, uptime_us, at_risk_s"
#define FACTS                                                                                 \
	"host, ifNull(" HOST_DAYS_DAY ", " HOST_DAYS_NO_DAY                                   \
	") AS day, previous, release, boot, kexec_count, "                                    \
	"label, toUInt8(source = 'inferred') AS inferred, toInt64(" CLICKHOUSE_LENGTH ") AS " \
	"length"

/* The boots are not grouped, since hardly two boots have the same key. */
static void print_boots(const struct clickhouse_scope *scope, struct tsv *sql)
{
	tsv_print(
		sql,
		"SELECT toUInt8(0) AS crashed, '' AS signature, release, host, day, previous,"
		" boot, kexec_count, label, inferred, toInt8(" HOST_DAYS_BAND(
			"length") ") AS band,"
				  " toUInt8(0) AS has_crashed, toInt64(1) AS boots, toInt64(length >= 0) AS"
				  " measured, if(length < 0, toInt64(0), length) AS length_s,"
				  " toInt64(0) AS timed_crashes, toInt64(0) AS uptime_us, length_s AS at_risk_s"
				  " FROM (SELECT " FACTS
				  " FROM boot_rows%s FINAL WHERE " HOST_DAYS_IS_LISTED "%s)",
		scope->tables, scope->of_boots);
}

/* @sign is 1 in a row that adds a boot with its crash, -1 in a row that subtracts the boot. */
static void print_crashed(const struct clickhouse_scope *scope, struct tsv *sql)
{
	tsv_print(
		sql,
		"SELECT crashed, signature, release, host, day, previous, boot, kexec_count,"
		" label, inferred, toInt8(" HOST_DAYS_BAND(
			"at_risk") ") AS band, has_crashed,"
				   " toInt64(sum(sign)), toInt64(-countIf(sign < 0 AND length >= 0)),"
				   " toInt64(-sumIf(length, sign < 0 AND length >= 0)),"
				   " toInt64(countIf(sign > 0 AND uptime_us IS NOT NULL)),"
				   " toInt64(ifNull(sumIf(uptime_us, sign > 0), 0)),"
				   " toInt64(sum(if(at_risk < 0, toInt64(0), sign * at_risk))) FROM"
				   " (SELECT *, toUInt8(sign > 0) AS has_crashed, toInt64(if(sign > 0,"
				   " coalesce(intDiv(uptime_us, 1000000), length), length)) AS at_risk FROM"
				   " (SELECT *, arrayJoin([toInt8(1), toInt8(-1)]) AS sign FROM"
				   " (SELECT boot_id, " FACTS
				   " FROM boot_rows%s FINAL WHERE " HOST_DAYS_IS_LISTED "%s)"
				   " AS of_boot ALL INNER JOIN ",
		scope->tables, scope->of_boots);
	clickhouse_print_crashed(scope, sql);
	tsv_print(sql, " AS of_crash USING (host, boot_id))) GROUP BY " KEY);
}

static void print_host_days(const struct clickhouse *server, const struct clickhouse_scope *scope,
			    struct tsv *sql)
{
	print_boots(scope, sql);
	tsv_print(sql, " UNION ALL ");
	print_crashed(scope, sql);
}

/* Other sums of the same week have the number of boots that are not grouped. */
static void print_check(const char *of_seal, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT countIf(crashed > 0) != uniqExactIf(" KEY ", crashed > 0) OR"
		  " countIf(crashed = 0) != (SELECT sum(boots) FROM boot_sums WHERE %s"
		  " AND boot IN ('cold', 'kexec')) FROM host_day_sums WHERE %s",
		  of_seal, of_seal);
}

const struct clickhouse_sums clickhouse_host_day_sums = {
	.table = "host_day_sums",
	.columns = KEY ", " VALUES,
	.definition = "crashed UInt8, signature String, release String, host String, day Int64,"
		      " previous String, boot String, kexec_count Int64, label String,"
		      " inferred UInt8, band Int8, has_crashed UInt8, boots Int64, measured Int64,"
		      " length_s Int64, timed_crashes Int64, uptime_us Int64, at_risk_s Int64",
	.key = "crashed, signature, release, " STORE_HOST_HASH_SQL ", host, day",
	.print = print_host_days,
	.check = print_check,
};
