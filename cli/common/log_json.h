/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Conversion of texts and boots of the store to JSON. */
#ifndef LINEAGE_CLI_COMMON_LOG_JSON_H
#define LINEAGE_CLI_COMMON_LOG_JSON_H

struct json_object;
struct store_boot;
struct store_crash;

/* Build one object of `kexec-lineage --json log`. The caller releases it with json_object_put(). */
struct json_object *boot_to_json(const struct store_boot *boot);

/* Split a text at blanks into a JSON list of words. NULL gives an empty list. */
struct json_object *words_to_json(const char *words);

/* Convert a crash of a boot to an object of "crashes"; the caller releases it. */
struct json_object *crash_to_json(const struct store_crash *crash);

#endif /* LINEAGE_CLI_COMMON_LOG_JSON_H */
