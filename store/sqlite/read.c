// SPDX-License-Identifier: GPL-2.0-or-later
/* List boots, transitions, crashes and signatures. */
#include <errno.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "sqlite.h"

/* SQLite uses the index on host only for a plain comparison, so each case has its own query. */
#define SELECT_BOOTS "SELECT " SQLITE_BOOT_FACTS " FROM " SQLITE_BOOT_TABLES
#define ALL_BOOTS SELECT_BOOTS " WHERE ?1 IS NULL"
#define BOOTS_OF_HOST SELECT_BOOTS " WHERE boots.host = ?1"
#define NEWEST_RECORDED BOOTS_OF_HOST " AND boots.is_recorded ORDER BY boots.id DESC LIMIT ?2"

/* Prepare the query. @host: the host as named in the column host; NULL for all hosts */
static int prepare_list(struct sqlite *sqlite, const char *host, size_t recorded_max,
			sqlite3_stmt **ret)
{
	const char *sql = recorded_max ? NEWEST_RECORDED : host ? BOOTS_OF_HOST : ALL_BOOTS;
	int error = sqlite_prepare(sqlite, sql, ret);

	if (!error)
		error = sqlite_bind_text(sqlite, *ret, 1, host);
	if (!error && recorded_max)
		error = sqlite_bind_number(sqlite, *ret, 2, true, (int64_t)recorded_max);
	return error;
}

int sqlite_list_boots(struct store *store, const char *name, size_t recorded_max,
		      store_boot_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	LINEAGE_AUTO_FREE char *host = NULL;
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot boot;
	int result = name ? sqlite_find_host(sqlite, name, &host) : 0;

	if (!result)
		result = prepare_list(sqlite, host, recorded_max, &statement);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		sqlite_read_boot(statement, &boot);
		result = visit(&boot, data);
	}
	return result;
}

int sqlite_list_crashes(struct store *store, const char *host, const char *boot_id,
			store_boot_crash_visitor *visit, void *data)
{
	static const char sql[] =
		"SELECT crashes.time, uptime_us, title, type, frame, module, frames, signature, excerpt"
		" FROM crashes JOIN boots ON boots.id = crashes.boot"
		" WHERE host = ? AND boot_id = ? ORDER BY crashes.id";
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int result = sqlite_prepare(sqlite, sql, &statement);

	if (!result)
		result = sqlite_bind_text(sqlite, statement, 1, host);
	if (!result)
		result = sqlite_bind_text(sqlite, statement, 2, boot_id);
	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		const struct store_crash crash = {
			.host = host,
			.boot_id = boot_id,
			.has_time = sqlite3_column_type(statement, 0) != SQLITE_NULL,
			.time = sqlite3_column_int64(statement, 0),
			.has_uptime = sqlite3_column_type(statement, 1) != SQLITE_NULL,
			.uptime_us = sqlite3_column_int64(statement, 1),
			.title = sqlite_text(statement, 2),
			.type = sqlite_text(statement, 3),
			.frame = sqlite_text(statement, 4),
			.module = sqlite_text(statement, 5),
			.frames = sqlite_text(statement, 6),
			.signature = sqlite_text(statement, 7),
			.excerpt = sqlite_text(statement, 8),
		};

		result = visit(&crash, data);
	}
	return result;
}

void sqlite_read_transition(sqlite3_stmt *statement, int first, struct store_transition *ret)
{
	const char *previous = sqlite_text(statement, first);
	const char *release = sqlite_text(statement, first + 1);
	int64_t count = sqlite3_column_int64(statement, first + 3);

	*ret = (struct store_transition){
		.previous_release = previous && previous[0] ? previous : NULL,
		.release = release && release[0] ? release : NULL,
		.boot = store_start_of(sqlite_text(statement, first + 2)),
		.has_count = count >= 0,
		.kexec_count = count >= 0 ? (uint32_t)count : 0,
		.label = sqlite_text(statement, first + 4),
		.is_inferred = sqlite3_column_int64(statement, first + 5) != 0,
		.boots = sqlite3_column_int64(statement, first + 6),
	};
}

int sqlite_list_transitions(struct store *store, bool by_label, store_transition_visitor *visit,
			    void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	static const char by_labels[] =
		"SELECT before.name, own.name, boot, kexec_count, label, inferred, boots, unclean,"
		" crashes"
		" FROM transitions" SQLITE_TRANSITION_NAMES
		" ORDER BY own.name, before.name, boot, kexec_count, label, inferred";
	static const char together[] =
		"SELECT before.name, own.name, boot, kexec_count, NULL, 0, sum(boots), sum(unclean),"
		" sum(crashes) FROM transitions" SQLITE_TRANSITION_NAMES
		" GROUP BY own.name, before.name, boot, kexec_count"
		" ORDER BY own.name, before.name, boot, kexec_count";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_transition transition;
	int result = sqlite_prepare(sqlite, by_label ? by_labels : together, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		sqlite_read_transition(statement, 0, &transition);
		transition.unclean = sqlite3_column_int64(statement, 7);
		transition.crashes = sqlite3_column_int64(statement, 8);
		result = visit(&transition, data);
	}
	return result;
}

int sqlite_list_crash_transitions(struct store *store, store_crash_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	static const char sql[] =
		"SELECT signatures.signature, before.name, own.name, boot, kexec_count, label,"
		" inferred, boots FROM crash_transitions"
		" JOIN signatures"
		" ON signatures.id = crash_transitions.signature" SQLITE_TRANSITION_NAMES
		" ORDER BY signatures.signature, own.name, before.name, boot, kexec_count, label,"
		" inferred";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_crash_transition transition;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		transition.signature = sqlite_text(statement, 0);
		sqlite_read_transition(statement, 1, &transition.at);
		result = visit(&transition, data);
	}
	return result;
}

static void read_signature(sqlite3_stmt *statement, struct store_signature *ret)
{
	*ret = (struct store_signature){
		.crashes = sqlite3_column_int64(statement, 1),
		.example = {
			.signature = sqlite_text(statement, 0),
			.host = sqlite_text(statement, 2),
			.boot_id = sqlite_text(statement, 3),
			.has_time = sqlite3_column_type(statement, 4) != SQLITE_NULL,
			.time = sqlite3_column_int64(statement, 4),
			.has_uptime = sqlite3_column_type(statement, 5) != SQLITE_NULL,
			.uptime_us = sqlite3_column_int64(statement, 5),
			.title = sqlite_text(statement, 6),
			.type = sqlite_text(statement, 7),
			.frame = sqlite_text(statement, 8),
			.module = sqlite_text(statement, 9),
			.frames = sqlite_text(statement, 10),
		},
	};
}

int sqlite_list_signatures(struct store *store, store_signature_visitor *visit, void *data)
{
	struct sqlite *sqlite = sqlite_of(store);
	static const char sql[] =
		"SELECT signatures.signature, signatures.crashes, host, boot_id, crashes.time,"
		" uptime_us, title, type, frame, module, frames"
		" FROM signatures JOIN crashes ON crashes.id = example"
		" JOIN boots ON boots.id = crashes.boot ORDER BY signatures.signature";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_signature signature;
	int result = sqlite_prepare(sqlite, sql, &statement);

	while (!result && (result = sqlite_step(sqlite, statement)) > 0) {
		read_signature(statement, &signature);
		result = visit(&signature, data);
	}
	return result;
}

/* Read the number in a result of one row and one column. */
static int read_number(struct sqlite *sqlite, sqlite3_stmt *statement, int64_t *ret)
{
	int result = sqlite_step(sqlite, statement);

	if (result > 0)
		*ret = sqlite3_column_int64(statement, 0);
	return result < 0 ? result : 0;
}

/* Compare the first and last host: both subqueries use the index, so no row is scanned. */
int sqlite_has_one_host(struct store *store, bool *ret)
{
	struct sqlite *sqlite = sqlite_of(store);
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int64_t is_one = 0;
	int error = sqlite_prepare(
		sqlite, "SELECT (SELECT min(host) FROM boots) IS (SELECT max(host) FROM boots)",
		&statement);

	if (!error)
		error = read_number(sqlite, statement, &is_one);
	if (!error)
		*ret = is_one != 0;
	return error;
}
