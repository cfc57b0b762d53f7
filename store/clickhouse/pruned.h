/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pruned weeks: weeks that were removed as a whole.
 *
 * prune drops the partitions of a week if all its boots were last seen before the given time. The
 * table pruned_weeks has the week from then on. A writer does not add boots to such a week: data
 * that still arrives for it are mostly logs of crashes, without the boots that did not crash.
 *
 * The week is added to the table before its partitions are dropped. A writer that loaded its hosts
 * before that reads the table again after it has written, and then removes its rows of the week.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_PRUNED_H
#define LINEAGE_STORE_CLICKHOUSE_PRUNED_H

#include "clickhouse.h"

/**
 * struct clickhouse_pruned - the pruned weeks
 * @weeks: ascending; owned
 * @version: highest version of the table
 */
struct clickhouse_pruned {
	uint16_t *weeks;
	size_t count;
	uint64_t version;
};

/** clickhouse_read_pruned() - read the pruned weeks; in a cluster, those of all shards */
int clickhouse_read_pruned(struct clickhouse *server, struct clickhouse_pruned *ret);

/* Append a week, which must be higher than the others. Return 0 or -ENOMEM. */
int clickhouse_add_pruned(struct clickhouse_pruned *pruned, uint16_t week);

bool clickhouse_is_pruned(const struct clickhouse_pruned *pruned, uint16_t week);

void clickhouse_pruned_deinit(struct clickhouse_pruned *pruned);

/**
 * clickhouse_prune_weeks() (drop_weeks.c) - drop the complete weeks whose rows are all selected
 * @is_selected: SQL condition on boot_rows, for boots and for parts
 * @before: only weeks that end before this time, seconds since 1970
 * @now: seconds since 1970
 *
 * Does nothing in a cluster, or without the permission to drop partitions.
 */
int clickhouse_prune_weeks(struct clickhouse *server, const char *is_selected, int64_t before,
			   int64_t now);

#endif /* LINEAGE_STORE_CLICKHOUSE_PRUNED_H */
