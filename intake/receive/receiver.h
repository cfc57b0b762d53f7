/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiver of the netconsoles of many machines: converts datagrams to events.
 *
 * The caller passes datagrams in the order of arrival, and the time. A crash is reported when its
 * machine has been quiet for INTAKE_RECEIVER_QUIET_MS, or when the machine prints other lines a
 * second after the end of the report.
 *
 * Memory is bounded: at most @senders_max senders have a state, of about 4 KiB each. If there are
 * more, the state of the sender that was quiet for the longest time is reported and dropped.
 * Datagrams are not authenticated: anybody who can send to the socket can write as any sender.
 */
#ifndef LINEAGE_INTAKE_RECEIVE_RECEIVER_H
#define LINEAGE_INTAKE_RECEIVE_RECEIVER_H

#include "intake/decode/record.h"
#include "intake/recognise/event.h"

#define INTAKE_RECEIVER_QUIET_MS 1000	/* after this time, a crash report counts as complete */
#define INTAKE_RECEIVER_HANG_MS 11000	/* the same for a hang whose stack was not printed yet */
#define INTAKE_RECEIVER_GAP_MS 300	/* how long to wait for a missing message */
#define INTAKE_RECEIVER_SEEN_MS 60000	/* after this time, a quiet boot is reported as seen */
#define INTAKE_RECEIVER_TICK_MS 100	/* call intake_receiver_tick() at least this often */
#define INTAKE_RECEIVER_AGAIN_MS 600000 /* how often a boot that is not quiet is reported */
#define INTAKE_RECEIVER_OPEN_MAX 1024	/* open crash reports of all senders */
#define INTAKE_RECEIVER_HELD_MAX (8UL << 20) /* bytes of incomplete lines of all senders */

/**
 * struct intake_receiver_options - how to receive
 * @listener: receives the events; must outlive the receiver
 * @name: find the name of the sender with @address, for a sender without a state; return false to
 *	drop its datagrams
 * @data: passed to @name
 * @senders_max: maximum number of senders with a state, at least 1
 * @infers_nothing: report only lineages that lines state (intake_recogniser_infer_nothing())
 */
struct intake_receiver_options {
	const struct intake_listener *listener;
	bool (*name)(void *data, struct intake_text address, char ret[INTAKE_HOST_SIZE]);
	void *data;
	size_t senders_max;
	bool infers_nothing;
};

/**
 * struct intake_receiver_counts - counters since the start
 * @datagrams: datagrams that were decoded
 * @bytes: their size
 * @records: lines of kernels
 * @empty: datagrams without content
 * @unknown: datagrams that were dropped because @name does not know the sender
 * @failed: datagrams that were dropped because memory was short
 * @senders: number of senders that have a state now
 * @evicted: senders whose state was dropped because there were too many
 * @faults: by enum intake_fault
 */
struct intake_receiver_counts {
	uint64_t datagrams;
	uint64_t bytes;
	uint64_t records;
	uint64_t empty;
	uint64_t unknown;
	uint64_t failed;
	uint64_t senders;
	uint64_t evicted;
	uint64_t faults[INTAKE_FAULTS];
};

/**
 * struct intake_received - one datagram
 * @address: bytes that identify the sender
 * @bytes: its content
 * @now_ms: when it arrived, in milliseconds of a clock that never goes back
 * @time: when it arrived, seconds since 1970 UTC
 */
struct intake_received {
	struct intake_text address;
	struct intake_text bytes;
	uint64_t now_ms;
	int64_t time;
};

struct intake_receiver;

/** intake_receiver_create() - create a receiver; return NULL if out of memory */
struct intake_receiver *intake_receiver_create(const struct intake_receiver_options *options);

/** intake_receiver_add() - process one datagram */
void intake_receiver_add(struct intake_receiver *receiver, const struct intake_received *received);

/** intake_receiver_tick() - report what has been quiet for long enough */
void intake_receiver_tick(struct intake_receiver *receiver, uint64_t now_ms);

/** intake_receiver_counts() - return the counters; valid until the next call */
const struct intake_receiver_counts *intake_receiver_counts(struct intake_receiver *receiver);

/** intake_receiver_finish() - report everything that is open, at the end */
void intake_receiver_finish(struct intake_receiver *receiver);

/** intake_receiver_destroy() - free; NULL is allowed */
void intake_receiver_destroy(struct intake_receiver *receiver);

#endif /* LINEAGE_INTAKE_RECEIVE_RECEIVER_H */
