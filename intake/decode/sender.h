/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parser for the sender and time that a receiver wrote before a packet.
 *
 * A packet of netconsole does not name its sender. Receivers for several hosts prepend it:
 *
 *	nothing			nc or socat into one file per host
 *	HOST			a name or an address; a shell around socat with $SOCAT_PEERADDR
 *	ADDRESS:PORT		with $SOCAT_PEERPORT, or the address from recvfrom()
 *	[HOST], [ADDRESS]:PORT	IPv6 with a port
 *	TIME HOST		rsyslog, %timegenerated:::date-rfc3339% %fromhost-ip% %rawmsg%:
 *				the time is in the format of RFC 3339
 *
 * Each form is followed by one or more spaces. HOST may end with a colon, as in syslog. The source
 * port (6665 by default) carries no information and is dropped.
 */
#ifndef LINEAGE_INTAKE_DECODE_SENDER_H
#define LINEAGE_INTAKE_DECODE_SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"

#define INTAKE_HOST_MAX 255 /* maximum length of a DNS name (RFC 1035, 2.3.4) */

/**
 * struct intake_sender - host and time
 * @host: a name or an address; empty if unknown
 * @has_time: whether @time is known
 * @time: seconds since 1970 UTC
 */
struct intake_sender {
	struct intake_text host;
	bool has_time;
	int64_t time;
};

/**
 * intake_sender_take_word() - take one word and the following spaces off the front of a line
 * @sender: zeroed before the first word
 *
 * Return: false if the word is neither a time nor a host, or if @sender already has a host.
 */
bool intake_sender_take_word(struct intake_text *line, struct intake_sender *sender);

/** intake_host_is_valid() - check whether a text can be a host name or address */
bool intake_host_is_valid(struct intake_text host);

#endif /* LINEAGE_INTAKE_DECODE_SENDER_H */
