// SPDX-License-Identifier: GPL-2.0-or-later
/* Copy a store: list the rows of many hosts, and add rows as they are. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "sqlite.h"

bool sqlite_is_same(const char *where, const char *other)
{
	struct stat status, other_status;

	if (stat(where, &status) || stat(other, &other_status))
		return strcmp(where, other) == 0;
	return status.st_dev == other_status.st_dev && status.st_ino == other_status.st_ino;
}

int sqlite_list_sizes(struct store *store, store_size_visitor *visit, void *data)
{
	static const char sql[] =
		"SELECT host, count(*) FROM boots GROUP BY host UNION ALL SELECT DISTINCT host, 0"
		" FROM parts WHERE host NOT IN (SELECT host FROM boots)";
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0)
		result = visit(sqlite_text(statement, 0), sqlite3_column_int64(statement, 1), data);
	return result;
}

/** struct list - state of a list of a range */
struct list {
	store_name_visitor *visit_name;
	store_boot_visitor *visit_boot;
	store_boot_crash_visitor *visit_crash;
	void *data;
};

static int read_name(sqlite3_stmt *statement, void *data)
{
	const struct list *list = data;

	return list->visit_name(sqlite_text(statement, 0), sqlite_text(statement, 1), list->data);
}

int sqlite_list_names(struct store *store, const struct store_range *names,
		      store_name_visitor *visit, void *data)
{
	static const char all[] = "SELECT name, host FROM host_names WHERE ?1 IS NULL"
				  " ORDER BY name, host";
	static const char one[] = "SELECT name, host FROM host_names WHERE name = ?1 ORDER BY host";
	struct list list = { .visit_name = visit, .data = data };

	return sqlite_list_range(sqlite_of(store), names->names ? one : all, names, read_name,
				 &list);
}

static int read_boot(sqlite3_stmt *statement, void *data)
{
	const struct list *list = data;
	struct store_boot boot;

	sqlite_read_boot(statement, &boot);
	return list->visit_boot(&boot, list->data);
}

static int read_part(sqlite3_stmt *statement, void *data)
{
	const struct list *list = data;
	struct store_boot part;

	sqlite_read_boot(statement, &part);
	part.is_part = true;
	return list->visit_boot(&part, list->data);
}

#define BOOTS "SELECT " SQLITE_BOOT_FACTS " FROM " SQLITE_BOOT_TABLES

int sqlite_list_rows(struct store *store, const struct store_range *hosts,
		     store_boot_visitor *visit, void *data)
{
	static const char all[] = BOOTS " WHERE ?1 IS NULL ORDER BY boots.host, boots.id";
	static const char one[] = BOOTS " WHERE boots.host = ?1 ORDER BY boots.id";
	struct sqlite *sqlite = sqlite_of(store);
	struct list list = { .visit_boot = visit, .data = data };
	int result = sqlite_list_range(sqlite, hosts->names ? one : all, hosts, read_boot, &list);

	return result ? result : sqlite_list_parts(sqlite, hosts, read_part, &list);
}

static int read_crash(sqlite3_stmt *statement, void *data)
{
	const struct list *list = data;
	const struct store_crash crash = {
		.host = sqlite_text(statement, 0),
		.boot_id = sqlite_text(statement, 1),
		.order = sqlite3_column_int64(statement, 2),
		.has_time = sqlite3_column_type(statement, 3) != SQLITE_NULL,
		.time = sqlite3_column_int64(statement, 3),
		.has_uptime = sqlite3_column_type(statement, 4) != SQLITE_NULL,
		.uptime_us = sqlite3_column_int64(statement, 4),
		.title = sqlite_text(statement, 5),
		.type = sqlite_text(statement, 6),
		.frame = sqlite_text(statement, 7),
		.module = sqlite_text(statement, 8),
		.frames = sqlite_text(statement, 9),
		.signature = sqlite_text(statement, 10),
		.excerpt = sqlite_text(statement, 11),
	};

	return list->visit_crash(&crash, list->data);
}

/* CROSS JOIN: read the boots first, so that the index on host selects the crashes. */
#define CRASHES                                                                            \
	"SELECT boots.host, boots.boot_id, crashes.id, crashes.time, uptime_us, title, "   \
	"type, frame, module, frames, signature, excerpt FROM boots CROSS JOIN crashes ON" \
	" crashes.boot = boots.id WHERE "
#define CRASHES_ORDER " ORDER BY boots.host, boots.id, crashes.id"

int sqlite_list_range_crashes(struct store *store, const struct store_range *hosts,
			      store_boot_crash_visitor *visit, void *data)
{
	static const char all[] = CRASHES "?1 IS NULL" CRASHES_ORDER;
	static const char one[] = CRASHES "boots.host = ?1" CRASHES_ORDER;
	struct list list = { .visit_crash = visit, .data = data };

	return sqlite_list_range(sqlite_of(store), hosts->names ? one : all, hosts, read_crash,
				 &list);
}

int sqlite_add_name(struct store *store, const char *name, const char *host)
{
	const struct store_boot boot = { .host = name, .machine_id = host };
	struct sqlite *sqlite = sqlite_of(store);
	LINEAGE_AUTO_FREE char *found = NULL;
	int error = sqlite_begin_addition(sqlite);

	return error ? error
		     : sqlite_end_addition(sqlite, sqlite_learn_host(sqlite, &boot, &found));
}

/* Find the row with exactly this key. Return 1 and set @ret, 0 if not found, or an error. */
static int find_key(struct sqlite *sqlite, const char *host, const char *boot_id, int64_t *ret)
{
	static const char sql[] = "SELECT id FROM boots WHERE host = ? AND boot_id = ?";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, boot_id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found;
}

static int copy_unchanged(struct sqlite *sqlite, const struct store_boot *boot)
{
	bool is_changed;
	int64_t id;
	int found;

	if (boot->is_part)
		return sqlite_keep_part(sqlite, boot);
	found = find_key(sqlite, boot->host, boot->boot_id, &id);
	if (found < 0)
		return found;
	return found ? sqlite_merge_boot(sqlite, id, boot, &is_changed)
		     : sqlite_insert_boot(sqlite, boot, &id);
}

int sqlite_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged)
{
	struct sqlite *sqlite = sqlite_of(store);
	enum store_end before;
	int error;

	if (!is_unchanged)
		return boot->is_part ? sqlite_add_part(store, boot)
				     : sqlite_add_by_rules(store, boot, false, &before);
	error = sqlite_begin_addition(sqlite);
	return error ? error : sqlite_end_addition(sqlite, copy_unchanged(sqlite, boot));
}

/* Find a crash by its key. Return 1 and set @ret, 0 if not found, or an error. */
static int find_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot,
		      int64_t *ret)
{
	static const char sql[] = "SELECT id FROM crashes WHERE boot = ?1 AND signature = ?2"
				  " AND uptime_us IS ?3 AND time IS ?4";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, boot);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, crash->signature);
	if (!found)
		found = sqlite_bind_number(sqlite, statement, 3, crash->has_uptime,
					   crash->uptime_us);
	if (!found)
		found = sqlite_bind_number(sqlite, statement, 4, crash->has_time, crash->time);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return found;
}

/* Use the order as id if it is free, since the ids are the order of the crashes. */
static int insert_crash(struct sqlite *sqlite, const struct store_crash *crash, int64_t boot)
{
	static const char sql[] =
		"INSERT INTO crashes (id, boot, time, uptime_us, title, type, frame, module,"
		" frames, signature, excerpt) VALUES (iif(?1 IS NULL OR EXISTS"
		" (SELECT 1 FROM crashes WHERE id = ?1), NULL, ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
		" ?10, ?11)";
	const char *const texts[] = { crash->title,  crash->type,      crash->frame,  crash->module,
				      crash->frames, crash->signature, crash->excerpt };
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, crash->order > 0, crash->order);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 2, true, boot);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 3, crash->has_time, crash->time);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 4, crash->has_uptime,
					   crash->uptime_us);
	for (size_t i = 0; !error && i < sizeof(texts) / sizeof(*texts); i++)
		error = sqlite_bind_text(sqlite, statement, (int)i + 5, texts[i]);
	return error ? error : sqlite_step(sqlite, statement);
}

static int copy_crash(struct sqlite *sqlite, const struct store_crash *crash)
{
	struct store_crash kept = *crash;
	int64_t boot, id;
	int error;
	int found = find_key(sqlite, crash->host, crash->boot_id, &boot);

	if (found == 0)
		return sqlite_fail(sqlite, -ENOENT, "the boot of the crash is not in the store");
	if (found > 0)
		found = find_crash(sqlite, crash, boot, &id);
	if (found)
		return found < 0 ? found : 0;
	error = sqlite_limit_excerpt(sqlite, &kept);
	return error ? error : insert_crash(sqlite, &kept, boot);
}

int sqlite_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged)
{
	struct sqlite *sqlite = sqlite_of(store);
	bool is_new;
	int error;

	if (!is_unchanged)
		return sqlite_add_crash(store, crash, &is_new);
	error = sqlite_begin_addition(sqlite);
	return error ? error : sqlite_end_addition(sqlite, copy_crash(sqlite, crash));
}

static int set_example(struct sqlite *sqlite, const struct store_crash *crash)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int64_t boot, id;
	int found = find_key(sqlite, crash->host, crash->boot_id, &boot);
	int error;

	if (found > 0)
		found = find_crash(sqlite, crash, boot, &id);
	if (found <= 0)
		return found;
	error = sqlite_prepare(sqlite, "UPDATE signatures SET example = ? WHERE signature = ?",
			       &statement);
	if (!error)
		error = sqlite_bind_number(sqlite, statement, 1, true, id);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 2, crash->signature);
	return error ? error : sqlite_step(sqlite, statement);
}

int sqlite_set_example(struct store *store, const struct store_crash *crash)
{
	struct sqlite *sqlite = sqlite_of(store);
	int error = sqlite_begin_addition(sqlite);

	return error ? error : sqlite_end_addition(sqlite, set_example(sqlite, crash));
}
