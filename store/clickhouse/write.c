// SPDX-License-Identifier: GPL-2.0-or-later
/* Write batches, and single additions as batches of one, without counting anything twice. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "batch.h"

static int insert_boots(struct clickhouse *server, const struct clickhouse_batch *batch,
			uint64_t now)
{
	TSV_AUTO rows = { 0 };

	for (size_t i = 0; i < batch->changed_count; i++) {
		const struct kept_boot *kept = batch->changed[i];

		clickhouse_boot_write(&rows, kept, kept->version >= now ? kept->version + 1 : now);
	}
	return clickhouse_insert(server, "boots", BOOT_COLUMNS, &rows);
}

static int insert_crashes(struct clickhouse *server, const struct clickhouse_batch *batch)
{
	TSV_AUTO rows = { 0 };

	for (size_t i = 0; i < batch->crash_count; i++) {
		const struct kept_crash *crash = &batch->crashes[i];
		const struct kept_boot *kept = clickhouse_batch_find(
			&batch->known, clickhouse_by_key, crash->host, crash->boot_id);

		if (!kept)
			return store_fail(&server->store, -ENOENT,
					  "the boot of the crash is not in the store");
		tsv_append(&rows, crash->row.at, crash->row.size);
		tsv_field(&rows, kept->boot.release ? kept->boot.release : "", '\t');
		tsv_field(&rows, lineage_boot_name(kept->boot.boot), '\t');
		tsv_field(&rows, kept->boot.previous_release ? kept->boot.previous_release : "",
			  '\t');
		tsv_number(&rows, kept->boot.has_count ? (int64_t)kept->boot.kexec_count : -1,
			   '\t');
		tsv_field(&rows, kept->boot.label, '\n');
	}
	return clickhouse_insert(server, "crashes", CRASH_COLUMNS, &rows);
}

static int write_all(struct clickhouse *server, struct clickhouse_batch *batch)
{
	uint64_t now = clickhouse_now_ns();
	int error = clickhouse_batch_resolve(server, batch, now);

	if (!error)
		error = insert_boots(server, batch, now);
	return error ? error : insert_crashes(server, batch);
}

int clickhouse_begin_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);

	clickhouse_batch_destroy(server->batch);
	server->batch = calloc(1, sizeof(*server->batch));
	return server->batch ? 0 : clickhouse_fail_memory(server);
}

int clickhouse_end_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = write_all(server, server->batch);

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

/* End an addition: outside a batch, write it now. @ret_before may be NULL. */
static int end(struct clickhouse *server, bool is_pushed, enum store_end *ret_before)
{
	int error = 0;

	if (!is_pushed)
		error = clickhouse_fail_memory(server);
	else if (!server->store.is_batch)
		error = write_all(server, server->batch);
	if (!error && ret_before)
		*ret_before = server->store.is_batch ? STORE_END_UNKNOWN : server->batch->before;
	if (!server->store.is_batch) {
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
		     : end(server, clickhouse_batch_add_boot(server->batch, boot), ret_before);
}

/* Run a query that returns one number. Return the number or a negative errno. */
static int count(struct clickhouse *server, const struct tsv *sql)
{
	TSV_AUTO answer = { 0 };
	int error = sql->has_failed ? clickhouse_fail_memory(server)
				    : clickhouse_ask(server, sql->at, NULL, &answer);

	return error ? error : atoi(answer.at ? answer.at : "0");
}

/*
 * Return a positive number if the boot is in the store or in the batch, 0 if not, or a negative
 * errno.
 */
static int has_boot(struct clickhouse *server, const char *host, const char *boot_id)
{
	TSV_AUTO sql = { 0 };

	if (server->batch &&
	    clickhouse_batch_find(&server->batch->pending, clickhouse_by_key, host, boot_id))
		return 1;
	tsv_print(&sql, "SELECT count() FROM boots%s WHERE host = ", server->tables);
	tsv_literal(&sql, host);
	tsv_print(&sql, " AND boot_id = ");
	tsv_literal(&sql, boot_id);
	return count(server, &sql);
}

int clickhouse_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	struct clickhouse *server = clickhouse_of(store);
	int found = has_boot(server, host, boot_id);
	int error = found < 0 ? found : 0;

	if (found == 0)
		return store_fail(store, -ENOENT, "the boot is not in the store");
	if (!error)
		error = begin(server);
	return error ? error
		     : end(server, clickhouse_batch_add_end(server->batch, host, boot_id, time),
			   NULL);
}

static int has_crash(struct clickhouse *server, const struct store_crash *crash)
{
	TSV_AUTO sql = { 0 };

	tsv_print(&sql, "SELECT count() FROM crashes%s WHERE host = ", server->tables);
	tsv_literal(&sql, crash->host);
	tsv_print(&sql, " AND boot_id = ");
	tsv_literal(&sql, crash->boot_id);
	tsv_print(&sql, " AND signature = ");
	tsv_literal(&sql, crash->signature);
	tsv_print(&sql, " AND uptime_us = %" PRId64 " AND time = %" PRId64,
		  crash->has_uptime ? crash->uptime_us : -1, crash->has_time ? crash->time : -1);
	return count(server, &sql);
}

int clickhouse_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	struct clickhouse *server = clickhouse_of(store);
	int found = has_boot(server, crash->host, crash->boot_id), known = 0;
	int error = found < 0 ? found : 0;

	if (found == 0)
		return store_fail(store, -ENOENT, "the boot of the crash is not in the store");
	if (!error && !store->is_batch) {
		known = has_crash(server, crash);
		error = known < 0 ? known : 0;
	}
	if (!error)
		error = begin(server);
	if (!error)
		error = end(server, clickhouse_batch_add_crash(server->batch, crash), NULL);
	if (!error)
		*ret_is_new = known == 0;
	return error;
}
