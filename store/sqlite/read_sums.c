// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the chains and the crashes of boots: the sums of most boots (migrations/0012.sql), and the
 * other boots.
 */
#include "sqlite.h"

/* Set @ret to the last boot of the sums; 0 if the sums cannot be used. */
static int find_summed(struct sqlite *sqlite, int64_t *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = 0;

	*ret = 0;
	if (!sqlite->is_restricted)
		found = sqlite_prepare(sqlite, "SELECT boot FROM summed", &statement);
	if (statement && !found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found < 0 ? found : 0;
}

/*
 * The boots that are not in the sums. ?1 is the last boot of the sums. Without statistics of the
 * tables, SQLite would scan all boots; CROSS JOIN lets it begin with unsummed.
 */
#define OTHERS(select, where)                                                          \
	select " FROM boots" SQLITE_TRANSITION_NAMES " WHERE boots.id > ?1" where      \
	       " UNION ALL " select " FROM unsummed"                                   \
	       " CROSS JOIN boots ON boots.id = unsummed.boot" SQLITE_TRANSITION_NAMES \
	       " WHERE ?1 > 0" where

/* Their crashes. @group: columns of a group of crashes */
#define OTHER_CRASHES(columns, where, group)                                                   \
	"SELECT " columns " FROM crashes WHERE crashes.boot > ?1" where group                  \
	" UNION ALL SELECT " columns                                                           \
	" FROM unsummed CROSS JOIN crashes ON crashes.boot = unsummed.boot WHERE ?1 > 0" where \
		group

/* Prepare a query of the other boots. */
static int prepare_others(struct sqlite *sqlite, const char *sql, int64_t summed,
			  sqlite3_stmt **ret)
{
	int error = sqlite_prepare(sqlite, sql, ret);

	return error ? error : sqlite_bind_number(sqlite, *ret, 1, true, summed);
}

static int list_length_sums(struct sqlite *sqlite, store_crash_length_visitor *visit, void *data)
{
	static const char sql[] =
		"SELECT before.name, own.name, boot, kexec_count, label, inferred, boots,"
		" summed_signatures.signature, length_band, length_s, end_band, end_s"
		" FROM crash_lengths JOIN summed_signatures"
		" ON summed_signatures.id = crash_lengths.signature" SQLITE_TRANSITION_NAMES;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		/* The band -1 becomes STORE_BAND_UNKNOWN. */
		struct store_crash_length crash = {
			.signature = sqlite_text(statement, 7),
			.length_band = (uint32_t)sqlite3_column_int64(statement, 8),
			.length_s = sqlite3_column_int64(statement, 9),
			.end_band = (uint32_t)sqlite3_column_int64(statement, 10),
			.end_s = sqlite3_column_int64(statement, 11),
		};

		sqlite_read_transition(statement, 0, &crash.at);
		result = visit(&crash, data);
	}
	return result;
}

#define WITHOUT_LOST " AND signature <> '" STORE_LOST_SIGNATURE "'"
#define BY_SIGNATURE                                                                  \
	OTHER_CRASHES("crashes.boot AS boot, signature, min(uptime_us) AS uptime_us", \
		      WITHOUT_LOST, " GROUP BY crashes.boot, signature")
#define OF_ANY \
	OTHER_CRASHES("crashes.boot, NULL, min(uptime_us)", WITHOUT_LOST, " GROUP BY crashes.boot")
#define OF_CRASHED(crashed) \
	" FROM (" crashed   \
	") AS crashed CROSS JOIN boots ON boots.id = crashed.boot" SQLITE_TRANSITION_NAMES

static int list_other_lengths(struct sqlite *sqlite, int64_t summed,
			      store_crash_length_visitor *visit, void *data)
{
	static const char sql[] =
		"SELECT before.name, own.name, boots.boot, coalesce(kexec_count, -1), label,"
		" source IS 'inferred', 1, signature, coalesce(length_s, -1),"
		" coalesce(crashed.uptime_us / 1000000, -1)" OF_CRASHED(BY_SIGNATURE
									" UNION ALL " OF_ANY);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = prepare_others(sqlite, sql, summed, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		struct store_crash_length crash = { .signature = sqlite_text(statement, 7) };

		sqlite_read_transition(statement, 0, &crash.at);
		store_crash_length_set(&crash, sqlite3_column_int64(statement, 8),
				       sqlite3_column_int64(statement, 9));
		result = visit(&crash, data);
	}
	return result;
}

int sqlite_list_crash_lengths(struct store *store, store_crash_length_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	int64_t summed;
	int result = sqlite_begin_reading(sqlite);

	if (result)
		return result;
	result = find_summed(sqlite, &summed);
	if (!result && summed > 0)
		result = list_length_sums(sqlite, visit, data);
	if (!result)
		result = list_other_lengths(sqlite, summed, visit, data);
	sqlite_end_reading(sqlite);
	return result;
}

#define OF_ANCESTORS                                                                              \
	"SELECT before.name, own.name, 'kexec', iif(dose = 0, -1, dose), label, inferred, boots," \
	" third.name, is_second,"
#define ANCESTOR " JOIN releases AS third ON third.id = ancestor"

static int list_ancestor_sums(struct sqlite *sqlite, bool only_crashed,
			      store_ancestors_visitor *visit, void *data)
{
	static const char all[] =
		OF_ANCESTORS " NULL FROM ancestors" SQLITE_TRANSITION_NAMES ANCESTOR;
	static const char crashed[] = OF_ANCESTORS
		" summed_signatures.signature FROM crash_ancestors"
		" JOIN summed_signatures"
		" ON summed_signatures.id = crash_ancestors.signature" SQLITE_TRANSITION_NAMES
			ANCESTOR;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, only_crashed ? crashed : all, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		const char *ancestor = sqlite_text(statement, 7);
		struct store_ancestors sum = {
			.ancestor = ancestor && ancestor[0] ? ancestor : NULL,
			.is_second = sqlite3_column_int(statement, 8) != 0,
			.signature = sqlite_text(statement, 9),
		};

		sqlite_read_transition(statement, 0, &sum.at);
		result = visit(&sum, data);
	}
	return result;
}

#define OF_CHAIN                                                                      \
	"SELECT before.name, own.name, boots.boot, coalesce(kexec_count, -1), label," \
	" source IS 'inferred', 1, chain_text(chain), chain_is_complete,"

#define IS_KEXEC " boots.boot = 'kexec'" SQLITE_HAS_CHAIN
#define EACH_SIGNATURE OTHER_CRASHES("DISTINCT crashes.boot AS boot, signature", "", "")
#define ANY OTHER_CRASHES("DISTINCT crashes.boot, NULL", WITHOUT_LOST, "")

static int list_other_chains(struct sqlite *sqlite, bool only_crashed, int64_t summed,
			     store_chain_visitor *visit, void *data)
{
	static const char all[] = OTHERS(OF_CHAIN " NULL", " AND" IS_KEXEC);
	static const char crashed[] = OF_CHAIN
		" signature" OF_CRASHED(EACH_SIGNATURE " UNION ALL " ANY) " WHERE" IS_KEXEC;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = prepare_others(sqlite, only_crashed ? crashed : all, summed, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		struct store_chain chain = {
			.chain = sqlite_text(statement, 7),
			.is_complete = sqlite3_column_int64(statement, 8) != 0,
			.signature = sqlite_text(statement, 9),
		};

		sqlite_read_transition(statement, 0, &chain.at);
		result = visit(&chain, data);
	}
	return result;
}

int sqlite_list_chains(struct store *store, bool only_crashed, store_ancestors_visitor *visit_sums,
		       store_chain_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	int64_t summed = 0;
	int result = sqlite_begin_reading(sqlite);

	if (result)
		return result;
	if (visit_sums)
		result = find_summed(sqlite, &summed);
	if (!result && summed > 0)
		result = list_ancestor_sums(sqlite, only_crashed, visit_sums, data);
	if (!result)
		result = list_other_chains(sqlite, only_crashed, summed, visit, data);
	sqlite_end_reading(sqlite);
	return result;
}
