// SPDX-License-Identifier: GPL-2.0-or-later
/* Run statements, and read their results. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ahead.h"
#include "boot_row.h"
#include "clickhouse.h"

int clickhouse_execute(struct clickhouse *server, const struct tsv *sql)
{
	return sql->has_failed ? clickhouse_fail_memory(server)
			       : clickhouse_ask(server, sql->at, NULL, NULL);
}

int clickhouse_read(struct clickhouse *server, const struct tsv *sql, struct tsv *ret)
{
	if (sql->has_failed)
		return clickhouse_fail_memory(server);
	if (clickhouse_ahead_take(server, sql->at, ret))
		return 0;
	return clickhouse_ask(server, sql->at, NULL, ret);
}

int clickhouse_ask_number(struct clickhouse *server, const struct tsv *sql, int64_t *ret)
{
	TSV_AUTO answer = { 0 };
	int error = sql->has_failed ? clickhouse_fail_memory(server)
				    : clickhouse_ask(server, sql->at, NULL, &answer);

	if (!error)
		*ret = answer.at ? strtoll(answer.at, NULL, 10) : 0;
	return error;
}

#define FIELDS_MAX BOOT_FIELDS

int clickhouse_ask_rows(struct clickhouse *server, const struct tsv *sql, size_t count,
			clickhouse_row_visitor *visit, void *data)
{
	return clickhouse_ask_rows_with(server, sql, NULL, count, visit, data);
}

/** struct typed - rows whose types are checked before the visitor sees them */
struct typed {
	struct clickhouse *server;
	const char *types;
	clickhouse_row_visitor *visit;
	void *data;
};

static int visit_typed(const char *const *fields, void *data)
{
	struct typed *typed = data;

	if (!tsv_has_types(fields, typed->types))
		return store_fail(&typed->server->store, -EIO,
				  "invalid response: a column has text, or too large a number,"
				  " instead of a number");
	return typed->visit(fields, typed->data);
}

int clickhouse_ask_typed(struct clickhouse *server, const struct tsv *sql, const char *types,
			 clickhouse_row_visitor *visit, void *data)
{
	struct typed typed = { server, types, visit, data };

	return clickhouse_ask_rows(server, sql, strlen(types), visit_typed, &typed);
}

int clickhouse_ask_rows_with(struct clickhouse *server, const struct tsv *sql,
			     const struct clickhouse_external *external, size_t count,
			     clickhouse_row_visitor *visit, void *data)
{
	const char *fields[FIELDS_MAX];
	TSV_AUTO answer = { 0 };
	char *at;
	int row, error;

	if (sql->has_failed)
		return clickhouse_fail_memory(server);
	error = external ? clickhouse_ask(server, sql->at, external, &answer)
			 : clickhouse_read(server, sql, &answer);
	if (error || !answer.at)
		return error;
	at = answer.at;
	while (!error && (row = tsv_row(&at, fields, count)) != 0)
		error = row > 0 ? visit(fields, data)
				: store_fail(&server->store, -EIO, "the response is truncated");
	return error;
}
