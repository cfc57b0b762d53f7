/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A batch of additions: collect.c keeps it in memory until it is written.
 *
 * When the batch ends, load.c loads the rows of its hosts into an image, resolve.c makes the
 * additions to the image, and changes.c writes the rows that differ from the server. An addition
 * outside a batch is a batch of one.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_BATCH_H
#define LINEAGE_STORE_CLICKHOUSE_BATCH_H

#include "clickhouse.h"
#include "crash_row.h"
#include "store/kept_boot.h"

/*
 * ADDITION_RENAME moves all rows of the host boot->host to the host boot->machine_id, and
 * ADDITION_NAME adds the name boot->host to this host. The additions of store_copy_boot() and
 * store_copy_crash() are ADDITION_COPY, or ADDITION_ROW and ADDITION_CRASH_ROW for unchanged rows.
 */
enum addition_kind {
	ADDITION_BOOT,
	ADDITION_PART,
	ADDITION_END,
	ADDITION_KEXEC,
	ADDITION_CRASH,
	ADDITION_RENAME,
	ADDITION_NAME,
	ADDITION_COPY,
	ADDITION_ROW,
	ADDITION_CRASH_ROW,
};

/**
 * struct addition - one addition; owns its members
 * @boot: the boot or part. For an end, a kexec or a crash, only the host and the boot id are set;
 *	an end also has its time, and a kexec its facts. For a rename or a name, only the host and
 *	the machine id are set.
 * @crash: NULL unless @kind is ADDITION_CRASH or ADDITION_CRASH_ROW
 * @is_of_batch: for an end, a kexec or a crash: its boot was added in the same batch
 */
struct addition {
	enum addition_kind kind;
	struct kept_boot *boot;
	struct kept_crash *crash;
	bool is_of_batch;
};

/**
 * struct clickhouse_batch - the additions of a batch
 * @additions: in the order in which they were added; owned
 * @last: the boot that was added last; NULL before the first addition
 * @pending: tree (tsearch(3)) of the boots among the first @pending_count additions, by key
 * @is_single: made for one addition that was added outside a batch
 * @before: output: how the boot before the last added boot ended
 * @is_new: output: whether the last added crash was not in the store
 */
struct clickhouse_batch {
	struct addition *additions;
	size_t count;
	const struct store_boot *last;
	void *pending;
	size_t pending_count;
	bool is_single;
	enum store_end before;
	bool is_new;
};

/* Comparison function of trees whose nodes begin with a struct store_boot: by host and boot id. */
int clickhouse_by_key(const void *left, const void *right);

/*
 * Return whether the batch adds the boot under this name of its host; false also if there is no
 * memory.
 */
bool clickhouse_batch_has(struct clickhouse_batch *batch, const char *host, const char *boot_id);

/*
 * Make room for one more element in the array at @array: a full array doubles its capacity. Return
 * false if there is no memory.
 */
bool clickhouse_make_room(void *array, size_t count, size_t size);

/* Add to a batch. Return false if there is no memory. */
bool clickhouse_batch_add_boot(struct clickhouse_batch *batch, const struct store_boot *boot);
bool clickhouse_batch_add_part(struct clickhouse_batch *batch, const struct store_boot *part);
bool clickhouse_batch_add_end(struct clickhouse_batch *batch, const char *host, const char *boot_id,
			      int64_t time);
bool clickhouse_batch_add_kexec(struct clickhouse_batch *batch, const struct store_boot *boot);
bool clickhouse_batch_add_copy(struct clickhouse_batch *batch, const struct store_boot *boot,
			       bool is_unchanged);
bool clickhouse_batch_add_name(struct clickhouse_batch *batch, const char *name, const char *host);
bool clickhouse_batch_add_crash_row(struct clickhouse_batch *batch,
				    const struct store_crash *crash);
bool clickhouse_batch_add_rename(struct clickhouse_batch *batch, const char *from, const char *to);
bool clickhouse_batch_add_crash(struct clickhouse_batch *batch, const struct store_crash *crash);

/*
 * Return a version that is above @highest and not below @now (nanoseconds since 1970). It contains
 * a random number, so that two programs that write at the same time choose different versions.
 */
uint64_t clickhouse_choose_version(uint64_t now, uint64_t highest);

/* Nanoseconds since 1970. */
uint64_t clickhouse_now_ns(void);

/**
 * clickhouse_batch_write() - write a batch
 *
 * Sets @before and @is_new.
 *
 * Return: 0, -ENOENT if the boot of an end or a crash is not in the store, -EBUSY if other programs
 * keep writing the same boots, or the error of a request. An error sets the error message.
 */
int clickhouse_batch_write(struct clickhouse *server, struct clickhouse_batch *batch);

#endif /* LINEAGE_STORE_CLICKHOUSE_BATCH_H */
