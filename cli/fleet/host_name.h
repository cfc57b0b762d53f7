/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Display of hosts: readable name, time, and similarity of names. */
#ifndef LINEAGE_CLI_FLEET_HOST_NAME_H
#define LINEAGE_CLI_FLEET_HOST_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

#define HOST_TIME_SIZE 32

/**
 * host_name() - copy the readable name of a host: the first name that is not a machine id
 *
 * Return: a printable string, which the caller frees.
 */
char *host_name(const struct store_host *host);

/** host_time() - format a time of a host as `log` does; "-" if it is unknown */
void host_time(const struct store_host *host, int64_t time, char ret[HOST_TIME_SIZE]);

/** host_distance() - number of characters to insert, remove or change to turn @a into @b */
size_t host_distance(const char *a, const char *b);

#endif /* LINEAGE_CLI_FLEET_HOST_NAME_H */
