// SPDX-License-Identifier: GPL-2.0-or-later
/* Collect the additions of a batch in memory. */
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"
#include "lib/cleanup.h"

int clickhouse_by_key(const void *left, const void *right)
{
	const struct store_boot *a = &((const struct kept_boot *)left)->boot;
	const struct store_boot *b = &((const struct kept_boot *)right)->boot;
	int order = strcmp(a->host, b->host);

	return order ? order : strcmp(a->boot_id, b->boot_id);
}

int clickhouse_by_host(const void *left, const void *right)
{
	return strcmp(((const struct kept_boot *)left)->boot.host,
		      ((const struct kept_boot *)right)->boot.host);
}

struct kept_boot *clickhouse_batch_find(void *const *tree, clickhouse_order *compare,
					const char *host, const char *boot_id)
{
	struct kept_boot wanted = { .boot = { .host = host, .boot_id = boot_id } };
	struct kept_boot *const *found = tfind(&wanted, tree, compare);

	return found ? *found : NULL;
}

/* Free function of the trees that do not own their boots. */
static void keep_it(void *data)
{
}

static void deinit_end(struct kept_end *end)
{
	free(end->host);
	free(end->boot_id);
}
#define AUTO_END __attribute__((cleanup(deinit_end))) struct kept_end

static void deinit_crash(struct kept_crash *crash)
{
	free(crash->host);
	free(crash->boot_id);
	tsv_deinit(&crash->row);
}
#define AUTO_CRASH __attribute__((cleanup(deinit_crash))) struct kept_crash

void clickhouse_batch_destroy(struct clickhouse_batch *batch)
{
	if (!batch)
		return;
	tdestroy(batch->pending, keep_it);
	tdestroy(batch->last, keep_it);
	tdestroy(batch->known, store_boot_destroy);
	for (size_t i = 0; i < batch->boot_count; i++)
		store_boot_destroy(batch->boots[i]);
	for (size_t i = 0; i < batch->end_count; i++)
		deinit_end(&batch->ends[i]);
	for (size_t i = 0; i < batch->crash_count; i++)
		deinit_crash(&batch->crashes[i]);
	free(batch->boots);
	free(batch->ends);
	free(batch->crashes);
	free(batch->changed);
	tsv_deinit(&batch->keys);
	free(batch);
}

/* The array is full if the count is a power of two. */
bool clickhouse_batch_make_room(void *array, size_t count, size_t size)
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

static void add_key(struct clickhouse_batch *batch, const char *host, const char *boot_id)
{
	tsv_field(&batch->keys, host, '\t');
	tsv_field(&batch->keys, boot_id, '\n');
}

bool clickhouse_batch_add_boot(struct clickhouse_batch *batch, const struct store_boot *boot)
{
	struct kept_boot *kept;

	if (!clickhouse_batch_make_room(&batch->boots, batch->boot_count, sizeof(*batch->boots)))
		return false;
	kept = store_boot_keep(boot);
	if (!kept)
		return false;
	batch->boots[batch->boot_count++] = kept;
	add_key(batch, boot->host, boot->boot_id);
	return tsearch(kept, &batch->pending, clickhouse_by_key) != NULL;
}

bool clickhouse_batch_add_end(struct clickhouse_batch *batch, const char *host, const char *boot_id,
			      int64_t time)
{
	AUTO_END end = { strdup(host), strdup(boot_id), time };

	if (!end.host || !end.boot_id ||
	    !clickhouse_batch_make_room(&batch->ends, batch->end_count, sizeof(*batch->ends)))
		return false;
	batch->ends[batch->end_count++] = end;
	end = (struct kept_end){ 0 };
	add_key(batch, host, boot_id);
	return true;
}

/* The oldest row of a crash has the highest version, so that an existing row stays. */
static void write_crash(struct tsv *row, const struct store_crash *crash, uint64_t now)
{
	tsv_field(row, crash->host, '\t');
	tsv_field(row, crash->boot_id, '\t');
	tsv_field(row, crash->signature, '\t');
	tsv_number(row, crash->has_uptime ? crash->uptime_us : -1, '\t');
	tsv_number(row, crash->has_time ? crash->time : -1, '\t');
	tsv_print(row, "%" PRIu64 "\t", UINT64_MAX - now);
	tsv_field(row, crash->title, '\t');
	tsv_field(row, crash->type, '\t');
	tsv_field(row, crash->frame, '\t');
	tsv_field(row, crash->module, '\t');
	tsv_field(row, crash->frames, '\t');
}

uint64_t clickhouse_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

bool clickhouse_batch_add_crash(struct clickhouse_batch *batch, const struct store_crash *crash)
{
	AUTO_CRASH kept = { strdup(crash->host), strdup(crash->boot_id), { 0 } };

	write_crash(&kept.row, crash, clickhouse_now_ns() + batch->crash_count);
	if (!kept.host || !kept.boot_id || kept.row.has_failed ||
	    !clickhouse_batch_make_room(&batch->crashes, batch->crash_count,
					sizeof(*batch->crashes)))
		return false;
	batch->crashes[batch->crash_count++] = kept;
	kept = (struct kept_crash){ 0 };
	add_key(batch, crash->host, crash->boot_id);
	return true;
}
