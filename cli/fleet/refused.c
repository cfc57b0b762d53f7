// SPDX-License-Identifier: GPL-2.0-or-later
#include "refused.h"

#include <inttypes.h>

#include "cli/common/output.h"

void report_refused(const char *command, const struct store *store)
{
	uint64_t count = store_refused(store);

	if (count > 0)
		complain("%s: %" PRIu64 " boot%s not stored: 'prune' has removed %s from the store",
			 command, count, count == 1 ? " was" : "s were",
			 count == 1 ? "its week" : "their weeks");
}
