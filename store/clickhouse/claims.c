// SPDX-License-Identifier: GPL-2.0-or-later
/* Claim a week, so that programs that write at the same time do not all seal it. */
#include <inttypes.h>

#include "seals.h"

/* A writer does not seal a week that a writer sealed, or began to seal, in this time. */
#define CLAIMED_S (60 * 60)

int clickhouse_claim(struct clickhouse *server, uint16_t week, int64_t now, bool *ret)
{
	TSV_AUTO sql = { 0 };
	TSV_AUTO row = { 0 };
	int64_t claims = 0;
	int error;

	tsv_print(&sql,
		  "SELECT count() FROM seal_claims WHERE week = %u AND time > %" PRId64
		  " AND time <= %" PRId64 " FORMAT TabSeparated",
		  week, now - CLAIMED_S, now + CLAIMED_S);
	error = clickhouse_ask_number(server, &sql, &claims);
	*ret = !error && claims == 0;
	if (!*ret)
		return error;
	tsv_number(&row, week, '\t');
	tsv_number(&row, now, '\n');
	return clickhouse_insert(server, "seal_claims", "week, time", &row);
}
