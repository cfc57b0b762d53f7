/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What time does this text say, and which host? As programs write them in front of a line. */
#ifndef LINEAGE_INTAKE_DECODE_TIME_TEXT_H
#define LINEAGE_INTAKE_DECODE_TIME_TEXT_H

#include "text.h"

#define INTAKE_HOST_MAX 255 /* of a name in the DNS (RFC 1035, 2.3.4) */

/**
 * struct intake_time - what a date says
 * @is_known: whether @seconds is
 * @seconds: since 1970 UTC
 * @wall_us: microseconds by the clock that wrote it; of a date without its year, by one that only goes on for a year
 */
struct intake_time {
	bool is_known;
	int64_t seconds;
	uint64_t wall_us;
};

/**
 * intake_time_take_iso() - "2026-11-26T04:27:03.123456+00:00" off the front, and a blank for the T
 *
 * Where there is no zone the time is not known (RFC 3339, 4.4).
 *
 * Return: whether there was one.
 */
bool intake_time_take_iso(struct intake_text *text, struct intake_time *ret);

/**
 * intake_time_take_syslog() - "Nov 26 04:27:03", "Nov 26 04:27:03.123456" off the front
 *
 * It tells neither year nor zone (RFC 3164, 4.1.2), so no time.
 */
bool intake_time_take_syslog(struct intake_text *text, struct intake_time *ret);

/** intake_time_take_digits() - @count digits off the front, at most nine */
bool intake_time_take_digits(struct intake_text *text, size_t count, int *ret);

/** intake_host_is_valid() - could it be the name or address of a host? */
bool intake_host_is_valid(struct intake_text host);

#endif /* LINEAGE_INTAKE_DECODE_TIME_TEXT_H */
