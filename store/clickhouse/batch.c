// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How are boots and crashes written, many at a time, and the same ones again without counting twice?
 *
 * A batch is kept in memory and written as a whole when it ends: one look at which of its boots are there and which
 * boots come before them, one insert of boots, one of crashes. What is added outside of a batch is a batch of one.
 */
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "boot.h"
#include "clickhouse.h"
#include "store/ending.h"

/** struct kept_end - a boot is to be marked clean */
struct kept_end {
	char *host;
	char *boot_id;
	int64_t time;
};

/** struct kept_crash - a crash: @row is its row but for what is its boot's */
struct kept_crash {
	char *host;
	char *boot_id;
	struct text row;
};

/**
 * struct batch - what is to be written
 * @boots, @ends, @crashes: what was added, in that order; owned
 * @pending: tsearch(3)'s, of @boots by key
 * @known: of boots as they are in the store, or will be; owned
 * @last: of those, the last boot of each host before the one that is looked at
 * @changed: of those, what is to be written, in its order
 * @keys: host and boot id of everything, as rows
 * @before: how the boot before the last one ended
 * @is_single: one addition outside of a batch
 */
struct batch {
	struct kept_boot **boots;
	size_t boot_count;
	struct kept_end *ends;
	size_t end_count;
	struct kept_crash *crashes;
	size_t crash_count;
	void *pending;
	void *known;
	void *last;
	struct kept_boot **changed;
	size_t changed_count;
	struct text keys;
	enum store_end before;
	bool is_single;
};

static int by_key(const void *left, const void *right)
{
	const struct store_boot *a = &((const struct kept_boot *)left)->boot;
	const struct store_boot *b = &((const struct kept_boot *)right)->boot;
	int order = strcmp(a->host, b->host);

	return order ? order : strcmp(a->boot_id, b->boot_id);
}

static int by_host(const void *left, const void *right)
{
	return strcmp(((const struct kept_boot *)left)->boot.host,
		      ((const struct kept_boot *)right)->boot.host);
}

typedef int order(const void *left, const void *right);

static struct kept_boot *find(void *const *tree, order *compare, const char *host,
			      const char *boot_id)
{
	struct kept_boot wanted = { .boot = { .host = host, .boot_id = boot_id } };
	struct kept_boot *const *found = tfind(&wanted, tree, compare);

	return found ? *found : NULL;
}

/* Belongs to another tree, or to nobody yet. */
static void keep_it(void *data)
{
}

void batch_destroy(struct batch *batch)
{
	if (!batch)
		return;
	tdestroy(batch->pending, keep_it);
	tdestroy(batch->last, keep_it);
	tdestroy(batch->known, boot_destroy);
	for (size_t i = 0; i < batch->boot_count; i++)
		if (batch->boots[i])
			boot_destroy(batch->boots[i]);
	for (size_t i = 0; i < batch->end_count; i++) {
		free(batch->ends[i].host);
		free(batch->ends[i].boot_id);
	}
	for (size_t i = 0; i < batch->crash_count; i++) {
		free(batch->crashes[i].host);
		free(batch->crashes[i].boot_id);
		text_deinit(&batch->crashes[i].row);
	}
	free(batch->boots);
	free(batch->ends);
	free(batch->crashes);
	free(batch->changed);
	text_deinit(&batch->keys);
	free(batch);
}

static int fail_memory(struct clickhouse *server)
{
	return store_fail(&server->store, -ENOMEM, "out of memory");
}

/* Room for one more in an array that grows by doubling: at every power of two. */
static bool make_room(void *array, size_t count, size_t size)
{
	void **at = array;
	void *larger;

	if (count & (count - 1) && count > 0)
		return true;
	larger = reallocarray(*at, count ? 2 * count : 1, size);
	if (!larger)
		return false;
	*at = larger;
	return true;
}

static void add_key(struct batch *batch, const char *host, const char *boot_id)
{
	text_field(&batch->keys, host, '\t');
	text_field(&batch->keys, boot_id, '\n');
}

static bool push_boot(struct batch *batch, const struct store_boot *boot)
{
	struct kept_boot *kept;

	if (!make_room(&batch->boots, batch->boot_count, sizeof(*batch->boots)))
		return false;
	kept = boot_keep(boot);
	if (!kept)
		return false;
	batch->boots[batch->boot_count++] = kept;
	add_key(batch, boot->host, boot->boot_id);
	return tsearch(kept, &batch->pending, by_key) != NULL;
}

static bool push_end(struct batch *batch, const char *host, const char *boot_id, int64_t time)
{
	struct kept_end end = { strdup(host), strdup(boot_id), time };

	if (!end.host || !end.boot_id ||
	    !make_room(&batch->ends, batch->end_count, sizeof(*batch->ends))) {
		free(end.host);
		free(end.boot_id);
		return false;
	}
	batch->ends[batch->end_count++] = end;
	add_key(batch, host, boot_id);
	return true;
}

#define CRASH_COLUMNS                                                                             \
	"host, boot_id, signature, uptime_us, time, version, title, type, frame, module, frames," \
	" release, boot, previous, kexec_count, label"

/* The oldest row of a crash has the highest version: what is there stays. */
static void write_crash(struct text *row, const struct store_crash *crash, uint64_t now)
{
	text_field(row, crash->host, '\t');
	text_field(row, crash->boot_id, '\t');
	text_field(row, crash->signature, '\t');
	text_number(row, crash->has_uptime ? crash->uptime_us : -1, '\t');
	text_number(row, crash->has_time ? crash->time : -1, '\t');
	text_print(row, "%" PRIu64 "\t", UINT64_MAX - now);
	text_field(row, crash->title, '\t');
	text_field(row, crash->type, '\t');
	text_field(row, crash->frame, '\t');
	text_field(row, crash->module, '\t');
	text_field(row, crash->frames, '\t');
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool push_crash(struct batch *batch, const struct store_crash *crash)
{
	struct kept_crash kept = { strdup(crash->host), strdup(crash->boot_id), { 0 } };

	write_crash(&kept.row, crash, now_ns() + batch->crash_count);
	if (!kept.host || !kept.boot_id || kept.row.has_failed ||
	    !make_room(&batch->crashes, batch->crash_count, sizeof(*batch->crashes))) {
		free(kept.host);
		free(kept.boot_id);
		text_deinit(&kept.row);
		return false;
	}
	batch->crashes[batch->crash_count++] = kept;
	add_key(batch, crash->host, crash->boot_id);
	return true;
}

/* The host's last boot is the one with the highest sequence. */
static bool set_last(struct batch *batch, struct kept_boot *kept)
{
	struct kept_boot *before = find(&batch->last, by_host, kept->boot.host, "");

	if (before && before->boot.sequence > kept->boot.sequence)
		return true;
	if (before)
		tdelete(before, &batch->last, by_host);
	return tsearch(kept, &batch->last, by_host) != NULL;
}

/* Boots of an answer become known; @is_before: they may be what comes before a boot that is added. */
static int take_known(struct clickhouse *server, struct batch *batch, struct text *answer,
		      bool is_before)
{
	const char *fields[BOOT_FIELDS];
	char *at = answer->at ? answer->at : (char[]){ "" };
	int row;

	while ((row = text_row(&at, fields, BOOT_FIELDS)) > 0) {
		struct kept_boot *kept, **found;
		struct store_boot boot;
		uint64_t version;

		if (!boot_read(fields, &boot, &version))
			return store_fail(&server->store, -EIO,
					  "an answer that makes no sense: a boot without a name");
		kept = boot_keep(&boot);
		if (!kept)
			return fail_memory(server);
		kept->version = version;
		found = tsearch(kept, &batch->known, by_key);
		/* On two shards, where somebody wrote to one of them without ?cluster=. */
		if (!found || *found != kept)
			boot_destroy(kept);
		if (!found)
			return fail_memory(server);
		kept = *found;
		if (is_before && !set_last(batch, kept))
			return fail_memory(server);
	}
	return row < 0 ? store_fail(&server->store, -EIO, "an answer that is cut") : 0;
}

static int ask_known(struct clickhouse *server, struct batch *batch, const char *where,
		     bool is_before)
{
	struct external keys = { "keys", "host String, boot_id String", &batch->keys };
	AUTO_TEXT sql = { 0 }, answer = { 0 };
	int error;

	text_print(&sql, "SELECT " BOOT_COLUMNS " FROM boots%s FINAL WHERE %s FORMAT TabSeparated",
		   server->tables, where);
	if (sql.has_failed || batch->keys.has_failed)
		return fail_memory(server);
	error = clickhouse_ask(server, sql.at, &keys, &answer);
	return error ? error : take_known(server, batch, &answer, is_before);
}

/* Not GLOBAL IN, which old servers look up no index for: the table goes along to every shard anyway. */
#define IS_KEY "(host, boot_id) IN (SELECT host, boot_id FROM keys)"
#define IS_OTHER \
	"host IN (SELECT host FROM keys) AND (host, boot_id) NOT IN (SELECT host, boot_id FROM keys)"

/*
 * Which boots are there already, and which is the last one of each host? Of a single boot that is there already it is
 * the one before that.
 */
static int look_up(struct clickhouse *server, struct batch *batch)
{
	AUTO_TEXT where = { 0 };
	const struct kept_boot *known = NULL;
	int error = ask_known(server, batch, IS_KEY, !batch->is_single);

	if (error || batch->boot_count == 0)
		return error;
	if (batch->is_single)
		known = find(&batch->known, by_key, batch->boots[0]->boot.host,
			     batch->boots[0]->boot.boot_id);
	text_print(&where, IS_OTHER);
	if (known)
		text_print(&where, " AND sequence < %" PRId64, known->boot.sequence);
	text_print(&where, " ORDER BY sequence DESC LIMIT 1 BY host");
	if (where.has_failed)
		return fail_memory(server);
	return ask_known(server, batch, where.at, true);
}

static bool change(struct batch *batch, struct kept_boot *kept)
{
	if (kept->is_changed)
		return true;
	if (!make_room(&batch->changed, batch->changed_count, sizeof(*batch->changed)))
		return false;
	kept->is_changed = true;
	batch->changed[batch->changed_count++] = kept;
	return true;
}

/* How the host's boot before ended, now that @after is known; written down where it is news. */
static bool settle_before(struct batch *batch, const struct kept_boot *after)
{
	struct kept_boot *before = find(&batch->last, by_host, after->boot.host, "");
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

/* A boot that is new; it belongs to the known ones from now on. */
static bool resolve_new(struct batch *batch, size_t i, int64_t now)
{
	struct kept_boot *boot = batch->boots[i];
	const struct kept_boot *before = find(&batch->last, by_host, boot->boot.host, "");

	/* Whatever the clock says, it comes after those that are there. */
	boot->boot.sequence =
		before && before->boot.sequence >= now ? before->boot.sequence + 1 : now;
	if (!settle_before(batch, boot) || !tsearch(boot, &batch->known, by_key))
		return false;
	batch->boots[i] = NULL;
	return change(batch, boot) && set_last(batch, boot);
}

/* One that is there stays as it is, but for a clean one that runs on. */
static bool resolve_known(struct batch *batch, size_t i, struct kept_boot *known)
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

static bool resolve(struct batch *batch, uint64_t now)
{
	for (size_t i = 0; i < batch->boot_count; i++) {
		const struct store_boot *boot = &batch->boots[i]->boot;
		struct kept_boot *known = find(&batch->known, by_key, boot->host, boot->boot_id);

		if (!(known ? resolve_known(batch, i, known)
			    : resolve_new(batch, i, (int64_t)(now + i))))
			return false;
	}
	for (size_t i = 0; i < batch->end_count; i++) {
		const struct kept_end *end = &batch->ends[i];
		struct kept_boot *known = find(&batch->known, by_key, end->host, end->boot_id);

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

static int insert_boots(struct clickhouse *server, const struct batch *batch, uint64_t now)
{
	AUTO_TEXT rows = { 0 };

	for (size_t i = 0; i < batch->changed_count; i++) {
		const struct kept_boot *kept = batch->changed[i];

		boot_write(&rows, kept, kept->version >= now ? kept->version + 1 : now);
	}
	return clickhouse_insert(server, "boots", BOOT_COLUMNS, &rows);
}

static int insert_crashes(struct clickhouse *server, const struct batch *batch)
{
	AUTO_TEXT rows = { 0 };

	for (size_t i = 0; i < batch->crash_count; i++) {
		const struct kept_crash *crash = &batch->crashes[i];
		const struct kept_boot *kept =
			find(&batch->known, by_key, crash->host, crash->boot_id);

		if (!kept)
			return store_fail(&server->store, -ENOENT, "the crash's boot is not in it");
		text_append(&rows, crash->row.at, crash->row.size);
		text_field(&rows, kept->boot.release ? kept->boot.release : "", '\t');
		text_field(&rows, lineage_boot_name(kept->boot.boot), '\t');
		text_field(&rows, kept->boot.previous_release ? kept->boot.previous_release : "",
			   '\t');
		text_number(&rows, kept->boot.has_count ? (int64_t)kept->boot.kexec_count : -1,
			    '\t');
		text_field(&rows, kept->boot.label, '\n');
	}
	return clickhouse_insert(server, "crashes", CRASH_COLUMNS, &rows);
}

static int write_all(struct clickhouse *server, struct batch *batch)
{
	uint64_t now = now_ns();
	int error = batch->keys.size > 0 ? look_up(server, batch) : 0;

	if (error)
		return error;
	if (!resolve(batch, now))
		return fail_memory(server);
	error = insert_boots(server, batch, now);
	return error ? error : insert_crashes(server, batch);
}

int clickhouse_begin_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);

	batch_destroy(server->batch);
	server->batch = calloc(1, sizeof(*server->batch));
	return server->batch ? 0 : fail_memory(server);
}

int clickhouse_end_batch(struct store *store)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = write_all(server, server->batch);

	batch_destroy(server->batch);
	server->batch = NULL;
	return error;
}

/* Who opened it to read changes nothing, whatever the server would allow. */
static int begin(struct clickhouse *server)
{
	int error;

	if (server->is_read_only)
		return store_fail(&server->store, -EROFS, "it was opened to be read");
	if (server->store.is_batch)
		return 0;
	error = clickhouse_begin_batch(&server->store);
	if (!error)
		server->batch->is_single = true;
	return error;
}

/* Outside of a batch it is written now. @ret_before may be NULL. */
static int end(struct clickhouse *server, bool is_pushed, enum store_end *ret_before)
{
	int error = 0;

	if (!is_pushed)
		error = fail_memory(server);
	else if (!server->store.is_batch)
		error = write_all(server, server->batch);
	if (!error && ret_before)
		*ret_before = server->store.is_batch ? STORE_END_UNKNOWN : server->batch->before;
	if (!server->store.is_batch) {
		batch_destroy(server->batch);
		server->batch = NULL;
	}
	return error;
}

int clickhouse_add_boot(struct store *store, const struct store_boot *boot,
			enum store_end *ret_before)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = begin(server);

	return error ? error : end(server, push_boot(server->batch, boot), ret_before);
}

/* How many rows there are like that: 0, 1 or more, or a negative errno. */
static int count(struct clickhouse *server, const struct text *sql)
{
	AUTO_TEXT answer = { 0 };
	int error = sql->has_failed ? fail_memory(server)
				    : clickhouse_ask(server, sql->at, NULL, &answer);

	return error ? error : atoi(answer.at ? answer.at : "0");
}

/* 1 where the boot is there, in the store or in the batch. */
static int has_boot(struct clickhouse *server, const char *host, const char *boot_id)
{
	AUTO_TEXT sql = { 0 };

	if (server->batch && find(&server->batch->pending, by_key, host, boot_id))
		return 1;
	text_print(&sql, "SELECT count() FROM boots%s WHERE host = ", server->tables);
	text_literal(&sql, host);
	text_print(&sql, " AND boot_id = ");
	text_literal(&sql, boot_id);
	return count(server, &sql);
}

int clickhouse_end_boot(struct store *store, const char *host, const char *boot_id, int64_t time)
{
	struct clickhouse *server = clickhouse_of(store);
	int found = has_boot(server, host, boot_id);
	int error = found < 0 ? found : 0;

	if (found == 0)
		return store_fail(store, -ENOENT, "this boot is not in it");
	if (!error)
		error = begin(server);
	return error ? error : end(server, push_end(server->batch, host, boot_id, time), NULL);
}

static int has_crash(struct clickhouse *server, const struct store_crash *crash)
{
	AUTO_TEXT sql = { 0 };

	text_print(&sql, "SELECT count() FROM crashes%s WHERE host = ", server->tables);
	text_literal(&sql, crash->host);
	text_print(&sql, " AND boot_id = ");
	text_literal(&sql, crash->boot_id);
	text_print(&sql, " AND signature = ");
	text_literal(&sql, crash->signature);
	text_print(&sql, " AND uptime_us = %" PRId64 " AND time = %" PRId64,
		   crash->has_uptime ? crash->uptime_us : -1, crash->has_time ? crash->time : -1);
	return count(server, &sql);
}

int clickhouse_add_crash(struct store *store, const struct store_crash *crash, bool *ret_is_new)
{
	struct clickhouse *server = clickhouse_of(store);
	int found = has_boot(server, crash->host, crash->boot_id), known = 0;
	int error = found < 0 ? found : 0;

	if (found == 0)
		return store_fail(store, -ENOENT, "the crash's boot is not in it");
	if (!error && !store->is_batch) {
		known = has_crash(server, crash);
		error = known < 0 ? known : 0;
	}
	if (!error)
		error = begin(server);
	if (!error)
		error = end(server, push_crash(server->batch, crash), NULL);
	if (!error)
		*ret_is_new = known == 0;
	return error;
}
