// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of hosts: find the names that belong to one machine.
 *
 * A machine id identifies a host. A host name belongs to the machine id with which it was reported.
 * If it was reported with two machine ids, it is ambiguous: rows that have only this name are not
 * assigned to either machine.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "sqlite.h"
#include "store/identity.h"

static int copy(struct sqlite *sqlite, const char *text, char **ret)
{
	*ret = strdup(text);
	return *ret ? 0 : sqlite_fail(sqlite, -ENOMEM, "out of memory");
}

int sqlite_find_host(struct sqlite *sqlite, const char *name, char **ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(
		sqlite, "SELECT min(host), count(*) FROM host_names WHERE name = ?", &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, name);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found < 0)
		return found;
	if (sqlite3_column_int64(statement, 1) == 1)
		name = sqlite_text(statement, 0);
	return copy(sqlite, name, ret);
}

/* Add a name to a host. Return 1 if the name is new, 0 if not, or an error. */
static int add_name(struct sqlite *sqlite, const char *name, const char *host)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(
		sqlite, "INSERT OR IGNORE INTO host_names (name, host) VALUES (?, ?)", &statement);

	if (!error)
		error = sqlite_bind_text(sqlite, statement, 1, name);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 2, host);
	if (!error)
		error = sqlite_step(sqlite, statement);
	return error ? error : sqlite3_changes(sqlite->database) > 0;
}

/* Find any row of the host. Return 1 and set @ret, 0 if not found, or an error. */
static int find_row(struct sqlite *sqlite, const char *host, int64_t *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found =
		sqlite_prepare(sqlite, "SELECT id FROM boots WHERE host = ? LIMIT 1", &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found;
}

/* Move the row @id to another host, and merge it with that host's rows of the same boot. */
static int move_row(struct sqlite *sqlite, int64_t id, const char *host)
{
	STORE_AUTO_KEPT_BOOT *row = NULL;
	int64_t same;
	int found = sqlite_keep_boot(sqlite, id, &row);
	int error = 0;

	if (found)
		return found;
	found = sqlite_find_boot(sqlite, host, row->boot.boot_id, &same);
	if (found < 0)
		return found;
	if (found == 0) {
		error = sqlite_set_host(sqlite, id, host);
	} else if (row->boot.is_recorded || id < same) {
		/* Keep the row that the machine recorded: its id gives the order of the boots. */
		error = sqlite_join_two(sqlite, id, same, host);
	} else {
		error = sqlite_join_two(sqlite, same, id, NULL);
		id = same;
	}
	if (!error)
		error = sqlite_join_rows(sqlite, id);
	return error < 0 ? error : 0;
}

int sqlite_move_rows(struct sqlite *sqlite, const char *from, const char *to)
{
	int64_t id;
	int found;

	while ((found = find_row(sqlite, from, &id)) > 0) {
		int error = move_row(sqlite, id, to);

		if (error)
			return error;
	}
	return found < 0 ? found : sqlite_move_parts(sqlite, from, to);
}

int sqlite_learn_host(struct sqlite *sqlite, const struct store_boot *boot, char **ret)
{
	LINEAGE_AUTO_FREE char *host = NULL;
	int is_new;
	int error;

	if (!boot->machine_id || !boot->machine_id[0])
		return sqlite_find_host(sqlite, boot->host, ret);
	is_new = add_name(sqlite, boot->machine_id, boot->machine_id);
	if (is_new < 0)
		return is_new;
	is_new = strcmp(boot->host, boot->machine_id) == 0
			 ? 0
			 : add_name(sqlite, boot->host, boot->machine_id);
	if (is_new < 0)
		return is_new;
	error = sqlite_find_host(sqlite, boot->host, &host);
	if (!error && is_new && strcmp(host, boot->machine_id) == 0)
		error = sqlite_move_rows(sqlite, boot->host, boot->machine_id);
	return error ? error : copy(sqlite, boot->machine_id, ret);
}
