/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table of hosts. It finds a host by name, and keeps the hosts in the order of their last use. */
#ifndef LINEAGE_INTAKE_DECODE_HOST_TABLE_H
#define LINEAGE_INTAKE_DECODE_HOST_TABLE_H

#include "keyed_hash.h"
#include "text.h"

/**
 * struct intake_host - first member of every entry; the rest belongs to the user of the table
 * @next: next entry in the same bucket
 * @older: entry that was used before this one
 * @newer: entry that was used after this one
 * @hash: hash of @name
 * @name: name of the host; owned by the entry
 */
struct intake_host {
	struct intake_host *next;
	struct intake_host *older;
	struct intake_host *newer;
	uint64_t hash;
	struct intake_text name;
};

/**
 * struct intake_host_table - hosts, in a hash table by name and in a list in the order of last use
 * @entry_size: size of an entry without its name; an entry begins with struct intake_host. The
 *	caller sets it before the first use; all other members are zero.
 * @count: number of entries
 * @key: key of the hash, because senders choose their names
 * @buckets: array of @bucket_count lists, a power of two; grows with the number of entries
 */
struct intake_host_table {
	size_t entry_size;
	size_t count;
	struct intake_host *oldest;
	struct intake_host *newest;
	struct intake_hash_key key;
	size_t bucket_count;
	struct intake_host **buckets;
};

/** intake_host_table_find() - find a host and make it the newest; return NULL if unknown */
struct intake_host *intake_host_table_find(struct intake_host_table *table,
					   struct intake_text name);

/** intake_host_table_peek() - find a host without using it; return NULL if unknown */
struct intake_host *intake_host_table_peek(const struct intake_host_table *table,
					   struct intake_text name);

/** intake_host_table_use() - make a host the newest */
void intake_host_table_use(struct intake_host_table *table, struct intake_host *host);

/** intake_host_table_add() - add a zeroed entry as the newest; return NULL if out of memory */
struct intake_host *intake_host_table_add(struct intake_host_table *table, struct intake_text name);

/** intake_host_table_remove() - remove an entry and free it */
void intake_host_table_remove(struct intake_host_table *table, struct intake_host *host);

/** intake_host_table_deinit() - remove all entries; a zeroed table is allowed */
void intake_host_table_deinit(struct intake_host_table *table);

#endif /* LINEAGE_INTAKE_DECODE_HOST_TABLE_H */
