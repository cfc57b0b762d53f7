/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding of the datagrams that a kernel's netconsole sends.
 *
 * A datagram of the extended form is one message or one fragment of a message, with a header
 * (kmsg_header.h). A datagram of the basic form is a part of the text that the kernel prints on a
 * console: usually one or more whole lines, but a line of more than 1000 bytes is cut, and kernels
 * before 5.10 send a line that is printed in pieces as several datagrams (Linux
 * drivers/net/netconsole.c). The same sender may change its form, for example at a reboot.
 */
#ifndef LINEAGE_INTAKE_RECEIVE_DATAGRAM_H
#define LINEAGE_INTAKE_RECEIVE_DATAGRAM_H

#include "intake/decode/reorder.h"

/* Maximum size of an incomplete line. A record of the kernel has at most 1 KiB. */
#define INTAKE_PARTIAL_MAX 2048

/**
 * struct intake_datagram - one datagram
 * @host: name of the sender
 * @time: when it arrived, seconds since 1970 UTC
 * @bytes: its content
 */
struct intake_datagram {
	struct intake_text host;
	int64_t time;
	struct intake_text bytes;
};

/**
 * struct intake_lines_sent - the state of one sender; zeroed at the start, except for @offset
 * @offset: offset of the next datagram in the stream of this sender. The first offset should differ
 *	from those of an earlier stream, for example the time in milliseconds.
 * @partial: the start of a line that is not complete; NULL if none
 * @partial_length: its length
 */
struct intake_lines_sent {
	uint64_t offset;
	char *partial;
	size_t partial_length;
};

/**
 * struct intake_datagram_decoder - the state of all senders together
 * @sink: receives the records
 * @reorder: orders the messages of the extended form, and passes them to @sink
 * @held: bytes of all incomplete lines
 * @held_max: limit for @held; beyond it, an incomplete line counts as complete
 */
struct intake_datagram_decoder {
	const struct intake_sink *sink;
	struct intake_reorder *reorder;
	size_t held;
	size_t held_max;
};

/** intake_datagram_decode() - decode a datagram and pass complete records to the sink */
void intake_datagram_decode(struct intake_datagram_decoder *decoder, struct intake_lines_sent *sent,
			    const struct intake_datagram *datagram);

/** intake_datagram_end_line() - deliver the incomplete line of a sender; @datagram has no bytes */
void intake_datagram_end_line(struct intake_datagram_decoder *decoder,
			      struct intake_lines_sent *sent,
			      const struct intake_datagram *datagram);

#endif /* LINEAGE_INTAKE_RECEIVE_DATAGRAM_H */
