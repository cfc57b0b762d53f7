// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of URL schemes. It is compiled once for each program: with LINEAGE_WITH_CLICKHOUSE where the back end
 * is linked, with LINEAGE_STORE_OF_HOST for the program that is installed on every machine.
 */
#include "backend.h"

#ifdef LINEAGE_WITH_CLICKHOUSE
#define CLICKHOUSE .backend = &clickhouse_backend
#define CLICKHOUSES .backend = &clickhouses_backend
#elif defined(LINEAGE_STORE_OF_HOST)
#define CLICKHOUSE \
	.missing = \
		"this command keeps boots in files; only ingest, triage and log use a ClickHouse server"
#define CLICKHOUSES CLICKHOUSE
#else
#define CLICKHOUSE \
	.missing = "this build has no ClickHouse (it was configured without the feature clickhouse)"
#define CLICKHOUSES CLICKHOUSE
#endif

/* To add one: its scheme here, its struct store_backend in backend.h, its files in meson.build. */
const struct store_scheme store_schemes[] = {
	{ "sqlite", .backend = &sqlite_backend },
	{ "clickhouse", CLICKHOUSE },
	{ "clickhouses", CLICKHOUSES },
	{ NULL },
};
