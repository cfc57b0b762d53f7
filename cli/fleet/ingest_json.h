/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events of a log as JSON. */
#ifndef LINEAGE_CLI_FLEET_INGEST_JSON_H
#define LINEAGE_CLI_FLEET_INGEST_JSON_H

struct intake_boot;
struct intake_crash;
struct json_object;

/* {"event": "boot", ...} */
struct json_object *intake_boot_to_json(const struct intake_boot *boot);

/* {"event": "crash", ...} */
struct json_object *intake_crash_to_json(const struct intake_crash *crash);

#endif /* LINEAGE_CLI_FLEET_INGEST_JSON_H */
