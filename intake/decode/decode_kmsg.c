// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoder for copies of /dev/kmsg.
 *
 *	6,339,5140900,-,caller=T1;NET: Registered PF_INET6 protocol family
 *	 SUBSYSTEM=net
 *
 * The format is defined in Linux Documentation/ABI/testing/dev-kmsg. A continuation that could not
 * be added to its record (flag "c") becomes a separate line, as on consoles.
 */
#include "kmsg_header.h"
#include "likeness.h"
#include "line_decoder.h"
#include "message.h"

#define LINE_MAX_BYTES 16384 /* as for netconsole: several fragments on one line */
#define LIKENESS 90	     /* not 100: netconsole without its own keys looks the same */
/* The clocks of two CPUs differ by less than this time (local_clock()). A reboot takes longer. */
#define BOOT_USEC 1000000U

/*
 * @netconsole: state of the netconsole decoder, which decodes all lines from the first fragment on;
 *	NULL before the first fragment
 */
struct kmsg {
	struct intake_line_decoder base;
	void *netconsole;
	bool is_started;
	uint64_t next_sequence;
	uint64_t last_usec;
};

static void check_sequence(struct kmsg *kmsg, const struct intake_kmsg_header *header,
			   uint64_t offset)
{
	const struct intake_sink *sink = kmsg->base.sink;
	bool is_later = header->usec > kmsg->last_usec;
	bool is_boot = kmsg->last_usec > header->usec && kmsg->last_usec - header->usec > BOOT_USEC;

	if (kmsg->is_started && !is_boot) {
		if (header->sequence > kmsg->next_sequence)
			sink->fault(sink->data, INTAKE_FAULT_LOST, offset);
		else if (header->sequence < kmsg->next_sequence && is_later)
			sink->fault(sink->data, INTAKE_FAULT_BACKWARDS, offset);
	}
	kmsg->is_started = true;
	kmsg->next_sequence = header->sequence + 1;
	kmsg->last_usec = header->usec;
}

/*
 * Without a sender, the first lines of extended netconsole look the same as /dev/kmsg. Only
 * netconsole has fragments.
 */
static bool is_netconsole(struct kmsg *kmsg, struct intake_text line)
{
	struct intake_kmsg_header header;

	if (!kmsg->netconsole && intake_kmsg_header_take(&line, &header) && header.is_fragment)
		kmsg->netconsole = intake_decoder_netconsole.create(&intake_decoder_netconsole,
								    kmsg->base.sink);
	return kmsg->netconsole != NULL;
}

static void decode_line(void *data, const char *line, size_t length, uint64_t offset)
{
	struct kmsg *kmsg = data;
	const struct intake_sink *sink = kmsg->base.sink;
	struct intake_text rest = { .at = line, .length = length };
	struct intake_record record = { .offset = offset };
	struct intake_kmsg_header header;

	if (is_netconsole(kmsg, rest)) {
		intake_decoder_netconsole.feed(kmsg->netconsole, line, length, offset);
		intake_decoder_netconsole.feed(kmsg->netconsole, "\n", 1, offset + length);
		return;
	}
	if (length == 0 || intake_kmsg_is_dictionary(rest))
		return;
	if (!intake_kmsg_header_take(&rest, &header)) {
		sink->fault(sink->data, INTAKE_FAULT_HEADER, offset);
		return;
	}
	if (header.has_bad_field)
		sink->fault(sink->data, INTAKE_FAULT_FIELD, offset);
	check_sequence(kmsg, &header, offset);
	intake_kmsg_header_fill(&header, &record);
	intake_message_deliver_escaped(sink, &record, rest);
}

/* Leave lines with netconsole keys to the netconsole decoder. */
static bool is_like(struct intake_text line)
{
	struct intake_kmsg_header header;

	if (intake_kmsg_is_dictionary(line))
		return true;
	return intake_kmsg_header_take(&line, &header) && header.release.length == 0 &&
	       !header.is_fragment;
}

static int likeness(const char *head, size_t length)
{
	return intake_head_share(head, length, is_like) * LIKENESS / 100;
}

static void finish(void *state)
{
	struct kmsg *kmsg = state;

	if (kmsg->netconsole)
		intake_decoder_netconsole.finish(kmsg->netconsole);
}

static void deinit(void *state)
{
	struct kmsg *kmsg = state;

	intake_decoder_netconsole.destroy(kmsg->netconsole);
}

static const struct intake_line_format format = {
	.state_size = sizeof(struct kmsg),
	.line_max = LINE_MAX_BYTES,
	.line = decode_line,
	.finish = finish,
	.deinit = deinit,
};

const struct intake_decoder intake_decoder_kmsg = {
	.name = "kmsg",
	.likeness = likeness,
	.lines = &format,
	INTAKE_LINE_FUNCTIONS,
};
