// SPDX-License-Identifier: GPL-2.0-or-later
/* Run statements, and convert SQLite results to errors of the store. */
#include "sqlite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Return the errno of the operating system if SQLite has one. */
static int system_error(struct sqlite *sqlite, int otherwise)
{
	int error = sqlite3_system_errno(sqlite->database);

	return error > 0 ? -error : otherwise;
}

/* Return 0 if files can be created in the folder of the database; otherwise the error. */
static int check_folder(const struct sqlite *sqlite)
{
	LINEAGE_AUTO_FREE char *folder = strdup(sqlite->path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	const char *path = !slash ? "." : slash == folder ? "/" : folder;

	if (!folder)
		return -ENOMEM;
	if (slash)
		*slash = '\0';
	return access(path, W_OK | X_OK) ? -errno : 0;
}

int sqlite_check(struct sqlite *sqlite, int result)
{
	const char *text = sqlite3_errmsg(sqlite->database);
	int error;

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	case SQLITE_FULL:
		return sqlite_fail(sqlite, -ENOSPC, "the disk is full");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sqlite_fail(sqlite, -EBUSY,
				   "another program has held its lock for %d s; try again later",
				   STORE_BUSY_MS / 1000);
	case SQLITE_READONLY:
		return sqlite_fail(sqlite, -EROFS,
				   "cannot write: the file, its folder or the "
				   "file system is read-only");
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return sqlite_fail(sqlite, -EACCES, "permission denied");
	case SQLITE_CANTOPEN:
		if (access(sqlite->path, F_OK) == 0 && check_folder(sqlite) == -EROFS)
			return sqlite_fail(sqlite, -EROFS,
					   "cannot create its write-ahead log: the file system is"
					   " read-only; copy the file, with its -wal if it has one,"
					   " to another folder");
		error = system_error(sqlite, -EACCES);
		/* SQLite then tries to read the file, and keeps only the error of this attempt. */
		if (error == -ENOENT && check_folder(sqlite))
			error = check_folder(sqlite);
		return sqlite_fail(sqlite, error, "cannot open: %s", strerror(-error));
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return sqlite_fail(sqlite, -EINVAL, "%s", text);
	case SQLITE_NOTADB:
		return sqlite_fail(sqlite, -EBADMSG, "it is not a store, or it is damaged (%s)",
				   text);
	case SQLITE_CORRUPT:
	case SQLITE_ERROR: /* our SQL is valid for our schema, so the schema in the file differs */
		return sqlite_fail(sqlite, -EBADMSG, "it is damaged (%s)", text);
	default:
		break;
	}
	error = system_error(sqlite, -EIO);
	return sqlite_fail(sqlite, error, "%s (%s)", text, strerror(-error));
}

int sqlite_execute(struct sqlite *sqlite, const char *sql)
{
	return sqlite_check(sqlite, sqlite3_exec(sqlite->database, sql, NULL, NULL, NULL));
}

static int add_statement(struct sqlite *sqlite, const char *sql, sqlite3_stmt **ret)
{
	struct sqlite_statement *statements =
		reallocarray(sqlite->statements, sqlite->statement_count + 1, sizeof(*statements));
	sqlite3_stmt *statement;
	int error;

	if (!statements)
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	sqlite->statements = statements;
	error = sqlite_check(sqlite,
			     sqlite3_prepare_v3(sqlite->database, sql, -1,
						SQLITE_PREPARE_PERSISTENT, &statement, NULL));
	if (error)
		return error;
	statements[sqlite->statement_count++] = (struct sqlite_statement){ sql, statement };
	*ret = statement;
	return 0;
}

/* Keep prepared statements, since preparing most statements takes longer than running them. */
int sqlite_prepare(struct sqlite *sqlite, const char *sql, sqlite3_stmt **ret)
{
	for (size_t i = 0; i < sqlite->statement_count; i++) {
		const struct sqlite_statement *known = &sqlite->statements[i];

		/* A statement in use by a visitor cannot be shared. */
		if (known->sql == sql && !sqlite3_stmt_busy(known->statement)) {
			*ret = known->statement;
			return 0;
		}
	}
	return add_statement(sqlite, sql, ret);
}

void sqlite_reset(sqlite3_stmt **statement)
{
	if (!*statement)
		return;
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
}

void sqlite_finalize(struct sqlite *sqlite)
{
	for (size_t i = 0; i < sqlite->statement_count; i++)
		sqlite3_finalize(sqlite->statements[i].statement);
	free(sqlite->statements);
	sqlite->statements = NULL;
	sqlite->statement_count = 0;
}

int sqlite_step(struct sqlite *sqlite, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	return result == SQLITE_ROW ? 1 : sqlite_check(sqlite, result);
}

int sqlite_bind_text(struct sqlite *sqlite, sqlite3_stmt *statement, int index, const char *text)
{
	return sqlite_check(sqlite, sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC));
}

int sqlite_bind_number(struct sqlite *sqlite, sqlite3_stmt *statement, int index, bool is_known,
		       int64_t number)
{
	if (!is_known)
		return sqlite_check(sqlite, sqlite3_bind_null(statement, index));
	return sqlite_check(sqlite, sqlite3_bind_int64(statement, index, number));
}

int sqlite_run_for(struct sqlite *sqlite, const char *sql, int64_t id)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, id);
	return error ? error : sqlite_step(sqlite, statement);
}

static int list_name(struct sqlite *sqlite, sqlite3_stmt *statement, const char *name,
		     int (*read)(sqlite3_stmt *statement, void *data), void *data)
{
	int result = sqlite_bind_text(sqlite, statement, 1, name);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0)
		result = read(statement, data);
	sqlite3_reset(statement);
	return result;
}

int sqlite_list_range(struct sqlite *sqlite, const char *sql, const struct store_range *range,
		      int (*read)(sqlite3_stmt *statement, void *data), void *data)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	if (!result && !range->names)
		return list_name(sqlite, statement, NULL, read, data);
	for (size_t i = 0; !result && i < range->count; i++)
		result = list_name(sqlite, statement, range->names[i], read, data);
	return result;
}
