// SPDX-License-Identifier: GPL-2.0-or-later
#include "aliases.h"

#include <string.h>

bool store_next_id(const char **ids, char ret[STORE_ALIAS_SIZE])
{
	size_t length, copied;

	if (!*ids || !**ids)
		return false;
	length = strcspn(*ids, " ");
	copied = length < STORE_ALIAS_SIZE ? length : STORE_ALIAS_SIZE - 1;
	memcpy(ret, *ids, copied);
	ret[copied] = '\0';
	*ids += length;
	*ids += strspn(*ids, " ");
	return true;
}
