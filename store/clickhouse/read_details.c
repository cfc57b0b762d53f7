// SPDX-License-Identifier: GPL-2.0-or-later
/* List how long boots lasted, their chains, and the boots that had two crashes. */
#include <errno.h>

#include "ancestor_rows.h"
#include "clickhouse.h"
#include "report_lists.h"
#include "seals.h"
#include "sums.h"

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

void clickhouse_print_lengths(const struct clickhouse *server, struct tsv *sql)
{
	bool is_unique = clickhouse_sums_are_unique(server);

	tsv_print(sql, "SELECT " SUMS_TRANSITION ", %s FROM ",
		  is_unique ? "boots, band, length_s" : "sum(boots), band, sum(length_s)");
	clickhouse_sums_print(server, &clickhouse_boot_sums, sql);
	tsv_print(sql, " WHERE band >= 0%s",
		  is_unique ? "" : " GROUP BY " SUMS_TRANSITION ", band");
	tsv_print(sql, " ORDER BY release, previous, boot, kexec_count, label, inferred, band"
		       " FORMAT TabSeparated");
}

int clickhouse_list_lengths(struct store *store, store_length_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct lengths lengths = { .visit = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_lengths(server, &sql);
	return clickhouse_ask_typed(server, &sql, TRANSITION_TYPES "nn", visit_length, &lengths);
}

/* Set a band and a sum of times. */
static void read_times(const char *const *fields, uint32_t *ret_band, int64_t *ret_s)
{
	*ret_band = tsv_value(fields[0]) < 0 ? STORE_BAND_UNKNOWN : (uint32_t)tsv_value(fields[0]);
	*ret_s = tsv_value(fields[1]);
}

/*
 * Append the SELECT of the sums of all weeks, for the period of the store, in parentheses; a key
 * can occur once for each week. @columns: the columns that are needed. @condition: condition on the
 * columns that begins with " WHERE ".
 */
static void print_weeks(const struct clickhouse *server, const struct clickhouse_sums *sums,
			const char *columns, const char *condition, struct tsv *sql)
{
	tsv_print(sql, "(SELECT %s FROM ", columns);
	clickhouse_sums_print(server, sums, sql);
	tsv_print(sql, "%s)", condition);
}

/*
 * Return whether the server merges equal keys. To merge takes longer than to read the sums of few
 * weeks.
 */
static bool is_merged(const struct clickhouse *server)
{
	return server->seals.count > 1;
}

/* Parse the columns of crash_length_sums. */
static int visit_crash_length(const char *const *fields, void *data)
{
	struct lengths *lengths = data;
	struct store_crash_length crash = { .signature = clickhouse_read_signature(fields) };

	clickhouse_read_transition(fields + 2, &crash.at);
	crash.at.boots = tsv_value(fields[12]);
	read_times(fields + 8, &crash.length_band, &crash.length_s);
	read_times(fields + 10, &crash.end_band, &crash.end_s);
	return lengths->visit_crash(&crash, lengths->data);
}

/* The sums have the lost kexecs, too. */
void clickhouse_print_crash_lengths(const struct clickhouse *server, struct tsv *sql)
{
	TSV_AUTO from = { 0 };

	print_weeks(server, &clickhouse_crash_length_sums, CLICKHOUSE_CRASH_LENGTHS,
		    " WHERE signature != '" STORE_LOST_SIGNATURE "'", &from);
	sql->has_failed |= from.has_failed;
	if (sql->has_failed)
		return;
	if (is_merged(server))
		clickhouse_merge_crash_lengths(from.at, sql);
	else
		tsv_print(sql, "SELECT * FROM %s", from.at);
	tsv_print(sql, " FORMAT TabSeparated");
}

int clickhouse_list_crash_lengths(struct store *store, store_crash_length_visitor *visit,
				  void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct lengths lengths = { .visit_crash = visit, .data = data };
	TSV_AUTO sql = { 0 };
	int error = clickhouse_find_seals(server);

	if (error)
		return error;
	clickhouse_print_crash_lengths(server, &sql);
	return clickhouse_ask_typed(server, &sql, "nttttctnnnnnn", visit_crash_length, &lengths);
}

struct chains {
	store_chain_visitor *visit;
	store_ancestors_visitor *visit_sums;
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

/* List all boots with their chains. */
static int list_boots(struct clickhouse *server, bool only_crashed, struct chains *chains)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql,
		  "SELECT previous, release, boot, kexec_count, label, is_inferred, count(), chain,"
		  " chain_is_complete, of_signature FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label, chain,"
		  " chain_is_complete, toUInt8(source = 'inferred') AS is_inferred%s"
		  " FROM boot_rows%s" HAS_CHAIN "%s) AS of_boot",
		  only_crashed ? "" : ", CAST(NULL AS Nullable(String)) AS of_signature",
		  server->tables, clickhouse_of_boots(server));
	if (only_crashed)
		tsv_print(&sql,
			  " ALL INNER JOIN (SELECT DISTINCT host, boot_id, toNullable(signature) AS"
			  " of_signature FROM crash_rows%s FINAL WHERE NOT is_gone UNION ALL"
			  " SELECT DISTINCT host, boot_id, CAST(NULL AS Nullable(String)) AS"
			  " of_signature FROM crash_rows%s FINAL WHERE NOT is_gone"
			  " AND signature != '" STORE_LOST_SIGNATURE "') AS of_crash USING"
			  " (host, boot_id)",
			  server->tables, server->tables);
	tsv_print(&sql, " GROUP BY previous, release, boot, kexec_count, label, is_inferred, chain,"
			" chain_is_complete, of_signature FORMAT TabSeparated");
	return clickhouse_ask_typed(server, &sql, TRANSITION_TYPES "tnt", visit_chain, chains);
}

static int visit_ancestors(const char *const *fields, void *data)
{
	struct chains *chains = data;

	return clickhouse_visit_ancestors(fields, chains->visit_sums, chains->visit, chains->data);
}

void clickhouse_print_ancestors(const struct clickhouse *server, bool only_crashed, struct tsv *sql)
{
	TSV_AUTO from = { 0 };

	print_weeks(server, &clickhouse_ancestor_sums, clickhouse_ancestor_sums.columns,
		    only_crashed ? " WHERE crashed > 0" : " WHERE crashed = 0", &from);
	sql->has_failed |= from.has_failed;
	if (sql->has_failed)
		return;
	tsv_print(sql, "SELECT crashed, signature, " SUMS_TRANSITION ", listed, is_complete,"
		       " arrayStringConcat(ancestors, '\"'), numbers FROM ");
	if (is_merged(server)) {
		tsv_print(sql, "(");
		clickhouse_ancestor_sums.merge(from.at, sql);
		tsv_print(sql, ")");
	} else {
		tsv_print(sql, "%s", from.at);
	}
	tsv_print(sql, " FORMAT TabSeparated");
}

int clickhouse_list_chains(struct store *store, bool only_crashed,
			   store_ancestors_visitor *visit_sums, store_chain_visitor *visit,
			   void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct chains chains = { visit, visit_sums, data };
	TSV_AUTO sql = { 0 };
	int error;

	if (!visit_sums)
		return list_boots(server, only_crashed, &chains);
	error = clickhouse_find_seals(server);
	if (error)
		return error;
	clickhouse_print_ancestors(server, only_crashed, &sql);
	error = clickhouse_ask_typed(server, &sql, ANCESTOR_TYPES, visit_ancestors, &chains);
	if (error == -EPROTO)
		return store_fail(store, -EIO, "the response is truncated or invalid");
	return error;
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

/* Append the boots that had one of two crashes, from the rows of their crashes alone. */
static void print_shared(const struct clickhouse *server, const char *signatures, struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT any(previous), any(release), any(boot), any(kexec_count), any(label),"
		  " any(inferred), 1, CAST(NULL AS Nullable(String)), 0,"
		  " toUInt8(uniqExact(signature) > 1)"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone%s AND signature IN (%s)"
		  " GROUP BY host, boot_id",
		  server->tables, clickhouse_of_crashes(server), signatures);
}

/* Append the same boots with their chains, which the rows of crashes do not have. */
static void print_shared_chains(const struct clickhouse *server, const char *signatures,
				struct tsv *sql)
{
	tsv_print(sql,
		  "SELECT previous, release, boot, kexec_count, label, is_inferred, 1, chain,"
		  " chain_is_complete, has_both FROM"
		  " (SELECT host, boot_id, previous, release, boot, kexec_count, label, chain,"
		  " chain_is_complete, toUInt8(source = 'inferred') AS is_inferred"
		  " FROM boot_rows%s FINAL WHERE kind = 0%s) AS of_boot ALL INNER JOIN"
		  " (SELECT host, boot_id, toUInt8(uniqExact(signature) > 1) AS has_both"
		  " FROM crash_rows%s FINAL WHERE NOT is_gone AND signature IN (%s)"
		  " GROUP BY host, boot_id) AS of_crash USING (host, boot_id)",
		  server->tables, clickhouse_of_boots(server), server->tables, signatures);
}

int clickhouse_list_shared_crashes(struct store *store, const char *signature, const char *other,
				   bool with_chains, store_chain_visitor *visit, void *data)
{
	struct clickhouse *server = clickhouse_of(store);
	struct chains chains = { .visit = visit, .data = data };
	TSV_AUTO signatures = { 0 };
	TSV_AUTO sql = { 0 };

	tsv_literal(&signatures, signature);
	tsv_print(&signatures, ", ");
	tsv_literal(&signatures, other);
	if (signatures.has_failed)
		return clickhouse_fail_memory(server);
	(with_chains ? print_shared_chains : print_shared)(server, signatures.at, &sql);
	tsv_print(&sql, " FORMAT TabSeparated");
	return clickhouse_ask_typed(server, &sql, TRANSITION_TYPES "tnn", visit_shared_crash,
				    &chains);
}
