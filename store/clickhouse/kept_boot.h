/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boots that are read from a response or kept in a batch. */
#ifndef LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H
#define LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H

#include "store/backend.h"
#include "tsv.h"

/* Columns for a SELECT from boots, in the order of clickhouse_boot_read(). */
#define BOOT_COLUMNS                                                                            \
	"host, boot_id, sequence, time, release, build, build_id, boot, previous, kexec_count," \
	" chain, chain_is_complete, stamp, evidence, conflicts, label, end, end_time, version"
#define BOOT_FIELDS 19

/**
 * struct kept_boot - a boot that owns its texts
 * @boot: its texts are in @texts
 * @version: version of its row in the store; 0 if there is no row yet
 * @is_changed: the row has to be written
 */
struct kept_boot {
	struct store_boot boot;
	char *texts;
	uint64_t version;
	bool is_changed;
};

/** clickhouse_boot_read() - parse a row; @ret points to the texts of the row; false if invalid */
bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret, uint64_t *ret_version);

/** clickhouse_boot_keep() - copy @boot; NULL if there is no memory */
struct kept_boot *clickhouse_boot_keep(const struct store_boot *boot);

/** clickhouse_boot_destroy() - free a struct kept_boot; does nothing for NULL */
void clickhouse_boot_destroy(void *kept);

static inline void clickhouse_boot_cleanup(struct kept_boot **kept)
{
	clickhouse_boot_destroy(*kept);
}
#define CLICKHOUSE_AUTO_BOOT __attribute__((cleanup(clickhouse_boot_cleanup))) struct kept_boot

/** clickhouse_boot_write() - format a boot as a row of BOOT_COLUMNS */
void clickhouse_boot_write(struct tsv *rows, const struct kept_boot *kept, uint64_t version);

#endif /* LINEAGE_STORE_CLICKHOUSE_KEPT_BOOT_H */
