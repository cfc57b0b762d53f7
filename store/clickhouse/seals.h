/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sealed weeks: weeks whose sums are stored.
 *
 * A seal says that the sums with its number count exactly the rows of a week. It names the state of
 * the week's partitions: the lowest and highest block number of their parts, the number of blocks
 * of a replicated table, and the highest mutation. The server gives each insert a new block number,
 * so any later write changes the state, whoever writes, and also if the writer dies. A merge of
 * parts does not change it. A seal also has the number of rows of its sums. A list uses the sums of
 * a week only if the state in the seal is the state of the week now, and if all rows of the sums
 * are there, each once; otherwise it counts the rows of the week. So late data, and sums that are
 * missing, make a list slower and never wrong.
 *
 * To seal a week, the program reads its state, stores its sums under a new number, reads its state
 * again, and adds the seal if the state is the same. Sums without a seal are not used. A week can
 * be sealed by two programs at once: each uses its own number, and the higher one wins.
 *
 * The sums of the sealed weeks are added up once more (totals.h), so that a list reads fewer rows.
 *
 * In a cluster each shard seals its own weeks. A week is used as sealed if it is sealed on every
 * shard.
 */
#ifndef LINEAGE_STORE_CLICKHOUSE_SEALS_H
#define LINEAGE_STORE_CLICKHOUSE_SEALS_H

#include "clickhouse.h"

#define STATES 2 /* of boot_rows and crash_rows */

/*
 * The list of the sums of a seal begins with this number. Increase it if the kinds of sums, or
 * what they count, change: seals of other versions are then not used.
 */
#define CLICKHOUSE_SUMS_VERSION "11"
#define CLICKHOUSE_NO_SUMS CLICKHOUSE_SUMS_VERSION " "

/*
 * The week of totals. This can also be the week of boots, because a clock can be wrong. The number
 * then distinguishes a total from a seal of the week.
 */
#define CLICKHOUSE_TOTAL_WEEK UINT16_MAX

/**
 * struct week_state - the state of a week on one shard, a seal, the sums of a seal, or a total
 * @seal: number of the seal or total; 0 for the state now
 * @states: state of the partitions of boot_rows and crash_rows; "" without parts; owned. In a
 *	total, the first is the list of its weeks and seals (totals.h)
 * @sums: CLICKHOUSE_SUMS_VERSION and the number of rows of each table of sums; owned
 * @is_sealed: the seal or total is used
 * @total: the used total that has the sums of this seal; NULL if none has
 */
struct week_state {
	uint16_t week;
	uint64_t seal;
	char *states[STATES];
	char *sums;
	bool is_sealed;
	const struct week_state *total;
};

/** struct week_states - states of many weeks; owned */
struct week_states {
	struct week_state *list;
	size_t count;
};

/**
 * struct week_seals - the data that shows which weeks are sealed
 * @seals: the seals
 * @sums: the sums that are stored
 * @now: the state of each week now; in a cluster once for each shard
 * @totals: the total of each shard
 */
struct week_seals {
	struct week_states seals;
	struct week_states sums;
	struct week_states now;
	struct week_states totals;
};

void clickhouse_week_states_deinit(struct week_states *states);
void clickhouse_week_seals_deinit(struct week_seals *seals);
#define AUTO_STATES __attribute__((cleanup(clickhouse_week_states_deinit))) struct week_states
#define AUTO_SEALS __attribute__((cleanup(clickhouse_week_seals_deinit))) struct week_seals

/**
 * clickhouse_read_states() - read the state of weeks now
 * @week: only this week; -1 for all weeks
 */
int clickhouse_read_states(struct clickhouse *server, int week, struct week_states *ret);

/**
 * clickhouse_read_seals() - read all of struct week_seals, with one request
 *
 * The parts of the result can be of different times. Since states only grow, a seal that has the
 * state of a week counts exactly the rows that the week had when its state was read.
 */
int clickhouse_read_seals(struct clickhouse *server, struct week_seals *ret);

/**
 * clickhouse_is_sealed() - return whether the seals of a week have its states now, on all shards,
 *	and their sums are complete
 * @scratch: room for as many pointers as @seals->seals and @seals->now have entries
 */
bool clickhouse_is_sealed(const struct week_seals *seals, uint16_t week, const char **scratch);

/**
 * clickhouse_find_seals() - set @server->seals to the weeks that are sealed now
 *
 * Without the permission to read the state (system.parts), no week is sealed. After
 * clickhouse_restrict(), the seals of the first list are used for the other lists of the report, so
 * that the lists count the sealed weeks at the same time. Their sums are kept for an hour after a
 * seal was replaced (clickhouse_remove_old_sums()).
 */
int clickhouse_find_seals(struct clickhouse *server);

/**
 * clickhouse_use_seals() - choose the seals and totals that are used (@is_sealed, @total), and set
 *	@server->seals
 * @limit: do not use this week and later ones
 */
int clickhouse_use_seals(struct clickhouse *server, struct week_seals *seals, uint32_t limit);

/**
 * clickhouse_mark_sealed() - set @is_sealed of the seals that are used
 * @limit: do not use this week and later ones
 *
 * Return: 0 or -ENOMEM.
 */
int clickhouse_mark_sealed(struct week_seals *seals, uint32_t limit);

/** clickhouse_mark_totals() - after that, set @is_sealed of the totals, and @total of the seals */
void clickhouse_mark_totals(struct week_seals *seals);

/** clickhouse_has_sums() - return whether each row of the sums of a seal or total is stored once */
bool clickhouse_has_sums(const struct week_seals *seals, const struct week_state *seal);

/** clickhouse_count_sums() - append the list of the sums of a seal, a field that ends with @end */
int clickhouse_count_sums(struct clickhouse *server, uint64_t seal, struct tsv *row, char end);

/**
 * clickhouse_claim() - claim a week, so that other programs that write at the same time do not seal
 *	it, too
 * @ret: false if another program claimed it during the last hour
 *
 * Without a lock, two programs can claim it at once; then both seal it.
 */
int clickhouse_claim(struct clickhouse *server, uint16_t week, int64_t now, bool *ret);

/**
 * clickhouse_seal_one() - seal the first complete week that is not sealed, and that no program has
 *	sealed during the last hour; called after writing
 * @now: seconds since 1970 UTC
 */
int clickhouse_seal_one(struct clickhouse *server, int64_t now);

/** clickhouse_remove_old_sums() - remove old sums that no seal names */
int clickhouse_remove_old_sums(struct clickhouse *server);

/** clickhouse_forget_seals() - free @server->seals */
void clickhouse_forget_seals(struct clickhouse *server);

#endif /* LINEAGE_STORE_CLICKHOUSE_SEALS_H */
