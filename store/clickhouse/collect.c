// SPDX-License-Identifier: GPL-2.0-or-later
/* Collect the additions of a batch in memory. */
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch.h"

int clickhouse_by_key(const void *left, const void *right)
{
	const struct store_boot *a = left, *b = right;
	int order = strcmp(a->host, b->host);

	return order ? order : strcmp(a->boot_id, b->boot_id);
}

static bool is_of_boot(const struct addition *addition)
{
	return addition->kind == ADDITION_BOOT ||
	       (addition->kind >= ADDITION_COPY && addition->kind <= ADDITION_ROW &&
		!addition->boot->boot.is_part);
}

/* Most crashes follow their boot, so the tree is made only if it is needed. */
bool clickhouse_batch_has(struct clickhouse_batch *batch, const char *host, const char *boot_id)
{
	const struct store_boot wanted = { .host = host, .boot_id = boot_id };

	if (batch->last && clickhouse_by_key(&wanted, batch->last) == 0)
		return true;
	for (; batch->pending_count < batch->count; batch->pending_count++) {
		const struct addition *addition = &batch->additions[batch->pending_count];

		if (is_of_boot(addition) &&
		    !tsearch(addition->boot, &batch->pending, clickhouse_by_key))
			return false;
	}
	return tfind(&wanted, &batch->pending, clickhouse_by_key) != NULL;
}

/* Free function of a tree that does not own its nodes. */
static void keep_it(void *data)
{
}

static void deinit_addition(struct addition *addition)
{
	store_boot_destroy(addition->boot);
	clickhouse_crash_destroy(addition->crash);
}
#define AUTO_ADDITION __attribute__((cleanup(deinit_addition))) struct addition

void clickhouse_batch_destroy(struct clickhouse_batch *batch)
{
	if (!batch)
		return;
	tdestroy(batch->pending, keep_it);
	for (size_t i = 0; i < batch->count; i++)
		deinit_addition(&batch->additions[i]);
	free(batch->additions);
	free(batch);
}

/* The array is full if the count is a power of two. */
bool clickhouse_make_room(void *array, size_t count, size_t size)
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

/* Append an addition; the batch takes ownership of its members. */
static bool append(struct clickhouse_batch *batch, struct addition *addition)
{
	if (!addition->boot ||
	    !clickhouse_make_room(&batch->additions, batch->count, sizeof(*batch->additions)))
		return false;
	batch->additions[batch->count++] = *addition;
	*addition = (struct addition){ 0 };
	return true;
}

bool clickhouse_batch_add_boot(struct clickhouse_batch *batch, const struct store_boot *boot)
{
	AUTO_ADDITION addition = { .kind = ADDITION_BOOT, .boot = store_boot_keep(boot) };

	if (!append(batch, &addition))
		return false;
	batch->last = &batch->additions[batch->count - 1].boot->boot;
	return true;
}

bool clickhouse_batch_add_part(struct clickhouse_batch *batch, const struct store_boot *part)
{
	AUTO_ADDITION addition = { .kind = ADDITION_PART, .boot = store_boot_keep(part) };

	return append(batch, &addition);
}

bool clickhouse_batch_add_end(struct clickhouse_batch *batch, const char *host, const char *boot_id,
			      int64_t time)
{
	const struct store_boot boot = { .host = host, .boot_id = boot_id, .end_time = time };
	AUTO_ADDITION addition = { .kind = ADDITION_END,
				   .boot = store_boot_keep(&boot),
				   .is_of_batch = clickhouse_batch_has(batch, host, boot_id) };

	return append(batch, &addition);
}

bool clickhouse_batch_add_kexec(struct clickhouse_batch *batch, const struct store_boot *boot)
{
	AUTO_ADDITION addition = {
		.kind = ADDITION_KEXEC,
		.boot = store_boot_keep(boot),
		.is_of_batch = clickhouse_batch_has(batch, boot->host, boot->boot_id),
	};

	return append(batch, &addition);
}

bool clickhouse_batch_add_rename(struct clickhouse_batch *batch, const char *from, const char *to)
{
	const struct store_boot boot = { .host = from, .boot_id = "", .machine_id = to };
	AUTO_ADDITION addition = { .kind = ADDITION_RENAME, .boot = store_boot_keep(&boot) };

	return append(batch, &addition);
}

bool clickhouse_batch_add_name(struct clickhouse_batch *batch, const char *name, const char *host)
{
	const struct store_boot boot = { .host = name, .boot_id = "", .machine_id = host };
	AUTO_ADDITION addition = { .kind = ADDITION_NAME, .boot = store_boot_keep(&boot) };

	return append(batch, &addition);
}

bool clickhouse_batch_add_copy(struct clickhouse_batch *batch, const struct store_boot *boot,
			       bool is_unchanged)
{
	AUTO_ADDITION addition = { .kind = is_unchanged ? ADDITION_ROW : ADDITION_COPY,
				   .boot = store_boot_keep(boot) };

	if (!append(batch, &addition))
		return false;
	if (!boot->is_part)
		batch->last = &batch->additions[batch->count - 1].boot->boot;
	return true;
}

uint64_t clickhouse_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool add_crash(struct clickhouse_batch *batch, const struct store_crash *crash,
		      enum addition_kind kind, uint64_t recorded)
{
	const struct store_boot boot = { .host = crash->host,
					 .machine_id = crash->machine_id,
					 .boot_id = crash->boot_id };
	AUTO_ADDITION addition = {
		.kind = kind,
		.boot = store_boot_keep(&boot),
		.crash = clickhouse_crash_keep(crash, recorded),
		.is_of_batch = clickhouse_batch_has(batch, crash->host, crash->boot_id),
	};

	return addition.crash && append(batch, &addition);
}

/* The count is added to the time to keep the order of crashes that are added at the same moment. */
bool clickhouse_batch_add_crash(struct clickhouse_batch *batch, const struct store_crash *crash)
{
	return add_crash(batch, crash, ADDITION_CRASH, clickhouse_now_ns() + batch->count);
}

bool clickhouse_batch_add_crash_row(struct clickhouse_batch *batch, const struct store_crash *crash)
{
	return add_crash(batch, crash, ADDITION_CRASH_ROW,
			 crash->order > 0 ? (uint64_t)crash->order
					  : clickhouse_now_ns() + batch->count);
}
