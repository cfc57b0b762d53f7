// SPDX-License-Identifier: GPL-2.0-or-later
#include "previous_stamp.h"

#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

bool lineage_previous_stamp_is(const struct lineage_root *root, const char *stamp, size_t length)
{
	LINEAGE_AUTO_FREE char *before = NULL;

	if (length == 0 || lineage_root_read_line(root, LINEAGE_PREVIOUS_STAMP_PATH, &before))
		return false;
	return strlen(before) == length && memcmp(before, stamp, length) == 0;
}
