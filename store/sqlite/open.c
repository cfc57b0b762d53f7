// SPDX-License-Identifier: GPL-2.0-or-later
/* Open a database, create it if it is missing, and migrate it to the current schema. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "migrations.h"
#include "sqlite.h"
#include "store/migration.h"

#define MIGRATIONS ((int)(sizeof(migrations) / sizeof(migrations[0])))
#define APPLICATION_ID 0x6b786c6e /* "kxln", in the header of the file */
#define RETRY_MS 10
#define LARGE_BYTES (32 << 20) /* a migration of a larger file takes a second or more */
/*
 * SQLite keeps the old content of the pages that a statement changes, so that it can undo this
 * statement alone. If the pages exceed this size, SQLite writes them to a temporary file. The
 * default size, 64 kB, is too small for adding a boot to a large database: writing the file then
 * takes a third of the time. SQLite writes this many bytes in one call, and for 128 kB or more this
 * call fails with SQLITE_FULL (seekAndWriteFd() of SQLite 3.40).
 */
#define STATEMENT_JOURNAL_BYTES ((1 << 17) - 1)
/* A store is used by one thread at a time, so its connection needs no mutex. */
#define OPEN_FLAGS SQLITE_OPEN_NOMUTEX

/*
 * A database of another machine can be opened (--root, --store), so its schema is not trusted. In
 * WAL mode, FULL makes each commit durable and not only consistent.
 */
static const char settings[] = "PRAGMA trusted_schema = OFF;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA synchronous = FULL;";

/*
 * Writers take the values of the CHECK constraints from enums. For each row, SQLite builds a table
 * of the words of a constraint "IN (...)", which takes a third of the time of an insertion.
 */
static const char skip_checks[] = "PRAGMA ignore_check_constraints = ON";
static const char do_checks[] = "PRAGMA ignore_check_constraints = OFF";

/*
 * Read the schema version; @ret_version is 0 for a new or empty file. The query is one statement,
 * so if another program is creating the database, the query sees the state before or after the
 * creation.
 */
static int read_version(struct sqlite *sqlite, int *ret_version)
{
	static const char sql[] =
		"SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
		" FROM pragma_application_id, pragma_user_version";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int application, tables, version;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_step(sqlite, statement);
	if (error < 0)
		return error;
	application = sqlite3_column_int(statement, 0);
	version = sqlite3_column_int(statement, 1);
	tables = sqlite3_column_int(statement, 2);
	if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
		return sqlite_fail(sqlite, -EPROTONOSUPPORT,
				   "it is the database of another program; it was not changed"
				   " (choose another file)");
	if (version > MIGRATIONS)
		return sqlite_fail(sqlite, -EPROTONOSUPPORT, STORE_NEWER_SCHEMA, (long long)version,
				   MIGRATIONS);
	*ret_version = version;
	return 0;
}

static int run_migration(struct sqlite *sqlite, int number)
{
	char mark[96];
	int error = sqlite_execute(sqlite, migrations[number]);

	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, number + 1);
	return error ? error : sqlite_execute(sqlite, mark);
}

/* Do the first steps of both access modes. */
static int prepare(struct sqlite *sqlite, int *ret_version)
{
	int error;

	sqlite3_busy_timeout(sqlite->database, STORE_BUSY_MS);
	error = sqlite_execute(sqlite, settings);
	if (!error)
		error = sqlite_add_chain_functions(sqlite);
	if (!error)
		error = sqlite_add_mark_functions(sqlite);
	return error ? error : read_version(sqlite, ret_version);
}

static int read_size(struct sqlite *sqlite, int64_t *ret_bytes)
{
	static const char sql[] =
		"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_step(sqlite, statement);
	if (error < 0)
		return error;
	*ret_bytes = sqlite3_column_int64(statement, 0);
	return 0;
}

/* Migrate the schema in one transaction. The version is read again under the lock. */
static int migrate(struct sqlite *sqlite)
{
	int error = sqlite_execute(sqlite, "BEGIN IMMEDIATE");
	int64_t bytes;
	int version;

	if (error)
		return error;
	error = read_version(sqlite, &version);
	if (!error)
		error = read_size(sqlite, &bytes);
	if (!error && version < MIGRATIONS && bytes > LARGE_BYTES && store_on_migration)
		store_on_migration(sqlite->store.name, MIGRATIONS);
	for (; !error && version < MIGRATIONS; version++)
		error = run_migration(sqlite, version);
	if (!error)
		error = sqlite_execute(sqlite, "COMMIT");
	if (error)
		sqlite3_exec(sqlite->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

/* SQLite does not wait for a lock in this statement, so wait here. */
static int set_wal(struct sqlite *sqlite)
{
	int waited_ms;
	int result = SQLITE_BUSY;

	for (waited_ms = 0; result == SQLITE_BUSY && waited_ms < STORE_BUSY_MS;
	     waited_ms += RETRY_MS) {
		if (waited_ms > 0)
			sqlite3_sleep(RETRY_MS);
		result = sqlite3_exec(sqlite->database, "PRAGMA journal_mode = WAL", NULL, NULL,
				      NULL);
	}
	return sqlite_check(sqlite, result);
}

static bool is_folder(const struct sqlite *sqlite)
{
	struct stat status;

	return stat(sqlite->path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int make_folder(struct sqlite *sqlite)
{
	LINEAGE_AUTO_FREE char *folder = strdup(sqlite->path);
	char *slash;
	int error;

	if (!folder)
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	if (mkdir(folder, 0755) == 0 || errno == EEXIST)
		return 0;
	error = -errno;
	return sqlite_fail(sqlite, error, "cannot create its folder: %s", strerror(errno));
}

/*
 * Keep the write-ahead log when the last writer closes the database. Only a writer can create the
 * log, and a user with read permission alone cannot open a WAL database without the log.
 */
static int open_to_write(struct sqlite *sqlite)
{
	int keep = 1;
	int version;
	int error = make_folder(sqlite);

	if (error)
		return error;
	/* These two options have no effect if the process has already opened a database. */
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, STATEMENT_JOURNAL_BYTES);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	error = sqlite_check(
		sqlite,
		sqlite3_open_v2(sqlite->path, &sqlite->database,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | OPEN_FLAGS, NULL));
	if (!error)
		error = prepare(sqlite, &version);
	if (!error)
		error = set_wal(sqlite);
	if (!error)
		error = migrate(sqlite);
	if (!error)
		error = sqlite_execute(sqlite, skip_checks);
	sqlite3_file_control(sqlite->database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return error;
}

/* Build a file: URI. SQLite interprets "?", "#" and "%" in it, so escape them. */
static char *make_uri(const char *path, const char *options)
{
	static const char digits[] = "0123456789ABCDEF";
	char *uri = malloc(sizeof("file:") + 3 * strlen(path) + strlen(options));
	char *out = uri;

	if (!uri)
		return NULL;
	out = stpcpy(out, "file:");
	for (; *path; path++) {
		if (!strchr("?#%", *path)) {
			*out++ = *path;
			continue;
		}
		*out++ = '%';
		*out++ = digits[(unsigned char)*path >> 4];
		*out++ = digits[*path & 0xf];
	}
	strcpy(out, options);
	return uri;
}

/*
 * A database without a write-ahead log is an unchanged copy, for example in a sosreport or on a
 * read-only disk. Open it as immutable, so that SQLite does not create a log to read it.
 */
static char *make_reading_uri(const char *path)
{
	LINEAGE_AUTO_FREE char *log = NULL;

	if (asprintf(&log, "%s-wal", path) < 0) {
		log = NULL;
		return NULL;
	}
	return make_uri(path, access(log, F_OK) == 0 ? "" : "?immutable=1");
}

int sqlite_check_all(struct sqlite *sqlite)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	const char *text;
	int error = sqlite_execute(sqlite, do_checks);

	if (!error)
		error = sqlite_prepare(sqlite, "PRAGMA quick_check(1)", &statement);
	if (!error)
		error = sqlite_step(sqlite, statement);
	if (error < 0)
		return error;
	text = (const char *)sqlite3_column_text(statement, 0);
	if (!text || strcmp(text, "ok") != 0)
		return sqlite_fail(sqlite, -EBADMSG, "it is damaged (%s)",
				   text ? text : "no result");
	return 0;
}

static int copy(struct sqlite *sqlite, sqlite3 *source)
{
	sqlite3_backup *backup;
	/* A database without a name is kept in memory, and in an unnamed file if it is large. */
	int error = sqlite_check(
		sqlite,
		sqlite3_open_v2("", &sqlite->database,
				SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | OPEN_FLAGS, NULL));

	if (error)
		return error;
	backup = sqlite3_backup_init(sqlite->database, "main", source, "main");
	if (backup) {
		sqlite3_backup_step(backup, -1);
		sqlite3_backup_finish(backup);
	}
	return sqlite_check(sqlite, sqlite3_errcode(sqlite->database));
}

/* Read a database of an older version without changing it: migrate a temporary copy. */
static int migrate_copy(struct sqlite *sqlite)
{
	sqlite3 *source = sqlite->database;
	int version;
	int error;

	sqlite_finalize(sqlite);
	sqlite->database = NULL;
	error = copy(sqlite, source);
	sqlite3_close(source);
	if (!error)
		error = prepare(sqlite, &version);
	if (!error)
		error = migrate(sqlite);
	sqlite->store.is_copy = !error;
	return error;
}

static int open_to_read(struct sqlite *sqlite)
{
	LINEAGE_AUTO_FREE char *uri = make_reading_uri(sqlite->path);
	int version;
	int error;

	if (!uri)
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	if (access(sqlite->path, R_OK)) {
		error = -errno;
		return sqlite_fail(sqlite, error, "%s", strerror(errno));
	}
	error = sqlite_check(
		sqlite, sqlite3_open_v2(uri, &sqlite->database,
					SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | OPEN_FLAGS, NULL));
	if (!error)
		error = prepare(sqlite, &version);
	if (!error && version == 0)
		error = sqlite_fail(sqlite, -ENOENT, "it is empty: no boot was recorded");
	return !error && version < MIGRATIONS ? migrate_copy(sqlite) : error;
}

int sqlite_open(const char *path, enum store_access access_wanted, struct store **ret)
{
	struct sqlite *sqlite = calloc(1, sizeof(*sqlite));

	*ret = sqlite ? &sqlite->store : NULL;
	if (!sqlite)
		return -ENOMEM;
	sqlite->store.name = path;
	sqlite->path = strdup(path);
	if (!sqlite->path)
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	sqlite->store.name = sqlite->path;
	if (is_folder(sqlite))
		return sqlite_fail(sqlite, -EISDIR, "it is a folder, not a file");
	return access_wanted == STORE_WRITE ? open_to_write(sqlite) : open_to_read(sqlite);
}

void sqlite_close(struct store *store)
{
	struct sqlite *sqlite = sqlite_of(store);

	sqlite_finalize(sqlite);
	sqlite3_close(sqlite->database);
	sqlite_forget_releases(sqlite);
	free(sqlite->path);
	free(sqlite);
}
