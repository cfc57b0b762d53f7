/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Choose a sample of machines by a hash of the host name. */
#ifndef LINEAGE_STORE_HOST_LEVEL_H
#define LINEAGE_STORE_HOST_LEVEL_H

#include <stdint.h>

/* SQLite keeps a list of the hosts of this level and higher ones: about a quarter of all. */
#define STORE_HOST_LEVEL_MIN 2
#define STORE_HOST_LEVEL_MAX 20

/* SQL expression of ClickHouse; the rows of the tables are sorted by this hash. */
#define STORE_HOST_HASH_SQL "sipHash64(host)"

/** store_host_hash() - return the value of STORE_HOST_HASH_SQL for a name */
uint64_t store_host_hash(const char *host);

/**
 * store_host_level() - return the level of a host: the number of zero bits with which its hash
 *	begins, at most STORE_HOST_LEVEL_MAX
 *
 * The level depends only on the name of the host in the store. The level of a name never changes,
 * because stores keep it.
 */
uint32_t store_host_level(const char *host);

#endif /* LINEAGE_STORE_HOST_LEVEL_H */
