// SPDX-License-Identifier: GPL-2.0-or-later
/* How is a boot or a crash written down, once? */
#include <errno.h>
#include <string.h>

#include "ending.h"
#include "sqlite.h"

#define HOST_MAX 128

/* In a batch each addition is a transaction inside it: what fails is taken back alone. */
static int begin(struct store *store)
{
	return store_execute(store, store->is_batch ? "SAVEPOINT addition" : "BEGIN IMMEDIATE");
}

/* Commit what went well; take everything back where @error says that something did not. */
static int end(struct store *store, int error)
{
	const char *commit = store->is_batch ? "RELEASE addition" : "COMMIT";
	const char *rollback =
		store->is_batch ? "ROLLBACK TO addition; RELEASE addition" : "ROLLBACK";

	if (!error)
		error = store_execute(store, commit);
	if (error)
		sqlite3_exec(store->database, rollback, NULL, NULL, NULL);
	return error;
}

int store_begin_batch(struct store *store)
{
	int error = store_execute(store, "BEGIN IMMEDIATE");

	store->is_batch = !error;
	return error;
}

int store_end_batch(struct store *store)
{
	int error;

	if (!store->is_batch)
		return 0;
	store->is_batch = false;
	error = store_execute(store, "COMMIT");
	if (error)
		sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

static int check_boot(struct store *store, const struct store_boot *boot)
{
	if (!boot->host || !boot->host[0] || strlen(boot->host) > HOST_MAX)
		return store_fail(store, -EINVAL, "a boot needs a host of 1 to %d bytes", HOST_MAX);
	if (!boot->boot_id || !boot->boot_id[0])
		return store_fail(store, -EINVAL, "a boot needs an id");
	if (boot->label && strlen(boot->label) > STORE_LABEL_MAX)
		return store_fail(store, -EINVAL, "a label has at most %d bytes", STORE_LABEL_MAX);
	if (boot->end == STORE_END_RUNNING && (!boot->release || !boot->release[0]))
		return store_fail(store, -EINVAL, "a boot that runs needs a release");
	if (boot->end != STORE_END_RUNNING && boot->end != STORE_END_UNKNOWN)
		return store_fail(store, -EINVAL, "a boot that is added has not ended");
	return 0;
}

static int add_release(struct store *store, const char *name)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = store_prepare(store, "INSERT OR IGNORE INTO releases (name) VALUES (?)",
				  &statement);

	if (!error)
		error = store_bind_text(store, statement, 1, name);
	return error ? error : store_step(store, statement);
}

static int set_end(struct store *store, int64_t id, enum store_end how, bool has_time, int64_t time)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = store_prepare(store, "UPDATE boots SET end = ?, end_time = ? WHERE id = ?",
				  &statement);

	if (!error)
		error = store_bind_text(store, statement, 1, store_end_name(how));
	if (!error)
		error = store_bind_number(store, statement, 2, has_time, time);
	if (!error)
		error = store_bind_number(store, statement, 3, true, id);
	return error ? error : store_step(store, statement);
}

/* 1 and the boot's id and end where it is in the store, 0 where it is not, or an error. */
static int find_boot(struct store *store, const char *host, const char *boot_id, int64_t *ret_id,
		     enum store_end *ret_end)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot boot;
	int found = store_prepare(store,
				  "SELECT " STORE_BOOT_COLUMNS " FROM " STORE_BOOT_TABLES
				  " WHERE boots.host = ? AND boots.boot_id = ?",
				  &statement);

	if (!found)
		found = store_bind_text(store, statement, 1, host);
	if (!found)
		found = store_bind_text(store, statement, 2, boot_id);
	if (!found)
		found = store_step(store, statement);
	if (found > 0) {
		store_read_boot(statement, &boot);
		*ret_id = boot.sequence;
		*ret_end = boot.end;
	}
	return found;
}

/*
 * The host's last boot before the one with this id, INT64_MAX for a boot that is yet to be
 * added: how did it end, now that @after is known? Written down where it is news.
 */
static int settle_before(struct store *store, const struct store_boot *after, int64_t id,
			 enum store_end *ret)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot before;
	int found = store_prepare(
		store,
		"SELECT " STORE_BOOT_COLUMNS " FROM " STORE_BOOT_TABLES
		" WHERE boots.host = ? AND boots.id < ? ORDER BY boots.id DESC LIMIT 1",
		&statement);

	if (!found)
		found = store_bind_text(store, statement, 1, after->host);
	if (!found)
		found = store_bind_number(store, statement, 2, true, id);
	if (!found)
		found = store_step(store, statement);
	*ret = STORE_END_UNKNOWN;
	if (found <= 0)
		return found;
	store_read_boot(statement, &before);
	*ret = store_ending(&before, after);
	if (*ret == before.end)
		return 0;
	return set_end(store, before.sequence, *ret, false, 0);
}

static int insert_boot(struct store *store, const struct store_boot *boot)
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
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = store_prepare(store, sql, &statement);
	size_t i;

	for (i = 0; !error && i < sizeof(texts) / sizeof(texts[0]); i++)
		error = store_bind_text(store, statement, texts[i].index, texts[i].text);
	if (!error)
		error = store_bind_number(store, statement, 3, boot->has_time, boot->time);
	if (!error)
		error = store_bind_number(store, statement, 9, boot->has_count, boot->kexec_count);
	if (!error)
		error = store_bind_number(store, statement, 11, true, boot->chain_is_complete);
	return error ? error : store_step(store, statement);
}

static int add_new_boot(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before)
{
	int error = settle_before(store, boot, INT64_MAX, ret_before);

	if (!error && boot->release)
		error = add_release(store, boot->release);
	if (!error && boot->previous_release)
		error = add_release(store, boot->previous_release);
	return error ? error : insert_boot(store, boot);
}

int store_add_boot(struct store *store, const struct store_boot *boot, enum store_end *ret_before)
{
	enum store_end before = STORE_END_UNKNOWN;
	enum store_end own;
	int64_t id;
	int error = check_boot(store, boot);
	int found;

	if (!error)
		error = begin(store);
	if (error)
		return error;
	found = find_boot(store, boot->host, boot->boot_id, &id, &own);
	if (found == 0)
		error = add_new_boot(store, boot, &before);
	else if (found > 0)
		error = settle_before(store, boot, id, &before);
	else
		error = found;
	if (!error && found > 0 && own == STORE_END_CLEAN && boot->end == STORE_END_RUNNING)
		error = set_end(store, id, STORE_END_RUNNING, false, 0);
	error = end(store, error);
	if (!error)
		*ret_before = before;
	return error;
}

int store_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	enum store_end own;
	int64_t id;
	int error = begin(store);
	int found;

	if (error)
		return error;
	found = find_boot(store, host, boot_id, &id, &own);
	if (found > 0)
		error = set_end(store, id, STORE_END_CLEAN, true, time);
	else
		error = found == 0 ? store_fail(store, -ENOENT, "this boot is not in it") : found;
	return end(store, error);
}

static int insert_crash(struct store *store, const struct store_crash *crash, int64_t boot)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO crashes (boot, time, uptime_us, title, type, frame, module,"
		" frames, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const char *const texts[] = { crash->title,  crash->type,   crash->frame,
				      crash->module, crash->frames, crash->signature };
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = store_prepare(store, sql, &statement);
	size_t i;

	if (!error)
		error = store_bind_number(store, statement, 1, true, boot);
	if (!error)
		error = store_bind_number(store, statement, 2, crash->has_time, crash->time);
	if (!error)
		error = store_bind_number(store, statement, 3, crash->has_uptime, crash->uptime_us);
	for (i = 0; !error && i < sizeof(texts) / sizeof(texts[0]); i++)
		error = store_bind_text(store, statement, (int)i + 4, texts[i]);
	return error ? error : store_step(store, statement);
}

int store_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	bool is_new = false;
	enum store_end own;
	int64_t id;
	int error;
	int found;

	if (!crash->title || !crash->type || !crash->signature)
		return store_fail(store, -EINVAL, "a crash needs a title, a type and a signature");
	error = begin(store);
	if (error)
		return error;
	found = find_boot(store, crash->host, crash->boot_id, &id, &own);
	if (found > 0)
		error = insert_crash(store, crash, id);
	else
		error = found == 0 ? store_fail(store, -ENOENT, "the crash's boot is not in it")
				   : found;
	if (!error)
		is_new = sqlite3_changes(store->database) > 0;
	error = end(store, error);
	if (!error)
		*ret_is_new = is_new;
	return error;
}
