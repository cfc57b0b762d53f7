/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reports, chains, counts and times as JSON. */
#ifndef LINEAGE_CLI_COMMON_SHOW_JSON_H
#define LINEAGE_CLI_COMMON_SHOW_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct lineage_entry;
struct lineage_report;

/* The object that `show --json` prints. */
struct json_object *report_to_json(const struct lineage_report *report);

/* [{"release": ..., "runs": ...}, ...] */
struct json_object *chain_to_json(const struct lineage_entry *chain, size_t length);

/* A number, JSON's null where it is not known. */
struct json_object *count_to_json(bool is_known, uint32_t count);

/* RFC 3339, UTC; null where not known. */
struct json_object *time_to_json(bool is_known, int64_t seconds);

#endif /* LINEAGE_CLI_COMMON_SHOW_JSON_H */
