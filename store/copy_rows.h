/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of some hosts in memory, to compare and to copy them. */
#ifndef LINEAGE_STORE_COPY_ROWS_H
#define LINEAGE_STORE_COPY_ROWS_H

#include "bulk.h"
#include "kept_boot.h"

/**
 * struct copied_crash - a crash that owns its texts
 */
struct copied_crash {
	struct store_crash crash;
	char *texts;
};

/**
 * struct copy_rows - rows of hosts, by host; all zero at first
 * @boots: boots and parts, by host and sequence; the parts of a host follow its boots; owned
 * @by_key: the same, by host, id and kind
 * @crashes: by host and order; owned
 */
struct copy_rows {
	struct kept_boot **boots;
	const struct store_boot **by_key;
	size_t boot_count;
	struct copied_crash **crashes;
	size_t crash_count;
};

/**
 * struct copy_host - the rows of one host
 * @boots, @crashes: parts of the arrays of struct copy_rows
 */
struct copy_host {
	const char *name;
	struct kept_boot **boots;
	size_t boot_count;
	struct copied_crash **crashes;
	size_t crash_count;
};

/** store_rows_load() - load rows of hosts; the caller deinitialises @ret, also after an error */
int store_rows_load(struct store *store, const struct store_range *hosts, struct copy_rows *ret);

/** store_rows_next() - get the host after @host, or the first host if its name is NULL */
bool store_rows_next(const struct copy_rows *rows, struct copy_host *host);

/** store_rows_host() - get a host by name; a host without rows has no boots and no crashes */
struct copy_host store_rows_host(const struct copy_rows *rows, const char *name);

/** store_rows_find() - find a row of @rows with the key and the kind of @boot, or return NULL */
const struct store_boot *store_rows_find(const struct copy_rows *rows,
					 const struct store_boot *boot);

/** store_rows_has() - return whether the rows have a row with the same facts as @boot */
bool store_rows_has(const struct copy_rows *rows, const struct store_boot *boot);

/** store_host_has_crash() - return whether the host has a crash with the same facts */
bool store_host_has_crash(const struct copy_host *host, const struct store_crash *crash);

/** store_rows_deinit() - free all rows */
void store_rows_deinit(struct copy_rows *rows);
#define COPY_AUTO_ROWS __attribute__((cleanup(store_rows_deinit))) struct copy_rows

#endif /* LINEAGE_STORE_COPY_ROWS_H */
