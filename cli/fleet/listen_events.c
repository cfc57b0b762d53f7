// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_events.h"

#include <json.h>
#include <stdio.h>

#include "cli/common/output.h"
#include "ingest_json.h"
#include "ingest_text.h"
#include "lib/cleanup.h"

static bool keeps(const struct listen_events *events)
{
	return events->kept.store && !events->has_failed;
}

static void keep_boot(struct listen_events *events, const struct intake_boot *boot)
{
	if (keeps(events) && !ingest_store_boot(&events->kept, boot))
		events->has_failed = true;
}

static void take_boot(void *data, const struct intake_boot *boot)
{
	struct listen_events *events = data;

	events->boots++;
	if (events->is_json)
		json_print(intake_boot_to_json(boot));
	else
		ingest_text_boot(stdout, boot);
	keep_boot(events, boot);
}

/* Store a boot again, with what was found since it was reported first. */
static void take_seen(void *data, const struct intake_boot *boot)
{
	keep_boot(data, boot);
}

/* Store a part of a boot, but do not print it: only the store may contain the rest of the boot. */
static void take_part(void *data, const struct intake_boot *boot)
{
	struct listen_events *events = data;

	if (keeps(events) && !ingest_store_part(&events->kept, boot))
		events->has_failed = true;
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
	/* The boot may have ended in this crash. */
	keep_boot(events, crash->boot);
	if (keeps(events) && !ingest_store_crash(&events->kept, crash))
		events->has_failed = true;
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

void listen_events_commit(struct listen_events *events, bool is_last)
{
	bool is_due = events->is_urgent || is_last;

	events->is_urgent = false;
	if (fflush(stdout) != 0)
		events->has_failed = true;
	if (!keeps(events))
		return;
	if (is_due ? !ingest_store_commit(&events->kept) : !ingest_store_commit_old(&events->kept))
		events->has_failed = true;
}
