// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines of crash reports. Only some crashes have them, so that a fleet with many crashes, or a
 * hostile log with many signatures, does not fill the disk.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite.h"

#define PER_SIGNATURE 3
#define ALL 5000

static int count(struct sqlite *sqlite, const char *sql, const char *signature, int64_t *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found && signature)
		found = sqlite_bind_text(sqlite, statement, 1, signature);
	if (!found)
		found = sqlite_step(sqlite, statement);
	*ret = found > 0 ? sqlite3_column_int64(statement, 0) : 0;
	return found < 0 ? found : 0;
}

int sqlite_limit_excerpt(struct sqlite *sqlite, struct store_crash *crash)
{
	static const char own[] =
		"SELECT count(*) FROM crashes WHERE signature = ? AND excerpt IS NOT NULL";
	static const char all[] = "SELECT count(*) FROM crashes WHERE excerpt IS NOT NULL";
	int64_t number = 0;
	int error;

	if (!crash->excerpt)
		return 0;
	if (!crash->signature[0] || strlen(crash->excerpt) > STORE_EXCERPT_MAX) {
		crash->excerpt = NULL;
		return 0;
	}
	error = count(sqlite, own, crash->signature, &number);
	if (!error && number < PER_SIGNATURE)
		error = count(sqlite, all, NULL, &number);
	else
		number = ALL;
	if (number >= ALL)
		crash->excerpt = NULL;
	return error;
}

int sqlite_find_excerpt(struct store *store, const char *signature, const char *release, char **ret)
{
	static const char sql[] =
		"SELECT excerpt FROM crashes JOIN boots ON boots.id = crashes.boot"
		" JOIN releases ON releases.id = boots.release"
		" WHERE signature = ?1 AND excerpt IS NOT NULL"
		" ORDER BY ?2 IS NOT NULL AND releases.name = ?2 DESC, crashes.id LIMIT 1";
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);
	char *copy;

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, signature);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, release);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found < 0)
		return found;
	copy = found ? strdup(sqlite_text(statement, 0)) : NULL;
	if (found && !copy)
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	*ret = copy;
	return 0;
}
