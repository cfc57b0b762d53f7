// SPDX-License-Identifier: GPL-2.0-or-later
/* Decoding of the datagrams that a kernel's netconsole sends. */
#include "datagram.h"

#include <stdlib.h>

#include "intake/decode/printk_line.h"

/* Without the printk time, the digest of a boot's first lines needs the offset of its banner. */
static bool is_untimed_banner(const struct intake_record *record)
{
	return !record->has_uptime && intake_text_starts(record->text, "Linux version ");
}

static void deliver(const struct intake_datagram_decoder *decoder,
		    const struct intake_lines_sent *sent, const struct intake_datagram *datagram,
		    struct intake_text line)
{
	struct intake_record record = { .host = datagram->host,
					.has_time = true,
					.time = datagram->time,
					.level = -1,
					.offset = sent->offset };

	while (line.length > 0 && line.at[line.length - 1] == '\r')
		line.length--;
	if (line.length > INTAKE_LINE_MAX) {
		decoder->sink->fault(decoder->sink->data, INTAKE_FAULT_LONG_LINE, sent->offset);
		line.length = INTAKE_LINE_MAX;
	}
	intake_printk_line_decode(line.at, line.length, &record);
	if (is_untimed_banner(&record))
		record.has_time = false;
	decoder->sink->record(decoder->sink->data, &record);
}

void intake_datagram_end_line(struct intake_datagram_decoder *decoder,
			      struct intake_lines_sent *sent,
			      const struct intake_datagram *datagram)
{
	if (!sent->partial)
		return;
	deliver(decoder, sent, datagram,
		(struct intake_text){ sent->partial, sent->partial_length });
	decoder->held -= sent->partial_length;
	free(sent->partial);
	sent->partial = NULL;
	sent->partial_length = 0;
}

/* Keep the start of a line, or more of it. Return false if there is no room. */
static bool hold(struct intake_datagram_decoder *decoder, struct intake_lines_sent *sent,
		 struct intake_text part)
{
	size_t length = sent->partial_length + part.length;
	char *bytes;

	if (length > INTAKE_PARTIAL_MAX || decoder->held + part.length > decoder->held_max)
		return false;
	bytes = realloc(sent->partial, length);
	if (!bytes)
		return false;
	memcpy(bytes + sent->partial_length, part.at, part.length);
	sent->partial = bytes;
	sent->partial_length = length;
	decoder->held += part.length;
	return true;
}

/*
 * Return whether a datagram begins a line although the last line is not complete: the rest of the
 * last line was lost, or the last message of a kernel had no newline.
 */
static bool begins_line(struct intake_text bytes)
{
	struct intake_record record = { .level = -1 };

	return intake_printk_uptime_take(&bytes, &record);
}

static void take_text(struct intake_datagram_decoder *decoder, struct intake_lines_sent *sent,
		      const struct intake_datagram *datagram)
{
	struct intake_text rest = datagram->bytes;

	if (sent->partial && begins_line(rest))
		intake_datagram_end_line(decoder, sent, datagram);
	while (rest.length > 0) {
		const char *newline = memchr(rest.at, '\n', rest.length);
		struct intake_text line = rest;
		bool is_held = false;

		if (newline)
			line.length = (size_t)(newline - rest.at);
		if (line.length > 0 && (sent->partial || !newline)) {
			is_held = hold(decoder, sent, line);
			if (!is_held)
				intake_datagram_end_line(decoder, sent, datagram);
		}
		if (newline && sent->partial)
			intake_datagram_end_line(decoder, sent, datagram);
		else if (!is_held)
			deliver(decoder, sent, datagram, line);
		rest = intake_text_skip(rest, line.length + (newline ? 1 : 0));
	}
}

/* Pass a message or a fragment on. Without the final newline, a message is complete as well. */
static void take_packet(const struct intake_datagram_decoder *decoder, struct intake_text rest,
			struct intake_packet *packet)
{
	const struct intake_sink *sink = decoder->sink;

	if (packet->header.has_bad_field)
		sink->fault(sink->data, INTAKE_FAULT_FIELD, packet->offset);
	if (!packet->header.is_fragment)
		rest.length = intake_text_find(rest, "\n");
	else if (intake_text_ends(rest, "\n"))
		rest.length--;
	if (packet->header.is_fragment && rest.length == 0)
		return;
	packet->body = rest;
	intake_reorder_add(decoder->reorder, packet);
}

void intake_datagram_decode(struct intake_datagram_decoder *decoder, struct intake_lines_sent *sent,
			    const struct intake_datagram *datagram)
{
	struct intake_text rest = datagram->bytes;
	struct intake_packet packet = {
		.sender = { .host = datagram->host, .has_time = true, .time = datagram->time },
		.offset = sent->offset
	};

	if (intake_kmsg_header_take(&rest, &packet.header)) {
		intake_datagram_end_line(decoder, sent, datagram);
		take_packet(decoder, rest, &packet);
	} else {
		take_text(decoder, sent, datagram);
	}
	sent->offset += datagram->bytes.length;
}
