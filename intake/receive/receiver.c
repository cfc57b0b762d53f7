// SPDX-License-Identifier: GPL-2.0-or-later
/* Receiver of the netconsoles of many machines: converts datagrams to events. */
#include "receiver.h"

#include <stdlib.h>

#include "datagram.h"
#include "intake/decode/host_table.h"
#include "intake/recognise/recognise.h"

/* What is done after a quiet time: see take_quiet(). */
enum quiet {
	QUIET_CRASHES,
	QUIET_HANGS,
	QUIET_BOOT,
	QUIETS,
};

static const uint64_t quiet_ms[QUIETS] = {
	[QUIET_CRASHES] = INTAKE_RECEIVER_QUIET_MS,
	[QUIET_HANGS] = INTAKE_RECEIVER_HANG_MS,
	[QUIET_BOOT] = INTAKE_RECEIVER_SEEN_MS,
};

#define GAP_TICKS (INTAKE_RECEIVER_GAP_MS / INTAKE_RECEIVER_TICK_MS)

/**
 * struct sender - one sender
 * @entry: entry in the table of senders, by address
 * @sent: state of its datagrams
 * @last_ms: when its last datagram arrived
 * @time: the same, seconds since 1970 UTC
 * @seen_ms: when its boot was last reported
 * @host: its name
 */
struct sender {
	struct intake_host entry;
	struct intake_lines_sent sent;
	uint64_t last_ms;
	int64_t time;
	uint64_t seen_ms;
	size_t host_length;
	char host[INTAKE_HOST_SIZE];
};

/**
 * struct intake_receiver - the state of all senders
 * @senders: in the order of their last datagrams
 * @first: for each time in @quiet_ms, the first sender in this order that has not been quiet for
 *	this time, or NULL; all senders after it have not been either
 * @packets: number of packets at the last ticks; the oldest first
 * @tick_ms: time of the last tick
 */
struct intake_receiver {
	struct intake_receiver_options options;
	struct intake_receiver_counts counts;
	struct intake_sink sink;
	struct intake_datagram_decoder decoder;
	struct intake_recogniser *recogniser;
	struct intake_host_table senders;
	struct intake_host *first[QUIETS];
	uint64_t packets[GAP_TICKS];
	uint64_t tick_ms;
};

static void take_record(void *data, const struct intake_record *record)
{
	struct intake_receiver *receiver = data;

	receiver->counts.records += !record->is_from_user;
	intake_recogniser_record(receiver->recogniser, record);
}

static void take_fault(void *data, enum intake_fault fault, uint64_t offset)
{
	struct intake_receiver *receiver = data;

	receiver->counts.faults[fault]++;
}

struct intake_receiver *intake_receiver_create(const struct intake_receiver_options *options)
{
	struct intake_receiver *receiver = calloc(1, sizeof(*receiver));

	if (!receiver)
		return NULL;
	receiver->options = *options;
	receiver->sink = (struct intake_sink){ .record = take_record,
					       .fault = take_fault,
					       .data = receiver };
	receiver->senders.entry_size = sizeof(struct sender);
	receiver->decoder = (struct intake_datagram_decoder){
		.sink = &receiver->sink,
		.reorder = intake_reorder_create(&receiver->sink),
		.held_max = INTAKE_RECEIVER_HELD_MAX,
	};
	receiver->recogniser = intake_recogniser_create(options->listener, &receiver->sink, "");
	if (!receiver->decoder.reorder || !receiver->recogniser) {
		intake_receiver_destroy(receiver);
		return NULL;
	}
	intake_reorder_wait_by_time(receiver->decoder.reorder, options->senders_max);
	intake_recogniser_go_live(receiver->recogniser);
	intake_recogniser_set_limits(receiver->recogniser, options->senders_max,
				     INTAKE_RECEIVER_OPEN_MAX);
	if (options->infers_nothing)
		intake_recogniser_infer_nothing(receiver->recogniser);
	return receiver;
}

static struct intake_text name_of(const struct sender *sender)
{
	return (struct intake_text){ .at = sender->host, .length = sender->host_length };
}

/* Deliver what waits for more datagrams of a sender. */
static void end_waiting(struct intake_receiver *receiver, struct sender *sender)
{
	struct intake_datagram none = { .host = name_of(sender), .time = sender->time };

	intake_datagram_end_line(&receiver->decoder, &sender->sent, &none);
}

/* A sender leaves its place in the list. */
static void pass_on(struct intake_receiver *receiver, const struct intake_host *entry)
{
	for (int i = 0; i < QUIETS; i++)
		if (receiver->first[i] == entry)
			receiver->first[i] = entry->newer;
}

static void drop(struct intake_receiver *receiver, struct sender *sender)
{
	struct intake_text name = name_of(sender);

	end_waiting(receiver, sender);
	intake_reorder_remove(receiver->decoder.reorder, name);
	intake_recogniser_end_host(receiver->recogniser, name);
	pass_on(receiver, &sender->entry);
	intake_host_table_remove(&receiver->senders, &sender->entry);
}

static struct sender *add_sender(struct intake_receiver *receiver,
				 const struct intake_received *received)
{
	char host[INTAKE_HOST_SIZE];
	struct sender *sender;

	if (!receiver->options.name(receiver->options.data, received->address, host)) {
		receiver->counts.unknown++;
		return NULL;
	}
	if (receiver->senders.count >= receiver->options.senders_max) {
		drop(receiver, (struct sender *)receiver->senders.oldest);
		receiver->counts.evicted++;
	}
	sender = (struct sender *)intake_host_table_add(&receiver->senders, received->address);
	if (!sender) {
		receiver->counts.failed++;
		return NULL;
	}
	sender->host_length = strlen(host);
	memcpy(sender->host, host, sender->host_length + 1);
	sender->sent.offset = (uint64_t)received->time * 1000 + received->now_ms % 1000;
	sender->seen_ms = received->now_ms;
	return sender;
}

/*
 * Find the sender of a datagram and move it to the end of the list. The senders that are not quiet
 * are the end of the list, so @first must not move with the sender.
 */
static struct sender *find_sender(struct intake_receiver *receiver,
				  const struct intake_received *received)
{
	struct intake_host *entry;

	entry = intake_host_table_peek(&receiver->senders, received->address);
	if (entry && entry != receiver->senders.newest) {
		pass_on(receiver, entry);
		intake_host_table_use(&receiver->senders, entry);
	}
	if (!entry)
		entry = (struct intake_host *)add_sender(receiver, received);
	if (!entry)
		return NULL;
	for (int i = 0; i < QUIETS; i++)
		if (!receiver->first[i])
			receiver->first[i] = entry;
	return (struct sender *)entry;
}

static void report_boot(struct intake_receiver *receiver, struct sender *sender, uint64_t now_ms)
{
	intake_recogniser_report_host(receiver->recogniser, name_of(sender));
	sender->seen_ms = now_ms;
}

void intake_receiver_add(struct intake_receiver *receiver, const struct intake_received *received)
{
	struct intake_datagram datagram = { .time = received->time, .bytes = received->bytes };
	struct sender *sender;

	if (received->bytes.length == 0) {
		receiver->counts.empty++;
		return;
	}
	sender = find_sender(receiver, received);
	if (!sender)
		return;
	receiver->counts.datagrams++;
	receiver->counts.bytes += received->bytes.length;
	sender->last_ms = received->now_ms;
	sender->time = received->time;
	datagram.host = name_of(sender);
	intake_datagram_decode(&receiver->decoder, &sender->sent, &datagram);
	if (received->now_ms - sender->seen_ms >= INTAKE_RECEIVER_AGAIN_MS)
		report_boot(receiver, sender, received->now_ms);
}

/* Stop waiting for messages that have been missing for INTAKE_RECEIVER_GAP_MS. */
static void give_up_missing(struct intake_receiver *receiver)
{
	intake_reorder_give_up(receiver->decoder.reorder, receiver->packets[0]);
	memmove(receiver->packets, receiver->packets + 1,
		sizeof(receiver->packets) - sizeof(receiver->packets[0]));
	receiver->packets[GAP_TICKS - 1] = intake_reorder_packets(receiver->decoder.reorder);
}

static void take_quiet(struct intake_receiver *receiver, struct sender *sender, enum quiet quiet,
		       uint64_t now_ms)
{
	switch (quiet) {
	case QUIET_CRASHES:
		end_waiting(receiver, sender);
		intake_recogniser_pause_host(receiver->recogniser, name_of(sender));
		break;
	case QUIET_HANGS:
		intake_recogniser_end_reports(receiver->recogniser, name_of(sender));
		break;
	default:
		report_boot(receiver, sender, now_ms);
		break;
	}
}

void intake_receiver_tick(struct intake_receiver *receiver, uint64_t now_ms)
{
	if (now_ms - receiver->tick_ms < INTAKE_RECEIVER_TICK_MS)
		return;
	receiver->tick_ms = now_ms;
	give_up_missing(receiver);
	for (int i = 0; i < QUIETS; i++) {
		struct intake_host *entry;

		while ((entry = receiver->first[i]) &&
		       now_ms - ((struct sender *)entry)->last_ms >= quiet_ms[i]) {
			receiver->first[i] = entry->newer;
			take_quiet(receiver, (struct sender *)entry, (enum quiet)i, now_ms);
		}
	}
}

const struct intake_receiver_counts *intake_receiver_counts(struct intake_receiver *receiver)
{
	receiver->counts.senders = receiver->senders.count;
	return &receiver->counts;
}

void intake_receiver_finish(struct intake_receiver *receiver)
{
	for (struct intake_host *entry = receiver->senders.oldest; entry; entry = entry->newer)
		end_waiting(receiver, (struct sender *)entry);
	intake_reorder_finish(receiver->decoder.reorder);
	intake_recogniser_finish(receiver->recogniser);
}

void intake_receiver_destroy(struct intake_receiver *receiver)
{
	if (!receiver)
		return;
	for (struct intake_host *entry = receiver->senders.oldest; entry; entry = entry->newer)
		free(((struct sender *)entry)->sent.partial);
	intake_host_table_deinit(&receiver->senders);
	intake_reorder_destroy(receiver->decoder.reorder);
	intake_recogniser_destroy(receiver->recogniser);
	free(receiver);
}
