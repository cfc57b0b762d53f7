// SPDX-License-Identifier: GPL-2.0-or-later
/* Read and write the row of a boot. */
#include <errno.h>
#include <stdlib.h>

#include "sqlite.h"

static bool read_number(sqlite3_stmt *statement, int column, int64_t *ret)
{
	*ret = sqlite3_column_int64(statement, column);
	return sqlite3_column_type(statement, column) != SQLITE_NULL;
}

/* Read the name of a release. The name "" means: no release. */
static const char *read_release(sqlite3_stmt *statement, int column)
{
	const char *text = sqlite_text(statement, column);

	return text && text[0] ? text : NULL;
}

void sqlite_read_boot(sqlite3_stmt *statement, struct store_boot *ret)
{
	int64_t count;

	*ret = (struct store_boot){
		.sequence = sqlite3_column_int64(statement, 0),
		.host = sqlite_text(statement, 1),
		.boot_id = sqlite_text(statement, 2),
		.release = read_release(statement, 4),
		.build = sqlite_text(statement, 5),
		.build_id = sqlite_text(statement, 6),
		.boot = store_start_of(sqlite_text(statement, 7)),
		.previous_release = read_release(statement, 8),
		.chain = sqlite_text(statement, 10),
		.chain_is_complete = sqlite3_column_int(statement, 11) != 0,
		.stamp = sqlite_text(statement, 12),
		.evidence = sqlite_text(statement, 13),
		.conflicts = sqlite_text(statement, 14),
		.label = sqlite_text(statement, 15),
		.end = store_end_of(sqlite_text(statement, 16)),
		.has_kernel_id = sqlite3_column_int(statement, 18) != 0,
		.aliases = sqlite_text(statement, 19),
		.machine_id = sqlite_text(statement, 20),
		.marks = sqlite_text(statement, 21),
		.time_source = sqlite_text(statement, 22),
		.source = sqlite_text(statement, 25),
		.is_recorded = sqlite3_column_int(statement, 26) != 0,
		.label_is_given = sqlite3_column_int(statement, 27) != 0,
	};
	ret->has_time = read_number(statement, 3, &ret->time);
	ret->has_count = read_number(statement, 9, &count);
	ret->kexec_count = (uint32_t)count;
	ret->has_end_time = read_number(statement, 17, &ret->end_time);
	ret->has_last_uptime = read_number(statement, 23, &ret->last_uptime_us);
	ret->has_last_seen = read_number(statement, 24, &ret->last_seen);
	ret->has_wall_start = read_number(statement, 28, &ret->wall_start);
	ret->has_kexec_time = read_number(statement, 29, &ret->kexec_time);
	ret->kexec_release = sqlite_text(statement, 30);
}

#define ROW_ID 31 /* number of the parameter after those of bind_boot() */

static int bind_texts(struct sqlite *sqlite, sqlite3_stmt *statement, const struct store_boot *boot)
{
	const struct {
		int index;
		const char *text;
	} texts[] = {
		{ 1, boot->host },
		{ 2, boot->boot_id },
		{ 6, boot->build_id },
		{ 7, lineage_boot_name(boot->boot) },
		{ 10, boot->chain },
		{ 12, boot->stamp },
		{ 13, boot->evidence },
		{ 14, boot->conflicts },
		{ 15, store_end_name(boot->end) },
		{ 16, boot->label ? boot->label : "" },
		{ 19, boot->aliases },
		{ 20, boot->machine_id },
		{ 21, boot->marks },
		{ 22, boot->time_source },
		{ 25, boot->source },
		{ 30, boot->kexec_release },
	};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].text)
			error = sqlite_bind_text(sqlite, statement, texts[i].index, texts[i].text);
	return error;
}

/* Find the id of a text with one statement, or add the text with another. */
static int64_t id_of(struct sqlite *sqlite, const char *find, const char *add, const char *text)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *select = NULL;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *insert = NULL;
	int found = sqlite_prepare(sqlite, find, &select);

	if (!found)
		found = sqlite_bind_text(sqlite, select, 1, text);
	if (!found)
		found = sqlite_step(sqlite, select);
	if (found)
		return found > 0 ? sqlite3_column_int64(select, 0) : found;
	found = sqlite_prepare(sqlite, add, &insert);
	if (!found)
		found = sqlite_bind_text(sqlite, insert, 1, text);
	if (!found)
		found = sqlite_step(sqlite, insert);
	return found ? found : sqlite3_last_insert_rowid(sqlite->database);
}

/* Keep the id of a release. Return 0 or an error. */
static int keep_release(struct sqlite *sqlite, const char *name, int64_t id)
{
	uint32_t number;
	int64_t *ids = reallocarray(sqlite->release_ids, sqlite->releases.count + 1, sizeof(*ids));

	if (ids)
		sqlite->release_ids = ids;
	if (!ids || store_names_add(&sqlite->releases, name, &number))
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	ids[number] = id;
	return 0;
}

int64_t sqlite_release_id(struct sqlite *sqlite, const char *name)
{
	static const char find[] = "SELECT id FROM releases WHERE name = ?";
	static const char add[] = "INSERT INTO releases (name) VALUES (?)";
	uint32_t number;
	int64_t id;
	int error;

	if (!name)
		return 0;
	if (store_names_find(&sqlite->releases, name, &number))
		return sqlite->release_ids[number];
	id = id_of(sqlite, find, add, name);
	error = id < 0 ? (int)id : keep_release(sqlite, name, id);
	return error ? error : id;
}

void sqlite_forget_releases(struct sqlite *sqlite)
{
	store_names_deinit(&sqlite->releases);
	free(sqlite->release_ids);
	sqlite->releases = (struct store_names){ 0 };
	sqlite->release_ids = NULL;
}

int64_t sqlite_summed_signature(struct sqlite *sqlite, const char *signature)
{
	static const char find[] = "SELECT id FROM summed_signatures WHERE signature = ?";
	static const char add[] = "INSERT INTO summed_signatures (signature) VALUES (?)";

	return id_of(sqlite, find, add, signature);
}

static int bind_release(struct sqlite *sqlite, sqlite3_stmt *statement, int index, const char *name)
{
	int64_t id = sqlite_release_id(sqlite, name);

	return id < 0 ? (int)id : sqlite_bind_number(sqlite, statement, index, true, id);
}

static int bind_build(struct sqlite *sqlite, sqlite3_stmt *statement, int index, const char *name)
{
	static const char find[] = "SELECT id FROM builds WHERE name = ?";
	static const char add[] = "INSERT INTO builds (name) VALUES (?)";
	int64_t id = name ? id_of(sqlite, find, add, name) : 0;

	return id < 0 ? (int)id : sqlite_bind_number(sqlite, statement, index, name, id);
}

/* Bind the columns of a boot to the parameters of the statements below. All others are NULL. */
static int bind_boot(struct sqlite *sqlite, sqlite3_stmt *statement, const struct store_boot *boot)
{
	const struct {
		int index;
		bool is_known;
		int64_t number;
	} numbers[] = {
		{ 3, boot->has_time, boot->time },
		{ 9, boot->has_count, boot->kexec_count },
		{ 11, true, boot->chain_is_complete },
		{ 17, boot->has_end_time, boot->end_time },
		{ 18, true, boot->has_kernel_id },
		{ 23, boot->has_last_uptime, boot->last_uptime_us },
		{ 24, boot->has_last_seen, boot->last_seen },
		{ 26, true, boot->is_recorded },
		{ 27, true, boot->label_is_given },
		{ 28, boot->has_wall_start, boot->wall_start },
		{ 29, boot->has_kexec_time, boot->kexec_time },
	};
	int error = bind_texts(sqlite, statement, boot);

	for (size_t i = 0; !error && i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i].is_known)
			error = sqlite_bind_number(sqlite, statement, numbers[i].index, true,
						   numbers[i].number);
	if (!error)
		error = bind_release(sqlite, statement, 4, boot->release);
	if (!error)
		error = bind_build(sqlite, statement, 5, boot->build);
	return error ? error : bind_release(sqlite, statement, 8, boot->previous_release);
}

int sqlite_insert_boot(struct sqlite *sqlite, const struct store_boot *boot, int64_t *ret)
{
	static const char sql[] =
		"INSERT INTO boots (host, boot_id, time, release, kernel_build, build_id, boot, previous,"
		" kexec_count, chain, chain_is_complete, stamp, evidence, conflicts, end, label,"
		" end_time, has_kernel_id, aliases, machine_id, mark_bytes, time_source, last_uptime_us,"
		" last_seen, source, is_recorded, label_is_given, wall_start,"
		" kexec_time, kexec_release)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, chain_ids(?10), ?11, ?12,"
		" ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, marks_bytes(?21), ?22, ?23, ?24, ?25, ?26, ?27,"
		" ?28, ?29, ?30)";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = bind_boot(sqlite, statement, boot);
	if (!error)
		error = sqlite_step(sqlite, statement);
	if (!error)
		*ret = sqlite3_last_insert_rowid(sqlite->database);
	return error;
}

int sqlite_update_boot(struct sqlite *sqlite, int64_t id, const struct store_boot *boot)
{
	static const char sql[] =
		"UPDATE boots SET host = ?1, boot_id = ?2, time = ?3, release = ?4,"
		" kernel_build = ?5, build_id = ?6, boot = ?7, previous = ?8, kexec_count = ?9,"
		" chain = chain_ids(?10), chain_is_complete = ?11, stamp = ?12, evidence = ?13,"
		" conflicts = ?14, end = ?15, label = ?16, end_time = ?17, has_kernel_id = ?18,"
		" aliases = ?19, machine_id = ?20, mark_bytes = marks_bytes(?21), time_source = ?22,"
		" last_uptime_us = ?23, last_seen = ?24, source = ?25, is_recorded = ?26,"
		" label_is_given = ?27, wall_start = ?28, kexec_time = ?29, kexec_release = ?30"
		" WHERE id = ?31";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = bind_boot(sqlite, statement, boot);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, ROW_ID, true, id);
	return error ? error : sqlite_step(sqlite, statement);
}

int sqlite_read_row(struct sqlite *sqlite, int64_t id, sqlite3_stmt **ret_statement,
		    struct store_boot *ret)
{
	static const char sql[] =
		"SELECT " SQLITE_BOOT_FACTS " FROM " SQLITE_BOOT_TABLES " WHERE boots.id = ?";
	int found = sqlite_prepare(sqlite, sql, ret_statement);

	if (!found)
		found = sqlite_bind_number(sqlite, *ret_statement, 1, true, id);
	if (!found)
		found = sqlite_step(sqlite, *ret_statement);
	if (found <= 0)
		return found < 0 ? found : sqlite_fail(sqlite, -EBADMSG, "a boot disappeared");
	sqlite_read_boot(*ret_statement, ret);
	return 0;
}

int sqlite_keep_boot(struct sqlite *sqlite, int64_t id, struct kept_boot **ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot boot;
	int error = sqlite_read_row(sqlite, id, &statement, &boot);

	if (error)
		return error;
	*ret = store_boot_keep(&boot);
	return *ret ? 0 : sqlite_fail(sqlite, -ENOMEM, "out of memory");
}
