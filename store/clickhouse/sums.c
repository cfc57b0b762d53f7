// SPDX-License-Identifier: GPL-2.0-or-later
#include "sums.h"

#include <inttypes.h>
#include <stdio.h>

#include "seals.h"

static void print_boots(const struct clickhouse *server, const struct clickhouse_scope *scope,
			struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT " SUMS_TRANSITION ", if(length < 0, toInt8(-1), toInt8(" STORE_BAND_SQL(
			  "length") ")) AS band, toInt64(count()) AS boots,"
				    " toInt64(countIf(end IN ('crash', 'unclean'))) AS unclean,"
				    " toInt64(sum(if(length < 0, toInt64(0), length))) AS length_s"
				    " FROM (SELECT previous, release, boot, kexec_count, label,"
				    " toUInt8(source = 'inferred') AS inferred, end,"
				    " toInt64(" CLICKHOUSE_LENGTH ") AS length"
				    " FROM boot_rows%s FINAL WHERE kind = 0%s)"
				    " GROUP BY " SUMS_TRANSITION ", band",
		  scope->tables, scope->of_boots);
}

static void merge_boots(const char *from, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT " SUMS_TRANSITION
		  ", band, sum(boots), sum(unclean), sum(length_s) FROM %s"
		  " GROUP BY " SUMS_TRANSITION ", band",
		  from);
}

const struct clickhouse_sums clickhouse_boot_sums = {
	.table = "boot_sums",
	.columns = SUMS_TRANSITION ", band, boots, unclean, length_s",
	.definition = SUMS_TRANSITION_DEFINITION
	", band Int8, boots Int64, unclean Int64, length_s Int64",
	.key = SUMS_TRANSITION ", band",
	.print = print_boots,
	.merge = merge_boots,
};

static void print_crashes(const struct clickhouse *server, const struct clickhouse_scope *scope,
			  struct tsv *sql)
{
	tsv_print(
		sql,
		"SELECT signature, " SUMS_TRANSITION
		", toInt64(uniqExact((host, boot_id))) AS boots, toInt64(count()) AS crashes"
		" FROM crash_rows%s FINAL WHERE NOT is_gone%s GROUP BY signature, " SUMS_TRANSITION,
		scope->tables, scope->of_crashes);
}

static void merge_crashes(const char *from, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT signature, " SUMS_TRANSITION ", sum(boots), sum(crashes) FROM %s"
		  " GROUP BY signature, " SUMS_TRANSITION,
		  from);
}

const struct clickhouse_sums clickhouse_crash_sums = {
	.table = "crash_sums",
	.columns = "signature, " SUMS_TRANSITION ", boots, crashes",
	.definition =
		"signature String, " SUMS_TRANSITION_DEFINITION ", boots Int64, crashes Int64",
	.key = "signature, " SUMS_TRANSITION,
	.print = print_crashes,
	.merge = merge_crashes,
};

#define EXAMPLE "recorded, host, boot_id, time, uptime_us, title, type, frame, module, frames"
#define FIRST "recorded, host, boot_id, time, uptime_us"

static void print_signatures(const struct clickhouse *server, const struct clickhouse_scope *scope,
			     struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT signature, " EXAMPLE ", crashes FROM"
		  " (SELECT signature, " EXAMPLE " FROM crash_rows%s FINAL WHERE NOT is_gone%s"
		  " ORDER BY " FIRST " LIMIT 1 BY signature)"
		  " AS of_crash ALL INNER JOIN (SELECT signature, toInt64(count()) AS crashes"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone%s GROUP BY signature)"
		  " AS of_signature USING (signature)",
		  scope->tables, scope->of_crashes, scope->tables, scope->of_crashes);
}

/* The example of a signature is the crash that was added first. */
static void merge_signatures(const char *from, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT signature, " EXAMPLE ", all_crashes FROM (SELECT signature, " EXAMPLE
		  " FROM %s ORDER BY " FIRST " LIMIT 1 BY signature) AS of_crash ALL INNER JOIN"
		  " (SELECT signature, sum(crashes) AS all_crashes FROM %s GROUP BY signature)"
		  " AS of_signature USING (signature)",
		  from, from);
}

const struct clickhouse_sums clickhouse_signature_sums = {
	.table = "signature_sums",
	.columns = "signature, " EXAMPLE ", crashes",
	.definition = "signature String, recorded UInt64, host String, boot_id String, time Int64,"
		      " uptime_us Int64, title String, type String, frame Nullable(String),"
		      " module Nullable(String), frames Nullable(String), crashes Int64",
	.key = "signature",
	.print = print_signatures,
	.merge = merge_signatures,
};

static void print_hosts(const struct clickhouse *server, const struct clickhouse_scope *scope,
			struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT min(host) AS first, max(host) AS last FROM boot_rows%s FINAL"
		  " WHERE kind = 0%s HAVING count() > 0",
		  scope->tables, scope->of_boots);
}

static void merge_hosts(const char *from, struct tsv *sql)
{
	tsv_print(sql, "SELECT min(first), max(last) FROM %s HAVING count() > 0", from);
}

const struct clickhouse_sums clickhouse_host_sums = {
	.table = "host_sums",
	.columns = "first, last",
	.definition = "first String, last String",
	.key = "first",
	.print = print_hosts,
	.merge = merge_hosts,
};

const struct clickhouse_sums *const clickhouse_all_sums[] = {
	&clickhouse_boot_sums,	    &clickhouse_crash_sums,
	&clickhouse_signature_sums, &clickhouse_crash_length_sums,
	&clickhouse_ancestor_sums,  &clickhouse_host_sums,
	&clickhouse_host_day_sums,  NULL,
};

/* A period can begin and end within a week, so its boots are counted. */
static bool has_period(const struct clickhouse *server)
{
	return server->of_boots != NULL;
}

bool clickhouse_sums_are_unique(const struct clickhouse *server)
{
	return !has_period(server) && server->seals.sealed && server->seals.count == 1 &&
	       !server->seals.has_others;
}

void clickhouse_sums_print_where(const struct clickhouse *server,
				 const struct clickhouse_sums *sums, const char *condition,
				 struct tsv *sql)
{
	bool is_period = has_period(server), has_sums = !is_period && server->seals.sealed;
	struct clickhouse_scope scope = {
		.tables = server->tables,
		.of_crashes = is_period ? server->of_crashes : server->seals.others,
	};
	TSV_AUTO of_boots = { 0 };

	tsv_print(&of_boots, "%s%s", is_period ? server->of_boots : server->seals.others,
		  condition);
	sql->has_failed |= of_boots.has_failed;
	if (sql->has_failed)
		return;
	scope.of_boots = of_boots.at;
	tsv_print(sql, "(");
	if (has_sums)
		tsv_print(sql, "SELECT %s FROM %s%s WHERE %s%s", sums->columns, sums->table,
			  server->tables, server->seals.sealed, condition);
	if (!has_sums || server->seals.has_others) {
		tsv_print(sql, has_sums ? " UNION ALL " : "");
		sums->print(server, &scope, sql);
	}
	tsv_print(sql, ")");
}

void clickhouse_sums_print(const struct clickhouse *server, const struct clickhouse_sums *sums,
			   struct tsv *sql)
{
	clickhouse_sums_print_where(server, sums, "", sql);
}

int clickhouse_check_sums(struct clickhouse *server, const struct clickhouse_sums *sums,
			  uint16_t week, uint64_t seal)
{
	char of_seal[64];
	TSV_AUTO sql = { 0 };
	int64_t is_wrong = 0;
	int error;

	snprintf(of_seal, sizeof(of_seal), "week = %u AND seal = %" PRIu64, week, seal);
	if (sums->check)
		sums->check(of_seal, &sql);
	else
		tsv_print(&sql, "SELECT count() != uniqExact(%s) FROM %s WHERE %s", sums->key,
			  sums->table, of_seal);
	tsv_print(&sql, " FORMAT TabSeparated");
	error = clickhouse_ask_number(server, &sql, &is_wrong);
	if (error || !is_wrong)
		return error;
	return store_fail(&server->store, -EIO, "sums of a week were stored twice");
}
