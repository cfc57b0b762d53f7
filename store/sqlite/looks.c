// SPDX-License-Identifier: GPL-2.0-or-later
/* The looks of triage --watch. */
#include <errno.h>

#include "sqlite.h"

int sqlite_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
		      void *data)
{
	static const char sql[] =
		"SELECT number, time, digest, crashes, level, decision, found, watched"
		" FROM looks WHERE ?1 IS NULL OR watched = ?1 ORDER BY watched, number";
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	if (!result)
		result = sqlite_bind_text(sqlite, statement, 1, watched);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		const struct store_look look = {
			.watched = sqlite_text(statement, 7),
			.number = sqlite3_column_int64(statement, 0),
			.time = sqlite3_column_int64(statement, 1),
			.digest = sqlite_text(statement, 2),
			.crashes = sqlite3_column_int64(statement, 3),
			.level = sqlite3_column_double(statement, 4),
			.decision = sqlite_text(statement, 5),
			.found = sqlite_text(statement, 6),
		};

		result = visit(&look, data);
	}
	return result;
}

int sqlite_add_look(struct store *store, const struct store_look *look)
{
	static const char sql[] =
		"INSERT INTO looks (watched, number, time, digest, crashes, level, decision, found)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
	const char *texts[] = { look->watched, look->digest, look->decision, look->found };
	static const int columns[] = { 1, 4, 7, 8 };
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	for (size_t i = 0; !error && i < sizeof(columns) / sizeof(columns[0]); i++)
		error = sqlite_bind_text(sqlite, statement, columns[i], texts[i]);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, true, look->number);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, true, look->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 5, true, look->crashes);
	if (!error)
		error = sqlite_check(sqlite, sqlite3_bind_double(statement, 6, look->level));
	if (!error)
		error = sqlite_step(sqlite, statement);
	if (!error && sqlite3_changes(sqlite->database) == 0)
		return sqlite_fail(sqlite, -EEXIST, "another program wrote this look");
	return error;
}
