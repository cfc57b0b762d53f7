/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of hosts in a store: as they are, or as keyed hashes (Hosts=hashed). */
#ifndef LINEAGE_CLI_COMMON_STORED_HOSTS_H
#define LINEAGE_CLI_COMMON_STORED_HOSTS_H

#include "command.h"
#include "host/host_key.h"

/**
 * struct stored_hosts - how to name hosts in a store; all zero to name them as they are
 * @are_hashed: whether the store has hashes, made with @key
 */
struct stored_hosts {
	bool are_hashed;
	struct lineage_host_key key;
};

/**
 * stored_hosts_are_hashed() - return whether the configuration asks for hashed names in a store
 * @url: the store; the history of this machine always has the names as they are
 * @ret: the answer
 *
 * Return: false after an error message, if the configuration cannot be read or is invalid. Then
 * nothing may be written to the store.
 */
bool stored_hosts_are_hashed(const struct context *context, const char *url, bool *ret);

/**
 * stored_hosts_init() - get ready to name hosts in a store
 * @url: the store
 * @creates_key: create a missing key; if false, a missing key is an error
 *
 * Return: false after an error message. Then nothing may be written to the store.
 */
bool stored_hosts_init(const struct context *context, const char *url, bool creates_key,
		       struct stored_hosts *ret);

/**
 * stored_hosts_name() - get the name of a host in the store
 * @name: a host name or a machine id; NULL or "" is returned as it is
 * @buffer: used for a hash
 */
const char *stored_hosts_name(const struct stored_hosts *hosts, const char *name,
			      char buffer[LINEAGE_HASHED_SIZE]);

#endif /* LINEAGE_CLI_COMMON_STORED_HOSTS_H */
