/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order did hosts print what came in packets, and which fragments are one message?
 *
 * Packets get lost, overtake each other and come twice. Each host's messages are put in the order
 * of their sequence numbers as far as they come within a window of each other; what does not come
 * within it, or before the stream went on for long, is lost. A host that starts anew counts anew.
 *
 * Memory is bounded: so many hosts, of which the one that was silent for the longest is forgotten,
 * and so many bytes of messages that wait.
 */
#ifndef LINEAGE_INTAKE_DECODE_REORDER_H
#define LINEAGE_INTAKE_DECODE_REORDER_H

#include "kmsg_header.h"
#include "sender.h"

#define INTAKE_REORDER_WINDOW 16    /* messages; networks reorder by a few */
#define INTAKE_REORDER_HOSTS 4096   /* about 600 bytes each */
#define INTAKE_REORDER_AGE 1024	    /* packets of all hosts that a gap is waited for */
#define INTAKE_REORDER_HELD 2097152 /* bytes of waiting messages, of all hosts */

/**
 * struct intake_packet - one packet, or one line of it
 * @sender: who and when
 * @header: its header
 * @body: what follows; it ends with a newline that may be one of the message's bytes
 * @offset: in the input
 */
struct intake_packet {
	struct intake_sender sender;
	struct intake_kmsg_header header;
	struct intake_text body;
	uint64_t offset;
};

struct intake_reorder;

/** intake_reorder_create() - NULL where there is no memory; the sink must outlive it */
struct intake_reorder *intake_reorder_create(const struct intake_sink *sink);

/** intake_reorder_add() - one more packet, in the order of their arrival */
void intake_reorder_add(struct intake_reorder *reorder, const struct intake_packet *packet);

/** intake_reorder_finish() - nothing more comes: hand over what waits */
void intake_reorder_finish(struct intake_reorder *reorder);

/** intake_reorder_destroy() - NULL is fine */
void intake_reorder_destroy(struct intake_reorder *reorder);

#endif /* LINEAGE_INTAKE_DECODE_REORDER_H */
