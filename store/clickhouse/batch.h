/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch of additions: collect.c keeps it in memory, resolve.c and write.c write it.
 *
 * When the batch ends, resolve.c asks the server which of the boots exist and which boot of each
 * host precedes them, and decides what changes. write.c then inserts the boots, and after them the
 * crashes. An addition outside a batch is a batch of one.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_BATCH_H
#define LINEAGE_STORE_CLICKHOUSE_BATCH_H

#include "clickhouse.h"
#include "boot_row.h"

/** struct kept_end - a boot to mark as clean */
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

/* Columns of a crash: first those of struct kept_crash, then those of its boot. */
#define CRASH_COLUMNS                                                                             \
	"host, boot_id, signature, uptime_us, time, version, title, type, frame, module, frames," \
	" release, boot, previous, kexec_count, label"

/**
 * struct clickhouse_batch - the additions of a batch
 * @boots, @ends, @crashes: the additions, in the order in which they were added; owned
 * @pending: tree (tsearch(3)) of @boots by key
 * @known: tree by key: boots as they are in the store, or will be; owned
 * @last: tree by host: the last boot of each host before the one being resolved, from @known
 * @changed: boots of @known to write, in this order
 * @keys: host and boot id of all additions, as rows
 * @before: how the boot before the last added one ended
 * @is_single: a batch of one addition outside a batch
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

/* Comparison functions of the trees: by host and boot id, and by host. */
typedef int clickhouse_order(const void *left, const void *right);
clickhouse_order clickhouse_by_key, clickhouse_by_host;

/* Find a boot in a tree; NULL if it is not there. */
struct kept_boot *clickhouse_batch_find(void *const *tree, clickhouse_order *compare,
					const char *host, const char *boot_id);

/*
 * Make room for one more element in the array at @array, whose capacity doubles. Return false if
 * there is no memory.
 */
bool clickhouse_batch_make_room(void *array, size_t count, size_t size);

/* Add to a batch. Return false if there is no memory. */
bool clickhouse_batch_add_boot(struct clickhouse_batch *batch, const struct store_boot *boot);
bool clickhouse_batch_add_end(struct clickhouse_batch *batch, const char *host, const char *boot_id,
			      int64_t time);
bool clickhouse_batch_add_crash(struct clickhouse_batch *batch, const struct store_crash *crash);

/**
 * clickhouse_batch_resolve() - decide what changes
 * @now: nanoseconds since 1970
 *
 * Sets @known, @last, @changed and @before.
 *
 * Return: 0 or the error of clickhouse_ask(), with the error message set.
 */
int clickhouse_batch_resolve(struct clickhouse *server, struct clickhouse_batch *batch,
			     uint64_t now);

/* Nanoseconds since 1970, used as the version of a row. */
uint64_t clickhouse_now_ns(void);

#endif /* LINEAGE_STORE_CLICKHOUSE_BATCH_H */
