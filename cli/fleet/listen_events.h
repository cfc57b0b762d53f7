/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events that `listen` finds: printed, and written to a store. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_EVENTS_H
#define LINEAGE_CLI_FLEET_LISTEN_EVENTS_H

#include "ingest_store.h"
#include "intake/recognise/event.h"

/**
 * struct listen_events - receiver of events
 * @is_json: print events as JSON lines
 * @kept: the store; its store is NULL if events are only printed
 * @boots: number of boots found
 * @crashes: number of crashes found
 * @is_urgent: a crash is not committed yet
 * @has_failed: the store has failed, and an error message was printed
 */
struct listen_events {
	bool is_json;
	struct ingest_store kept;
	uint64_t boots;
	uint64_t crashes;
	bool is_urgent;
	bool has_failed;
};

/** listen_events_listener() - return a listener that writes to @events, which must outlive it */
struct intake_listener listen_events_listener(struct listen_events *events);

/** listen_events_commit() - commit crashes, and other events if they are old or @is_last */
void listen_events_commit(struct listen_events *events, bool is_last);

#endif /* LINEAGE_CLI_FLEET_LISTEN_EVENTS_H */
