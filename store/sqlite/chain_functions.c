// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SQL functions that convert chains.
 *
 * chain_ids(text) replaces the names in a chain (store/rows/encoding.h) with ids, and adds new
 * releases. A chain that could not be restored exactly is returned unchanged. Text that already
 * looks like a chain of ids is not a chain: the result is NULL. chain_text(ids) is the inverse. It
 * fails with SQLITE_CORRUPT if such a chain is malformed or the database has no such release.
 */
#include <errno.h>
#include <string.h>

#include "chain_ids.h"
#include "sqlite.h"
#include "store/chain.h"

/* Whether a chain has ids. Elements of other chains are objects. */
static bool has_ids(const char *chain)
{
	return chain[0] == '[' && (chain[1] == '[' || (chain[1] >= '0' && chain[1] <= '9'));
}

static void append_id(sqlite3_str *ids, int64_t id, uint32_t runs)
{
	const char *before = sqlite3_str_length(ids) > 0 ? "," : "[";

	if (runs == 1)
		sqlite3_str_appendf(ids, "%s%lld", before, (long long)id);
	else
		sqlite3_str_appendf(ids, "%s[%lld,%u]", before, (long long)id, runs);
}

/*
 * Convert the entries of a chain. Return 1 if all can be restored, 0 if not, or an error. A name
 * with characters that JSON escapes is not restored: no known kernel has one.
 */
static int append_ids(struct sqlite *sqlite, const char *chain, sqlite3_str *ids)
{
	char release[STORE_RELEASE_SIZE];
	uint32_t runs;
	int more;

	if (strchr(chain, '\\'))
		return 0;
	while ((more = store_chain_next(&chain, release, &runs)) > 0) {
		int64_t id = sqlite_release_id(sqlite, release);

		if (id < 0)
			return (int)id;
		append_id(ids, id, runs);
	}
	if (more < 0 || sqlite3_str_length(ids) == 0)
		return 0;
	sqlite3_str_appendchar(ids, 1, ']');
	return 1;
}

static void fail(sqlite3_context *context, int error)
{
	if (error == -ENOMEM)
		sqlite3_result_error_nomem(context);
	else if (error == -EILSEQ)
		sqlite3_result_error_code(context, SQLITE_CORRUPT);
	else
		sqlite3_result_error_code(
			context, sqlite3_extended_errcode(sqlite3_context_db_handle(context)));
}

/* Return the text of a builder, which is destroyed. */
static void return_text(sqlite3_context *context, sqlite3_str *builder)
{
	int error = sqlite3_str_errcode(builder);
	char *text = sqlite3_str_finish(builder);

	if (error)
		sqlite3_result_error_code(context, error);
	else
		sqlite3_result_text(context, text, -1, sqlite3_free);
	if (error)
		sqlite3_free(text);
}

static void chain_ids(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *chain = (const char *)sqlite3_value_text(values[0]);
	sqlite3_str *ids;
	int added;

	(void)count;
	if (!chain || has_ids(chain)) {
		sqlite3_result_null(context);
		return;
	}
	ids = sqlite3_str_new(sqlite3_context_db_handle(context));
	added = append_ids(sqlite3_user_data(context), chain, ids);
	if (added > 0) {
		return_text(context, ids);
		return;
	}
	sqlite3_free(sqlite3_str_finish(ids));
	if (added < 0)
		fail(context, added);
	else
		sqlite3_result_value(context, values[0]);
}

/* Append the name of a release. Return 0, -EILSEQ if the database does not have it, or an error. */
static int append_name(struct sqlite *sqlite, int64_t id, uint32_t runs, sqlite3_str *chain)
{
	static const char sql[] = "SELECT name FROM releases WHERE id = ?";
	const char *before = sqlite3_str_length(chain) > 0 ? "," : "[";
	SQLITE_AUTO_STATEMENT sqlite3_stmt *statement = NULL;
	int found = sqlite_prepare(sqlite, sql, &statement);

	if (!found)
		found = sqlite_bind_number(sqlite, statement, 1, true, id);
	if (!found)
		found = sqlite_step(sqlite, statement);
	if (found > 0)
		sqlite3_str_appendf(chain, "%s{\"release\":\"%s\",\"runs\":%u}", before,
				    sqlite_text(statement, 0), runs);
	return found > 0 ? 0 : found < 0 ? found : -EILSEQ;
}

static int append_names(struct sqlite *sqlite, const char *ids, sqlite3_str *chain)
{
	uint32_t runs;
	int64_t id;
	int more;
	int error = 0;

	while (!error && (more = sqlite_chain_next(&ids, &id, &runs)) > 0)
		error = append_name(sqlite, id, runs, chain);
	sqlite3_str_appendchar(chain, 1, ']');
	return error ? error : more;
}

static void chain_text(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *ids = (const char *)sqlite3_value_text(values[0]);
	sqlite3_str *chain;
	int error;

	(void)count;
	if (!ids || !has_ids(ids)) {
		sqlite3_result_value(context, values[0]);
		return;
	}
	chain = sqlite3_str_new(sqlite3_context_db_handle(context));
	error = append_names(sqlite3_user_data(context), ids, chain);
	if (!error) {
		return_text(context, chain);
		return;
	}
	sqlite3_free(sqlite3_str_finish(chain));
	fail(context, error);
}

int sqlite_add_chain_functions(struct sqlite *sqlite)
{
	const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
	int result = sqlite3_create_function(sqlite->database, "chain_ids", 1, flags, sqlite,
					     chain_ids, NULL, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_create_function(sqlite->database, "chain_text", 1, flags, sqlite,
						 chain_text, NULL, NULL);
	return sqlite_check(sqlite, result);
}
