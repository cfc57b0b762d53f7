// SPDX-License-Identifier: GPL-2.0-or-later
/* Which boots and transitions are in the store? */
#include <errno.h>
#include <stdio.h>

#include "sqlite.h"

/*
 * The host's index serves only where the clause is a plain comparison; the others are looked at
 * row by row, newest first, until there are enough.
 */
#define NEWEST_FIRST                                         \
	" (?2 IS NULL OR boots.time >= ?2)"                  \
	" AND (?3 IS NULL OR before.name = ?3)"              \
	" AND (NOT ?4 OR boots.end IN ('crash', 'unclean'))" \
	" ORDER BY boots.id DESC LIMIT ?5"
#define SELECT_BOOTS(host)                                                           \
	"SELECT " STORE_BOOT_COLUMNS " FROM " STORE_BOOT_TABLES                      \
	" WHERE boots.id IN (SELECT boots.id FROM " STORE_BOOT_TABLES " WHERE " host \
	" AND" NEWEST_FIRST ") ORDER BY boots.id"

static int prepare_list(struct store *store, const struct store_filter *filter, sqlite3_stmt **ret)
{
	const char *sql =
		filter->host ? SELECT_BOOTS("boots.host = ?1") : SELECT_BOOTS("?1 IS NULL");
	int error = store_prepare(store, sql, ret);

	if (!error)
		error = store_bind_text(store, *ret, 1, filter->host);
	if (!error)
		error = store_bind_number(store, *ret, 2, filter->has_since, filter->since);
	if (!error)
		error = store_bind_text(store, *ret, 3, filter->previous_release);
	if (!error)
		error = store_bind_number(store, *ret, 4, true, filter->only_crashed);
	if (!error)
		error = store_bind_number(store, *ret, 5, true,
					  filter->limit ? (int64_t)filter->limit : -1);
	return error;
}

int store_list_boots(struct store *store, const struct store_filter *filter,
		     store_boot_visitor *visit, void *data)
{
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_boot boot;
	int result = prepare_list(store, filter, &statement);

	while (!result && (result = store_step(store, statement)) > 0) {
		store_read_boot(statement, &boot);
		result = visit(&boot, data);
	}
	return result;
}

static void read_transition(sqlite3_stmt *statement, struct store_transition *ret)
{
	const char *previous = (const char *)sqlite3_column_text(statement, 0);
	const char *release = (const char *)sqlite3_column_text(statement, 1);
	int64_t count = sqlite3_column_int64(statement, 3);

	*ret = (struct store_transition){
		.previous_release = previous && previous[0] ? previous : NULL,
		.release = release && release[0] ? release : NULL,
		.boot = store_read_start(statement, 2),
		.has_count = count >= 0,
		.kexec_count = count >= 0 ? (uint32_t)count : 0,
		.boots = sqlite3_column_int64(statement, 4),
		.unclean = sqlite3_column_int64(statement, 5),
		.crashes = sqlite3_column_int64(statement, 6),
	};
}

int store_list_transitions(struct store *store, store_transition_visitor *visit, void *data)
{
	static const char sql[] =
		"SELECT before.name, own.name, boot, kexec_count, boots, unclean, crashes"
		" FROM transitions JOIN releases AS own ON own.id = transitions.release"
		" JOIN releases AS before ON before.id = transitions.previous"
		" ORDER BY own.name, before.name, boot, kexec_count";
	STORE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	struct store_transition transition;
	int result = store_prepare(store, sql, &statement);

	while (!result && (result = store_step(store, statement)) > 0) {
		read_transition(statement, &transition);
		result = visit(&transition, data);
	}
	return result;
}
