/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The database, and the functions that the files of this back end share. */
#ifndef LINEAGE_STORE_SQLITE_SQLITE_H
#define LINEAGE_STORE_SQLITE_SQLITE_H

#include <sqlite3.h>

#include "store/backend.h"

struct sqlite_statement {
	const char *sql;
	sqlite3_stmt *statement;
};

/**
 * struct sqlite - a database that is open
 * @store: what every back end has
 * @statements: every statement that was ever prepared, to be used again; @statement_count of them
 */
struct sqlite {
	struct store store;
	sqlite3 *database;
	char *path;
	struct sqlite_statement *statements;
	size_t statement_count;
};

static inline struct sqlite *sqlite_of(struct store *store)
{
	return (struct sqlite *)store;
}

/* The back end's functions; backend.h says what they do. */
int sqlite_open(const char *path, enum store_access access, struct store **ret);
void sqlite_close(struct store *store);
static inline void sqlite_cleanup_store(struct store **store)
{
	if (*store)
		sqlite_close(*store);
}
#define SQLITE_AUTO_STORE __attribute__((cleanup(sqlite_cleanup_store))) struct store
int sqlite_set_aside(const char *path, char **ret);
int sqlite_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before);
int sqlite_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);
int sqlite_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);
int sqlite_begin_batch(struct store *store);
int sqlite_end_batch(struct store *store);
int sqlite_list_boots(struct store *store, const struct store_filter *filter,
		      store_boot_visitor *visit, void *data);
int sqlite_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			    void *data);
int sqlite_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);
int sqlite_list_signatures(struct store *store, store_signature_visitor *visit, void *data);
int sqlite_count_hosts(struct store *store, const struct store_crash_transition *crash,
		       int64_t *ret);
int sqlite_has_one_host(struct store *store, bool *ret);

/* Look at every page, which opening does not: -EBADMSG where something is wrong. */
int sqlite_check_all(struct sqlite *sqlite);

/* Set the store's line of error, as printf does, and pass the error on. */
#define sqlite_fail(sqlite, ...) store_fail(&(sqlite)->store, __VA_ARGS__)

/* The negative errno that an SQLite result stands for, with the line of error set; 0 for success. */
int sqlite_check(struct sqlite *sqlite, int result);

/* Run SQL that returns no rows. */
int sqlite_execute(struct sqlite *sqlite, const char *sql);

/*
 * A statement that is ready to be bound. It belongs to the store and is reset at the end of the scope; @sql lives as
 * long as the program, and is known again by where it is.
 */
int sqlite_prepare(struct sqlite *sqlite, const char *sql, sqlite3_stmt **ret);
void sqlite_reset(sqlite3_stmt **statement);
#define SQLITE_AUTO_STATEMENT __attribute__((cleanup(sqlite_reset)))

/* All of them, before the database is closed. */
void sqlite_finalize(struct sqlite *sqlite);

/* Go to the next row: 1 where there is one, 0 where there is none, or a negative errno. */
int sqlite_step(struct sqlite *sqlite, sqlite3_stmt *statement);

/* Bind a text that lives as long as the statement (NULL: NULL), or a number if it is known. */
int sqlite_bind_text(struct sqlite *sqlite, sqlite3_stmt *statement, int index, const char *text);
int sqlite_bind_number(struct sqlite *sqlite, sqlite3_stmt *statement, int index, bool is_known,
		       int64_t number);

/* Columns of a boot for a SELECT from SQLITE_BOOT_TABLES, and how a row of them is read. */
#define SQLITE_BOOT_COLUMNS                                                                        \
	"boots.id, boots.host, boots.boot_id, boots.time, own.name, boots.build, boots.build_id, " \
	"boots.boot, before.name, boots.kexec_count, boots.chain, boots.chain_is_complete, "       \
	"boots.stamp, boots.evidence, boots.conflicts, boots.label, boots.end, "                   \
	"boots.end_time, "                                                                         \
	"(SELECT count(*) FROM boots AS later WHERE later.host = boots.host AND later.id > boots.id)"
#define SQLITE_BOOT_TABLES                                      \
	"boots JOIN releases AS own ON own.id = boots.release " \
	"JOIN releases AS before ON before.id = boots.previous"
void sqlite_read_boot(sqlite3_stmt *statement, struct store_boot *ret);

/* NULL where the column is. */
static inline const char *sqlite_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

#endif /* LINEAGE_STORE_SQLITE_SQLITE_H */
