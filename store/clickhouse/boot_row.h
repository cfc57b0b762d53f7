/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A boot in an answer and in a batch. */
#ifndef LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H
#define LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H

#include "store/backend.h"
#include "store/kept_boot.h"
#include "tsv.h"

/* For a SELECT from boots; clickhouse_boot_read() reads a row of them. */
#define BOOT_COLUMNS                                                                                   \
	"host, boot_id, sequence, time, release, build, build_id, boot, previous, kexec_count, chain," \
	" chain_is_complete, stamp, evidence, conflicts, label, end, end_time, version"
#define BOOT_FIELDS 19

/** clickhouse_boot_read() - out of a row; its texts are the row's; false where they make no sense */
bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret, uint64_t *ret_version);

/** clickhouse_boot_write() - the row of a kept boot, for BOOT_COLUMNS */
void clickhouse_boot_write(struct tsv *rows, const struct kept_boot *kept, uint64_t version);

#endif /* LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H */
