/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of senders, and their names. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_ADDRESS_H
#define LINEAGE_CLI_FLEET_LISTEN_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "intake/recognise/event.h"

/* struct listen_address - an IPv6 address, or an IPv4 address mapped to IPv6, without a port */
struct listen_address {
	unsigned char bytes[16];
	uint32_t scope; /* index of the interface of a link-local address, else 0 */
};

/* Convert the address of a socket. */
void listen_address_of(const struct sockaddr_storage *from, struct listen_address *ret);

/* Format an address; an IPv4 address in its usual form. */
void listen_address_format(const struct listen_address *address, char ret[INTAKE_HOST_SIZE]);

/**
 * struct listen_names - names of senders, sorted by address; zeroed for none
 * @entries: array of @count entries
 */
struct listen_names {
	struct listen_name *entries;
	size_t count;
};

/**
 * listen_names_read() - read a file in the format of hosts(5): an address and its name on each
 * line; further names are ignored. The same address with another name is an error; names are
 * compared without case. Of a loopback address, the first line is used.
 *
 * Return: false after an error message.
 */
bool listen_names_read(struct listen_names *names, const char *path);

/* Return the name of an address, or NULL. */
const char *listen_names_find(const struct listen_names *names,
			      const struct listen_address *address);

void listen_names_deinit(struct listen_names *names);
#define LISTEN_AUTO_NAMES __attribute__((cleanup(listen_names_deinit))) struct listen_names

#endif /* LINEAGE_CLI_FLEET_LISTEN_ADDRESS_H */
