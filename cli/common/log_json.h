/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A boot of the store as JSON. */
#ifndef LINEAGE_CLI_COMMON_LOG_JSON_H
#define LINEAGE_CLI_COMMON_LOG_JSON_H

struct json_object;
struct store_boot;

/* One object of `kexec-lineage --json log`; the caller's to put. */
struct json_object *boot_to_json(const struct store_boot *boot);

#endif /* LINEAGE_CLI_COMMON_LOG_JSON_H */
