/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row of a boot in a response and in an insert. */
#ifndef LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H
#define LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H

#include "store/backend.h"
#include "store/kept_boot.h"
#include "tsv.h"

/* Columns of a SELECT from boots. clickhouse_boot_read() reads a row of these columns. */
#define BOOT_COLUMNS                                                                            \
	"host, boot_id, sequence, time, release, build, build_id, boot, previous, kexec_count," \
	" chain, chain_is_complete, stamp, evidence, conflicts, label, end, end_time,"          \
	" has_kernel_id, aliases, machine_id, marks, time_source, last_uptime_us, last_seen,"   \
	" source, is_recorded, label_is_given, wall_start, kind, version,"                      \
	" kexec_time, kexec_release, week"
#define BOOT_FIELDS 34

/** What a row contains; the column kind has these numbers. */
enum row_kind {
	ROW_BOOT = 0,
	ROW_GONE = 1, /* a tombstone: the boot was removed or is now in another row */
	ROW_PART = 2, /* a log that begins in the middle of a boot without a row */
};

/**
 * struct boot_version - version of a row
 * @version: the row with the highest version of its key is the valid row
 * @week: the partition of the row, which is part of its key
 */
struct boot_version {
	uint64_t version;
	enum row_kind kind;
	uint16_t week;
};

/**
 * clickhouse_boot_read() - parse a row into @ret, whose texts point into @fields. Return: false if
 * the row is invalid
 */
bool clickhouse_boot_read(const char *const *fields, struct store_boot *ret,
			  struct boot_version *ret_version);

/** clickhouse_boot_write() - append a row of BOOT_COLUMNS */
void clickhouse_boot_write(struct tsv *rows, const struct store_boot *boot,
			   struct boot_version version);

#endif /* LINEAGE_STORE_CLICKHOUSE_BOOT_ROW_H */
