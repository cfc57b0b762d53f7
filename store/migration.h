/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notice of a migration, which can take minutes. */
#ifndef LINEAGE_STORE_MIGRATION_H
#define LINEAGE_STORE_MIGRATION_H

#include <stdint.h>

/**
 * store_on_migration - function that store_open() calls before it migrates a large store
 *
 * @name: the store; a URL without a password, or a path
 * @to: the schema version of the store after the migration
 *
 * The default is NULL. There is no notice for files that are migrated in a moment.
 */
extern void (*store_on_migration)(const char *name, int64_t to);

#endif /* LINEAGE_STORE_MIGRATION_H */
