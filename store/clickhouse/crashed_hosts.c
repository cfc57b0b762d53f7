// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the hosts that had a crash. The server puts hosts with the same transitions into one row, so
 * that the size of the response hardly depends on the number of hosts.
 */
#include <errno.h>

#include "ahead.h"
#include "crashed_rows.h"
#include "seals.h"
#include "sums.h"

#define BOOTS "previous, release, boot, kexec_count, is_inferred, is_timed"
#define HASH "toInt64(cityHash64(" BOOTS "))"

/* Append the crashed boots of each transition, with the hashes of their hosts, in parentheses. */
static void print_boots(const struct clickhouse *server, const struct store_host_filter *filter,
			struct tsv *sql)
{
	TSV_AUTO condition = { 0 };

	tsv_print(&condition, " AND boot IN ('cold', 'kexec')");
	if (filter->release) {
		tsv_print(&condition, " AND release = ");
		tsv_literal(&condition, filter->release);
	}
	sql->has_failed |= condition.has_failed;
	if (sql->has_failed)
		return;
	tsv_print(sql, "(SELECT previous, release, boot, kexec_count, inferred AS is_inferred,"
		       " toUInt8(end_band >= 0) AS is_timed, first_day, last_day, hosts FROM ");
	clickhouse_sums_print_where(server, &clickhouse_crash_length_sums, condition.at, sql);
	if (filter->signature) {
		tsv_print(sql, " WHERE crashed = 2 AND signature = ");
		tsv_literal(sql, filter->signature);
	} else {
		tsv_print(sql, " WHERE crashed = 1");
	}
	tsv_print(sql, ")");
}

static int print(struct clickhouse *server, const struct store_host_filter *filter, struct tsv *sql)
{
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	tsv_print(sql, "SELECT * FROM (SELECT toInt64(0) AS of_hosts, emptyArrayInt64() AS list,"
		       " is_timed, min(first_day) AS first, max(last_day) AS last, " HASH
		       " AS own_hash, previous, release, boot, kexec_count, '' AS label,"
		       " is_inferred, toInt64(0) AS boots FROM ");
	print_boots(server, filter, sql);
	/* The same transitions have the same order, so that equal lists are equal sets. */
	tsv_print(sql, " GROUP BY " BOOTS " UNION ALL SELECT toInt64(count()) AS of_hosts, list,"
		       " toUInt8(0) AS is_timed, toInt64(0) AS first, toInt64(0) AS last,"
		       " toInt64(0) AS own_hash, '' AS previous, '' AS release, '' AS boot,"
		       " toInt64(0) AS kexec_count, '' AS label, toUInt8(0) AS is_inferred,"
		       " toInt64(0) AS boots FROM (SELECT arraySort(arrayDistinct(groupArray("
		       "own_hash))) AS list FROM (SELECT " HASH " AS own_hash, host FROM ");
	print_boots(server, filter, sql);
	tsv_print(sql, " ARRAY JOIN hosts AS host) GROUP BY host) GROUP BY list)"
		       " ORDER BY of_hosts FORMAT TabSeparated");
	return 0;
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
