// SPDX-License-Identifier: GPL-2.0-or-later
/* How does a database come to be there, of this version's schema, and safe against a power cut? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "migrations.h"
#include "sqlite.h"

#define MIGRATIONS ((int)(sizeof(migrations) / sizeof(migrations[0])))
#define APPLICATION_ID 0x6b786c6e /* "kxln", in the file's header */
#define PREFIX "sqlite:"
#define RETRY_MS 10

/*
 * Foreign files may be opened (--root, --store), so the schema in them is not trusted. In WAL mode
 * FULL makes every commit durable, not only consistent.
 */
static const char settings[] = "PRAGMA trusted_schema = OFF;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA synchronous = FULL;";

/*
 * What is in the file: @ret_version 0 where it is new or empty. One statement, so that another
 * program that makes the database at this moment is seen before or after it, never half-way.
 */
static int read_version(struct store *store, int *ret_version)
{
	static const char sql[] =
		"SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)"
		" FROM pragma_application_id, pragma_user_version";
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int application, tables, version;
	int error = store_prepare(store, sql, &statement);

	if (!error)
		error = store_step(store, statement);
	if (error < 0)
		return error;
	application = sqlite3_column_int(statement, 0);
	version = sqlite3_column_int(statement, 1);
	tables = sqlite3_column_int(statement, 2);
	if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0))
		return store_fail(store, -EPROTONOSUPPORT,
				  "it is another program's database, and left alone");
	if (version > MIGRATIONS)
		return store_fail(store, -EPROTONOSUPPORT,
				  "a newer kexec-lineage made it (schema %d, this one knows %d): "
				  "upgrade kexec-lineage; it is left alone",
				  version, MIGRATIONS);
	*ret_version = version;
	return 0;
}

static int run_migration(struct store *store, int number)
{
	char mark[96];
	int error = store_execute(store, migrations[number]);

	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, number + 1);
	return error ? error : store_execute(store, mark);
}

/* What is done first, whatever the database is opened for. */
static int prepare(struct store *store, int *ret_version)
{
	int error;

	sqlite3_busy_timeout(store->database, STORE_BUSY_MS);
	error = store_execute(store, settings);
	return error ? error : read_version(store, ret_version);
}

/* Bring the schema up to date, all or nothing; the version is read again under the lock. */
static int migrate(struct store *store)
{
	int error = store_execute(store, "BEGIN IMMEDIATE");
	int version;

	if (error)
		return error;
	error = read_version(store, &version);
	for (; !error && version < MIGRATIONS; version++)
		error = run_migration(store, version);
	if (!error)
		error = store_execute(store, "COMMIT");
	if (error)
		sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

/* SQLite does not wait for others here, so this does. */
static int set_wal(struct store *store)
{
	int waited_ms;
	int result = SQLITE_BUSY;

	for (waited_ms = 0; result == SQLITE_BUSY && waited_ms < STORE_BUSY_MS;
	     waited_ms += RETRY_MS) {
		if (waited_ms > 0)
			sqlite3_sleep(RETRY_MS);
		result = sqlite3_exec(store->database, "PRAGMA journal_mode = WAL", NULL, NULL,
				      NULL);
	}
	return store_check(store, result);
}

static int make_folder(struct store *store)
{
	LINEAGE_AUTO_FREE char *folder = strdup(store->path);
	char *slash;
	int error;

	if (!folder)
		return store_fail(store, -ENOMEM, "out of memory");
	slash = strrchr(folder, '/');
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	if (mkdir(folder, 0755) == 0 || errno == EEXIST)
		return 0;
	error = -errno;
	return store_fail(store, error, "its folder cannot be made: %s", strerror(errno));
}

/*
 * The write-ahead log stays when the last writer leaves, so that somebody who may only read can
 * open the database: nobody but a writer can make that log.
 */
static int open_to_write(struct store *store)
{
	int keep = 1;
	int version;
	int error = make_folder(store);

	if (error)
		return error;
	error = store_check(store,
			    sqlite3_open_v2(store->path, &store->database,
					    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL));
	if (!error)
		error = prepare(store, &version);
	if (!error)
		error = set_wal(store);
	if (!error)
		error = migrate(store);
	sqlite3_file_control(store->database, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	return error;
}

/* A file: URI, in which SQLite takes "?", "#" and "%" for its own. */
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
 * Without a write-ahead log, nobody has written since the file was put where it is (a sosreport,
 * a read-only disk), and SQLite need not make one to read it.
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

int store_check_all(struct store *store)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	const char *text;
	int error = store_prepare(store, "PRAGMA quick_check(1)", &statement);

	if (!error)
		error = store_step(store, statement);
	if (error < 0)
		return error;
	text = (const char *)sqlite3_column_text(statement, 0);
	if (!text || strcmp(text, "ok") != 0)
		return store_fail(store, -EBADMSG, "it is damaged (%s)", text ? text : "no answer");
	return 0;
}

static int open_to_read(struct store *store)
{
	LINEAGE_AUTO_FREE char *uri = make_reading_uri(store->path);
	int version;
	int error;

	if (!uri)
		return store_fail(store, -ENOMEM, "out of memory");
	if (access(store->path, R_OK)) {
		error = -errno;
		return store_fail(store, error, "%s", strerror(errno));
	}
	error = store_check(store, sqlite3_open_v2(uri, &store->database,
						   SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL));
	if (!error)
		error = prepare(store, &version);
	if (!error && version == 0)
		error = store_fail(store, -ENOENT, "nothing was ever written to it");
	if (!error && version < MIGRATIONS)
		error = store_fail(
			store, -EPROTONOSUPPORT,
			"an older kexec-lineage made it (schema %d): write to it once ("
			"kexec-lineage record, ingest --store), which brings it up to date",
			version);
	return error;
}

const char *store_find_path(const char *url)
{
	if (strncmp(url, PREFIX, strlen(PREFIX)) == 0)
		return url + strlen(PREFIX);
	return strstr(url, "://") ? NULL : url;
}

int store_open(const char *url, enum store_access access_wanted, struct store **ret)
{
	const char *path = store_find_path(url);
	struct store *store = calloc(1, sizeof(*store));

	*ret = store;
	if (!store)
		return -ENOMEM;
	store->path = strdup(path ? path : url);
	if (!store->path)
		return store_fail(store, -ENOMEM, "out of memory");
	if (!path || !path[0])
		return store_fail(store, -EPROTONOSUPPORT,
				  "no such kind of store: sqlite:FILE, or a path");
	return access_wanted == STORE_WRITE ? open_to_write(store) : open_to_read(store);
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_finalize(store);
	sqlite3_close(store->database);
	free(store->path);
	free(store);
}
