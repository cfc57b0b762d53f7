/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion of a lineage report into the row of the running boot. */
#ifndef LINEAGE_STORE_ROWS_BOOT_OF_REPORT_H
#define LINEAGE_STORE_ROWS_BOOT_OF_REPORT_H

#include "row.h"

/**
 * struct store_boot_facts - facts about a boot that are not in a report; NULL and "" mean unknown
 * @host, @machine_id, @boot_id, @marks, @has_time, @time: as in struct store_boot
 * @build, @build_id, @stamp: as in struct store_boot
 */
struct store_boot_facts {
	const char *host;
	const char *machine_id;
	const char *boot_id;
	const char *marks;
	bool has_time;
	int64_t time;
	const char *build;
	const char *build_id;
	const char *stamp;
};

/**
 * store_boot_of_report() - convert the report of the running boot into a row
 * @report, @facts: must outlive @ret
 * @ret: the row; the caller deinitialises it
 *
 * Return: 0 or -ENOMEM.
 */
int store_boot_of_report(const struct lineage_report *report, const struct store_boot_facts *facts,
			 struct store_boot_row *ret);

#endif /* LINEAGE_STORE_ROWS_BOOT_OF_REPORT_H */
