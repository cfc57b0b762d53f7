// SPDX-License-Identifier: GPL-2.0-or-later
/* Write boots and crashes, each of them once. */
#include <errno.h>
#include <string.h>

#include "store/ending.h"
#include "sqlite.h"

/* In a batch, each addition is a savepoint, so that a failed one is rolled back alone. */
static int begin(struct sqlite *sqlite)
{
	return sqlite_execute(sqlite,
			      sqlite->store.is_batch ? "SAVEPOINT addition" : "BEGIN IMMEDIATE");
}

/* Commit, or roll back if @error is set. */
static int end(struct sqlite *sqlite, int error)
{
	const char *commit = sqlite->store.is_batch ? "RELEASE addition" : "COMMIT";
	const char *rollback =
		sqlite->store.is_batch ? "ROLLBACK TO addition; RELEASE addition" : "ROLLBACK";

	if (!error)
		error = sqlite_execute(sqlite, commit);
	if (error)
		sqlite3_exec(sqlite->database, rollback, NULL, NULL, NULL);
	return error;
}

int sqlite_begin_batch(struct store *store)
{
	return sqlite_execute(sqlite_of(store), "BEGIN IMMEDIATE");
}

int sqlite_end_batch(struct store *store)
{
	struct sqlite *sqlite = sqlite_of(store);
	int error = sqlite_execute(sqlite, "COMMIT");

	if (error)
		sqlite3_exec(sqlite->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

static int add_release(struct sqlite *sqlite, const char *name)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, "INSERT OR IGNORE INTO releases (name) VALUES (?)",
				   &statement);

	if (!error)
		error = sqlite_bind_text(sqlite, statement, 1, name);
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

/* Find a boot. Return 1 and its id and end, 0 if it is not in the store, or a negative errno. */
static int find_boot(struct sqlite *sqlite, const char *host, const char *boot_id, int64_t *ret_id,
		     enum store_end *ret_end)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot boot;
	int found = sqlite_prepare(sqlite,
				   "SELECT " SQLITE_BOOT_COLUMNS " FROM " SQLITE_BOOT_TABLES
				   " WHERE boots.host = ? AND boots.boot_id = ?",
				   &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, boot_id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0) {
		sqlite_read_boot(statement, &boot);
		*ret_id = boot.sequence;
		*ret_end = boot.end;
	}
	return found;
}

/*
 * Derive the end of the previous boot of the host from @after, and store it if it has changed. @id
 * is the id of @after, INT64_MAX if @after is not in the store yet.
 */
static int settle_before(struct sqlite *sqlite, const struct store_boot *after, int64_t id,
			 enum store_end *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot before;
	int found = sqlite_prepare(
		sqlite,
		"SELECT " SQLITE_BOOT_COLUMNS " FROM " SQLITE_BOOT_TABLES
		" WHERE boots.host = ? AND boots.id < ? ORDER BY boots.id DESC LIMIT 1",
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

static int insert_boot(struct sqlite *sqlite, const struct store_boot *boot)
{
	static const char sql[] =
		"INSERT INTO boots (host, boot_id, time, release, build, build_id, boot, previous,"
		" kexec_count, chain, chain_is_complete, stamp, evidence, conflicts, end, label)"
		" VALUES (?, ?, ?, (SELECT id FROM releases WHERE name = ?), ?, ?, ?,"
		" (SELECT id FROM releases WHERE name = ?), ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *previous = boot->previous_release ? boot->previous_release : "";
	const char *release = boot->release ? boot->release : "";
	const struct {
		int index;
		const char *text;
	} texts[] = {
		{ 1, boot->host },
		{ 2, boot->boot_id },
		{ 4, release },
		{ 5, boot->build },
		{ 6, boot->build_id },
		{ 7, lineage_boot_name(boot->boot) },
		{ 8, previous },
		{ 10, boot->chain },
		{ 12, boot->stamp },
		{ 13, boot->evidence },
		{ 14, boot->conflicts },
		{ 15, store_end_name(boot->end) },
		{ 16, boot->label ? boot->label : "" },
	};
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);
	size_t i;

	for (i = 0; !error && i < sizeof(texts) / sizeof(texts[0]); i++)
		error = sqlite_bind_text(sqlite, statement, texts[i].index, texts[i].text);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, boot->has_time, boot->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 9, boot->has_count,
					   boot->kexec_count);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 11, true, boot->chain_is_complete);
	return error ? error : sqlite_step(sqlite, statement);
}

static int add_new_boot(struct sqlite *sqlite, const struct store_boot *boot,
			enum store_end *ret_before)
{
	int error = settle_before(sqlite, boot, INT64_MAX, ret_before);

	if (!error && boot->release)
		error = add_release(sqlite, boot->release);
	if (!error && boot->previous_release)
		error = add_release(sqlite, boot->previous_release);
	return error ? error : insert_boot(sqlite, boot);
}

int sqlite_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before)
{
	struct sqlite *sqlite = sqlite_of(store);
	enum store_end before = STORE_END_UNKNOWN;
	enum store_end own;
	int64_t id;
	int error = begin(sqlite);
	int found;

	if (error)
		return error;
	found = find_boot(sqlite, boot->host, boot->boot_id, &id, &own);
	if (found == 0)
		error = add_new_boot(sqlite, boot, &before);
	else if (found > 0)
		error = settle_before(sqlite, boot, id, &before);
	else
		error = found;
	if (!error && found > 0 && own == STORE_END_CLEAN && boot->end == STORE_END_RUNNING)
		error = set_end(sqlite, id, STORE_END_RUNNING, false, 0);
	error = end(sqlite, error);
	if (!error)
		*ret_before = before;
	return error;
}

int sqlite_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	struct sqlite *sqlite = sqlite_of(store);
	enum store_end own;
	int64_t id;
	int error = begin(sqlite);
	int found;

	if (error)
		return error;
	found = find_boot(sqlite, host, boot_id, &id, &own);
	if (found > 0)
		error = set_end(sqlite, id, STORE_END_CLEAN, true, time);
	else
		error = found == 0 ? sqlite_fail(sqlite, -ENOENT, "the boot is not in the store")
				   : found;
	return end(sqlite, error);
}

static int insert_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO crashes (boot, time, uptime_us, title, type, frame, module,"
		" frames, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *const texts[] = { crash->title,  crash->type,   crash->frame,
				      crash->module, crash->frames, crash->signature };
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);
	size_t i;

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, crash->has_time, crash->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, crash->has_uptime,
					   crash->uptime_us);
	for (i = 0; !error && i < sizeof(texts) / sizeof(texts[0]); i++)
		error = sqlite_bind_text(sqlite, statement, (int)i + 4, texts[i]);
	return error ? error : sqlite_step(sqlite, statement);
}

int sqlite_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	struct sqlite *sqlite = sqlite_of(store);
	bool is_new = false;
	enum store_end own;
	int64_t id;
	int error;
	int found;

	error = begin(sqlite);
	if (error)
		return error;
	found = find_boot(sqlite, crash->host, crash->boot_id, &id, &own);
	if (found > 0)
		error = insert_crash(sqlite, crash, id);
	else
		error = found == 0 ? sqlite_fail(sqlite, -ENOENT,
						 "the boot of the crash is not in the store")
				   : found;
	if (!error)
		is_new = sqlite3_changes(sqlite->database) > 0;
	error = end(sqlite, error);
	if (!error)
		*ret_is_new = is_new;
	return error;
}
