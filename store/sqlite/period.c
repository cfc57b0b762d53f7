// SPDX-License-Identifier: GPL-2.0-or-later
/* Restrict the counts of a database to a period. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "lib/cleanup.h"
#include "sqlite.h"
#include "store/identity.h"

#define TRANSITION                                                \
	"boots.release, boots.previous, boots.boot,"              \
	" coalesce(boots.kexec_count, -1) AS kexec_count, label," \
	" coalesce(source = 'inferred', 0) AS inferred"

/*
 * A name in a query means the temporary view and not the table of the same name, so that the
 * queries of read.c count the boots of the period. The columns are those of the tables.
 */
static const char views[] =
	"CREATE TEMP VIEW crashes AS SELECT * FROM main.crashes WHERE boot IN (SELECT id FROM boots);"
	"CREATE TEMP VIEW transitions AS SELECT " TRANSITION ", count(*) AS boots,"
	" coalesce(sum(end IN ('crash', 'unclean')), 0) AS unclean,"
	" sum((SELECT count(*) FROM main.crashes WHERE crashes.boot = boots.id)) AS crashes"
	" FROM boots GROUP BY 1, 2, 3, 4, 5, 6;"
	"CREATE TEMP VIEW lengths AS SELECT " TRANSITION ", length_band AS band, count(*) AS boots,"
	" sum(length_s) AS length_s FROM boots WHERE length_s IS NOT NULL"
	" GROUP BY 1, 2, 3, 4, 5, 6, 7;"
	"CREATE TEMP VIEW signatures AS SELECT main.signatures.id AS id, crashes.signature AS signature,"
	" count(*) AS crashes, min(crashes.id) AS example"
	" FROM crashes JOIN main.signatures ON main.signatures.signature = crashes.signature"
	" GROUP BY 1, 2;"
	"CREATE TEMP VIEW crash_transitions AS SELECT main.signatures.id AS signature, " TRANSITION
	","
	" count(DISTINCT boots.id) AS boots FROM crashes JOIN boots ON boots.id = crashes.boot"
	" JOIN main.signatures ON main.signatures.signature = crashes.signature"
	" GROUP BY 1, 2, 3, 4, 5, 6, 7;";

int sqlite_restrict(struct store *store, const struct store_period *period)
{
	struct sqlite *sqlite = sqlite_of(store);
	LINEAGE_AUTO_FREE char *sql = NULL;
	int error;

	if (!period->has_since && !period->has_until)
		return 0;
	if (asprintf(&sql,
		     "CREATE TEMP VIEW boots AS SELECT * FROM main.boots"
		     " WHERE " STORE_STARTED_SQL " >= %" PRId64 " AND " STORE_STARTED_SQL
		     " < %" PRId64,
		     period->has_since ? period->since : INT64_MIN,
		     period->has_until ? period->until : INT64_MAX) < 0) {
		sql = NULL;
		return sqlite_fail(sqlite, -ENOMEM, "out of memory");
	}
	sqlite->is_restricted = true;
	error = sqlite_execute(sqlite, sql);
	return error ? error : sqlite_execute(sqlite, views);
}
