// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the hosts that had a crash. The server puts hosts with the same transitions into one row, so
 * that the size of the response hardly depends on the number of hosts.
 */
#include "store/crashed_collector.h"

#include <errno.h>

#include "ahead.h"
#include "host_days.h"
#include "store/store.h"

#define TEXT_OF(value) #value
#define TEXT(value) TEXT_OF(value)

/* Days that store_day_has_year(). Without such a day, the first day is after the last one. */
#define HAS_YEAR "(day >= " TEXT(STORE_DAY_FIRST) " AND day <= " TEXT(STORE_DAY_LAST) ")"
#define FIRST_DAY "min(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_LAST) " + 1)))"
#define LAST_DAY "max(if(" HAS_YEAR ", day, toInt64(" TEXT(STORE_DAY_FIRST) " - 1)))"
#define BOOTS "previous, release, boot, kexec_count, is_inferred, is_timed"
#define TYPES "tn" TRANSITION_TYPES "nnn"

static int print(struct clickhouse *server, const struct store_host_filter *filter, struct tsv *sql)
{
	const struct store_host_filter crashed = { .release = filter->release,
						   .signature = filter->signature,
						   .only_crashed = true };
	int error;

	/* Each host has the same order of its transitions, so that equal arrays are equal sets. */
	tsv_print(sql, "SELECT of_host, hosts, boots.1, boots.2, boots.3, boots.4, '', boots.5,"
		       " toUInt8(0), boots.6, first, last FROM (SELECT min(host) AS of_host,"
		       " count() AS hosts, all_boots, minForEach(first_days) AS firsts,"
		       " maxForEach(last_days) AS lasts FROM (SELECT host,"
		       " arraySort(groupArray((" BOOTS ", first, last))) AS sorted,"
		       " arrayMap(x -> (x.1, x.2, x.3, x.4, x.5, x.6), sorted) AS all_boots,"
		       " arrayMap(x -> x.7, sorted) AS first_days,"
		       " arrayMap(x -> x.8, sorted) AS last_days FROM (SELECT host, " BOOTS
		       ", " FIRST_DAY " AS first, " LAST_DAY
		       " AS last FROM (SELECT host, coalesce(day, " HOST_DAYS_NO_DAY
		       ") AS day, previous, release, boot, kexec_count, is_inferred,"
		       " toUInt8(band >= 0) AS is_timed FROM (");
	error = clickhouse_print_host_days(server, &crashed, sql);
	tsv_print(sql, ") WHERE c > 0) GROUP BY host, " BOOTS ") GROUP BY host) GROUP BY all_boots)"
		       " ARRAY JOIN all_boots AS boots, firsts AS first, lasts AS last"
		       " ORDER BY of_host FORMAT TabSeparated");
	return error;
}

void clickhouse_expect_crashed_hosts(struct store *store, const struct store_host_filter *filter)
{
	struct clickhouse *server = clickhouse_of(store);
	TSV_AUTO sql = { 0 };

	/* Without the seals of a report, the list can be another one when it is needed. */
	if (server->keeps_seals && !print(server, filter, &sql))
		clickhouse_ahead_expect(server, &sql);
}

static int visit_boots(const char *const *fields, void *data)
{
	struct store_crashed_boots boots = { .is_timed = tsv_value(fields[9]) == 1,
					     .first_day = tsv_value(fields[10]),
					     .last_day = tsv_value(fields[11]) };

	if (!fields[0])
		return -EPROTO;
	clickhouse_read_transition(fields + 2, &boots.at);
	boots.at.label = NULL;
	boots.has_days = boots.first_day <= boots.last_day;
	return crashed_collector_add(data, fields[0], tsv_value(fields[1]), &boots);
}

int clickhouse_list_crashed_hosts(struct store *store, const struct store_host_filter *filter,
				  store_crashed_hosts_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	AUTO_CRASHED_COLLECTOR all = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int error = print(server, filter, &sql);

	if (!error)
		error = clickhouse_ask_typed(server, &sql, TYPES, visit_boots, &all);
	if (!error)
		error = crashed_collector_end(&all);
	if (error == -EPROTO)
		return store_fail(store, -EIO, "the response is truncated or invalid");
	return error == -ENOMEM ? clickhouse_fail_memory(server) : error;
}
