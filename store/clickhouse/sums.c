// SPDX-License-Identifier: GPL-2.0-or-later
#include "sums.h"

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

const struct clickhouse_sums clickhouse_boot_sums = {
	.table = "boot_sums",
	.columns = SUMS_TRANSITION ", band, boots, unclean, length_s",
	.definition = SUMS_TRANSITION_DEFINITION
	", band Int8, boots Int64, unclean Int64, length_s Int64",
	.key = SUMS_TRANSITION ", band",
	.print = print_boots,
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

const struct clickhouse_sums clickhouse_crash_sums = {
	.table = "crash_sums",
	.columns = "signature, " SUMS_TRANSITION ", boots, crashes",
	.definition =
		"signature String, " SUMS_TRANSITION_DEFINITION ", boots Int64, crashes Int64",
	.key = "signature, " SUMS_TRANSITION,
	.print = print_crashes,
};

#define EXAMPLE "recorded, host, boot_id, time, uptime_us, title, type, frame, module, frames"

static void print_signatures(const struct clickhouse *server, const struct clickhouse_scope *scope,
			     struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT signature, " EXAMPLE ", crashes FROM"
		  " (SELECT signature, " EXAMPLE " FROM crash_rows%s FINAL WHERE NOT is_gone%s"
		  " ORDER BY recorded, host, boot_id, time, uptime_us LIMIT 1 BY signature)"
		  " AS of_crash ALL INNER JOIN (SELECT signature, toInt64(count()) AS crashes"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone%s GROUP BY signature)"
		  " AS of_signature USING (signature)",
		  scope->tables, scope->of_crashes, scope->tables, scope->of_crashes);
}

const struct clickhouse_sums clickhouse_signature_sums = {
	.table = "signature_sums",
	.columns = "signature, " EXAMPLE ", crashes",
	.definition = "signature String, recorded UInt64, host String, boot_id String, time Int64,"
		      " uptime_us Int64, title String, type String, frame Nullable(String),"
		      " module Nullable(String), frames Nullable(String), crashes Int64",
	.key = "signature",
	.print = print_signatures,
};

const struct clickhouse_sums *const clickhouse_all_sums[] = {
	&clickhouse_boot_sums,	       &clickhouse_crash_sums,	  &clickhouse_signature_sums,
	&clickhouse_crash_length_sums, &clickhouse_ancestor_sums, NULL,
};

/* A period can begin and end within a week, so its boots are counted. */
static bool has_period(const struct clickhouse *server)
{
	return server->of_boots != NULL;
}

void clickhouse_sums_print(const struct clickhouse *server, const struct clickhouse_sums *sums,
			   struct tsv *sql)
{
	struct clickhouse_scope scope = { server->tables, server->seals.others,
					  server->seals.others };

	if (has_period(server))
		scope = (struct clickhouse_scope){ server->tables, server->of_boots,
						   server->of_crashes };
	else if (server->seals.sealed)
		tsv_print(sql, "(SELECT %s FROM %s%s WHERE %s UNION ALL ", sums->columns,
			  sums->table, server->tables, server->seals.sealed);
	if (has_period(server) || !server->seals.sealed)
		tsv_print(sql, "(");
	sums->print(server, &scope, sql);
	tsv_print(sql, ")");
}
