/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which host and which program does a syslog daemon say wrote this line? */
#ifndef LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H
#define LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H

#include "text.h"

/**
 * intake_syslog_prefix_take() - what a syslog daemon wrote in front of a message
 * @text: a line; afterwards the message
 * @record: time, host and is_from_user are set, where there is a prefix
 *
 * Three forms: "Nov 26 04:27:03 HOST kernel: " (RFC 3164, 4.1), the same with a time as RFC 3339 has
 * it, and "<6>1 2026-11-26T04:27:03Z HOST kernel - - - " (RFC 5424, 6). The priority is no level: most
 * daemons know one for the whole of what they read.
 *
 * Return: whether there was one.
 */
bool intake_syslog_prefix_take(struct intake_text *text, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H */
