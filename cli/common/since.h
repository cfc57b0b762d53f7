/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which moment do people mean? */
#ifndef LINEAGE_CLI_COMMON_SINCE_H
#define LINEAGE_CLI_COMMON_SINCE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/**
 * since_parse() - a moment, as people write it
 * @text: "2026-11-24", "2026-11-24 18:05", "2026-11-24 18:05:30" (local time; T for the blank, and
 *	Z behind it for UTC), "@1764000000", "today", "yesterday", "3d" or "3d ago" (s, min, h, d, w)
 * @now: the present
 * @ret: seconds since 1970 UTC
 *
 * Return: whether it is one of these.
 */
bool since_parse(const char *text, time_t now, int64_t *ret);

/* What since_parse() takes, for a message. */
extern const char since_forms[];

#endif /* LINEAGE_CLI_COMMON_SINCE_H */
