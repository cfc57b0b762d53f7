// SPDX-License-Identifier: GPL-2.0-or-later
/* Find the rows that describe the same boot, and merge them into one row. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite.h"
#include "store/crash_identity.h"
#include "store/lost.h"

/* Return 1 and the number in the first column, 0 if there is no row, or an error. */
static int step_to_id(struct sqlite *sqlite, sqlite3_stmt *statement, int64_t *ret)
{
	int found = sqlite_step(sqlite, statement);

	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found;
}

static int find_by_id(struct sqlite *sqlite, const char *host, const char *boot_id, const char *sql,
		      int64_t *ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, boot_id);
	return found ? found : step_to_id(sqlite, statement, ret);
}

int sqlite_find_boot(struct sqlite *sqlite, const char *host, const char *boot_id, int64_t *ret)
{
	static const char by_id[] = "SELECT id FROM boots WHERE host = ? AND boot_id = ?";
	static const char by_alias[] =
		"SELECT id FROM boots INDEXED BY boots_with_aliases"
		" WHERE host = ? AND aliases IS NOT NULL"
		" AND instr(' ' || aliases || ' ', ' ' || ? || ' ') > 0 ORDER BY id LIMIT 1";
	int found = find_by_id(sqlite, host, boot_id, by_id, ret);

	return found ? found : find_by_id(sqlite, host, boot_id, by_alias, ret);
}

int sqlite_merge_boot(struct sqlite *sqlite, int64_t id, const struct store_boot *boot,
		      bool *ret_is_changed)
{
	STORE_AUTO_KEPT_BOOT *row = NULL;
	STORE_AUTO_MERGED_BOOT merged = { 0 };
	int error = sqlite_keep_boot(sqlite, id, &row);

	if (!error)
		error = store_boot_merge(&row->boot, boot, &merged);
	if (error == -ENOMEM)
		return sqlite_fail(sqlite, error, "out of memory");
	if (error)
		return error;
	*ret_is_changed = !store_boot_is_equal(&row->boot, &merged.boot);
	return *ret_is_changed ? sqlite_update_boot(sqlite, id, &merged.boot) : 0;
}

/* Columns for read_crash(). */
#define CRASH_FACTS "id, time, uptime_us, signature, title, type, frames"

static void read_crash(sqlite3_stmt *statement, struct store_crash *ret)
{
	*ret = (struct store_crash){
		.has_time = sqlite3_column_type(statement, 1) != SQLITE_NULL,
		.time = sqlite3_column_int64(statement, 1),
		.has_uptime = sqlite3_column_type(statement, 2) != SQLITE_NULL,
		.uptime_us = sqlite3_column_int64(statement, 2),
		.signature = sqlite_text(statement, 3),
		.title = sqlite_text(statement, 4),
		.type = sqlite_text(statement, 5),
		.frames = sqlite_text(statement, 6),
	};
}

/* Find the same crash in the row @boot. Return 1 and the crash, 0 if not found, or an error. */
static int find_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot,
		      int64_t *ret)
{
	static const char sql[] = "SELECT " CRASH_FACTS " FROM crashes"
				  " WHERE boot = ? AND signature = ? ORDER BY id";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);
	struct store_crash other;

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, crash->signature);
	while (!found && (found = sqlite_step(sqlite, statement)) > 0) {
		read_crash(statement, &other);
		if (store_crash_is_same(crash, &other)) {
			*ret = sqlite3_column_int64(statement, 0);
			return 1;
		}
		found = 0;
	}
	return found;
}

/* Add missing times to a crash that two sources reported: each may have a time the other lacks. */
static int complete_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t id)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite,
				   "UPDATE crashes SET time = coalesce(time, ?),"
				   " uptime_us = coalesce(uptime_us, ?),"
				   " excerpt = coalesce(excerpt, ?) WHERE id = ?",
				   &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, crash->has_time, crash->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, crash->has_uptime,
					   crash->uptime_us);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 3, crash->excerpt);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 4, true, id);
	return error ? error : sqlite_step(sqlite, statement);
}

/* Return 1 if the row is a lost kexec, 0 if not, or an error. */
static int is_lost(struct sqlite *sqlite, int64_t boot)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found =
		sqlite_prepare(sqlite, "SELECT end = 'lost' FROM boots WHERE id = ?", &statement);

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!found)
		found = sqlite_step(sqlite, statement);
	return found > 0 ? sqlite3_column_int(statement, 0) : found;
}

static int remove_crash(struct sqlite *sqlite, int64_t id)
{
	return sqlite_run_for(sqlite, "DELETE FROM crashes WHERE id = ?", id);
}

/*
 * If the row @boot has a whole report of which @crash is a cut copy, complete its times, and set
 * @ret_is_known. If it has a cut copy of @crash, remove the copy, and complete the time of @crash.
 */
static int settle_cut(struct sqlite *sqlite, struct store_crash *crash, int64_t boot,
		      bool *ret_is_known, bool *ret_is_whole)
{
	static const char sql[] = "SELECT " CRASH_FACTS " FROM crashes"
				  " WHERE boot = ? AND signature <> ? AND type = ? ORDER BY id";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_crash other, times = *crash;
	int found = sqlite_prepare(sqlite, sql, &statement);
	int64_t id = 0;

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, crash->signature);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 3, crash->type);
	while (!found && (found = sqlite_step(sqlite, statement)) > 0) {
		read_crash(statement, &other);
		id = sqlite3_column_int64(statement, 0);
		*ret_is_known = store_crash_is_cut_of(crash, &other);
		*ret_is_whole = store_crash_is_cut_of(&other, crash);
		found = *ret_is_known || *ret_is_whole;
		if (found)
			break;
	}
	if (found <= 0)
		return found;
	times.excerpt = NULL;
	if (*ret_is_known)
		return complete_crash(sqlite, &times, id);
	if (!crash->has_time && other.has_time) {
		crash->has_time = true;
		crash->time = other.time;
	}
	return remove_crash(sqlite, id);
}

static int write_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot)
{
	static const char sql[] =
		"INSERT INTO crashes (boot, time, uptime_us, title, type, frame, module,"
		" frames, signature, excerpt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *const texts[] = { crash->title,  crash->type,      crash->frame,  crash->module,
				      crash->frames, crash->signature, crash->excerpt };
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, crash->has_time, crash->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, crash->has_uptime,
					   crash->uptime_us);
	for (size_t i = 0; !error && i < sizeof(texts) / sizeof(texts[0]); i++)
		error = sqlite_bind_text(sqlite, statement, (int)i + 4, texts[i]);
	return error ? error : sqlite_step(sqlite, statement);
}

int sqlite_insert_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot,
			bool *ret_is_new)
{
	bool is_known = false, is_whole = false;
	struct store_crash kept = *crash;
	int64_t same = 0;
	int found, error;

	/* A boot that disproves a lost kexec does not get its crash. */
	if (store_crash_is_of_lost(crash) && (found = is_lost(sqlite, boot)) <= 0) {
		*ret_is_new = false;
		return found;
	}
	found = find_crash(sqlite, crash, boot, &same);
	*ret_is_new = false;
	if (found)
		return found < 0 ? found : complete_crash(sqlite, crash, same);
	error = settle_cut(sqlite, &kept, boot, &is_known, &is_whole);
	if (error || is_known)
		return error;
	*ret_is_new = !is_whole;
	return write_crash(sqlite, &kept, boot);
}

/*
 * Move one crash from row @from to row @to. Return 1 if @from had a crash, 0 if not, or an error.
 */
static int move_crash(struct sqlite *sqlite, int64_t from, int64_t to)
{
	static const char sql[] = "SELECT " CRASH_FACTS ", frame, module, excerpt"
				  " FROM crashes WHERE boot = ? ORDER BY id LIMIT 1";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_crash crash;
	bool is_new;
	int found = sqlite_prepare(sqlite, sql, &statement);
	int error;

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, from);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found <= 0)
		return found;
	read_crash(statement, &crash);
	crash.frame = sqlite_text(statement, 7);
	crash.module = sqlite_text(statement, 8);
	crash.excerpt = sqlite_text(statement, 9);
	error = sqlite_insert_crash(sqlite, &crash, to, &is_new);
	if (!error)
		error = remove_crash(sqlite, sqlite3_column_int64(statement, 0));
	return error ? error : 1;
}

/* Remove the crash of a lost kexec that was disproved from both rows. */
static int remove_lost_crash(struct sqlite *sqlite, int64_t to, int64_t from)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(
		sqlite,
		"DELETE FROM crashes WHERE boot IN (?, ?) AND signature = '" STORE_LOST_SIGNATURE
		"'",
		&statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, to);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, true, from);
	return error ? error : sqlite_step(sqlite, statement);
}

static int remove_boot(struct sqlite *sqlite, int64_t id)
{
	return sqlite_run_for(sqlite, "DELETE FROM boots WHERE id = ?", id);
}

int sqlite_set_host(struct sqlite *sqlite, int64_t id, const char *host)
{
	STORE_AUTO_KEPT_BOOT *row = NULL;
	int error = sqlite_keep_boot(sqlite, id, &row);

	if (error)
		return error;
	row->boot.host = host;
	return sqlite_update_boot(sqlite, id, &row->boot);
}

int sqlite_join_two(struct sqlite *sqlite, int64_t to, int64_t from, const char *host)
{
	STORE_AUTO_KEPT_BOOT *other = NULL;
	bool is_changed;
	int error = sqlite_keep_boot(sqlite, from, &other);
	int lost = error ? error : is_lost(sqlite, to);

	if (lost < 0)
		error = lost;
	else if (lost != (other->boot.end == STORE_END_LOST))
		error = remove_lost_crash(sqlite, to, from);
	while (!error && (error = move_crash(sqlite, from, to)) > 0)
		error = 0;
	/* The ids of a host are unique, so remove @from before @to gets its host and its id. */
	if (!error)
		error = remove_boot(sqlite, from);
	if (!error && host)
		error = sqlite_set_host(sqlite, to, host);
	return error ? error : sqlite_merge_boot(sqlite, to, &other->boot, &is_changed);
}

/*
 * The row @other is the best match of the row @id. Return 1 if @id is also the best match of
 * @other, 0 if not, or an error. A log whose start lies halfway between two boots matches both
 * boots equally well.
 */
static int is_mutual(struct sqlite *sqlite, const struct store_boot *row, int64_t id, int64_t other)
{
	STORE_AUTO_KEPT_BOOT *match = NULL;
	int64_t best;
	int found = sqlite_keep_boot(sqlite, other, &match);

	if (found)
		return found;
	if (store_boot_compare(row, &match->boot) == STORE_IDENTITY_SAME)
		return 1;
	found = sqlite_find_same(sqlite, &match->boot, other, store_boot_compare, &best);
	return found > 0 ? best == id : found;
}

int sqlite_join_rows(struct sqlite *sqlite, int64_t id)
{
	int is_joined = 0;

	for (;;) {
		STORE_AUTO_KEPT_BOOT *row = NULL;
		int64_t other;
		int found = sqlite_keep_boot(sqlite, id, &row);

		if (!found)
			found = sqlite_find_same(sqlite, &row->boot, id, store_boot_compare,
						 &other);
		if (found > 0)
			found = is_mutual(sqlite, &row->boot, id, other);
		if (found <= 0)
			return found < 0 ? found : is_joined;
		/* Keep the row that the machine recorded: its id gives the order of the boots. */
		if (!row->boot.is_recorded && other < id) {
			int64_t later = id;

			id = other;
			other = later;
		}
		found = sqlite_join_two(sqlite, id, other, NULL);
		if (found)
			return found;
		is_joined = 1;
	}
}
