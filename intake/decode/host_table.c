// SPDX-License-Identifier: GPL-2.0-or-later
/* Table of hosts. It finds a host by name, and keeps the hosts in the order of their last use. */
#include "host_table.h"

#include <stdlib.h>

#include "hash.h"

/* The hash is not collision-resistant, but callers limit the number of hosts in the table. */
static uint64_t hash_of(struct intake_text name)
{
	uint64_t hash = intake_hash_add(INTAKE_HASH_START, name.at, name.length);

	return hash ^ (hash >> 32);
}

static struct intake_host **bucket_of(struct intake_host_table *table, uint64_t hash)
{
	return &table->buckets[hash & (INTAKE_HOST_BUCKETS - 1)];
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

struct intake_host *intake_host_table_find(struct intake_host_table *table, struct intake_text name)
{
	uint64_t hash = hash_of(name);
	struct intake_host *host;

	for (host = *bucket_of(table, hash); host; host = host->next) {
		if (host->hash != hash || host->name.length != name.length ||
		    (name.length > 0 && memcmp(host->name.at, name.at, name.length) != 0))
			continue;
		unlink_age(table, host);
		make_newest(table, host);
		return host;
	}
	return NULL;
}

struct intake_host *intake_host_table_add(struct intake_host_table *table, struct intake_text name)
{
	struct intake_host *host = calloc(1, table->entry_size + name.length);
	char *copy = (char *)host + table->entry_size;
	struct intake_host **bucket;

	if (!host)
		return NULL;
	if (name.length > 0)
		memcpy(copy, name.at, name.length);
	host->name = (struct intake_text){ .at = copy, .length = name.length };
	host->hash = hash_of(name);
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
