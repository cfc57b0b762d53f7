// SPDX-License-Identifier: GPL-2.0-or-later
/* Restrict the counts of a database to a period. */
#include <inttypes.h>
#include <stdio.h>

#include "clickhouse.h"
#include "report_lists.h"
#include "seals.h"
#include "store/identity.h"

/* The table of crashes has no start of the boot. A host is in one shard, with its crashes. */
static int set_period(struct clickhouse *server, const struct store_period *period)
{
	if (asprintf(&server->of_boots,
		     " AND " STORE_STARTED_SQL " >= %" PRId64 " AND " STORE_STARTED_SQL
		     " < %" PRId64,
		     period->has_since ? period->since : -INT64_MAX,
		     period->has_until ? period->until : INT64_MAX) < 0) {
		server->of_boots = NULL;
		return clickhouse_fail_memory(server);
	}
	if (asprintf(&server->of_crashes,
		     " AND (host, boot_id) IN (SELECT host, boot_id FROM `%s`.boot_rows FINAL"
		     " WHERE kind = 0%s)",
		     server->database, server->of_boots) < 0) {
		server->of_crashes = NULL;
		return clickhouse_fail_memory(server);
	}
	return 0;
}

int clickhouse_restrict(struct store *store, const struct store_period *period)
{
	struct clickhouse *server = clickhouse_of(store);
	int error = 0;

	server->keeps_seals = true;
	if (period->has_since || period->has_until)
		error = set_period(server, period);
	if (!error)
		error = clickhouse_find_seals(server);
	if (!error)
		clickhouse_read_report_ahead(server);
	return error;
}
