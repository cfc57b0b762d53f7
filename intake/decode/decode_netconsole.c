// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for extended netconsole as written by a receiver.
 *
 *	10.0.0.7 6.4.0,6,416,1758426,-,caller=T1,ncfrag=0/31;the first chunk,
 *
 * A packet is one line: an optional sender (sender.h), an optional release, the header and the
 * text. Lines of user data follow, without a sender. Receivers such as nc and socat write packets
 * without a separator, so all fragments of a message are on one line, and only the last one ends
 * with a newline. A fragment begins where the same header occurs again with the matching offset.
 */
#include <errno.h>

#include "likeness.h"
#include "line_decoder.h"
#include "reorder.h"
#include "sender.h"

#define LINE_MAX_BYTES 16384 /* several packets of 1000 bytes (MAX_PRINT_CHUNK) */
#define LIKENESS 80	     /* without netconsole's own keys, /dev/kmsg looks the same */
#define LIKENESS_SURE 95

static const char fragment_key[] = ",ncfrag=";

struct netconsole {
	struct intake_line_decoder base;
	struct intake_reorder *reorder;
	/* The fragment of the previous line. User data in the next line belongs to it. */
	bool is_fragment_open;
	struct intake_packet fragment;
	char host[INTAKE_HOST_MAX];
};

/* Return whether a packet is the last fragment. The final newline of a message may be missing. */
static bool is_fragment_last(const struct intake_packet *packet)
{
	return packet->header.fragment_at + packet->body.length + 1 >= packet->header.fragment_of;
}

static void add(struct netconsole *netconsole, const struct intake_packet *packet)
{
	struct intake_packet *fragment = &netconsole->fragment;

	intake_reorder_add(netconsole->reorder, packet);
	netconsole->is_fragment_open = packet->header.is_fragment && !is_fragment_last(packet);
	if (!netconsole->is_fragment_open || packet == fragment)
		return;
	*fragment = *packet;
	fragment->header.release = (struct intake_text){ 0 };
	fragment->sender.host.at = netconsole->host;
	if (packet->sender.host.length > 0)
		memcpy(netconsole->host, packet->sender.host.at, packet->sender.host.length);
}

/* Add a line of user data to the fragment of the previous line. */
static void add_dictionary(struct netconsole *netconsole, struct intake_text line)
{
	struct intake_packet *fragment = &netconsole->fragment;

	if (!netconsole->is_fragment_open)
		return;
	fragment->header.fragment_at += (uint32_t)fragment->body.length + 1;
	fragment->body = line;
	add(netconsole, fragment);
}

/*
 * Find the next fragment's packet inside a fragment's body. Return the body's length if not found.
 */
static size_t find_glued(const struct intake_packet *packet, struct intake_text header)
{
	struct intake_text body = packet->body, rest = body;
	uint64_t at;

	while (rest.length > 0) {
		const char *found = memmem(rest.at, rest.length, header.at, header.length);

		if (!found)
			break;
		rest = intake_text_skip(rest, (size_t)(found - rest.at) + header.length);
		if (intake_text_take_number(&rest, &at) &&
		    at == packet->header.fragment_at + (uint64_t)(found - body.at))
			return (size_t)(found - body.at);
	}
	return body.length;
}

/*
 * Add the fragments in one line. @start is the line from its first header on. The body of @packet
 * is the text after this header.
 */
static void add_fragments(struct netconsole *netconsole, struct intake_packet *packet,
			  struct intake_text start)
{
	struct intake_text header = start, next;
	struct intake_sender sender = packet->sender;
	uint64_t line_offset = packet->offset;

	header.length = intake_text_find(start, fragment_key) + strlen(fragment_key);
	for (;;) {
		size_t size = find_glued(packet, header);

		next = intake_text_skip(packet->body, size);
		packet->body.length = size;
		add(netconsole, packet);
		if (next.length == 0)
			return;
		*packet = (struct intake_packet){ .sender = sender, .offset = line_offset };
		if (!intake_kmsg_header_take(&next, &packet->header) ||
		    !packet->header.is_fragment) {
			netconsole->base.sink->fault(netconsole->base.sink->data,
						     INTAKE_FAULT_FRAGMENT, line_offset);
			return;
		}
		packet->body = next;
	}
}

/* Take the optional sender and the header off the front. @ret_start: the line from the header on */
static bool take_head(struct intake_text *line, struct intake_packet *packet,
		      struct intake_text *ret_start)
{
	do {
		*ret_start = *line;
		if (intake_kmsg_header_take(line, &packet->header))
			return true;
	} while (intake_sender_take_word(line, &packet->sender));
	return false;
}

static void decode_line(void *data, const char *line, size_t length, uint64_t offset)
{
	struct netconsole *netconsole = data;
	const struct intake_sink *sink = netconsole->base.sink;
	struct intake_text rest = { .at = line, .length = length }, start;
	struct intake_packet packet = { .offset = offset };

	if (length == 0)
		return;
	if (intake_kmsg_is_dictionary(rest)) {
		add_dictionary(netconsole, rest);
		return;
	}
	netconsole->is_fragment_open = false;
	if (!take_head(&rest, &packet, &start)) {
		sink->fault(sink->data, INTAKE_FAULT_HEADER, offset);
		return;
	}
	if (packet.header.has_bad_field)
		sink->fault(sink->data, INTAKE_FAULT_FIELD, offset);
	packet.body = rest;
	/* Skip a fragment with only the message's newline: the message is complete without it. */
	if (packet.header.is_fragment && rest.length == 0)
		return;
	if (packet.header.is_fragment)
		add_fragments(netconsole, &packet, start);
	else
		add(netconsole, &packet);
}

static bool is_like(struct intake_text line)
{
	struct intake_packet packet = { 0 };
	struct intake_text start;

	return intake_kmsg_is_dictionary(line) || take_head(&line, &packet, &start);
}

/*
 * Return whether a line cannot be from /dev/kmsg, whose dictionary has only the keys SUBSYSTEM and
 * DEVICE (msg_add_dict_text()).
 */
static bool has_own(struct intake_text line)
{
	struct intake_packet packet = { 0 };
	struct intake_text start;

	if (intake_kmsg_is_dictionary(line))
		return !intake_text_starts(line, " SUBSYSTEM=") &&
		       !intake_text_starts(line, " DEVICE=");
	return take_head(&line, &packet, &start) &&
	       (packet.sender.host.length > 0 || packet.header.release.length > 0 ||
		packet.header.is_fragment);
}

static int likeness(const char *head, size_t length)
{
	int most = intake_head_share(head, length, has_own) > 0 ? LIKENESS_SURE : LIKENESS;

	return intake_head_share(head, length, is_like) * most / 100;
}

static int init(void *state)
{
	struct netconsole *netconsole = state;

	netconsole->reorder = intake_reorder_create(netconsole->base.sink);
	return netconsole->reorder ? 0 : -ENOMEM;
}

static void finish(void *state)
{
	struct netconsole *netconsole = state;

	intake_reorder_finish(netconsole->reorder);
}

static void deinit(void *state)
{
	struct netconsole *netconsole = state;

	intake_reorder_destroy(netconsole->reorder);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct netconsole),
	.line_max = LINE_MAX_BYTES,
	.line = decode_line,
	.init = init,
	.finish = finish,
	.deinit = deinit,
};

const struct intake_decoder intake_decoder_netconsole = {
	.name = "netconsole",
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
