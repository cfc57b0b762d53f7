/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies of the events that are not committed yet. */
#ifndef LINEAGE_CLI_FLEET_LISTEN_OUTBOX_H
#define LINEAGE_CLI_FLEET_LISTEN_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "intake/recognise/event.h"

#define LISTEN_OUTBOX_MAX 4096 /* events; at most 60 MiB */

enum listen_kind {
	LISTEN_BOOT,
	LISTEN_PART,
	LISTEN_CRASH,
};

/**
 * struct listen_event - an event
 * @boot: the boot, the part, or the boot of the crash
 * @crash: the crash; NULL unless @kind is LISTEN_CRASH
 */
struct listen_event {
	enum listen_kind kind;
	struct intake_boot boot;
	struct intake_crash *crash;
	struct lineage_entry *chain; /* storage for the chain of @boot */
};

/**
 * struct listen_outbox - a ring of events; zeroed for an empty one
 * @events: array of LISTEN_OUTBOX_MAX pointers, or NULL
 * @first: index of the oldest event
 * @count: number of events
 */
struct listen_outbox {
	struct listen_event **events;
	size_t first;
	size_t count;
};

/**
 * listen_outbox_add() - copy an event; @crash is NULL unless @kind is LISTEN_CRASH
 *
 * Return: the number of events that were dropped: the oldest one if the outbox is full, or this one
 * if memory is short.
 */
unsigned int listen_outbox_add(struct listen_outbox *outbox, enum listen_kind kind,
			       const struct intake_boot *boot, const struct intake_crash *crash);

/** listen_outbox_get() - return an event; @index is 0 for the oldest one */
const struct listen_event *listen_outbox_get(const struct listen_outbox *outbox, size_t index);

/** listen_outbox_clear() - remove all events */
void listen_outbox_clear(struct listen_outbox *outbox);

/** listen_outbox_deinit() - free; a zeroed outbox is allowed */
void listen_outbox_deinit(struct listen_outbox *outbox);

#endif /* LINEAGE_CLI_FLEET_LISTEN_OUTBOX_H */
