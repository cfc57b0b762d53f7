// SPDX-License-Identifier: GPL-2.0-or-later
/* Complete the row of a boot with a part, a log that begins in the middle of the boot. */
#include <errno.h>

#include "sqlite.h"

/* The columns of SQLITE_BOOT_FACTS for a row of the table parts. */
#define PART_COLUMNS                                                                         \
	"id, host, boot_id, time, release, NULL, NULL, boot, previous, kexec_count, chain, " \
	"chain_is_complete, NULL, NULL, NULL, '', end, NULL, has_kernel_id, aliases, "       \
	"machine_id, marks, iif(time IS NULL, NULL, 'log'), last_uptime_us, last_seen, "     \
	"source, 0, 0, wall_start, NULL, NULL"

/* Merge a part into the row of its boot. Return 1 if there is such a row, 0 if not, or an error. */
static int complete_row(struct sqlite *sqlite, const struct store_boot *part)
{
	struct store_boot facts = *part;
	bool is_changed = false;
	int64_t id;
	int found = sqlite_find_boot(sqlite, part->host, part->boot_id, &id);
	int error;

	if (found == 0)
		found = sqlite_find_same(sqlite, part, 0, store_part_compare, &id);
	if (found <= 0)
		return found;
	facts.is_part = true;
	error = sqlite_merge_boot(sqlite, id, &facts, &is_changed);
	if (!error && is_changed)
		error = sqlite_join_rows(sqlite, id);
	return error < 0 ? error : 1;
}

static int bind_part(struct sqlite *sqlite, sqlite3_stmt *statement, const struct store_boot *part)
{
	const struct {
		int index;
		const char *text;
	} texts[] = {
		{ 1, part->host },
		{ 2, part->boot_id },
		{ 4, part->aliases },
		{ 5, part->machine_id },
		{ 6, part->marks },
		{ 11, part->release },
		{ 12, lineage_boot_name(part->boot) },
		{ 13, part->previous_release },
		{ 15, part->chain },
		{ 17, part->source },
		{ 18, store_end_name(part->end) },
	};
	const struct {
		int index;
		bool is_known;
		int64_t number;
	} numbers[] = {
		{ 3, true, part->has_kernel_id },
		{ 7, part->has_time, part->time },
		{ 8, part->has_wall_start, part->wall_start },
		{ 9, part->has_last_uptime, part->last_uptime_us },
		{ 10, part->has_last_seen, part->last_seen },
		{ 14, part->has_count, part->kexec_count },
		{ 16, true, part->chain_is_complete },
	};
	int error = 0;

	for (size_t i = 0; !error && i < sizeof(texts) / sizeof(*texts); i++)
		error = sqlite_bind_text(sqlite, statement, texts[i].index, texts[i].text);
	for (size_t i = 0; !error && i < sizeof(numbers) / sizeof(*numbers); i++)
		error = sqlite_bind_number(sqlite, statement, numbers[i].index, numbers[i].is_known,
					   numbers[i].number);
	return error;
}

static int write_part(struct sqlite *sqlite, const struct store_boot *part)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO parts (host, boot_id, has_kernel_id, aliases, machine_id,"
		" marks, time, wall_start, last_uptime_us, last_seen, release, boot, previous,"
		" kexec_count, chain, chain_is_complete, source, end)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
		" ?17, ?18)";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, sql, &statement);

	if (!error)
		error = bind_part(sqlite, statement, part);
	return error ? error : sqlite_step(sqlite, statement);
}

/* Find a part by host and id. Return 1 and the part, 0 if not found, or an error. */
static int find_part(struct sqlite *sqlite, const struct store_boot *part, struct kept_boot **ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot found_part;
	int found =
		sqlite_prepare(sqlite,
			       "SELECT " PART_COLUMNS " FROM parts WHERE host = ? AND boot_id = ?",
			       &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, part->host);
	if (!found)
		found = sqlite_bind_text(sqlite, statement, 2, part->boot_id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found <= 0)
		return found;
	sqlite_read_boot(statement, &found_part);
	*ret = store_boot_keep(&found_part);
	return *ret ? 1 : sqlite_fail(sqlite, -ENOMEM, "out of memory");
}

int sqlite_keep_part(struct sqlite *sqlite, const struct store_boot *part)
{
	STORE_AUTO_KEPT_BOOT *other = NULL;
	STORE_AUTO_MERGED_BOOT merged = { 0 };
	int found = find_part(sqlite, part, &other);

	if (found < 0)
		return found;
	if (found > 0 && store_boot_merge(&other->boot, part, &merged))
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	return write_part(sqlite, found > 0 ? &merged.boot : part);
}

/* Read the host's next part after @after. Return 1 and @ret, 0 if not found, or an error. */
static int next_part(struct sqlite *sqlite, const char *host, int64_t after, struct kept_boot **ret)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot part;
	int found = sqlite_prepare(sqlite,
				   "SELECT " PART_COLUMNS
				   " FROM parts WHERE host = ? AND id > ? ORDER BY id LIMIT 1",
				   &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	if (!found)
		found = sqlite_bind_number(sqlite, statement, 2, true, after);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found <= 0)
		return found;
	sqlite_read_boot(statement, &part);
	*ret = store_boot_keep(&part);
	return *ret ? 1 : sqlite_fail(sqlite, -ENOMEM, "out of memory");
}

static int remove_part(struct sqlite *sqlite, int64_t id)
{
	return sqlite_run_for(sqlite, "DELETE FROM parts WHERE id = ?", id);
}

/* Most hosts have no parts, and this query takes less time than the query of next_part(). */
static int has_parts(struct sqlite *sqlite, const char *host)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found =
		sqlite_prepare(sqlite, "SELECT 1 FROM parts WHERE host = ? LIMIT 1", &statement);

	if (!found)
		found = sqlite_bind_text(sqlite, statement, 1, host);
	return found ? found : sqlite_step(sqlite, statement);
}

/*
 * Complete rows with the kept parts of a host, once. Return 1 if a part was used, 0 if not, or an
 * error.
 */
static int take_parts_once(struct sqlite *sqlite, const char *host)
{
	int64_t after = 0;
	int is_taken = 0;
	int found = has_parts(sqlite, host);

	while (found > 0) {
		STORE_AUTO_KEPT_BOOT *part = NULL;

		found = next_part(sqlite, host, after, &part);
		if (found <= 0)
			break;
		after = part->boot.sequence;
		found = complete_row(sqlite, &part->boot);
		if (found > 0) {
			is_taken = 1;
			found = remove_part(sqlite, after);
		}
		found = found < 0 ? found : 1;
	}
	return found < 0 ? found : is_taken;
}

/*
 * Repeat this until no part is used: a row that a part completed can have the facts by which
 * another part finds it.
 */
int sqlite_take_parts(struct sqlite *sqlite, const char *host)
{
	int is_taken = 0;
	int found;

	while ((found = take_parts_once(sqlite, host)) > 0)
		is_taken = 1;
	return found < 0 ? found : is_taken;
}

int sqlite_take_part(struct sqlite *sqlite, const struct store_boot *part)
{
	int found = complete_row(sqlite, part);

	if (found == 0)
		return sqlite_keep_part(sqlite, part);
	if (found > 0)
		found = sqlite_take_parts(sqlite, part->host);
	return found < 0 ? found : 0;
}

int sqlite_move_parts(struct sqlite *sqlite, const char *from, const char *to)
{
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int error = sqlite_prepare(sqlite, "UPDATE OR REPLACE parts SET host = ?2 WHERE host = ?1",
				   &statement);

	if (!error)
		error = sqlite_bind_text(sqlite, statement, 1, from);
	if (!error)
		error = sqlite_bind_text(sqlite, statement, 2, to);
	if (!error)
		error = sqlite_step(sqlite, statement);
	if (!error)
		error = sqlite_take_parts(sqlite, to);
	return error < 0 ? error : 0;
}

int sqlite_list_parts(struct sqlite *sqlite, const struct store_range *hosts,
		      int (*read)(sqlite3_stmt *statement, void *data), void *data)
{
	const char *sql = hosts->names ? "SELECT " PART_COLUMNS " FROM parts WHERE host = ?1"
					 " ORDER BY id"
				       : "SELECT " PART_COLUMNS " FROM parts WHERE ?1 IS NULL"
					 " ORDER BY host, id";

	return sqlite_list_range(sqlite, sql, hosts, read, data);
}
