/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch of additions, from collecting to writing: collect.c <- resolve.c <- write.c.
 *
 * collect.c keeps what is added in memory. When the batch ends, resolve.c asks the server which of its boots exist and
 * which boot of each host came before them, and decides what changes; write.c inserts the boots, then the crashes. An
 * addition outside of a batch is a batch of one.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_BATCH_H
#define LINEAGE_STORE_CLICKHOUSE_BATCH_H

#include "clickhouse.h"
#include "kept_boot.h"

/** struct kept_end - a boot to be marked clean */
struct kept_end {
	char *host;
	char *boot_id;
	int64_t time;
};

/** struct kept_crash - a crash; @row is its row without the columns of its boot */
struct kept_crash {
	char *host;
	char *boot_id;
	struct tsv row;
};

/* Columns of a crash: those of struct kept_crash, then those of its boot. */
#define CRASH_COLUMNS                                                                             \
	"host, boot_id, signature, uptime_us, time, version, title, type, frame, module, frames," \
	" release, boot, previous, kexec_count, label"

/**
 * struct clickhouse_batch - what is to be written
 * @boots, @ends, @crashes: what was added, in that order; owned
 * @pending: a tree of tsearch(3): @boots by key
 * @known: a tree: boots as they are in the store, or will be; owned
 * @last: a tree: of @known, the last boot of each host before the one that is resolved
 * @changed: of @known, what is to be written, in this order
 * @keys: host and boot id of everything that was added, as rows
 * @before: how the boot before the last one ended
 * @is_single: one addition outside of a batch
 */
struct clickhouse_batch {
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
	struct tsv keys;
	enum store_end before;
	bool is_single;
};

/* Orders of the trees: by host and boot id, by host. */
typedef int clickhouse_order(const void *left, const void *right);
clickhouse_order clickhouse_by_key, clickhouse_by_host;

/* The boot in a tree; NULL if it is not there. */
struct kept_boot *clickhouse_batch_find(void *const *tree, clickhouse_order *compare,
					const char *host, const char *boot_id);

/* Room for one more in the array at @array, which grows by doubling; false without memory. */
bool clickhouse_batch_make_room(void *array, size_t count, size_t size);

/* Add to a batch; false without memory. */
bool clickhouse_batch_add_boot(struct clickhouse_batch *batch, const struct store_boot *boot);
bool clickhouse_batch_add_end(struct clickhouse_batch *batch, const char *host, const char *boot_id,
			      int64_t time);
bool clickhouse_batch_add_crash(struct clickhouse_batch *batch, const struct store_crash *crash);

/**
 * clickhouse_batch_resolve() - decide what changes
 * @now: nanoseconds since 1970
 *
 * Fills in @known, @last, @changed and @before.
 *
 * Return: 0 or the error of clickhouse_ask(), the line of error set.
 */
int clickhouse_batch_resolve(struct clickhouse *server, struct clickhouse_batch *batch,
			     uint64_t now);

/* Nanoseconds since 1970; versions of rows. */
uint64_t clickhouse_now_ns(void);

#endif /* LINEAGE_STORE_CLICKHOUSE_BATCH_H */
