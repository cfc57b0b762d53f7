/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The week of a boot: the partition of its row and of its crashes.
 *
 * The first write of a boot chooses its week. Later facts can change the start of a boot, but never
 * its week, since a row in another partition would not replace the first row. So the week is only
 * where the row is, and not a fact about the boot.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_WEEK_H
#define LINEAGE_STORE_CLICKHOUSE_WEEK_H

#include "store/backend.h"
#include "store/identity.h"

/* A week is complete this long after its end. Most late data has arrived by then. */
#define CLICKHOUSE_COMPLETE_S ((int64_t)24 * 60 * 60)

/**
 * clickhouse_week_of() - choose the week of a new boot
 * @now_ns: time of the addition, nanoseconds since 1970; used if the boot has no time
 *
 * Return: full weeks since 1970, at most UINT16_MAX.
 */
uint16_t clickhouse_week_of(const struct store_boot *boot, uint64_t now_ns);

/*
 * SQL expression for the same week from the columns of a row, and @now (SQL, seconds since 1970).
 */
#define CLICKHOUSE_WEEK_SQL(now) \
	"toUInt16(least(65535, intDiv(coalesce(" STORE_STARTED_SQL ", toInt64(" now ")), 604800)))"

#endif /* LINEAGE_STORE_CLICKHOUSE_WEEK_H */
