// SPDX-License-Identifier: GPL-2.0-or-later
/* List how long boots lasted, and the boots that had two crashes. */
#include "sqlite.h"

int sqlite_list_lengths(struct store *store, store_length_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	static const char sql[] =
		"SELECT before.name, own.name, boot, kexec_count, label, inferred, boots, band,"
		" length_s FROM lengths" SQLITE_TRANSITION_NAMES
		" ORDER BY own.name, before.name, boot, kexec_count, label, inferred, band";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		struct store_length length = {
			.band = (uint32_t)sqlite3_column_int64(statement, 7),
			.length_s = sqlite3_column_int64(statement, 8),
		};

		sqlite_read_transition(statement, 0, &length.at);
		result = visit(&length, data);
	}
	return result;
}

#define OF_CHAIN                                                                      \
	"SELECT before.name, own.name, boots.boot, coalesce(kexec_count, -1), label," \
	" source IS 'inferred', 1, chain_text(chain), chain_is_complete,"

int sqlite_list_shared_crashes(struct store *store, const char *signature, const char *other,
			       bool with_chains, store_chain_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	static const char sql[] = OF_CHAIN
		" has_both FROM"
		" (SELECT crashes.boot, count(DISTINCT signature) > 1 AS has_both FROM crashes"
		" WHERE signature IN (?1, ?2) GROUP BY crashes.boot) AS crashed"
		" JOIN boots ON boots.id = crashed.boot" SQLITE_TRANSITION_NAMES;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	if (!result)
		result = sqlite_bind_text(sqlite, statement, 1, signature);
	if (!result)
		result = sqlite_bind_text(sqlite, statement, 2, other);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		struct store_chain chain = {
			.chain = with_chains ? sqlite_text(statement, 7) : NULL,
			.is_complete = with_chains && sqlite3_column_int64(statement, 8) != 0,
		};

		sqlite_read_transition(statement, 0, &chain.at);
		chain.at.crashes = sqlite3_column_int64(statement, 9);
		result = visit(&chain, data);
	}
	return result;
}
