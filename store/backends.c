// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Table of URL schemes.
 *
 * This file is compiled once per program: with LINEAGE_WITH_CLICKHOUSE if the ClickHouse back end
 * is linked, and with LINEAGE_STORE_OF_HOST for kexec-lineage, the program that every machine
 * installs.
 */
#include "backend.h"

#ifdef LINEAGE_WITH_CLICKHOUSE
#define CLICKHOUSE .backend = &clickhouse_backend
#define CLICKHOUSES .backend = &clickhouses_backend
#elif defined(LINEAGE_STORE_OF_HOST)
#define CLICKHOUSE                                        \
	.missing =                                        \
		"this command supports SQLite files only" \
		" (ingest, triage, log, hosts, forget, prune, seal and copy also support ClickHouse)"
#define CLICKHOUSES CLICKHOUSE
#else
#define CLICKHOUSE                                       \
	.missing = "no ClickHouse support in this build" \
		   " (rebuild it with libcurl and -Dclickhouse=enabled)"
#define CLICKHOUSES CLICKHOUSE
#endif

/*
 * To add a scheme: add it here, declare its struct store_backend in backend.h, and list its files
 * in meson.build.
 */
const struct store_scheme store_schemes[] = {
	{ "sqlite", .backend = &sqlite_backend },
	{ "clickhouse", CLICKHOUSE },
	{ "clickhouses", CLICKHOUSES },
	{ NULL },
};
