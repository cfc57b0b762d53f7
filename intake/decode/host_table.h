/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a bounded number of hosts is it, and which was silent for the longest? */
#ifndef LINEAGE_INTAKE_DECODE_HOST_TABLE_H
#define LINEAGE_INTAKE_DECODE_HOST_TABLE_H

#include "text.h"

/**
 * struct intake_host - what every entry begins with; the rest is its owner's
 * @next: with the same hash, so to say
 * @older: heard of before this one
 * @newer: heard of after this one
 * @hash: of @name
 * @name: the entry's own
 */
struct intake_host {
	struct intake_host *next;
	struct intake_host *older;
	struct intake_host *newer;
	uint64_t hash;
	struct intake_text name;
};

#define INTAKE_HOST_BUCKETS 4096 /* a power of two */

/**
 * struct intake_host_table - hosts by name, and in the order in which they were heard of
 * @entry_size: of an entry without its name; an entry begins with struct intake_host
 * @count: how many there are
 */
struct intake_host_table {
	size_t entry_size;
	size_t count;
	struct intake_host *oldest;
	struct intake_host *newest;
	struct intake_host *buckets[INTAKE_HOST_BUCKETS];
};

/** intake_host_table_find() - NULL where it is not known; it becomes the newest */
struct intake_host *intake_host_table_find(struct intake_host_table *table,
					   struct intake_text name);

/** intake_host_table_add() - a zeroed entry, the newest; NULL where there is no memory */
struct intake_host *intake_host_table_add(struct intake_host_table *table, struct intake_text name);

/** intake_host_table_remove() - and free it */
void intake_host_table_remove(struct intake_host_table *table, struct intake_host *host);

#endif /* LINEAGE_INTAKE_DECODE_HOST_TABLE_H */
