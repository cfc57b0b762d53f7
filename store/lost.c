// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include <stdio.h>
#include <string.h>

bool store_boot_is_lost(const struct store_boot *boot)
{
	return boot->end == STORE_END_LOST &&
	       strncmp(boot->boot_id, LINEAGE_LOST_PREFIX, strlen(LINEAGE_LOST_PREFIX)) == 0;
}

const char *store_boot_starter(const struct store_boot *boot, size_t number,
			       char ret[STORE_ALIAS_SIZE])
{
	static const char prefix[] = LINEAGE_LOST_PREFIX;
	const char *at = boot->aliases ? boot->aliases : "";

	if (store_boot_is_lost(boot) && number-- == 0)
		return boot->boot_id + strlen(prefix);
	for (size_t length; *at; at += length, at += strspn(at, " ")) {
		length = strcspn(at, " ");
		if (strncmp(at, prefix, strlen(prefix)) != 0 || number-- > 0)
			continue;
		snprintf(ret, STORE_ALIAS_SIZE, "%.*s", (int)(length - strlen(prefix)),
			 at + strlen(prefix));
		return ret;
	}
	return NULL;
}

bool store_boot_is_about_lost(const struct store_boot *boot)
{
	char buffer[STORE_ALIAS_SIZE];

	return boot->end == STORE_END_LOST || store_boot_starter(boot, 0, buffer);
}
