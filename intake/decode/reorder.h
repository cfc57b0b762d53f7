/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reordering of netconsole packets per host, and assembly of their fragments.
 *
 * Packets may be lost, reordered or duplicated. The messages of each host are sorted by sequence
 * number within a window. A message counts as lost if it does not arrive within the window, or
 * within INTAKE_REORDER_AGE packets. A host that reboots starts a new sequence.
 *
 * Memory is bounded by a maximum number of hosts and a maximum number of bytes in waiting messages.
 * If there are too many hosts, the least recently used host is dropped.
 */
#ifndef LINEAGE_INTAKE_DECODE_REORDER_H
#define LINEAGE_INTAKE_DECODE_REORDER_H

#include "kmsg_header.h"
#include "sender.h"

#define INTAKE_REORDER_WINDOW 16    /* in messages; networks reorder only nearby packets */
#define INTAKE_REORDER_HOSTS 4096   /* a host takes about 600 bytes */
#define INTAKE_REORDER_AGE 1024	    /* how long to wait for a message, in packets of all hosts */
#define INTAKE_REORDER_HELD 2097152 /* maximum bytes of waiting messages of all hosts */

/**
 * struct intake_packet - one packet, or one line of it
 * @sender: host and time
 * @header: the parsed header
 * @body: the text without its final newline, even if the newline is part of the message
 * @offset: position in the input
 */
struct intake_packet {
	struct intake_sender sender;
	struct intake_kmsg_header header;
	struct intake_text body;
	uint64_t offset;
};

struct intake_reorder;

/**
 * intake_reorder_create() - allocate the state; return NULL if out of memory; the sink must outlive
 * it
 */
struct intake_reorder *intake_reorder_create(const struct intake_sink *sink);

/** intake_reorder_add() - add a packet, in the order of arrival */
void intake_reorder_add(struct intake_reorder *reorder, const struct intake_packet *packet);

/**
 * intake_reorder_wait_by_time() - wait for missing messages until intake_reorder_give_up() is
 * called, and not for INTAKE_REORDER_AGE packets; for a caller that has a clock
 * @hosts_max: maximum number of hosts
 */
void intake_reorder_wait_by_time(struct intake_reorder *reorder, size_t hosts_max);

/** intake_reorder_packets() - return the number of packets so far */
uint64_t intake_reorder_packets(const struct intake_reorder *reorder);

/**
 * intake_reorder_give_up() - stop waiting for messages that are missing before, or whose first
 * fragment is one of, the first @packets packets
 */
void intake_reorder_give_up(struct intake_reorder *reorder, uint64_t packets);

/** intake_reorder_remove() - deliver the waiting messages of a host, and forget the host */
void intake_reorder_remove(struct intake_reorder *reorder, struct intake_text name);

/** intake_reorder_finish() - deliver all waiting messages at the end of the input */
void intake_reorder_finish(struct intake_reorder *reorder);

/** intake_reorder_destroy() - free; NULL is allowed */
void intake_reorder_destroy(struct intake_reorder *reorder);

#endif /* LINEAGE_INTAKE_DECODE_REORDER_H */
