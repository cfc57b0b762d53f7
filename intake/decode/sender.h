/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who sent a packet, and when, as the receiver wrote it in front?
 *
 * A packet of netconsole does not name its sender, so receivers of several hosts write it down:
 *
 *	nothing			nc or socat into a file, one host each
 *	HOST			a name or an address; a shell around socat with $SOCAT_PEERADDR
 *	ADDRESS:PORT		the same with $SOCAT_PEERPORT, and what recvfrom() tells
 *	[HOST], [ADDRESS]:PORT	IPv6 with a port is written so
 *	TIME HOST		rsyslog, %timegenerated:::date-rfc3339% %fromhost-ip% %rawmsg%:
 *				the time is one of RFC 3339
 *
 * each followed by one blank or more. A colon may end HOST, as in syslog. The port is left out: it
 * is the sender's 6665 or whatever it was told, and says nothing.
 */
#ifndef LINEAGE_INTAKE_DECODE_SENDER_H
#define LINEAGE_INTAKE_DECODE_SENDER_H

#include "text.h"

/**
 * struct intake_sender - who, and when
 * @host: a name or an address; of no length where not told
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 */
struct intake_sender {
	struct intake_text host;
	bool has_time;
	int64_t time;
};

/**
 * intake_sender_take_word() - one word of it and the blanks behind that off the front of a line
 * @sender: zeroed before the first word
 *
 * Return: false where the word is neither a time nor a host, or @sender has such already.
 */
bool intake_sender_take_word(struct intake_text *line, struct intake_sender *sender);

#endif /* LINEAGE_INTAKE_DECODE_SENDER_H */
