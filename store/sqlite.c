// SPDX-License-Identifier: GPL-2.0-or-later
/* How is SQLite asked, and what do its answers mean? */
#include "sqlite.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int store_fail(struct store *store, int error, const char *format, ...)
{
	va_list arguments;
	int length = snprintf(store->error, sizeof(store->error), "%s: ", store->path);

	if (length < 0 || (size_t)length >= sizeof(store->error))
		length = 0;
	va_start(arguments, format);
	vsnprintf(store->error + length, sizeof(store->error) - (size_t)length, format, arguments);
	va_end(arguments);
	return error;
}

const char *store_error(const struct store *store)
{
	return store ? store->error : "out of memory";
}

/* What the operating system said, where SQLite passes it on. */
static int system_error(struct store *store, int otherwise)
{
	int error = sqlite3_system_errno(store->database);

	return error > 0 ? -error : otherwise;
}

int store_check(struct store *store, int result)
{
	const char *text = sqlite3_errmsg(store->database);
	int error;

	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return store_fail(store, -ENOMEM, "out of memory");
	case SQLITE_FULL:
		return store_fail(store, -ENOSPC, "the disk is full");
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return store_fail(store, -EBUSY, "another program has had it locked for %d s",
				  STORE_BUSY_MS / 1000);
	case SQLITE_READONLY:
		return store_fail(store, -EROFS,
				  "it cannot be written: the file, its folder or the "
				  "file system is read-only");
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return store_fail(store, -EACCES, "permission denied");
	case SQLITE_CANTOPEN:
		error = system_error(store, -EACCES);
		return store_fail(store, error, "cannot be opened: %s", strerror(-error));
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return store_fail(store, -EINVAL, "%s", text);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_ERROR: /* our SQL fits our schema, so the schema is not ours */
		return store_fail(store, -EBADMSG, "it is damaged (%s)", text);
	default:
		break;
	}
	error = system_error(store, -EIO);
	return store_fail(store, error, "%s (%s)", text, strerror(-error));
}

int store_execute(struct store *store, const char *sql)
{
	return store_check(store, sqlite3_exec(store->database, sql, NULL, NULL, NULL));
}

static int add_statement(struct store *store, const char *sql, sqlite3_stmt **ret)
{
	struct store_statement *statements =
		reallocarray(store->statements, store->statement_count + 1, sizeof(*statements));
	sqlite3_stmt *statement;
	int error;

	if (!statements)
		return store_fail(store, -ENOMEM, "out of memory");
	store->statements = statements;
	error = store_check(store, sqlite3_prepare_v3(store->database, sql, -1,
						      SQLITE_PREPARE_PERSISTENT, &statement, NULL));
	if (error)
		return error;
	statements[store->statement_count++] = (struct store_statement){ sql, statement };
	*ret = statement;
	return 0;
}

/* Preparing takes longer than most of the statements themselves. */
int store_prepare(struct store *store, const char *sql, sqlite3_stmt **ret)
{
	for (size_t i = 0; i < store->statement_count; i++) {
		const struct store_statement *known = &store->statements[i];

		/* One that a visitor is in the middle of is left alone. */
		if (known->sql == sql && !sqlite3_stmt_busy(known->statement)) {
			*ret = known->statement;
			return 0;
		}
	}
	return add_statement(store, sql, ret);
}

void store_reset(sqlite3_stmt **statement)
{
	if (!*statement)
		return;
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
}

void store_finalize(struct store *store)
{
	for (size_t i = 0; i < store->statement_count; i++)
		sqlite3_finalize(store->statements[i].statement);
	free(store->statements);
	store->statements = NULL;
	store->statement_count = 0;
}

int store_step(struct store *store, sqlite3_stmt *statement)
{
	int result = sqlite3_step(statement);

	return result == SQLITE_ROW ? 1 : store_check(store, result);
}

int store_bind_text(struct store *store, sqlite3_stmt *statement, int index, const char *text)
{
	return store_check(store, sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC));
}

int store_bind_number(struct store *store, sqlite3_stmt *statement, int index, bool is_known,
		      int64_t number)
{
	if (!is_known)
		return store_check(store, sqlite3_bind_null(statement, index));
	return store_check(store, sqlite3_bind_int64(statement, index, number));
}

static const char *read_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

static bool read_number(sqlite3_stmt *statement, int column, int64_t *ret)
{
	*ret = sqlite3_column_int64(statement, column);
	return sqlite3_column_type(statement, column) != SQLITE_NULL;
}

enum lineage_boot store_read_start(sqlite3_stmt *statement, int column)
{
	static const enum lineage_boot all[] = { LINEAGE_BOOT_COLD, LINEAGE_BOOT_KEXEC,
						 LINEAGE_BOOT_CAPTURE };
	const char *text = read_text(statement, column);
	size_t i;

	for (i = 0; text && i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(text, lineage_boot_name(all[i])) == 0)
			return all[i];
	}
	return LINEAGE_BOOT_UNKNOWN;
}

static enum store_end read_end(sqlite3_stmt *statement, int column)
{
	const char *text = read_text(statement, column);
	int end;

	for (end = STORE_END_RUNNING; text && end <= STORE_END_UNCLEAN; end++) {
		if (strcmp(text, store_end_name((enum store_end)end)) == 0)
			return (enum store_end)end;
	}
	return STORE_END_UNKNOWN;
}

/* No release has the name "". */
static const char *read_release(sqlite3_stmt *statement, int column)
{
	const char *text = read_text(statement, column);

	return text && text[0] ? text : NULL;
}

void store_read_boot(sqlite3_stmt *statement, struct store_boot *ret)
{
	int64_t count;

	*ret = (struct store_boot){
		.sequence = sqlite3_column_int64(statement, 0),
		.host = read_text(statement, 1),
		.boot_id = read_text(statement, 2),
		.release = read_release(statement, 4),
		.build = read_text(statement, 5),
		.build_id = read_text(statement, 6),
		.boot = store_read_start(statement, 7),
		.previous_release = read_release(statement, 8),
		.chain = read_text(statement, 10),
		.chain_is_complete = sqlite3_column_int(statement, 11) != 0,
		.stamp = read_text(statement, 12),
		.evidence = read_text(statement, 13),
		.conflicts = read_text(statement, 14),
		.label = read_text(statement, 15),
		.end = read_end(statement, 16),
	};
	ret->age = sqlite3_column_int64(statement, 18);
	ret->has_time = read_number(statement, 3, &ret->time);
	ret->has_count = read_number(statement, 9, &count);
	ret->kexec_count = (uint32_t)count;
	ret->has_end_time = read_number(statement, 17, &ret->end_time);
}
