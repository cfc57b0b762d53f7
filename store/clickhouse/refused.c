// SPDX-License-Identifier: GPL-2.0-or-later
/* Remember the boots that were refused because their weeks were pruned. */
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clickhouse.h"
#include "lib/cleanup.h"

static int compare_texts(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* Return the key of a boot in the tree of refused boots; NULL if there is no memory. */
static char *make_key(const char *host, const char *boot_id)
{
	char *key;

	return asprintf(&key, "%s\n%s", host, boot_id) < 0 ? NULL : key;
}

int clickhouse_refuse(struct clickhouse *server, const char *host, const char *boot_id)
{
	LINEAGE_AUTO_FREE char *key = make_key(host, boot_id);
	char **found = key ? tsearch(key, &server->refused, compare_texts) : NULL;

	if (!found)
		return clickhouse_fail_memory(server);
	if (*found == key) {
		server->store.refused++;
		key = NULL; /* the tree owns it now */
	}
	return 0;
}

bool clickhouse_is_refused(struct clickhouse *server, const char *host, const char *boot_id)
{
	LINEAGE_AUTO_FREE char *key = server->refused ? make_key(host, boot_id) : NULL;

	return key && tfind(key, &server->refused, compare_texts);
}
