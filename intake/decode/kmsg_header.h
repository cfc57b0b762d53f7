/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What does "6,416,1758426,-,caller=T1;" say?
 *
 * The kernel puts it in front of every record of /dev/kmsg and every packet of extended netconsole:
 * PRIORITY,SEQUENCE,MICROSECONDS,FLAG[,KEY=VALUE...]; (info_print_ext_header(),
 * kernel/printk/printk.c; Documentation/ABI/testing/dev-kmsg). Linux 3.5 had no flag. Keys that are
 * not known are to be skipped. netconsole may put the release in front and the place of a fragment
 * behind (Documentation/networking/netconsole.rst).
 */
#ifndef LINEAGE_INTAKE_DECODE_KMSG_HEADER_H
#define LINEAGE_INTAKE_DECODE_KMSG_HEADER_H

#include "text.h"

/**
 * struct intake_kmsg_header - what one says
 * @release: of the kernel, where netconsole says it
 * @priority: facility * 8 + level
 * @sequence: of the record in its boot
 * @usec: microseconds since the kernel started
 * @context: who was running, where told
 * @context_id: the task's or CPU's number
 * @is_fragment: ncfrag= is there and possible
 * @fragment_at: where in the message the fragment begins
 * @fragment_of: bytes of the whole message
 * @has_bad_field: caller= or ncfrag= is not what it should be
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
 * intake_kmsg_header_take() - a header and its semicolon off the front of a line
 * @ret: untouched where there is none
 */
bool intake_kmsg_header_take(struct intake_text *line, struct intake_kmsg_header *ret);

/** intake_kmsg_header_fill() - say the same in a record; its release is that of the header */
void intake_kmsg_header_fill(const struct intake_kmsg_header *header, struct intake_record *record);

/**
 * intake_kmsg_is_dictionary() - is it " KEY=VALUE", which follows a record and is none?
 *
 * The kernel writes SUBSYSTEM and DEVICE so (msg_add_dict_text()), netconsole its user's data and
 * its own (cpu=, taskname=, release=, msgid=).
 */
bool intake_kmsg_is_dictionary(struct intake_text line);

#endif /* LINEAGE_INTAKE_DECODE_KMSG_HEADER_H */
