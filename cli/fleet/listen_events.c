// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_events.h"

#include <json.h>
#include <stdio.h>

#include "cli/common/output.h"
#include "ingest_json.h"
#include "ingest_text.h"
#include "lib/cleanup.h"

#define WAIT_FIRST_MS 5000
#define WAIT_MAX_MS 60000
/* Commit before the outbox is full, so that it holds events for the time of a failure. */
#define COMMIT_EVENTS (LISTEN_OUTBOX_MAX / 4)

/* Close the store, which does not work. The outbox has everything that is not committed. */
static void give_up(struct listen_events *events)
{
	complain("listen: events are kept in memory until the store works again");
	ingest_store_close(&events->kept);
	events->kept.pending = 0;
	events->retry_ms = 0;
	events->wait_ms = WAIT_FIRST_MS;
}

static bool write_event(struct ingest_store *kept, const struct listen_event *event)
{
	switch (event->kind) {
	case LISTEN_BOOT:
		return ingest_store_boot(kept, &event->boot);
	case LISTEN_PART:
		return ingest_store_part(kept, &event->boot);
	default:
		/* The boot may have ended in this crash. */
		return ingest_store_boot(kept, &event->boot) &&
		       ingest_store_crash(kept, event->crash);
	}
}

static void commit(struct listen_events *events)
{
	events->is_urgent = false;
	if (ingest_store_commit(&events->kept))
		listen_outbox_clear(&events->outbox);
	else
		give_up(events);
}

static void keep(struct listen_events *events, enum listen_kind kind,
		 const struct intake_boot *boot, const struct intake_crash *crash)
{
	struct listen_outbox *outbox = &events->outbox;

	if (!events->url)
		return;
	events->lost += listen_outbox_add(outbox, kind, boot, crash);
	if (events->kept.store && outbox->count > 0 &&
	    !write_event(&events->kept, listen_outbox_get(outbox, outbox->count - 1)))
		give_up(events);
	if (events->kept.store && outbox->count >= COMMIT_EVENTS)
		commit(events);
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct listen_events *events = data;

	events->boots++;
	if (events->is_json)
		json_print(intake_boot_to_json(boot));
	else
		ingest_text_boot(stdout, boot);
	keep(events, LISTEN_BOOT, boot, NULL);
}

/* Store a boot again, with what was found since it was reported first. */
static void take_seen(void *data, const struct intake_boot *boot)
{
	keep(data, LISTEN_BOOT, boot, NULL);
}

/* Store a part of a boot, but do not print it: only the store may contain the rest of the boot. */
static void take_part(void *data, const struct intake_boot *boot)
{
	keep(data, LISTEN_PART, boot, NULL);
}

static void take_crash(void *data, const struct intake_crash *crash)
{
	struct listen_events *events = data;
	LINEAGE_AUTO_FREE char *host = printable(crash->boot->host);

	events->crashes++;
	if (events->is_json) {
		json_print(intake_crash_to_json(crash));
	} else {
		printf("%s: ", host);
		ingest_text_crash(stdout, crash);
	}
	keep(events, LISTEN_CRASH, crash->boot, crash);
	events->is_urgent = true;
}

struct intake_listener listen_events_listener(struct listen_events *events)
{
	return (struct intake_listener){ .boot = take_boot,
					 .crash = take_crash,
					 .seen = take_seen,
					 .part = take_part,
					 .data = events };
}

/* Open the store again, and write the events that are not committed. */
static void retry(struct listen_events *events, uint64_t now_ms, bool is_last)
{
	if (events->retry_ms == 0)
		events->retry_ms = now_ms + events->wait_ms;
	if (now_ms < events->retry_ms && !is_last)
		return;
	events->wait_ms = 2 * events->wait_ms < WAIT_MAX_MS ? 2 * events->wait_ms : WAIT_MAX_MS;
	events->retry_ms = now_ms + events->wait_ms;
	if (!ingest_store_open(&events->kept, events->url))
		return;
	for (size_t i = 0; i < events->outbox.count; i++)
		if (!write_event(&events->kept, listen_outbox_get(&events->outbox, i))) {
			ingest_store_close(&events->kept);
			events->kept.pending = 0;
			return;
		}
	complain("listen: the store works again");
	events->is_urgent = true;
}

void listen_events_commit(struct listen_events *events, uint64_t now_ms, bool is_last)
{
	if (fflush(stdout) != 0)
		events->has_failed = true;
	if (!events->url)
		return;
	if (!events->kept.store)
		retry(events, now_ms, is_last);
	if (events->kept.store && events->outbox.count > 0 &&
	    (events->is_urgent || is_last || ingest_store_is_old(&events->kept)))
		commit(events);
	if (is_last && events->outbox.count > 0) {
		complain("listen: %zu events were not stored", events->outbox.count);
		events->lost += events->outbox.count;
		events->has_failed = true;
	}
}

void listen_events_deinit(struct listen_events *events)
{
	ingest_store_close(&events->kept);
	listen_outbox_deinit(&events->outbox);
}
