// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the hosts that had a crash. The server puts hosts with the same transitions into one row, so
 * that the size of the response hardly depends on the number of hosts.
 */
#include <errno.h>

#include "ahead.h"
#include "crashed_rows.h"
#include "host_days.h"
#include "store/host_level.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

/* Days that store_day_has_year(). Without such a day, the first day is after the last one. */
#define HAS_YEAR "(day >= " TEXT(STORE_DAY_FIRST) " AND day <= " TEXT(STORE_DAY_LAST) ")"
#define FIRST_DAY "min(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_LAST) " + 1)))"
#define LAST_DAY "max(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_FIRST) " - 1)))"
#define BOOTS "previous, release, boot, kexec_count, is_inferred, is_timed"
#define HASH "toInt64(cityHash64(" BOOTS "))"

/* Append the boots that had the crash, in parentheses. */
static int print_boots(struct clickhouse *server, const struct store_host_filter *filter,
		       struct tsv *sql)
{
	const struct store_host_filter crashed = { .release = filter->release,
						   .signature = filter->signature,
						   .only_crashed = true };
	int error;

	tsv_print(sql, "(SELECT host, coalesce(day, " HOST_DAYS_NO_DAY
		       ") AS day, previous, release, boot, kexec_count, is_inferred,"
		       " toUInt8(band >= 0) AS is_timed FROM (");
	error = clickhouse_print_host_days(server, &crashed, sql);
	tsv_print(sql, ") WHERE c > 0)");
	return error;
}

static int print(struct clickhouse *server, const struct store_host_filter *filter, struct tsv *sql)
{
	int error;

	tsv_print(sql, "SELECT * FROM (SELECT toInt64(0) AS hosts, emptyArrayInt64() AS list,"
		       " is_timed, " FIRST_DAY " AS first, " LAST_DAY " AS last, " HASH
		       " AS own_hash, previous, release, boot, kexec_count, '' AS label,"
		       " is_inferred, toInt64(0) AS boots FROM ");
	error = print_boots(server, filter, sql);
	if (error)
		return error;
	/* The same transitions have the same order, so that equal lists are equal sets. */
	tsv_print(sql, " GROUP BY " BOOTS " UNION ALL SELECT toInt64(count()) AS hosts, list,"
		       " toUInt8(0) AS is_timed, toInt64(0) AS first, toInt64(0) AS last,"
		       " toInt64(0) AS own_hash, '' AS previous, '' AS release, '' AS boot,"
		       " toInt64(0) AS kexec_count, '' AS label, toUInt8(0) AS is_inferred,"
		       " toInt64(0) AS boots FROM (SELECT " STORE_HOST_HASH_SQL
		       " AS of_host, arraySort(groupArray(" HASH ")) AS list FROM ");
	error = print_boots(server, filter, sql);
	tsv_print(sql, " GROUP BY of_host) GROUP BY list) ORDER BY hosts FORMAT TabSeparated");
	return error;
}

void clickhouse_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter)
{
	struct clickhouse *server = clickhouse_of(store);
	TSV_AUTO sql = { 0 };

	/* Without the seals of a report, the list can be another one when it is needed. */
	if (server->keeps_seals && !print(server, filter, &sql))
		clickhouse_ahead_expect_too(server, &sql);
}

int clickhouse_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
				  store_crashed_hosts_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	CRASHED_AUTO struct crashed_rows rows = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int error = print(server, filter, &sql);

	if (!error)
		error = clickhouse_ask_typed(server, &sql, CRASHED_TYPES, clickhouse_visit_crashed,
					     &rows);
	if (error == -EPROTO)
		return store_fail(store, -EIO, "the response is truncated or invalid");
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}
