/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sums of many boots in memory, before they are added to the tables of schema version 12. */
#ifndef LINEAGE_STORE_SQLITE_SUMS_H
#define LINEAGE_STORE_SQLITE_SUMS_H

#include <stddef.h>
#include <stdint.h>

enum sqlite_sum_table {
	SQLITE_SUM_ANCESTORS,
	SQLITE_SUM_CRASH_ANCESTORS,
	SQLITE_SUM_CRASH_LENGTHS,
	SQLITE_SUM_TABLES,
};

/**
 * struct sqlite_sum_key - the row of a sum; members that a table does not have are 0
 * @table: enum sqlite_sum_table
 * @signature: number of the signature
 * @release, @previous: ids in the table releases
 * @boot: enum lineage_boot
 * @count: kexec count, -1 if unknown; or the dose
 * @label: number of the label
 * @is_inferred: 0 or 1
 * @kind: store_ancestor_number(), or SQLITE_SUM_ALL for all boots; or the band of the length
 * @end_band: band of the end
 */
struct sqlite_sum_key {
	int64_t count;
	uint32_t table;
	uint32_t signature;
	uint32_t release;
	uint32_t previous;
	uint32_t boot;
	uint32_t label;
	uint32_t is_inferred;
	uint32_t kind;
	uint32_t end_band;
	uint32_t padding; /* 0: keys are compared as bytes */
};
#define SQLITE_SUM_ALL UINT32_MAX

/** struct sqlite_sum - what to add to a row */
struct sqlite_sum {
	struct sqlite_sum_key key;
	int64_t boots;
	int64_t length_s;
	int64_t end_s;
};

/**
 * struct sqlite_sums - hash table of sums; all zero is a valid empty table
 * @all: array of @count sums; owned
 * @slots: array of @slot_count indexes plus one, 0 for an empty slot; owned
 */
struct sqlite_sums {
	struct sqlite_sum *all;
	size_t count;
	size_t capacity;
	uint32_t *slots;
	size_t slot_count;
};

/** sqlite_sums_add() - add to the sum of the same key; return 0 or -ENOMEM */
int sqlite_sums_add(struct sqlite_sums *sums, const struct sqlite_sum *sum);

void sqlite_sums_deinit(struct sqlite_sums *sums);

#endif /* LINEAGE_STORE_SQLITE_SUMS_H */
