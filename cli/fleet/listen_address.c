// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "intake/decode/sender.h"
#include "lib/cleanup.h"

#define BLANKS " \t\r\n"
#define MAPPED_SIZE 12 /* bytes before the IPv4 address in a mapped address */

struct listen_name {
	struct listen_address address;
	char *name;
};

static const unsigned char mapped[MAPPED_SIZE] = { [10] = 0xff, [11] = 0xff };

void listen_address_of(const struct sockaddr_storage *from, struct listen_address *ret)
{
	*ret = (struct listen_address){ 0 };
	if (from->ss_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)from;

		memcpy(ret->bytes, mapped, MAPPED_SIZE);
		memcpy(ret->bytes + MAPPED_SIZE, &in->sin_addr, sizeof(in->sin_addr));
	} else if (from->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)from;

		memcpy(ret->bytes, &in->sin6_addr, sizeof(ret->bytes));
		if (IN6_IS_ADDR_LINKLOCAL(&in->sin6_addr))
			ret->scope = in->sin6_scope_id;
	}
}

void listen_address_format(const struct listen_address *address, char ret[INTAKE_HOST_SIZE])
{
	char interface[IF_NAMESIZE];

	if (memcmp(address->bytes, mapped, MAPPED_SIZE) == 0) {
		inet_ntop(AF_INET, address->bytes + MAPPED_SIZE, ret, INTAKE_HOST_SIZE);
		return;
	}
	inet_ntop(AF_INET6, address->bytes, ret, INTAKE_HOST_SIZE);
	if (address->scope != 0 && if_indextoname(address->scope, interface))
		snprintf(ret + strlen(ret), INTAKE_HOST_SIZE - strlen(ret), "%%%s", interface);
}

static int compare(const void *one, const void *other)
{
	const struct listen_name *a = one, *b = other;
	int order = memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));

	if (order != 0)
		return order;
	return (a->address.scope > b->address.scope) - (a->address.scope < b->address.scope);
}

static bool parse_address(const char *text, struct listen_address *ret)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_DGRAM,
				  .ai_flags = AI_NUMERICHOST };
	struct sockaddr_storage address = { 0 };
	struct addrinfo *found;

	if (getaddrinfo(text, NULL, &hints, &found) != 0)
		return false;
	memcpy(&address, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	listen_address_of(&address, ret);
	return true;
}

static bool is_loopback(const struct listen_address *address)
{
	static const struct in6_addr loopback = IN6ADDR_LOOPBACK_INIT;

	if (memcmp(address->bytes, mapped, MAPPED_SIZE) == 0)
		return address->bytes[MAPPED_SIZE] == IN_LOOPBACKNET;
	return memcmp(address->bytes, &loopback, sizeof(loopback)) == 0;
}

/* Whether names that are not sorted yet have an address. */
static bool has_address(const struct listen_names *names, const struct listen_name *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (compare(&names->entries[i], name) == 0)
			return true;
	return false;
}

/* Add the name in a line. On failure, return a description of the failure. */
static const char *add_line(struct listen_names *names, char *line)
{
	struct listen_name *more;
	struct listen_name added = { 0 };
	char *rest, *address, *name;

	line[strcspn(line, "#")] = '\0';
	address = strtok_r(line, BLANKS, &rest);
	if (!address)
		return NULL;
	name = strtok_r(NULL, BLANKS, &rest);
	if (!name)
		return "the name is missing (expected ADDRESS NAME)";
	if (!parse_address(address, &added.address))
		return "invalid address (expected ADDRESS NAME)";
	if (strlen(name) >= INTAKE_HOST_SIZE || !intake_host_is_valid(intake_text_of(name)))
		return "invalid host name";
	/* No other machine sends from it, and /etc/hosts often has several names for it. */
	if (is_loopback(&added.address) && has_address(names, &added))
		return NULL;
	more = reallocarray(names->entries, names->count + 1, sizeof(*more));
	if (!more)
		return strerror(ENOMEM);
	names->entries = more;
	added.name = strdup(name);
	if (!added.name)
		return strerror(ENOMEM);
	more[names->count++] = added;
	return NULL;
}

/* Return whether no address has two names, in sorted entries. Print an error message if one has. */
static bool are_unique(const struct listen_names *names, const char *path)
{
	for (size_t i = 1; i < names->count; i++) {
		const struct listen_name *one = &names->entries[i - 1], *other = &names->entries[i];
		char address[INTAKE_HOST_SIZE];

		if (compare(one, other) != 0 || strcasecmp(one->name, other->name) == 0)
			continue;
		listen_address_format(&one->address, address);
		complain("listen: %s: %s has two names, '%s' and '%s': keep one of them", path,
			 address, one->name, other->name);
		return false;
	}
	return true;
}

bool listen_names_read(struct listen_names *names, const char *path)
{
	FILE *file = fopen(path, "re");
	LINEAGE_AUTO_FREE char *line = NULL;
	const char *why = NULL;
	size_t room = 0, number = 0;

	if (!file) {
		complain("listen: cannot read %s: %s", path, strerror(errno));
		return false;
	}
	while (!why && getline(&line, &room, file) >= 0) {
		number++;
		why = add_line(names, line);
	}
	if (why)
		complain("listen: %s:%zu: %s", path, number, why);
	else if (ferror(file))
		complain("listen: cannot read %s: %s", path, why = strerror(errno));
	fclose(file);
	if (names->count > 0)
		qsort(names->entries, names->count, sizeof(*names->entries), compare);
	return !why && are_unique(names, path);
}

const char *listen_names_find(const struct listen_names *names,
			      const struct listen_address *address)
{
	struct listen_name wanted = { .address = *address };
	const struct listen_name *found = NULL;

	if (names->count > 0)
		found = bsearch(&wanted, names->entries, names->count, sizeof(wanted), compare);
	return found ? found->name : NULL;
}

void listen_names_deinit(struct listen_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->entries[i].name);
	free(names->entries);
	*names = (struct listen_names){ 0 };
}
