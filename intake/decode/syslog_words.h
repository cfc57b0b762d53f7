/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parser for the words between the time and the message of a syslog line: host, level, program. */
#ifndef LINEAGE_INTAKE_DECODE_SYSLOG_WORDS_H
#define LINEAGE_INTAKE_DECODE_SYSLOG_WORDS_H

#include "text.h"

/**
 * intake_syslog_words_take() - take host, level and program off the front, in any order
 * @text: after the time; unchanged if this is not a syslog line
 * @record: host, level and is_from_user are set if the words contain them
 *
 *	"HOST kernel: "			most daemons
 *	"kernel: "			journalctl --no-hostname
 *	"HOST kern.notice kernel: "	busybox; OpenWrt without HOST
 *	"HOST NOTICE kernel: "		SONiC
 *	"HOST [  512.300000] "		netconsole through a syslog daemon: no program
 *
 * Return: whether the line is a syslog line.
 */
bool intake_syslog_words_take(struct intake_text *text, struct intake_record *record);

/**
 * intake_syslog_level_of() - parse a level with or without a facility: "NOTICE", "kern.warn"
 * @ret_facility: length 0 if absent
 *
 * Return: the level, or -1 if the text is not a level.
 */
int intake_syslog_level_of(struct intake_text word, struct intake_text *ret_facility);

/**
 * intake_syslog_host_of() - find the sender's host in a name that relays may have extended
 * @ret: the host; length 0 for "(none)" and "-", which mean that the sender had no name
 *
 * syslog-ng writes "HOST/RELAY" and "SOURCE@HOST" (chain-hostnames()): the first host is the
 * sender.
 *
 * Return: false if @word cannot be a host.
 */
bool intake_syslog_host_of(struct intake_text word, struct intake_text *ret);

/** intake_printk_is_next() - whether "[   12.345678]", "<6>" or "[T123]" comes next */
bool intake_printk_is_next(struct intake_text text);

#endif /* LINEAGE_INTAKE_DECODE_SYSLOG_WORDS_H */
