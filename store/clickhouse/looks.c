// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The looks of triage --watch, which this back end does not keep.
 *
 * Each look needs a number that no other program uses. ClickHouse has neither transactions nor
 * unique keys.
 */
#include <errno.h>

#include "clickhouse.h"

static int refuse(struct store *store)
{
	return store_fail(store, -EPROTONOSUPPORT,
			  "a server cannot keep the looks of --watch, since two programs could use"
			  " the same look; keep them in a file with --ledger=FILE");
}

int clickhouse_list_looks(struct store *store, const char *watched, store_look_visitor *visit,
			  void *data)
{
	return refuse(store);
}

int clickhouse_add_look(struct store *store, const struct store_look *look)
{
	return refuse(store);
}
