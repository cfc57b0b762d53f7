// SPDX-License-Identifier: GPL-2.0-or-later
/* Table of hosts. It finds a host by name, and keeps the hosts in the order of their last use. */
#include "host_table.h"

#include <stdlib.h>

#define BUCKETS_FIRST 64 /* a power of two */

static struct intake_host **bucket_of(const struct intake_host_table *table, uint64_t hash)
{
	return &table->buckets[hash & (table->bucket_count - 1)];
}

/* Make room for one more entry. If memory is short, the lists become longer. */
static bool grow(struct intake_host_table *table)
{
	size_t count = table->bucket_count > 0 ? 2 * table->bucket_count : BUCKETS_FIRST;
	struct intake_host **buckets;

	if (table->count < table->bucket_count)
		return true;
	buckets = calloc(count, sizeof(*buckets));
	if (!buckets)
		return table->bucket_count > 0;
	if (table->bucket_count == 0)
		table->key = intake_hash_key_make();
	free(table->buckets);
	table->buckets = buckets;
	table->bucket_count = count;
	for (struct intake_host *host = table->oldest; host; host = host->newer) {
		struct intake_host **bucket = bucket_of(table, host->hash);

		host->next = *bucket;
		*bucket = host;
	}
	return true;
}

static void unlink_age(struct intake_host_table *table, struct intake_host *host)
{
	*(host->older ? &host->older->newer : &table->oldest) = host->newer;
	*(host->newer ? &host->newer->older : &table->newest) = host->older;
}

static void make_newest(struct intake_host_table *table, struct intake_host *host)
{
	host->older = table->newest;
	host->newer = NULL;
	*(table->newest ? &table->newest->newer : &table->oldest) = host;
	table->newest = host;
}

struct intake_host *intake_host_table_peek(const struct intake_host_table *table,
					   struct intake_text name)
{
	struct intake_host *host;
	uint64_t hash;

	if (table->bucket_count == 0)
		return NULL;
	hash = intake_keyed_hash(&table->key, name.at, name.length);
	for (host = *bucket_of(table, hash); host; host = host->next)
		if (host->hash == hash && host->name.length == name.length &&
		    (name.length == 0 || memcmp(host->name.at, name.at, name.length) == 0))
			return host;
	return NULL;
}

void intake_host_table_use(struct intake_host_table *table, struct intake_host *host)
{
	if (host == table->newest)
		return;
	unlink_age(table, host);
	make_newest(table, host);
}

struct intake_host *intake_host_table_find(struct intake_host_table *table, struct intake_text name)
{
	struct intake_host *host = intake_host_table_peek(table, name);

	if (host)
		intake_host_table_use(table, host);
	return host;
}

struct intake_host *intake_host_table_add(struct intake_host_table *table, struct intake_text name)
{
	struct intake_host *host = NULL, **bucket;
	char *copy;

	if (grow(table))
		host = calloc(1, table->entry_size + name.length);
	if (!host)
		return NULL;
	copy = (char *)host + table->entry_size;
	if (name.length > 0)
		memcpy(copy, name.at, name.length);
	host->name = (struct intake_text){ .at = copy, .length = name.length };
	host->hash = intake_keyed_hash(&table->key, name.at, name.length);
	bucket = bucket_of(table, host->hash);
	host->next = *bucket;
	*bucket = host;
	make_newest(table, host);
	table->count++;
	return host;
}

void intake_host_table_remove(struct intake_host_table *table, struct intake_host *host)
{
	struct intake_host **link = bucket_of(table, host->hash);

	while (*link != host)
		link = &(*link)->next;
	*link = host->next;
	unlink_age(table, host);
	table->count--;
	free(host);
}

void intake_host_table_deinit(struct intake_host_table *table)
{
	while (table->oldest)
		intake_host_table_remove(table, table->oldest);
	free(table->buckets);
	table->buckets = NULL;
	table->bucket_count = 0;
}
