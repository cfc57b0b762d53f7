/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion of reports, chains, counts and times to JSON. */
#ifndef LINEAGE_CLI_COMMON_SHOW_JSON_H
#define LINEAGE_CLI_COMMON_SHOW_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct lineage_entry;
struct lineage_report;

/* Build the object that `show --json` prints. */
struct json_object *report_to_json(const struct lineage_report *report);

/* Build [{"release": ..., "runs": ...}, ...]. */
struct json_object *chain_to_json(const struct lineage_entry *chain, size_t length);

/* Make a number, or null if it is unknown. */
struct json_object *count_to_json(bool is_known, uint32_t count);

/* Format a time in UTC as in RFC 3339; null if the time is unknown. */
struct json_object *time_to_json(bool is_known, int64_t seconds);

#endif /* LINEAGE_CLI_COMMON_SHOW_JSON_H */
