/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row of a crash in a response and in an insert, and copies of crashes in memory. */
#ifndef LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H
#define LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H

#include "store/store.h"
#include "tsv.h"

/*
 * Columns of a crash. The first CRASH_KEY_FIELDS are its key. Those after frames are copies of its
 * boot's, so that a query of transitions needs no join.
 */
#define CRASH_COLUMNS                                                                    \
	"host, boot_id, signature, uptime_us, time, title, type, frame, module, frames," \
	" recorded, release, boot, previous, kexec_count, label, is_gone, version"
#define CRASH_FIELDS 18
#define CRASH_KEY_FIELDS 5

/**
 * struct kept_crash - a crash that owns its texts
 * @crash: without its host and boot id, which are those of its row
 * @texts: all texts, one after the other
 * @recorded: when it was added first, nanoseconds since 1970
 * @stored: its row on the server without is_gone and version; empty if it has none
 * @key_size: bytes of the key in @stored
 */
struct kept_crash {
	struct store_crash crash;
	char *texts;
	uint64_t recorded;
	struct tsv stored;
	size_t key_size;
};

/** clickhouse_crash_keep() - copy a crash. Return: NULL if there is no memory */
struct kept_crash *clickhouse_crash_keep(const struct store_crash *crash, uint64_t recorded);

/** clickhouse_crash_destroy() - free a copy; NULL is fine */
void clickhouse_crash_destroy(struct kept_crash *kept);

static inline void clickhouse_cleanup_crash(struct kept_crash **kept)
{
	clickhouse_crash_destroy(*kept);
}
#define CLICKHOUSE_AUTO_CRASH __attribute__((cleanup(clickhouse_cleanup_crash))) struct kept_crash

/**
 * clickhouse_crash_read() - copy the crash of a row, with @stored
 * @ret_boot: its host, its boot id and the copies of its boot's columns; the texts are in @fields
 *
 * Return: 0, -ENOMEM or -EBADMSG.
 */
int clickhouse_crash_read(const char *const *fields, struct store_boot *ret_boot,
			  struct kept_crash **ret);

/**
 * clickhouse_crash_write() - append a row without is_gone and version, which follow it
 * @boot: its boot
 *
 * Return: bytes of the key.
 */
size_t clickhouse_crash_write(struct tsv *rows, const struct kept_crash *kept,
			      const struct store_boot *boot);

#endif /* LINEAGE_STORE_CLICKHOUSE_CRASH_ROW_H */
