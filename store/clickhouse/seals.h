/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sealed weeks: weeks whose sums are stored.
 *
 * A seal says that the sums with its number count exactly the rows of a week. It names the state of
 * the week's partitions: the lowest and highest block number of their parts, the number of blocks,
 * and the highest mutation. The server gives each insert a new block number, so any later write
 * changes the state, whoever writes, and also if the writer dies. A merge of parts does not change
 * it. A list uses the sums of a week only if the state in the seal is the state of the week now;
 * otherwise it counts the rows of the week. So late data makes a list slower and never wrong.
 *
 * To seal a week, the program reads its state, stores its sums under a new number, reads its state
 * again, and adds the seal if the state is the same. Sums without a seal are not used. A week can
 * be sealed by two programs at once: each uses its own number, and the higher one wins.
 *
 * In a cluster each shard seals its own weeks. A week is used as sealed if it is sealed on every
 * shard.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_SEALS_H
#define LINEAGE_STORE_CLICKHOUSE_SEALS_H

#include "clickhouse.h"

#define STATES 2 /* of boot_rows and crash_rows */

/**
 * struct week_state - the state of a week on one shard, or the state in a seal
 * @seal: number of the seal; 0 for the state now
 * @states: state of the partitions of boot_rows and crash_rows; "" without parts; owned
 */
struct week_state {
	uint16_t week;
	uint64_t seal;
	char *states[STATES];
};

/** struct week_states - states of many weeks; owned */
struct week_states {
	struct week_state *list;
	size_t count;
};

void clickhouse_week_states_deinit(struct week_states *states);
#define AUTO_STATES __attribute__((cleanup(clickhouse_week_states_deinit))) struct week_states

/**
 * clickhouse_read_states() - read the state of each week now; in a cluster once for each shard
 * @condition: a condition on the column partition that begins with " AND ", or ""
 */
int clickhouse_read_states(struct clickhouse *server, const char *condition,
			   struct week_states *ret);

/** clickhouse_read_seals() - read the seal of each week */
int clickhouse_read_seals(struct clickhouse *server, struct week_states *ret);

/**
 * clickhouse_is_sealed() - return whether the seals of a week have its states now, on all shards
 * @scratch: room for as many pointers as @now and @seals have entries
 */
bool clickhouse_is_sealed(const struct week_states *now, const struct week_states *seals,
			  uint16_t week, const char **scratch);

/**
 * clickhouse_find_seals() - set @server->seals to the weeks that are sealed now
 *
 * Without the permission to read the state (system.parts), no week is sealed.
 */
int clickhouse_find_seals(struct clickhouse *server);

/**
 * clickhouse_seal_one() - seal the first complete week that is not sealed, and that no program has
 *	sealed during the last hour; called after writing
 * @now: seconds since 1970 UTC
 */
int clickhouse_seal_one(struct clickhouse *server, int64_t now);

/** clickhouse_forget_seals() - free @server->seals */
void clickhouse_forget_seals(struct clickhouse *server);

#endif /* LINEAGE_STORE_CLICKHOUSE_SEALS_H */
