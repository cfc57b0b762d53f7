/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row of a boot in a response and in an insert. */
#ifndef LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H
#define LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H

#include "store/backend.h"
#include "store/kept_boot.h"
#include "tsv.h"

/* For a SELECT from boots; clickhouse_boot_read() reads a row of them. */
#define BOOT_COLUMNS                                                                            \
	"host, boot_id, sequence, time, release, build, build_id, boot, previous, kexec_count," \
	" chain, chain_is_complete, stamp, evidence, conflicts, label, end, end_time, version"
#define BOOT_FIELDS 19

/**
 * clickhouse_boot_read() - read a row, whose texts @ret shares. Return: false if the row is
 * invalid
 */
bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret, uint64_t *ret_version);

/** clickhouse_boot_write() - append the row of a kept boot, for BOOT_COLUMNS */
void clickhouse_boot_write(struct tsv *rows, const struct kept_boot *kept, uint64_t version);

#endif /* LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H */
