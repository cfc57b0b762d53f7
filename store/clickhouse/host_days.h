/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Expressions of the lists of boots by host and day, and of their sums. */
#ifndef LINEAGE_STORE_CLICKHOUSE_HOST_DAYS_H
#define LINEAGE_STORE_CLICKHOUSE_HOST_DAYS_H

#include "clickhouse.h"

/* A boot of an unknown day: the columns of a sorting key cannot be NULL. */
#define HOST_DAYS_NO_DAY "toInt64(-1000000000000000)"
#define HOST_DAYS_DAY "intDiv(coalesce(time, last_seen, wall_start), 86400)"
#define HOST_DAYS_IS_LISTED "kind = 0 AND boot IN ('cold', 'kexec')"
#define HOST_DAYS_BAND(seconds) \
	"if(" seconds " < 0, toInt64(-1), toInt64(" STORE_BAND_SQL(seconds) "))"

#endif /* LINEAGE_STORE_CLICKHOUSE_HOST_DAYS_H */
