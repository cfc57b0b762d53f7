/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parser of the times that users type. */
#ifndef LINEAGE_CLI_COMMON_SINCE_H
#define LINEAGE_CLI_COMMON_SINCE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/**
 * since_parse() - parse a time
 * @text: "2026-11-24", "2026-11-24 18:05", "2026-11-24 18:05:30" (local time; the blank may be T,
 *	and a final Z means UTC), "@1764000000", "today", "yesterday", "3d" or "3d ago" (s, min,
 *	h, d, w)
 * @now: the current time
 * @ret: seconds since 1970 UTC
 *
 * Return: whether @text is valid.
 */
bool since_parse(const char *text, time_t now, int64_t *ret);

/* List of the accepted forms, for error messages. */
extern const char since_forms[];

#endif /* LINEAGE_CLI_COMMON_SINCE_H */
