// SPDX-License-Identifier: GPL-2.0-or-later
/* Write boots and crashes without duplicates. */
#include <errno.h>
#include <stdlib.h>

#include "lib/cleanup.h"
#include "store/ending.h"
#include "store/identity.h"
#include "store/lost.h"
#include "sqlite.h"

/* Run a statement without parameters, and keep it prepared. */
static int run(struct sqlite *sqlite, const char *sql)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	return error ? error : sqlite_step(sqlite, statement);
}

/* In a batch, each addition is a savepoint, so that only a failed addition is rolled back. */
int sqlite_begin_addition(struct sqlite *sqlite)
{
	static const char savepoint[] = "SAVEPOINT addition", begin[] = "BEGIN IMMEDIATE";

	return run(sqlite, sqlite->store.is_batch ? savepoint : begin);
}

/* Commit, or roll back if @error is set. */
int sqlite_end_addition(struct sqlite *sqlite, int error)
{
	static const char release[] = "RELEASE addition", commit[] = "COMMIT";
	const char *rollback =
		sqlite->store.is_batch ? "ROLLBACK TO addition; RELEASE addition" : "ROLLBACK";

	if (!error && !sqlite->store.is_batch)
		error = sqlite_settle(sqlite);
	if (!error)
		error = run(sqlite, sqlite->store.is_batch ? release : commit);
	if (error) {
		sqlite3_exec(sqlite->database, rollback, NULL, NULL, NULL);
		sqlite_forget_releases(sqlite);
	}
	return error;
}

int sqlite_begin_reading(struct sqlite *sqlite)
{
	static const char savepoint[] = "SAVEPOINT reading";

	return run(sqlite, savepoint);
}

void sqlite_end_reading(struct sqlite *sqlite)
{
	sqlite3_exec(sqlite->database, "RELEASE reading", NULL, NULL, NULL);
}

int sqlite_begin_batch(struct store *store)
{
	return sqlite_execute(sqlite_of(store), "BEGIN IMMEDIATE");
}

int sqlite_end_batch(struct store *store)
{
	struct sqlite *sqlite = sqlite_of(store);
	int error = sqlite_settle(sqlite);

	if (!error)
		error = sqlite_execute(sqlite, "COMMIT");
	if (error) {
		sqlite3_exec(sqlite->database, "ROLLBACK", NULL, NULL, NULL);
		sqlite_forget_releases(sqlite);
	}
	return error;
}

/* Copy the facts of the kexec that a boot started from @boot to the row @id. */
static int set_kexec(struct sqlite *sqlite, int64_t id, const struct store_boot *boot)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error =
		sqlite_prepare(sqlite,
			       "UPDATE boots SET kexec_time = ?, kexec_release = ? WHERE id = ?",
			       &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, boot->has_kexec_time,
					   boot->kexec_time);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 2, boot->kexec_release);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, true, id);
	return error ? error : sqlite_step(sqlite, statement);
}

static int set_end(struct sqlite *sqlite, int64_t id, enum store_end how, bool has_time,
		   int64_t time)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, "UPDATE boots SET end = ?, end_time = ? WHERE id = ?",
				   &statement);

	if (!error)
		error = sqlite_bind_text(sqlite, statement, 1, store_end_name(how));
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, has_time, time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, true, id);
	return error ? error : sqlite_step(sqlite, statement);
}

/*
 * Derive the end of the host's previous boot from @after, and store the end if it has changed. @id
 * is the row id of @after, or INT64_MAX if @after is not in the store yet.
 */
static int settle_before(struct sqlite *sqlite, const struct store_boot *after, int64_t id,
			 enum store_end *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot before;
	int found = sqlite_prepare(sqlite,
				   "SELECT " SQLITE_BOOT_FACTS " FROM " SQLITE_BOOT_TABLES
				   " WHERE boots.host = ? AND boots.id < ? AND boots.is_recorded"
				   " ORDER BY boots.id DESC LIMIT 1",
				   &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, after->host);
	if (!found)
		found = sqlite_bind_number(sqlite, statement, 2, true, id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	*ret = STORE_END_UNKNOWN;
	if (found <= 0)
		return found;
	sqlite_read_boot(statement, &before);
	*ret = store_ending(&before, after);
	if (*ret == before.end)
		return 0;
	return set_end(sqlite, before.sequence, *ret, false, 0);
}

/*
 * Undo a clean end and a kexec if the machine records the boot again: the service was only
 * restarted, or the kexec failed.
 */
static int run_again(struct sqlite *sqlite, const struct store_boot *boot, int64_t id)
{
	static const struct store_boot no_kexec = { 0 };
	STORE_AUTO_KEPT_BOOT *row = NULL;
	int error;

	if (!boot->is_recorded || boot->end != STORE_END_RUNNING)
		return 0;
	error = sqlite_keep_boot(sqlite, id, &row);
	if (!error && row->boot.end == STORE_END_CLEAN)
		error = set_end(sqlite, id, STORE_END_RUNNING, false, 0);
	if (!error && row->boot.has_kexec_time && !boot->has_kexec_time)
		error = set_kexec(sqlite, id, &no_kexec);
	return error;
}

/* Add to @aliases the ids that a lost kexec has because of the ids of the boot that started it. */
static int add_lost_aliases(struct sqlite *sqlite, const struct store_boot *boot,
			    const char *starter_id, char **aliases)
{
	STORE_AUTO_KEPT_BOOT *starter = NULL;
	struct store_boot named = *boot;
	char *longer;
	int64_t id;
	int found = sqlite_find_boot(sqlite, boot->host, starter_id, &id);
	int error = found > 0 ? sqlite_keep_boot(sqlite, id, &starter) : found;

	if (error || found == 0)
		return error;
	if (*aliases)
		named.aliases = *aliases;
	error = store_lost_aliases(&named, &starter->boot, &longer);
	if (error)
		return sqlite_fail(sqlite, error, "out of memory");
	free(*aliases);
	*aliases = longer;
	return 0;
}

/* List all ids of a lost kexec, or of a boot that has the id of a lost kexec as an alias. */
static int find_lost_aliases(struct sqlite *sqlite, const struct store_boot *boot, char **ret)
{
	char buffer[STORE_ALIAS_SIZE];
	const char *id;
	int error = 0;

	for (size_t i = 0; !error && (id = store_boot_starter(boot, i, buffer)); i++)
		error = add_lost_aliases(sqlite, boot, id, ret);
	return error;
}

/* Insert a boot, and merge it with other rows that describe it. Return as sqlite_join_rows(). */
static int insert(struct sqlite *sqlite, const struct store_boot *boot, int64_t *ret)
{
	int64_t same;
	int found = sqlite_find_same(sqlite, boot, 0, store_boot_compare, &same);
	int error = found < 0 ? found : sqlite_insert_boot(sqlite, boot, ret);

	return error || !found ? error : sqlite_join_rows(sqlite, *ret);
}

/* Merge a boot into the row @id, and then this row with others. Return as sqlite_join_rows(). */
static int merge(struct sqlite *sqlite, const struct store_boot *boot, int64_t id,
		 bool *ret_is_changed)
{
	int error = sqlite_merge_boot(sqlite, id, boot, ret_is_changed);

	return error || !*ret_is_changed ? error : sqlite_join_rows(sqlite, id);
}

/* Set @ret to the row of a boot, which is in the store. Return 0 or an error. */
static int find_row(struct sqlite *sqlite, const struct store_boot *boot, int64_t *ret)
{
	int found = sqlite_find_boot(sqlite, boot->host, boot->boot_id, ret);

	return found ? found < 0 ? found : 0 : sqlite_fail(sqlite, -EBADMSG, "a boot disappeared");
}

/*
 * Add a boot, or merge it into the row of its boot. The result is in the row @ret. @ret_is_changed
 * is false if the store had all facts of the boot.
 */
static int add_facts(struct sqlite *sqlite, const struct store_boot *boot, int64_t *ret,
		     bool *ret_is_changed)
{
	int found = sqlite_find_boot(sqlite, boot->host, boot->boot_id, ret);
	int joined, taken;

	*ret_is_changed = true;
	if (found < 0)
		return found;
	joined = found > 0 ? merge(sqlite, boot, *ret, ret_is_changed) : insert(sqlite, boot, ret);
	if (joined < 0 || !*ret_is_changed)
		return joined;
	taken = sqlite_take_parts(sqlite, boot->host);
	if (taken < 0)
		return taken;
	/* Look the row up again: merging may have changed its id. */
	return joined || taken ? find_row(sqlite, boot, ret) : 0;
}

/* Add a boot. The host of @boot must already be the name used in the column boots.host. */
static int add_boot(struct sqlite *sqlite, const struct store_boot *boot, bool derives_ends,
		    enum store_end *ret_before)
{
	bool is_changed;
	int64_t id;
	int error = add_facts(sqlite, boot, &id, &is_changed);

	if (!error && boot->is_recorded && derives_ends)
		error = settle_before(sqlite, boot, id, ret_before);
	if (!error && boot->is_recorded && derives_ends)
		error = run_again(sqlite, boot, id);
	return error;
}

int sqlite_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before)
{
	return sqlite_add_by_rules(store, boot, true, ret_before);
}

int sqlite_add_by_rules(struct store *store, const struct store_boot *boot, bool derives_ends,
			enum store_end *ret_before)
{
	struct sqlite *sqlite = sqlite_of(store);
	LINEAGE_AUTO_FREE char *host = NULL;
	enum store_end before = STORE_END_UNKNOWN;
	LINEAGE_AUTO_FREE char *aliases = NULL;
	struct store_boot named = *boot;
	int error = sqlite_begin_addition(sqlite);

	if (error)
		return error;
	error = sqlite_learn_host(sqlite, boot, &host);
	named.host = host;
	if (!error)
		error = find_lost_aliases(sqlite, &named, &aliases);
	if (aliases)
		named.aliases = aliases;
	if (!error)
		error = add_boot(sqlite, &named, derives_ends, &before);
	error = sqlite_end_addition(sqlite, error);
	if (!error)
		*ret_before = before;
	return error;
}

int sqlite_rename_host(struct store *store, const char *from, const char *to)
{
	struct sqlite *sqlite = sqlite_of(store);
	int error = sqlite_begin_addition(sqlite);

	return error ? error : sqlite_end_addition(sqlite, sqlite_move_rows(sqlite, from, to));
}

int sqlite_add_part(struct store *store, const struct store_boot *part)
{
	struct sqlite *sqlite = sqlite_of(store);
	LINEAGE_AUTO_FREE char *host = NULL;
	struct store_boot named = *part;
	int error = sqlite_begin_addition(sqlite);

	if (error)
		return error;
	error = sqlite_learn_host(sqlite, part, &host);
	named.host = host;
	if (!error)
		error = sqlite_take_part(sqlite, &named);
	return sqlite_end_addition(sqlite, error);
}

/*
 * Find a boot by a name that belongs to several hosts. Return 1 and its row, 0 if not found, or an
 * error.
 */
static int find_shared(struct sqlite *sqlite, const char *name, const char *boot_id, int64_t *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(
		sqlite, "SELECT host FROM host_names WHERE name = ? ORDER BY host", &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, name);
	while (!found && (found = sqlite_step(sqlite, statement)) > 0)
		found = sqlite_find_boot(sqlite, sqlite_text(statement, 0), boot_id, ret);
	return found;
}

/* Find a boot by any name of its host. Return 1 and its row, 0 if not found, or an error. */
static int find_named(struct sqlite *sqlite, const char *name, const char *boot_id, int64_t *ret)
{
	LINEAGE_AUTO_FREE char *host = NULL;
	int found = sqlite_find_host(sqlite, name, &host);

	if (!found)
		found = sqlite_find_boot(sqlite, host, boot_id, ret);
	return found ? found : find_shared(sqlite, name, boot_id, ret);
}

int sqlite_set_kexec(struct store *store, const struct store_boot *boot)
{
	struct sqlite *sqlite = sqlite_of(store);
	int64_t id;
	int error = sqlite_begin_addition(sqlite);
	int found;

	if (error)
		return error;
	found = find_named(sqlite, boot->host, boot->boot_id, &id);
	if (found > 0)
		error = set_kexec(sqlite, id, boot);
	else
		error = found == 0 ? sqlite_fail(sqlite, -ENOENT, "the boot is not in the store")
				   : found;
	return sqlite_end_addition(sqlite, error);
}

int sqlite_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	struct sqlite *sqlite = sqlite_of(store);
	int64_t id;
	int error = sqlite_begin_addition(sqlite);
	int found;

	if (error)
		return error;
	found = find_named(sqlite, host, boot_id, &id);
	if (found > 0)
		error = set_end(sqlite, id, STORE_END_CLEAN, true, time);
	else
		error = found == 0 ? sqlite_fail(sqlite, -ENOENT, "the boot is not in the store")
				   : found;
	return sqlite_end_addition(sqlite, error);
}

int sqlite_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	struct sqlite *sqlite = sqlite_of(store);
	struct store_crash kept = *crash;
	bool is_new = false;
	int64_t id;
	int error = sqlite_begin_addition(sqlite);
	int found = 0;

	if (error)
		return error;
	if (crash->machine_id)
		found = find_named(sqlite, crash->machine_id, crash->boot_id, &id);
	if (!found)
		found = find_named(sqlite, crash->host, crash->boot_id, &id);
	if (found > 0)
		error = sqlite_limit_excerpt(sqlite, &kept);
	if (found > 0 && !error)
		error = sqlite_insert_crash(sqlite, &kept, id, &is_new);
	else if (!error)
		error = found == 0 ? sqlite_fail(sqlite, -ENOENT,
						 "the boot of the crash is not in the store")
				   : found;
	error = sqlite_end_addition(sqlite, error);
	if (!error)
		*ret_is_new = is_new;
	return error;
}
