// SPDX-License-Identifier: GPL-2.0-or-later
#include "lost.h"

#include <string.h>

bool store_boot_is_lost(const struct store_boot *boot)
{
	return boot->end == STORE_END_LOST &&
	       strncmp(boot->boot_id, LINEAGE_LOST_PREFIX, strlen(LINEAGE_LOST_PREFIX)) == 0;
}

const char *store_boot_starter(const struct store_boot *boot, size_t number,
			       char ret[STORE_ALIAS_SIZE])
{
	const size_t prefix = strlen(LINEAGE_LOST_PREFIX);
	const char *rest = boot->aliases;

	if (store_boot_is_lost(boot) && number-- == 0)
		return boot->boot_id + prefix;
	while (store_next_id(&rest, ret))
		if (strncmp(ret, LINEAGE_LOST_PREFIX, prefix) == 0 && number-- == 0)
			return ret + prefix;
	return NULL;
}

bool store_boot_is_about_lost(const struct store_boot *boot)
{
	char buffer[STORE_ALIAS_SIZE];

	return boot->end == STORE_END_LOST || store_boot_starter(boot, 0, buffer);
}
