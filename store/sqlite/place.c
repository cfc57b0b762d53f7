// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Placement of a boot that was found in a log among the boots that the machine recorded.
 *
 * The ids give the order of a host's boots. Recorded boots are added as they happen. A boot that
 * crashed before it could be recorded is found later, in a log, and must be placed before the next
 * boot. Such a boot therefore exchanges its id with each recorded boot that started later.
 */
#include <errno.h>

#include "sqlite.h"

/*
 * Check the row before @id. Return 1 and this row if it is a recorded boot that started later than
 * the boot @id; 0 if not; or an error. A boot without a start time goes before the running boot.
 */
static int find_later(struct sqlite *sqlite, int64_t id, int64_t *ret)
{
	static const char sql[] =
		"SELECT other.id FROM boots AS own JOIN boots AS other ON other.id ="
		" (SELECT max(id) FROM boots WHERE host = own.host AND id < own.id)"
		" WHERE own.id = ? AND NOT own.is_recorded AND other.is_recorded"
		" AND iif(own.time IS NULL, other.end = 'running', other.time > own.time)";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found;
}

static int set_id(struct sqlite *sqlite, const char *sql, int64_t from, int64_t to)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, from);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, true, to);
	return error ? error : sqlite_step(sqlite, statement);
}

/* Exchange two ids, with 0 as a temporary id that no other row has. */
static int exchange(struct sqlite *sqlite, int64_t a, int64_t b)
{
	static const char *const tables[] = {
		"UPDATE boots SET id = ?2 WHERE id = ?1",
		"UPDATE crashes SET boot = ?2 WHERE boot = ?1",
	};
	/* Check foreign keys only at the end of the transaction. */
	int error = sqlite_execute(sqlite, "PRAGMA defer_foreign_keys = ON");

	for (size_t i = 0; !error && i < sizeof(tables) / sizeof(*tables); i++) {
		error = set_id(sqlite, tables[i], a, 0);
		if (!error)
			error = set_id(sqlite, tables[i], b, a);
		if (!error)
			error = set_id(sqlite, tables[i], 0, b);
	}
	return error;
}

int sqlite_place_row(struct sqlite *sqlite, int64_t id)
{
	int64_t later;
	int found;

	while ((found = find_later(sqlite, id, &later)) > 0) {
		int error = exchange(sqlite, id, later);

		if (error)
			return error;
		id = later;
	}
	return found;
}
