/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row of a crash in a response and in an insert, and copies of crashes in memory. */
#ifndef LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H
#define LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H

#include "store/store.h"
#include "tsv.h"

/*
 * Columns of a crash. The first CRASH_KEY_FIELDS columns are the key. The columns from "release" to
 * "inferred" are copied from the boot, so that a query for transitions needs no join.
 */
#define CRASH_COLUMNS_WITH(excerpt)                                                    \
	"host, boot_id, signature, uptime_us, time, week, title, type, frame, module," \
	" frames, recorded, release, boot, previous, kexec_count, label, inferred,"    \
	" " excerpt ", is_gone, version"
#define CRASH_COLUMNS CRASH_COLUMNS_WITH("excerpt")
#define CRASH_NO_EXCERPT "CAST(NULL AS Nullable(String)) AS excerpt"
#define CRASH_FIELDS 21
#define CRASH_IS_GONE 19
#define CRASH_VERSION 20
#define CRASH_KEY_FIELDS 6

/**
 * struct kept_crash - a crash that owns its texts
 * @crash: the crash; its host and boot id are NULL, since the row of the boot has them
 * @texts: all texts except @excerpt, one after the other
 * @excerpt: copy of the excerpt, or NULL
 * @recorded: when the crash was first added, in nanoseconds since 1970
 * @stored: its row on the server, without the columns is_gone and version; empty if the server has
 * no row
 * @key_size: bytes of the key in @stored
 * @facts_size: bytes of @stored without the excerpt
 */
struct kept_crash {
	struct store_crash crash;
	char *texts;
	char *excerpt;
	uint64_t recorded;
	struct tsv stored;
	size_t key_size;
	size_t facts_size;
};

/** clickhouse_crash_keep() - copy a crash. Return: NULL if there is no memory */
struct kept_crash *clickhouse_crash_keep(const struct store_crash *crash, uint64_t recorded);

/** clickhouse_crash_set_excerpt() - copy an excerpt. Return: false if there is no memory */
bool clickhouse_crash_set_excerpt(struct kept_crash *kept, const char *excerpt);

/** clickhouse_crash_destroy() - free a copy; NULL is ignored */
void clickhouse_crash_destroy(struct kept_crash *kept);

static inline void clickhouse_cleanup_crash(struct kept_crash **kept)
{
	clickhouse_crash_destroy(*kept);
}
#define CLICKHOUSE_AUTO_CRASH __attribute__((cleanup(clickhouse_cleanup_crash))) struct kept_crash

/**
 * clickhouse_crash_read() - copy the crash of a row, and set @stored of the copy
 * @ret_boot: the facts about the boot in the row; the texts point into @fields
 *
 * Return: 0, -ENOMEM or -EBADMSG.
 */
int clickhouse_crash_read(const char *const *fields, struct store_boot *ret_boot,
			  struct kept_crash **ret);

/* Append the tombstone of @stored, without its excerpt, except is_gone and version. */
void clickhouse_crash_write_gone(struct tsv *rows, const struct kept_crash *kept);

/**
 * clickhouse_crash_write() - append a row except is_gone and version, which the caller appends
 * @boot: the boot of the crash
 * @week: week of the row of the boot
 *
 * Return: bytes of the key.
 */
size_t clickhouse_crash_write(struct tsv *rows, const struct kept_crash *kept,
			      const struct store_boot *boot, uint16_t week);

#endif /* LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H */
