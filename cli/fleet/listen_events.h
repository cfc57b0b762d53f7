/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events that `listen` finds: printed, and written to a store. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_EVENTS_H
#define LINEAGE_CLI_FLEET_LISTEN_EVENTS_H

#include "ingest_store.h"
#include "listen_outbox.h"
#include "intake/recognise/event.h"

/**
 * struct listen_events - receiver of events
 * @is_json: print events as JSON lines
 * @url: the store; NULL if events are only printed
 * @kept: the open store; its store is NULL while it does not work
 * @outbox: the events since the last commit
 * @retry_ms: when to open the store again
 * @wait_ms: how long to wait before the next attempt
 * @lost: number of events that were dropped because the store did not work
 * @boots: number of boots found
 * @crashes: number of crashes found
 * @is_urgent: a crash is not committed yet
 * @has_failed: stdout has failed, or the store did not work at the end
 */
struct listen_events {
	bool is_json;
	const char *url;
	struct ingest_store kept;
	struct listen_outbox outbox;
	uint64_t retry_ms;
	uint64_t wait_ms;
	uint64_t lost;
	uint64_t boots;
	uint64_t crashes;
	bool is_urgent;
	bool has_failed;
};

/** listen_events_listener() - return a listener that writes to @events, which must outlive it */
struct intake_listener listen_events_listener(struct listen_events *events);

/**
 * listen_events_commit() - commit crashes, and other events if they are old or @is_last
 *
 * If the store does not work, the events are kept, and the store is opened again later.
 */
void listen_events_commit(struct listen_events *events, uint64_t now_ms, bool is_last);

/** listen_events_deinit() - close the store */
void listen_events_deinit(struct listen_events *events);

#endif /* LINEAGE_CLI_FLEET_LISTEN_EVENTS_H */
