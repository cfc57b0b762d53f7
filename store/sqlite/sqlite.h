/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Struct of an open database, and functions that the files of this back end share. */
#ifndef LINEAGE_STORE_SQLITE_SQLITE_H
#define LINEAGE_STORE_SQLITE_SQLITE_H

#include <sqlite3.h>

#include "store/backend.h"
#include "store/candidate.h"
#include "store/kept_boot.h"
#include "store/names.h"

struct sqlite_statement {
	const char *sql;
	sqlite3_stmt *statement;
};

/**
 * struct sqlite - an open database
 * @store: the part common to all back ends
 * @is_restricted: the counts are restricted to a period, so sums of all boots are not used
 * @statements: array of all @statement_count prepared statements, for reuse
 * @releases: names of releases whose ids are known
 * @release_ids: array of the ids, indexed by number in @releases
 */
struct sqlite {
	struct store store;
	sqlite3 *database;
	char *path;
	bool is_restricted;
	struct sqlite_statement *statements;
	size_t statement_count;
	struct store_names releases;
	int64_t *release_ids;
};

static inline struct sqlite *sqlite_of(struct store *store)
{
	return (struct sqlite *)store;
}

/* Functions of the back end, documented in store/backend.h. */
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
int sqlite_rename_host(struct store *store, const char *from, const char *to);
int sqlite_add_part(struct store *store, const struct store_boot *part);
int sqlite_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time);
int sqlite_set_kexec(struct store *store, const struct store_boot *boot);
int sqlite_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new);
int sqlite_begin_batch(struct store *store);
int sqlite_end_batch(struct store *store);
int sqlite_list_boots(struct store *store, const char *name, size_t recorded_max,
		      store_boot_visitor *visit, void *data);
int sqlite_list_crashes(struct store *store, const char *host, const char *boot_id,
			store_boot_crash_visitor *visit, void *data);
int sqlite_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			    void *data);
int sqlite_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data);
int sqlite_list_chains(struct store *store, bool only_crashed, store_ancestors_visitor *visit_sums,
		       store_chain_visitor *visit, void *data);
int sqlite_find_excerpt(struct store *store, const char *signature, const char *release,
			char **ret);

/* Remove the lines of a crash if the store has enough of them. */
int sqlite_limit_excerpt(struct sqlite *sqlite, struct store_crash *crash);

int sqlite_list_shared_crashes(struct store *store, const char *signature, const char *other,
			       bool with_chains, store_chain_visitor *visit, void *data);
int sqlite_list_lengths(struct store *store, store_length_visitor *visit, void *data);
int sqlite_list_crash_lengths(struct store *store, store_crash_length_visitor *visit, void *data);
int sqlite_list_signatures(struct store *store, store_signature_visitor *visit, void *data);
int sqlite_list_host_days(struct store *store, const struct store_host_filter *filter,
			  store_host_day_visitor *visit, void *data);
int sqlite_has_one_host(struct store *store, bool *ret);
int sqlite_list_hosts(struct store *store, store_host_visitor *visit, void *data);
int sqlite_remove(struct store *store, const struct store_selection *what, bool is_dry_run,
		  store_host_visitor *visit, void *data);

int sqlite_restrict(struct store *store, const struct store_period *period);
int sqlite_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
		      void *data);
int sqlite_add_look(struct store *store, const struct store_look *look);
bool sqlite_is_same(const char *where, const char *other);
int sqlite_list_sizes(struct store *store, store_size_visitor *visit, void *data);
int sqlite_list_names(struct store *store, const struct store_range *names,
		      store_name_visitor *visit, void *data);
int sqlite_list_rows(struct store *store, const struct store_range *hosts,
		     store_boot_visitor *visit, void *data);
int sqlite_list_range_crashes(struct store *store, const struct store_range *hosts,
			      store_boot_crash_visitor *visit, void *data);
int sqlite_add_name(struct store *store, const char *name, const char *host);
int sqlite_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged);
int sqlite_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged);
int sqlite_set_example(struct store *store, const struct store_crash *crash);

/* Join the names of releases to a table with the columns release and previous. */
#define SQLITE_TRANSITION_NAMES                     \
	" JOIN releases AS own ON own.id = release" \
	" JOIN releases AS before ON before.id = previous"

/*
 * Read a transition, beginning at the column @first: previous, release, boot, count, label,
 * inferred, boots.
 */
void sqlite_read_transition(sqlite3_stmt *statement, int first, struct store_transition *ret);

/* Define the SQL functions chain_ids() and chain_text() for a connection (chain_functions.c). */
int sqlite_add_chain_functions(struct sqlite *sqlite);

/* As above, for marks_bytes() and marks_text() (mark_functions.c). */
int sqlite_add_mark_functions(struct sqlite *sqlite);

/* Check every page, unlike sqlite_open(). Return -EBADMSG if the database is damaged. */
int sqlite_check_all(struct sqlite *sqlite);

/* Format the error message of the store and return the error. */
#define sqlite_fail(sqlite, ...) store_fail(&(sqlite)->store, __VA_ARGS__)

/* Convert an SQLite result to 0 or a negative errno, and set the error message. */
int sqlite_check(struct sqlite *sqlite, int result);

/* Execute SQL that returns no rows. */
int sqlite_execute(struct sqlite *sqlite, const char *sql);

/*
 * Prepare a statement, or reuse it. The store owns the statement; it is reset at the end of the
 * scope. @sql must be static, since statements are found by its address.
 */
int sqlite_prepare(struct sqlite *sqlite, const char *sql, sqlite3_stmt **ret);
void sqlite_reset(sqlite3_stmt **statement);
#define SQLITE_AUTO_STATEMENT __attribute__((cleanup(sqlite_reset)))

/* Finalize all statements, before the database is closed. */
void sqlite_finalize(struct sqlite *sqlite);

/* Step to the next row. Return 1 for a row, 0 after the last row, or a negative errno. */
int sqlite_step(struct sqlite *sqlite, sqlite3_stmt *statement);

/* Bind a text that outlives the statement (NULL is SQL NULL), or a number if it is known. */
int sqlite_bind_text(struct sqlite *sqlite, sqlite3_stmt *statement, int index, const char *text);
int sqlite_bind_number(struct sqlite *sqlite, sqlite3_stmt *statement, int index, bool is_known,
		       int64_t number);

/* Run a statement once, with @id as parameter 1. @sql as for sqlite_prepare(). */
int sqlite_run_for(struct sqlite *sqlite, const char *sql, int64_t id);

/*
 * Run a SELECT for each name of a range, which is parameter 1, or once for NULL. @read calls the
 * visitor for a row.
 */
int sqlite_list_range(struct sqlite *sqlite, const char *sql, const struct store_range *range,
		      int (*read)(sqlite3_stmt *statement, void *data), void *data);

/* The columns of a boot for a SELECT from SQLITE_BOOT_TABLES, and the function that reads them. */
#define SQLITE_BOOT_FACTS                                                                  \
	"boots.id, boots.host, boots.boot_id, boots.time, own.name, "                      \
	"(SELECT name FROM builds WHERE builds.id = boots.kernel_build), boots.build_id, " \
	"boots.boot, before.name, boots.kexec_count, chain_text(boots.chain), "            \
	"boots.chain_is_complete, boots.stamp, boots.evidence, boots.conflicts, "          \
	"boots.label, boots.end, boots.end_time, boots.has_kernel_id, boots.aliases, "     \
	"boots.machine_id, marks_text(boots.mark_bytes), boots.time_source, "              \
	"boots.last_uptime_us, boots.last_seen, boots.source, boots.is_recorded, "         \
	"boots.label_is_given, boots.wall_start, boots.kexec_time, boots.kexec_release"
#define SQLITE_BOOT_TABLES                                      \
	"boots JOIN releases AS own ON own.id = boots.release " \
	"JOIN releases AS before ON before.id = boots.previous"
void sqlite_read_boot(sqlite3_stmt *statement, struct store_boot *ret);

/* Add a boot that is not in the store; @ret: id of its row. */
int sqlite_insert_boot(struct sqlite *sqlite, const struct store_boot *boot, int64_t *ret);

/* Replace all facts of the row @id. */
int sqlite_update_boot(struct sqlite *sqlite, int64_t id, const struct store_boot *boot);

/* Read the row @id. @ret: valid until the statement is reset */
int sqlite_read_row(struct sqlite *sqlite, int64_t id, sqlite3_stmt **ret_statement,
		    struct store_boot *ret);

/* Copy the row @id; the caller destroys @ret. */
int sqlite_keep_boot(struct sqlite *sqlite, int64_t id, struct kept_boot **ret);

/*
 * Find the name that the column boots.host uses for a host (hosts.c).
 *
 * @name: a name of the host
 * @ret: the name; the caller frees it
 */
int sqlite_find_host(struct sqlite *sqlite, const char *name, char **ret);

/*
 * As sqlite_find_host(), for a boot that is being added. Its host name and machine id are stored as
 * names of one host.
 */
int sqlite_learn_host(struct sqlite *sqlite, const struct store_boot *boot, char **ret);

/* Move all rows of a host to another host, and merge rows of the same boot. */
int sqlite_move_rows(struct sqlite *sqlite, const char *from, const char *to);

/*
 * Find a row by host and id, or by an alias (join.c). Return 1 and set @ret, 0 if not found, or an
 * error.
 */
int sqlite_find_boot(struct sqlite *sqlite, const char *host, const char *boot_id, int64_t *ret);

/* Merge a boot into the row @id. @ret_is_changed: whether this changed the row. */
int sqlite_merge_boot(struct sqlite *sqlite, int64_t id, const struct store_boot *boot,
		      bool *ret_is_changed);

/* Set the host of a row. No other row of @host may have its id. */
int sqlite_set_host(struct sqlite *sqlite, int64_t id, const char *host);

/*
 * Merge the row @from and its crashes into the row @to. @host: the new host of @to; NULL to keep
 * its host.
 */
int sqlite_join_two(struct sqlite *sqlite, int64_t to, int64_t from, const char *host);

/*
 * Find the row of the same boot as @boot, ignoring the row @except (candidates.c). Return 1 and set
 * @ret, 0 if not found, or an error.
 */
int sqlite_find_same(struct sqlite *sqlite, const struct store_boot *boot, int64_t except,
		     store_comparison *compare, int64_t *ret);

/*
 * As sqlite_add_boot(). @derives_ends: whether the boot ends the previous boot of its host, and
 * undoes its own end if it is recorded as running (write.c).
 */
int sqlite_add_by_rules(struct store *store, const struct store_boot *boot, bool derives_ends,
			enum store_end *ret_before);

/* List the parts of hosts by host and id, for sqlite_read_boot() (parts.c). */
int sqlite_list_parts(struct sqlite *sqlite, const struct store_range *hosts,
		      int (*read)(sqlite3_stmt *statement, void *data), void *data);

/* Write a part as it is, or merge it into a part with the same id (parts.c). */
int sqlite_keep_part(struct sqlite *sqlite, const struct store_boot *part);

/* Complete the row of a boot with a part, or keep the part until the row is added (parts.c). */
int sqlite_take_part(struct sqlite *sqlite, const struct store_boot *part);

/*
 * Complete the rows of a host with its kept parts. Return 1 if a part completed a row, 0 if not, or
 * an error.
 */
int sqlite_take_parts(struct sqlite *sqlite, const char *host);

/* Move the parts of a host to another host. */
int sqlite_move_parts(struct sqlite *sqlite, const char *from, const char *to);

/* Restrict boots after a kexec to those with a chain beyond the previous kernel. */
#define SQLITE_HAS_CHAIN " AND (kexec_count IS NULL OR kexec_count > 1)"

/* Let all statements until sqlite_end_reading() read the same state of the database. */
int sqlite_begin_reading(struct sqlite *sqlite);
void sqlite_end_reading(struct sqlite *sqlite);

/*
 * Subtract the boots that changed from the sums, and add new boots if there are many (settle.c).
 * Called before each commit.
 */
int sqlite_settle(struct sqlite *sqlite);

/* Maximum number of new boots that are not in the sums; tests set it. */
extern int64_t sqlite_unsummed_max;

/* Find the id of a release, or add the release. Return its id or an error; 0 for NULL. */
int64_t sqlite_release_id(struct sqlite *sqlite, const char *name);

/* Forget the ids of releases. Called after a rollback, which can remove releases. */
void sqlite_forget_releases(struct sqlite *sqlite);

/* Find the id of a signature in summed_signatures, or add it. Return its id or an error. */
int64_t sqlite_summed_signature(struct sqlite *sqlite, const char *signature);

/* Begin and end an addition. If @error is not 0, the end rolls back and returns @error. */
int sqlite_begin_addition(struct sqlite *sqlite);
int sqlite_end_addition(struct sqlite *sqlite, int error);

/*
 * Merge the row @id with all rows of its host that describe the same boot. Return 1 if there was
 * such a row, 0 if not, or an error.
 */
int sqlite_join_rows(struct sqlite *sqlite, int64_t id);

/* Add a crash to the row @boot, unless the row already has it. */
int sqlite_insert_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot,
			bool *ret_is_new);

/* Return the text of a column; NULL for SQL NULL. */
static inline const char *sqlite_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column);
}

#endif /* LINEAGE_STORE_SQLITE_SQLITE_H */
