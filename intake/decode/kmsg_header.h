/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser for record headers such as "6,416,1758426,-,caller=T1;".
 *
 * The kernel writes this header before every record of /dev/kmsg and every packet of extended
 * netconsole: PRIORITY,SEQUENCE,MICROSECONDS,FLAG[,KEY=VALUE...]; (info_print_ext_header() in Linux
 * kernel/printk/printk.c; Linux Documentation/ABI/testing/dev-kmsg). Linux 3.5 had no flag. Unknown
 * keys must be skipped. netconsole may prepend the release and append the position of a fragment
 * (Linux Documentation/networking/netconsole.rst).
 */
#ifndef LINEAGE_INTAKE_DECODE_KMSG_HEADER_H
#define LINEAGE_INTAKE_DECODE_KMSG_HEADER_H

#include "text.h"

/**
 * struct intake_kmsg_header - a parsed header
 * @release: release of the kernel, if netconsole sent it
 * @priority: facility * 8 + level
 * @sequence: number of the record in its boot
 * @usec: microseconds since the kernel started
 * @context: the task or CPU that printed, if known
 * @context_id: number of the task or CPU
 * @is_fragment: a valid ncfrag= is present
 * @fragment_at: offset of the fragment in the message
 * @fragment_of: size of the whole message in bytes
 * @has_bad_field: caller= or ncfrag= is invalid
 */
struct intake_kmsg_header {
	struct intake_text release;
	uint32_t priority;
	uint64_t sequence;
	uint64_t usec;
	enum intake_context context;
	uint32_t context_id;
	bool is_fragment;
	uint32_t fragment_at;
	uint32_t fragment_of;
	bool has_bad_field;
};

/**
 * intake_kmsg_header_take() - take a header and its semicolon off the front of a line
 * @ret: unchanged if there is no header
 *
 * Return: whether there was a header.
 */
bool intake_kmsg_header_take(struct intake_text *line, struct intake_kmsg_header *ret);

/**
 * intake_kmsg_header_fill() - copy a header to a record; the release still points to the parsed
 * line
 */
void intake_kmsg_header_fill(const struct intake_kmsg_header *header, struct intake_record *record);

/**
 * intake_kmsg_is_dictionary() - check for a line " KEY=VALUE" that follows a record
 *
 * The kernel writes SUBSYSTEM and DEVICE in this form (msg_add_dict_text()). netconsole writes its
 * user data and its own keys (cpu=, taskname=, release=, msgid=) in the same form.
 */
bool intake_kmsg_is_dictionary(struct intake_text line);

#endif /* LINEAGE_INTAKE_DECODE_KMSG_HEADER_H */
