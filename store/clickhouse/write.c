// SPDX-License-Identifier: GPL-2.0-or-later
/* Add to a batch. An addition outside a batch becomes a batch of its own. */
#include <errno.h>
#include <stdlib.h>

#include "batch.h"
#include "excerpts.h"

int clickhouse_begin_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);

	clickhouse_batch_destroy(server->batch);
	clickhouse_excerpts_begin(server);
	server->batch = calloc(1, sizeof(*server->batch));
	return server->batch ? 0 : clickhouse_fail_memory(server);
}

int clickhouse_end_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = clickhouse_batch_write(server, server->batch);

	clickhouse_batch_destroy(server->batch);
	server->batch = NULL;
	return error;
}

/* A store that was opened for reading is not changed, even if the server would allow it. */
static int begin(struct clickhouse *server)
{
	int error;

	if (server->is_read_only)
		return store_fail(&server->store, -EROFS, "the store was opened for reading only");
	if (server->store.is_batch)
		return 0;
	error = clickhouse_begin_batch(&server->store);
	if (!error)
		server->batch->is_single = true;
	return error;
}

/* End an addition; outside a batch, write it now. @ret_before, @ret_is_new: may be NULL. */
static int end(struct clickhouse *server, bool is_added, enum store_end *ret_before,
	       bool *ret_is_new)
{
	bool is_batch = server->store.is_batch;
	int error = 0;

	if (!is_added)
		error = clickhouse_fail_memory(server);
	else if (!is_batch)
		error = clickhouse_batch_write(server, server->batch);
	if (!error && ret_before)
		*ret_before = is_batch ? STORE_END_UNKNOWN : server->batch->before;
	if (!error && ret_is_new)
		*ret_is_new = is_batch || server->batch->is_new;
	if (!is_batch) {
		clickhouse_batch_destroy(server->batch);
		server->batch = NULL;
	}
	return error;
}

int clickhouse_add_boot(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error
		     : end(server, clickhouse_batch_add_boot(server->batch, boot), ret_before,
			   NULL);
}

int clickhouse_add_part(struct store *store, const struct store_boot *part)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error
		     : end(server, clickhouse_batch_add_part(server->batch, part), NULL, NULL);
}

int clickhouse_rename_host(struct store *store, const char *from, const char *to)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error
		     : end(server, clickhouse_batch_add_rename(server->batch, from, to), NULL,
			   NULL);
}

/* Ask whether the server has this boot of the host named @host, under its id or an alias. */
static int ask_boot(struct clickhouse *server, const char *host, const char *boot_id, bool *ret)
{
	TSV_AUTO sql = { 0 };
	TSV_AUTO answer = { 0 };
	TSV_AUTO alias = { 0 };
	int error;

	tsv_print(&alias, " %s ", boot_id);
	tsv_print(&sql, "SELECT count() FROM boot_rows%s FINAL WHERE kind = 0 AND host = ",
		  server->tables);
	clickhouse_print_host(server, &sql, host);
	tsv_print(&sql, " AND (boot_id = ");
	tsv_literal(&sql, boot_id);
	tsv_print(&sql, " OR position(concat(' ', aliases, ' '), ");
	tsv_literal(&sql, alias.at ? alias.at : "");
	tsv_print(&sql, ") > 0) FORMAT TabSeparated");
	error = sql.has_failed || alias.has_failed ? clickhouse_fail_memory(server)
						   : clickhouse_ask(server, sql.at, NULL, &answer);
	if (!error)
		*ret = answer.at && atoi(answer.at) > 0;
	return error;
}

/*
 * In a batch, refuse an addition to an unknown boot at once. A single addition is refused when it
 * is written.
 */
static int check_boot(struct clickhouse *server, const char *host, const char *boot_id,
		      const char *missing)
{
	bool is_there =
		!server->store.is_batch || clickhouse_batch_has(server->batch, host, boot_id);
	int error = is_there ? 0 : ask_boot(server, host, boot_id, &is_there);

	if (error || is_there)
		return error;
	return store_fail(&server->store, -ENOENT, "%s", missing);
}

int clickhouse_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	if (!error && clickhouse_is_refused(server, host, boot_id))
		return end(server, true, NULL, NULL);
	if (!error)
		error = check_boot(server, host, boot_id, "the boot is not in the store");
	return error ? error
		     : end(server, clickhouse_batch_add_end(server->batch, host, boot_id, time),
			   NULL, NULL);
}

int clickhouse_set_kexec(struct store *store, const struct store_boot *boot)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	if (!error && clickhouse_is_refused(server, boot->host, boot->boot_id))
		return end(server, true, NULL, NULL);
	if (!error)
		error = check_boot(server, boot->host, boot->boot_id,
				   "the boot is not in the store");
	return error ? error
		     : end(server, clickhouse_batch_add_kexec(server->batch, boot), NULL, NULL);
}

int clickhouse_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	struct clickhouse *server = clickhouse_of(store);
	struct store_crash kept = *crash;
	int error = begin(server);

	if (!error && clickhouse_is_refused(server, crash->host, crash->boot_id))
		return end(server, true, NULL, ret_is_new);
	if (!error)
		error = check_boot(server, crash->host, crash->boot_id,
				   "the boot of the crash is not in the store");
	if (!error)
		error = clickhouse_limit_excerpt(server, &kept);
	return error ? error
		     : end(server, clickhouse_batch_add_crash(server->batch, &kept), NULL,
			   ret_is_new);
}

int clickhouse_add_name(struct store *store, const char *name, const char *host)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error
		     : end(server, clickhouse_batch_add_name(server->batch, name, host), NULL,
			   NULL);
}

int clickhouse_copy_boot(struct store *store, const struct store_boot *boot, bool is_unchanged)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error
		     : end(server, clickhouse_batch_add_copy(server->batch, boot, is_unchanged),
			   NULL, NULL);
}

int clickhouse_copy_crash(struct store *store, const struct store_crash *crash, bool is_unchanged)
{
	struct clickhouse *server = clickhouse_of(store);
	struct store_crash kept = *crash;
	bool is_new;
	int error;

	if (!is_unchanged)
		return clickhouse_add_crash(store, crash, &is_new);
	error = begin(server);
	if (!error && clickhouse_is_refused(server, crash->host, crash->boot_id))
		return end(server, true, NULL, NULL);
	if (!error)
		error = clickhouse_limit_excerpt(server, &kept);
	return error ? error
		     : end(server, clickhouse_batch_add_crash_row(server->batch, &kept), NULL,
			   NULL);
}
