// SPDX-License-Identifier: GPL-2.0-or-later
/* Decide which boots of a batch are new, and what the batch changes in existing boots. */
#include <errno.h>
#include <inttypes.h>
#include <search.h>

#include "batch.h"
#include "store/ending.h"

/* The last boot of a host is the one with the highest sequence. */
static bool set_last(struct clickhouse_batch *batch, struct kept_boot *kept)
{
	struct kept_boot *before =
		clickhouse_batch_find(&batch->last, clickhouse_by_host, kept->boot.host, "");

	if (before && before->boot.sequence > kept->boot.sequence)
		return true;
	if (before)
		tdelete(before, &batch->last, clickhouse_by_host);
	return tsearch(kept, &batch->last, clickhouse_by_host) != NULL;
}

/* Add a boot of a response to the known boots. Return it, or NULL if there is no memory. */
static struct kept_boot *add_known(struct clickhouse_batch *batch, const struct store_boot *boot,
				   uint64_t version)
{
	STORE_AUTO_KEPT_BOOT *kept = store_boot_keep(boot);
	struct kept_boot **found, *known;

	if (!kept)
		return NULL;
	kept->version = version;
	found = tsearch(kept, &batch->known, clickhouse_by_key);
	if (!found)
		return NULL;
	/* The boot is on two shards, because one of them was written without ?cluster=. */
	known = *found;
	if (known == kept)
		kept = NULL;
	return known;
}

/* Add the boots of a response to the known boots. @is_before: they can precede an added boot. */
static int take_known(struct clickhouse *server, struct clickhouse_batch *batch, struct tsv *answer,
		      bool is_before)
{
	const char *fields[BOOT_FIELDS];
	char *at = answer->at ? answer->at : (char[]){ "" };
	int row;

	while ((row = tsv_row(&at, fields, BOOT_FIELDS)) > 0) {
		struct kept_boot *known;
		struct store_boot boot;
		uint64_t version;

		if (!clickhouse_boot_read(fields, &boot, &version))
			return store_fail(&server->store, -EIO,
					  "invalid response: a boot has no host or no boot id");
		known = add_known(batch, &boot, version);
		if (!known || (is_before && !set_last(batch, known)))
			return clickhouse_fail_memory(server);
	}
	return row < 0 ? store_fail(&server->store, -EIO, "the response is truncated") : 0;
}

static int ask_known(struct clickhouse *server, struct clickhouse_batch *batch, const char *where,
		     bool is_before)
{
	struct clickhouse_external keys = { "keys", "host String, boot_id String", &batch->keys };
	TSV_AUTO sql = { 0 }, answer = { 0 };
	int error;

	tsv_print(&sql, "SELECT " BOOT_COLUMNS " FROM boots%s FINAL WHERE %s FORMAT TabSeparated",
		  server->tables, where);
	if (sql.has_failed || batch->keys.has_failed)
		return clickhouse_fail_memory(server);
	error = clickhouse_ask(server, sql.at, &keys, &answer);
	return error ? error : take_known(server, batch, &answer, is_before);
}

/*
 * This is not GLOBAL IN, since old servers do not use an index for it. The table is sent to every
 * shard anyway.
 */
#define IS_KEY "(host, boot_id) IN (SELECT host, boot_id FROM keys)"
#define IS_OTHER                          \
	"host IN (SELECT host FROM keys)" \
	" AND (host, boot_id) NOT IN (SELECT host, boot_id FROM keys)"

/*
 * Query which boots exist, and the last other boot of each host. For a single boot that exists,
 * query the one that precedes it.
 */
static int look_up(struct clickhouse *server, struct clickhouse_batch *batch)
{
	TSV_AUTO where = { 0 };
	const struct kept_boot *known = NULL;
	int error = ask_known(server, batch, IS_KEY, !batch->is_single);

	if (error || batch->boot_count == 0)
		return error;
	if (batch->is_single)
		known = clickhouse_batch_find(&batch->known, clickhouse_by_key,
					      batch->boots[0]->boot.host,
					      batch->boots[0]->boot.boot_id);
	tsv_print(&where, IS_OTHER);
	if (known)
		tsv_print(&where, " AND sequence < %" PRId64, known->boot.sequence);
	tsv_print(&where, " ORDER BY sequence DESC LIMIT 1 BY host");
	if (where.has_failed)
		return clickhouse_fail_memory(server);
	return ask_known(server, batch, where.at, true);
}

static bool change(struct clickhouse_batch *batch, struct kept_boot *kept)
{
	if (kept->is_changed)
		return true;
	if (!clickhouse_batch_make_room(&batch->changed, batch->changed_count,
					sizeof(*batch->changed)))
		return false;
	kept->is_changed = true;
	batch->changed[batch->changed_count++] = kept;
	return true;
}

/* Derive the end of the previous boot of the host from @after, and mark it if it has changed. */
static bool settle_before(struct clickhouse_batch *batch, const struct kept_boot *after)
{
	struct kept_boot *before =
		clickhouse_batch_find(&batch->last, clickhouse_by_host, after->boot.host, "");
	enum store_end end;

	batch->before = STORE_END_UNKNOWN;
	if (!before)
		return true;
	end = store_ending(&before->boot, &after->boot);
	batch->before = end;
	if (end == before->boot.end)
		return true;
	before->boot.end = end;
	before->boot.has_end_time = false;
	return change(batch, before);
}

/* Add a new boot to the known boots. */
static bool resolve_new(struct clickhouse_batch *batch, size_t i, int64_t now)
{
	struct kept_boot *boot = batch->boots[i];
	const struct kept_boot *before =
		clickhouse_batch_find(&batch->last, clickhouse_by_host, boot->boot.host, "");

	/* It follows the existing boots, whatever the clock says. */
	boot->boot.sequence =
		before && before->boot.sequence >= now ? before->boot.sequence + 1 : now;
	if (!settle_before(batch, boot) || !tsearch(boot, &batch->known, clickhouse_by_key))
		return false;
	batch->boots[i] = NULL;
	return change(batch, boot) && set_last(batch, boot);
}

/* Leave an existing boot unchanged, except for a clean one that still runs. */
static bool resolve_known(struct clickhouse_batch *batch, size_t i, struct kept_boot *known)
{
	const struct kept_boot *boot = batch->boots[i];

	if (batch->is_single && !settle_before(batch, known))
		return false;
	if (known->boot.end != STORE_END_CLEAN || boot->boot.end != STORE_END_RUNNING)
		return true;
	known->boot.end = STORE_END_RUNNING;
	known->boot.has_end_time = false;
	return change(batch, known);
}

/* Resolve all additions in their order. Return false if there is no memory. */
static bool resolve_all(struct clickhouse_batch *batch, uint64_t now)
{
	for (size_t i = 0; i < batch->boot_count; i++) {
		const struct store_boot *boot = &batch->boots[i]->boot;
		struct kept_boot *known = clickhouse_batch_find(&batch->known, clickhouse_by_key,
								boot->host, boot->boot_id);

		if (!(known ? resolve_known(batch, i, known)
			    : resolve_new(batch, i, (int64_t)(now + i))))
			return false;
	}
	for (size_t i = 0; i < batch->end_count; i++) {
		const struct kept_end *end = &batch->ends[i];
		struct kept_boot *known = clickhouse_batch_find(&batch->known, clickhouse_by_key,
								end->host, end->boot_id);

		if (!known)
			continue;
		known->boot.end = STORE_END_CLEAN;
		known->boot.has_end_time = true;
		known->boot.end_time = end->time;
		if (!change(batch, known))
			return false;
	}
	return true;
}

int clickhouse_batch_resolve(struct clickhouse *server, struct clickhouse_batch *batch,
			     uint64_t now)
{
	int error = batch->keys.size > 0 ? look_up(server, batch) : 0;

	if (error)
		return error;
	return resolve_all(batch, now) ? 0 : clickhouse_fail_memory(server);
}
