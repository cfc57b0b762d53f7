// SPDX-License-Identifier: GPL-2.0-or-later
/* List how long boots lasted, their chains, and the boots that had two crashes. */
#include "clickhouse.h"

struct lengths {
	store_length_visitor *visit;
	store_crash_length_visitor *visit_crash;
	void *data;
};

static int visit_length(const char *const *fields, void *data)
{
	struct lengths *lengths = data;
	struct store_length length = { .band = (uint32_t)tsv_value(fields[7]),
				       .length_s = tsv_value(fields[8]) };

	clickhouse_read_transition(fields, &length.at);
	return lengths->visit(&length, lengths->data);
}

int clickhouse_list_lengths(struct store *store, store_length_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct lengths lengths = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };

	tsv_print(
		&sql,
		"SELECT previous, release, boot, kexec_count, label, is_inferred, count(),"
		" toInt64(" STORE_BAND_SQL(
			"length") ") AS band, sum(length) FROM"
				  " (SELECT previous, release, boot, kexec_count, label,"
				  " toUInt8(source = 'inferred') AS is_inferred, " CLICKHOUSE_LENGTH
				  " AS length"
				  " FROM boots%s FINAL WHERE kind = 0%s) WHERE length >= 0"
				  " GROUP BY previous, release, boot, kexec_count, label, is_inferred, band"
				  " ORDER BY release, previous, boot, kexec_count, label, is_inferred, band"
				  " FORMAT TabSeparated",
		server->tables, clickhouse_of_boots(server));
	return clickhouse_ask_rows(server, &sql, 9, visit_length, &lengths);
}

static int visit_crash_length(const char *const *fields, void *data)
{
	struct lengths *lengths = data;
	struct store_crash_length crash = { .signature = fields[7] };

	clickhouse_read_transition(fields, &crash.at);
	store_crash_length_set(&crash, tsv_value(fields[8]), tsv_value(fields[9]));
	return lengths->visit_crash(&crash, lengths->data);
}

/* Append the first crashes of each boot, for each signature or for all of them. */
static void print_first_crashes(struct tsv *sql, const struct clickhouse *server,
				const char *signature, const char *group)
{
	tsv_print(sql,
		  "SELECT host, boot_id, %s AS of_signature,"
		  " min(nullIf(uptime_us, -1)) AS uptime_us FROM crashes%s FINAL"
		  " WHERE NOT is_gone AND signature != '" STORE_LOST_SIGNATURE "'"
		  " GROUP BY host, boot_id%s",
		  signature, server->tables, group);
}

/* A row of any crash has the signature NULL. */
int clickhouse_list_crash_lengths(struct store *store, store_crash_length_visitor *visit,
				  void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct lengths lengths = { .visit_crash = visit, .data = data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT previous, release, boot, kexec_count, label, is_inferred, 1,"
		  " of_signature, length, coalesce(intDiv(uptime_us, 1000000), -1) FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label,"
		  " toUInt8(source = 'inferred') AS is_inferred, " CLICKHOUSE_LENGTH
		  " AS length FROM boots%s FINAL WHERE kind = 0%s) AS of_boot ALL INNER JOIN (",
		  server->tables, clickhouse_of_boots(server));
	print_first_crashes(&sql, server, "toNullable(signature)", ", of_signature");
	tsv_print(&sql, " UNION ALL ");
	print_first_crashes(&sql, server, "CAST(NULL AS Nullable(String))", "");
	tsv_print(&sql, ") AS of_crash USING (host, boot_id) FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, 10, visit_crash_length, &lengths);
}

struct chains {
	store_chain_visitor *visit;
	void *data;
};

static int visit_chain(const char *const *fields, void *data)
{
	struct chains *chains = data;
	struct store_chain chain = { .chain = fields[7] && fields[7][0] ? fields[7] : NULL,
				     .is_complete = tsv_value(fields[8]) != 0,
				     .signature = fields[9] };

	clickhouse_read_transition(fields, &chain.at);
	return chains->visit(&chain, chains->data);
}

#define HAS_CHAIN \
	" FINAL WHERE kind = 0 AND boot = 'kexec' AND (kexec_count < 0 OR kexec_count > 1)"

/* The server keeps no sums, so all boots are listed. */
int clickhouse_list_chains(struct store *store, bool only_crashed,
			   store_ancestors_visitor *visit_sums, store_chain_visitor *visit,
			   void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct chains chains = { visit, data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT previous, release, boot, kexec_count, label, is_inferred, count(), chain,"
		  " chain_is_complete, of_signature FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label, chain,"
		  " chain_is_complete, toUInt8(source = 'inferred') AS is_inferred%s"
		  " FROM boots%s" HAS_CHAIN "%s) AS of_boot",
		  only_crashed ? "" : ", CAST(NULL AS Nullable(String)) AS of_signature",
		  server->tables, clickhouse_of_boots(server));
	if (only_crashed)
		tsv_print(&sql,
			  " ALL INNER JOIN (SELECT DISTINCT host, boot_id, toNullable(signature) AS"
			  " of_signature FROM crashes%s FINAL WHERE NOT is_gone UNION ALL"
			  " SELECT DISTINCT host, boot_id, CAST(NULL AS Nullable(String)) AS"
			  " of_signature FROM crashes%s FINAL WHERE NOT is_gone"
			  " AND signature != '" STORE_LOST_SIGNATURE "') AS of_crash USING"
			  " (host, boot_id)",
			  server->tables, server->tables);
	tsv_print(&sql, " GROUP BY previous, release, boot, kexec_count, label, is_inferred, chain,"
			" chain_is_complete, of_signature FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, 10, visit_chain, &chains);
}

static int visit_shared_crash(const char *const *fields, void *data)
{
	struct chains *chains = data;
	struct store_chain chain = { .chain = fields[7] && fields[7][0] ? fields[7] : NULL,
				     .is_complete = tsv_value(fields[8]) != 0 };

	clickhouse_read_transition(fields, &chain.at);
	chain.at.crashes = tsv_value(fields[9]);
	return chains->visit(&chain, chains->data);
}

int clickhouse_list_shared_crashes(struct store *store, const char *signature, const char *other,
				   store_chain_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct chains chains = { visit, data };
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT previous, release, boot, kexec_count, label, is_inferred, 1, chain,"
		  " chain_is_complete, has_both FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label, chain,"
		  " chain_is_complete, toUInt8(source = 'inferred') AS is_inferred"
		  " FROM boots%s FINAL WHERE kind = 0%s) AS of_boot ALL INNER JOIN"
		  " (SELECT host, boot_id, toUInt8(uniqExact(signature) > 1) AS has_both"
		  " FROM crashes%s FINAL WHERE NOT is_gone AND signature IN (",
		  server->tables, clickhouse_of_boots(server), server->tables);
	tsv_literal(&sql, signature);
	tsv_print(&sql, ", ");
	tsv_literal(&sql, other);
	tsv_print(&sql, ") GROUP BY host, boot_id) AS of_crash USING (host, boot_id)"
			" FORMAT TabSeparated");
	return clickhouse_ask_rows(server, &sql, 10, visit_shared_crash, &chains);
}
