// SPDX-License-Identifier: GPL-2.0-or-later
/* Reordering of netconsole packets per host, and assembly of their fragments. */
#include "reorder.h"

#include <stdlib.h>

#include "assembly.h"
#include "host_table.h"
#include "message.h"
#include "core/release.h"

#define WINDOW INTAKE_REORDER_WINDOW
/*
 * If a host's time decreases by more than this time, the host has rebooted. The clocks of two CPUs
 * differ by less (local_clock()), and reordered packets are less far apart. A reboot takes longer.
 */
#define BOOT_USEC 1000000U

/* A message that waits for its fragments or for earlier messages. */
struct message {
	struct message *older; /* list of the messages of all hosts, in order of arrival */
	struct message *newer;
	struct host *host;
	uint64_t arrival;
	struct intake_packet packet; /* its body is in the assembly */
	char release[LINEAGE_RELEASE_MAX];
	struct intake_assembly *assembly;
};

struct seen {
	bool is_used;
	uint64_t sequence;
	uint64_t usec;
};

/*
 * Invariants: the sequence number of each waiting message is at least @next and less than @next +
 * WINDOW. The message is in the slot of @held that its number modulo WINDOW gives. @seen records
 * which of the last numbers below @next were delivered.
 */
struct host {
	struct intake_host entry;
	bool is_started;
	uint64_t next;
	uint64_t last_usec;
	unsigned int held_count;
	struct message *held[WINDOW];
	struct seen seen[WINDOW];
};

struct intake_reorder {
	const struct intake_sink *sink;
	struct message *oldest;
	struct message *newest;
	size_t held_size;
	uint64_t now; /* number of packets so far */
	size_t hosts_max;
	uint64_t age_max;
	struct intake_host_table hosts;
};

static void report(const struct intake_reorder *reorder, enum intake_fault fault, uint64_t offset)
{
	reorder->sink->fault(reorder->sink->data, fault, offset);
}

static void deliver(struct intake_reorder *reorder, struct host *host,
		    const struct intake_packet *packet, struct intake_text text, bool is_late)
{
	const struct intake_kmsg_header *header = &packet->header;
	struct intake_record record = {
		.host = host->entry.name,
		.has_time = packet->sender.has_time,
		.time = packet->sender.time,
		.offset = packet->offset,
	};

	host->seen[header->sequence % WINDOW] = (struct seen){ .is_used = true,
							       .sequence = header->sequence,
							       .usec = header->usec };
	intake_kmsg_header_fill(header, &record);
	/* Drop the number of a late record, because a smaller number looks like a new boot. */
	record.has_sequence = !is_late;
	intake_message_deliver_escaped(reorder->sink, &record, text);
}

static size_t message_size(const struct message *message)
{
	return sizeof(*message) + sizeof(*message->assembly) + message->assembly->room;
}

static void forget_message(struct intake_reorder *reorder, struct message *message)
{
	struct host *host = message->host;

	*(message->older ? &message->older->newer : &reorder->oldest) = message->newer;
	*(message->newer ? &message->newer->older : &reorder->newest) = message->older;
	reorder->held_size -= message_size(message);
	host->held[message->packet.header.sequence % WINDOW] = NULL;
	host->held_count--;
	free(message->assembly);
	free(message);
}

/* Deliver a message, complete or not. */
static void deliver_message(struct intake_reorder *reorder, struct message *message)
{
	bool is_whole;
	struct intake_text text = intake_assembly_text(message->assembly, &is_whole);

	if (!is_whole)
		report(reorder,
		       intake_assembly_is_complete(message->assembly) ? INTAKE_FAULT_LONG_LINE
								      : INTAKE_FAULT_FRAGMENT,
		       message->packet.offset);
	if (is_whole || text.length > 0)
		deliver(reorder, message->host, &message->packet, text, false);
	forget_message(reorder, message);
}

/* Deliver the complete messages from the number @next on, up to the first gap. */
static void deliver_ready(struct intake_reorder *reorder, struct host *host)
{
	struct message *message;

	while (host->held_count > 0) {
		message = host->held[host->next % WINDOW];
		if (!message || !intake_assembly_is_complete(message->assembly))
			return;
		host->next++;
		deliver_message(reorder, message);
	}
}

/* Stop waiting for the missing numbers before the first waiting message. */
static void give_up_first(struct intake_reorder *reorder, struct host *host)
{
	uint64_t next = host->next;

	while (!host->held[next % WINDOW])
		next++;
	if (next != host->next)
		report(reorder, INTAKE_FAULT_LOST, host->held[next % WINDOW]->packet.offset);
	host->next = next + 1;
	deliver_message(reorder, host->held[next % WINDOW]);
	deliver_ready(reorder, host);
}

static void give_up_all(struct intake_reorder *reorder, struct host *host)
{
	while (host->held_count > 0)
		give_up_first(reorder, host);
}

static void start(struct host *host, const struct intake_kmsg_header *header)
{
	host->is_started = true;
	host->next = header->sequence;
	host->last_usec = header->usec;
	memset(host->seen, 0, sizeof(host->seen));
}

/*
 * Detect a reboot: the time went back, the number is far below the expected one, or the number was
 * used before at another time.
 */
static bool is_boot(const struct host *host, const struct intake_kmsg_header *header)
{
	const struct seen *seen = &host->seen[header->sequence % WINDOW];

	if (host->last_usec > header->usec && host->last_usec - header->usec > BOOT_USEC)
		return true;
	if (header->sequence >= host->next)
		return false;
	if (host->next - header->sequence > WINDOW)
		return true;
	return seen->is_used && seen->sequence == header->sequence && seen->usec != header->usec;
}

static void add_late(struct intake_reorder *reorder, struct host *host,
		     const struct intake_packet *packet)
{
	const struct seen *seen = &host->seen[packet->header.sequence % WINDOW];
	bool is_repeated = seen->is_used && seen->sequence == packet->header.sequence;

	report(reorder, INTAKE_FAULT_BACKWARDS, packet->offset);
	if (is_repeated)
		return;
	if (packet->header.is_fragment)
		report(reorder, INTAKE_FAULT_FRAGMENT, packet->offset);
	else
		deliver(reorder, host, packet, packet->body, true);
}

/* Stop waiting for missing messages until the number of the packet is inside the window. */
static void make_room(struct intake_reorder *reorder, struct host *host,
		      const struct intake_packet *packet)
{
	uint64_t sequence = packet->header.sequence;

	while (host->held_count > 0 && sequence - host->next >= WINDOW)
		give_up_first(reorder, host);
	if (sequence - host->next < WINDOW)
		return;
	report(reorder, INTAKE_FAULT_LOST, packet->offset);
	host->next = sequence;
}

static struct message *hold(struct intake_reorder *reorder, struct host *host,
			    const struct intake_packet *packet)
{
	const struct intake_kmsg_header *header = &packet->header;
	struct message *message = calloc(1, sizeof(*message));

	if (!message)
		return NULL;
	message->assembly = intake_assembly_create(
		header->is_fragment ? header->fragment_of : (uint32_t)packet->body.length + 1);
	if (!message->assembly) {
		free(message);
		return NULL;
	}
	message->host = host;
	message->packet = *packet;
	message->packet.body = (struct intake_text){ 0 };
	if (header->release.length > 0)
		memcpy(message->release, header->release.at, header->release.length);
	message->packet.header.release.at = message->release;
	message->arrival = reorder->now;
	message->older = reorder->newest;
	*(reorder->newest ? &reorder->newest->newer : &reorder->oldest) = message;
	reorder->newest = message;
	reorder->held_size += message_size(message);
	host->held[header->sequence % WINDOW] = message;
	host->held_count++;
	return message;
}

static void add_waiting(struct intake_reorder *reorder, struct host *host,
			const struct intake_packet *packet)
{
	const struct intake_kmsg_header *header = &packet->header;
	struct message *message = host->held[header->sequence % WINDOW];

	if (message && (!header->is_fragment || header->fragment_of != message->assembly->total)) {
		report(reorder, INTAKE_FAULT_BACKWARDS, packet->offset);
		return;
	}
	if (!message)
		message = hold(reorder, host, packet);
	if (!message ||
	    !intake_assembly_add(message->assembly, header->is_fragment ? header->fragment_at : 0,
				 packet->body))
		report(reorder, INTAKE_FAULT_FRAGMENT, packet->offset);
}

static struct host *find_host(struct intake_reorder *reorder, const struct intake_packet *packet)
{
	struct intake_host_table *hosts = &reorder->hosts;
	struct intake_host *host = intake_host_table_find(hosts, packet->sender.host);

	if (host)
		return (struct host *)host;
	if (hosts->count >= reorder->hosts_max) {
		give_up_all(reorder, (struct host *)hosts->oldest);
		intake_host_table_remove(hosts, hosts->oldest);
		report(reorder, INTAKE_FAULT_TOO_MANY_HOSTS, packet->offset);
	}
	return (struct host *)intake_host_table_add(hosts, packet->sender.host);
}

static void give_up_old(struct intake_reorder *reorder)
{
	while (reorder->oldest && (reorder->held_size > INTAKE_REORDER_HELD ||
				   reorder->now - reorder->oldest->arrival > reorder->age_max))
		give_up_first(reorder, reorder->oldest->host);
}

void intake_reorder_add(struct intake_reorder *reorder, const struct intake_packet *packet)
{
	const struct intake_kmsg_header *header = &packet->header;
	struct host *host = find_host(reorder, packet);

	reorder->now++;
	if (!host) {
		report(reorder, INTAKE_FAULT_TOO_MANY_HOSTS, packet->offset);
		return;
	}
	if (!host->is_started || is_boot(host, header)) {
		give_up_all(reorder, host);
		start(host, header);
	}
	if (header->usec > host->last_usec)
		host->last_usec = header->usec;
	if (header->sequence < host->next) {
		add_late(reorder, host, packet);
		return;
	}
	make_room(reorder, host, packet);
	if (header->sequence == host->next && !header->is_fragment &&
	    !host->held[header->sequence % WINDOW]) {
		host->next++;
		deliver(reorder, host, packet, packet->body, false);
	} else {
		add_waiting(reorder, host, packet);
	}
	deliver_ready(reorder, host);
	give_up_old(reorder);
}

struct intake_reorder *intake_reorder_create(const struct intake_sink *sink)
{
	struct intake_reorder *reorder = calloc(1, sizeof(*reorder));

	if (!reorder)
		return NULL;
	reorder->sink = sink;
	reorder->hosts.entry_size = sizeof(struct host);
	reorder->hosts_max = INTAKE_REORDER_HOSTS;
	reorder->age_max = INTAKE_REORDER_AGE;
	return reorder;
}

void intake_reorder_wait_by_time(struct intake_reorder *reorder, size_t hosts_max)
{
	reorder->hosts_max = hosts_max;
	reorder->age_max = UINT64_MAX;
}

uint64_t intake_reorder_packets(const struct intake_reorder *reorder)
{
	return reorder->now;
}

void intake_reorder_give_up(struct intake_reorder *reorder, uint64_t packets)
{
	while (reorder->oldest && reorder->oldest->arrival <= packets)
		give_up_first(reorder, reorder->oldest->host);
}

void intake_reorder_remove(struct intake_reorder *reorder, struct intake_text name)
{
	struct intake_host *host = intake_host_table_find(&reorder->hosts, name);

	if (!host)
		return;
	give_up_all(reorder, (struct host *)host);
	intake_host_table_remove(&reorder->hosts, host);
}

void intake_reorder_finish(struct intake_reorder *reorder)
{
	while (reorder->oldest)
		give_up_first(reorder, reorder->oldest->host);
}

void intake_reorder_destroy(struct intake_reorder *reorder)
{
	if (!reorder)
		return;
	while (reorder->oldest)
		forget_message(reorder, reorder->oldest);
	intake_host_table_deinit(&reorder->hosts);
	free(reorder);
}
