/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cleanup attributes for types whose destroy function is in a public header or another library.
 *
 * Initialise each variable in its declaration. NULL is ignored.
 */
#ifndef LINEAGE_CLI_COMMON_CLEANUP_H
#define LINEAGE_CLI_COMMON_CLEANUP_H

#include <json.h>
#include <stdio.h>

#include "kexec-lineage.h"
#include "lib/cleanup.h"

static inline void cleanup_report(struct lineage_report **report)
{
	lineage_report_destroy(*report);
}

static inline void cleanup_inspection(struct lineage_inspection **inspection)
{
	lineage_inspection_destroy(*inspection);
}

static inline void cleanup_json(struct json_object **object)
{
	json_object_put(*object);
}

static inline void cleanup_file(FILE **stream)
{
	if (*stream)
		fclose(*stream);
}

/* Call lineage_report_destroy() at the end of the scope. */
#define AUTO_REPORT __attribute__((cleanup(cleanup_report)))
/* Call lineage_inspection_destroy() at the end of the scope. */
#define AUTO_INSPECTION __attribute__((cleanup(cleanup_inspection)))
/* Call json_object_put() at the end of the scope. */
#define AUTO_JSON __attribute__((cleanup(cleanup_json)))
/*
 * Call fclose() at the end of the scope. Use this only for streams that are read: the result of
 * fclose() is ignored.
 */
#define AUTO_FILE __attribute__((cleanup(cleanup_file)))

#endif /* LINEAGE_CLI_COMMON_CLEANUP_H */
