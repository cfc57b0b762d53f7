// SPDX-License-Identifier: GPL-2.0-or-later
#include "listen_outbox.h"

#include <stdlib.h>
#include <string.h>

static void destroy(struct listen_event *event)
{
	if (!event)
		return;
	free(event->crash);
	free(event->chain);
	free(event);
}

/* Copy entries and their releases to one allocation. */
static struct lineage_entry *copy_chain(const struct intake_boot *boot)
{
	size_t size = boot->chain_length * sizeof(struct lineage_entry);
	struct lineage_entry *entries;
	char *name;

	for (size_t i = 0; i < boot->chain_length; i++)
		size += strlen(boot->chain[i].release) + 1;
	entries = malloc(size);
	if (!entries)
		return NULL;
	name = (char *)(entries + boot->chain_length);
	for (size_t i = 0; i < boot->chain_length; i++) {
		entries[i] = (struct lineage_entry){ .release = name, .runs = boot->chain[i].runs };
		name = stpcpy(name, boot->chain[i].release) + 1;
	}
	return entries;
}

static struct listen_event *copy(enum listen_kind kind, const struct intake_boot *boot,
				 const struct intake_crash *crash)
{
	struct listen_event *event = calloc(1, sizeof(*event));

	if (!event)
		return NULL;
	event->kind = kind;
	event->boot = *boot;
	event->chain = boot->chain_length > 0 ? copy_chain(boot) : NULL;
	event->boot.chain = event->chain;
	if (crash)
		event->crash = malloc(sizeof(*crash));
	if ((boot->chain_length > 0 && !event->chain) || (crash && !event->crash)) {
		destroy(event);
		return NULL;
	}
	if (crash) {
		*event->crash = *crash;
		/* The lines are valid only during the call, and are too large to be kept. */
		event->crash->excerpt = NULL;
		event->crash->boot = &event->boot;
	}
	return event;
}

static struct listen_event **slot(const struct listen_outbox *outbox, size_t index)
{
	return &outbox->events[(outbox->first + index) % LISTEN_OUTBOX_MAX];
}

unsigned int listen_outbox_add(struct listen_outbox *outbox, enum listen_kind kind,
			       const struct intake_boot *boot, const struct intake_crash *crash)
{
	struct listen_event *event = copy(kind, boot, crash);
	unsigned int dropped = 0;

	if (event && !outbox->events)
		outbox->events = calloc(LISTEN_OUTBOX_MAX, sizeof(*outbox->events));
	if (!event || !outbox->events) {
		destroy(event);
		return 1;
	}
	if (outbox->count == LISTEN_OUTBOX_MAX) {
		destroy(*slot(outbox, 0));
		outbox->first = (outbox->first + 1) % LISTEN_OUTBOX_MAX;
		outbox->count--;
		dropped = 1;
	}
	*slot(outbox, outbox->count++) = event;
	return dropped;
}

const struct listen_event *listen_outbox_get(const struct listen_outbox *outbox, size_t index)
{
	return *slot(outbox, index);
}

void listen_outbox_clear(struct listen_outbox *outbox)
{
	while (outbox->count > 0)
		destroy(*slot(outbox, --outbox->count));
	outbox->first = 0;
}

void listen_outbox_deinit(struct listen_outbox *outbox)
{
	listen_outbox_clear(outbox);
	free(outbox->events);
	outbox->events = NULL;
}
