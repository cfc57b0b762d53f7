/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of the schema, and the migration of older schemas. */
#ifndef LINEAGE_STORE_CLICKHOUSE_TABLES_H
#define LINEAGE_STORE_CLICKHOUSE_TABLES_H

#include "clickhouse.h"

/* Programs of versions up to 4 reject a database whose migration has begun. */
#define CLICKHOUSE_MIGRATING 5
#define CLICKHOUSE_SCHEMA 11
/* The first version with weeks; later versions only add tables and columns, and change sums. */
#define CLICKHOUSE_WEEKS 6
/* The first version with the column excerpt. */
#define CLICKHOUSE_EXCERPTS 9
/* The first version whose tables of sums are those of this program. */
#define CLICKHOUSE_TOTALS 11

/**
 * struct clickhouse_column - a column
 * @definition: its type and default
 */
struct clickhouse_column {
	const char *name;
	const char *definition;
};

/* Columns of boot_rows and crash_rows; a column without a name ends each list. */
extern const struct clickhouse_column clickhouse_boot_columns[], clickhouse_crash_columns[];

/* Add a row to the table of versions. */
int clickhouse_add_version(struct clickhouse *server, int version);

/* Create the tables of the schema that are missing. */
int clickhouse_create_tables(struct clickhouse *server);

/**
 * clickhouse_migrate() - create the tables, and move the rows of an older schema to them
 *
 * @version: the version of the tables now
 *
 * A migration that was interrupted continues. Two programs can migrate at the same time.
 */
int clickhouse_migrate(struct clickhouse *server, int64_t version);

/** clickhouse_end_migration() - remove the tables of the older schema after a migration */
int clickhouse_end_migration(struct clickhouse *server);

#endif /* LINEAGE_STORE_CLICKHOUSE_TABLES_H */
