/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parser for the time, host and program that a syslog daemon writes before a message. */
#ifndef LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H
#define LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H

#include "text.h"

/**
 * intake_syslog_prefix_take() - take the prefix of a syslog daemon off the front of a line
 * @text: a line; contains the message on return
 * @record: time, host and is_from_user are set if there is a prefix
 *
 * Three forms are known: "Nov 26 04:27:03 HOST kernel: " (RFC 3164, 4.1), the same with an RFC 3339
 * time, and "<6>1 2026-11-26T04:27:03Z HOST kernel - - - " (RFC 5424, 6). The priority is not used
 * as the level: most daemons use one priority for all messages of the kernel.
 *
 * Return: whether there was a prefix.
 */
bool intake_syslog_prefix_take(struct intake_text *text, struct intake_record *record);

#endif /* LINEAGE_INTAKE_DECODE_SYSLOG_PREFIX_H */
