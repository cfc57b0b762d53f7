/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What do the files of the SQLite back end share? */
#ifndef LINEAGE_STORE_SQLITE_H
#define LINEAGE_STORE_SQLITE_H

#include <sqlite3.h>

#include "store.h"

struct store_statement {
	const char *sql;
	sqlite3_stmt *statement;
};

/**
 * struct store - a database that is open
 * @statements: every statement that was ever prepared, to be used again; @statement_count of them
 * @is_batch: a batch is under way: what is added is part of its transaction
 */
struct store {
	sqlite3 *database;
	char *path;
	struct store_statement *statements;
	size_t statement_count;
	bool is_batch;
	char error[STORE_ERROR_SIZE];
};

/* The path in a URL; NULL where it names another kind of store. */
const char *store_find_path(const char *url);

/* Look at every page, which opening does not: -EBADMSG where something is wrong. */
int store_check_all(struct store *store);

/* Set the store's line of error, as printf does, and pass @error on. */
__attribute__((format(printf, 3, 4))) int store_fail(struct store *store, int error,
						     const char *format, ...);

/* The negative errno that an SQLite result stands for, with the line of error set; 0 for success. */
int store_check(struct store *store, int result);

/* Run SQL that returns no rows. */
int store_execute(struct store *store, const char *sql);

/*
 * A statement that is ready to be bound. It belongs to the store and is reset at the end of the scope; @sql lives as
 * long as the program, and is known again by where it is.
 */
int store_prepare(struct store *store, const char *sql, sqlite3_stmt **ret);
void store_reset(sqlite3_stmt **statement);
#define STORE_AUTO_STATEMENT __attribute__((cleanup(store_reset)))

/* All of them, before the database is closed. */
void store_finalize(struct store *store);

/* Go to the next row: 1 where there is one, 0 where there is none, or a negative errno. */
int store_step(struct store *store, sqlite3_stmt *statement);

/* Bind a text that lives as long as the statement (NULL: NULL), or a number if it is known. */
int store_bind_text(struct store *store, sqlite3_stmt *statement, int index, const char *text);
int store_bind_number(struct store *store, sqlite3_stmt *statement, int index, bool is_known,
		      int64_t number);

/* Columns of a boot for a SELECT from STORE_BOOT_TABLES, and how a row of them is read. */
#define STORE_BOOT_COLUMNS                                                                         \
	"boots.id, boots.host, boots.boot_id, boots.time, own.name, boots.build, boots.build_id, " \
	"boots.boot, before.name, boots.kexec_count, boots.chain, boots.chain_is_complete, "       \
	"boots.stamp, boots.evidence, boots.conflicts, boots.label, boots.end, "                   \
	"boots.end_time, "                                                                         \
	"(SELECT count(*) FROM boots AS later WHERE later.host = boots.host AND later.id > boots.id)"
#define STORE_BOOT_TABLES                                       \
	"boots JOIN releases AS own ON own.id = boots.release " \
	"JOIN releases AS before ON before.id = boots.previous"
void store_read_boot(sqlite3_stmt *statement, struct store_boot *ret);

/* The word for how a boot came up, back into its number. */
enum lineage_boot store_read_start(sqlite3_stmt *statement, int column);

#endif /* LINEAGE_STORE_SQLITE_H */
