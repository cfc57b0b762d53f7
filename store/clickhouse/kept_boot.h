/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A boot in an answer and in a batch. */
#ifndef LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H
#define LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H

#include "store/backend.h"
#include "tsv.h"

/* For a SELECT from boots; clickhouse_boot_read() reads a row of them. */
#define BOOT_COLUMNS                                                                                   \
	"host, boot_id, sequence, time, release, build, build_id, boot, previous, kexec_count, chain," \
	" chain_is_complete, stamp, evidence, conflicts, label, end, end_time, version"
#define BOOT_FIELDS 19

/**
 * struct kept_boot - a boot with texts of its own
 * @boot: its texts are in @texts
 * @version: of its row in the store; 0 where there is none yet
 * @is_changed: it is to be written
 */
struct kept_boot {
	struct store_boot boot;
	char *texts;
	uint64_t version;
	bool is_changed;
};

/** clickhouse_boot_read() - out of a row; its texts are the row's; false where they make no sense */
bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret, uint64_t *ret_version);

/** clickhouse_boot_keep() - a copy of @boot; NULL where there is no memory */
struct kept_boot *clickhouse_boot_keep(const struct store_boot *boot);

/** clickhouse_boot_destroy() - free a struct kept_boot; NULL is fine */
void clickhouse_boot_destroy(void *kept);

static inline void clickhouse_boot_cleanup(struct kept_boot **kept)
{
	clickhouse_boot_destroy(*kept);
}
#define CLICKHOUSE_AUTO_BOOT __attribute__((cleanup(clickhouse_boot_cleanup))) struct kept_boot

/** clickhouse_boot_write() - the row of a kept boot, for BOOT_COLUMNS */
void clickhouse_boot_write(struct tsv *rows, const struct kept_boot *kept, uint64_t version);

#endif /* LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H */
