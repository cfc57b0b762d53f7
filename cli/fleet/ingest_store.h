/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events of a log on their way into a store, in batches. */
#ifndef LINEAGE_CLI_FLEET_INGEST_STORE_H
#define LINEAGE_CLI_FLEET_INGEST_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct intake_boot;
struct intake_crash;
struct store;

/**
 * struct ingest_store - a store that is written to
 * @store: the store; NULL where events are not kept
 * @label: of every boot that is added; NULL for the hardware that its log names
 * @pending: how many additions are in the batch that is under way
 * @begun: when that began, by CLOCK_MONOTONIC
 * @hostless: events that were left out, since nothing tells whose they are
 */
struct ingest_store {
	struct store *store;
	const char *label;
	unsigned int pending;
	struct timespec begun;
	uint64_t hostless;
};

/* Open it; false after a complaint. */
bool ingest_store_open(struct ingest_store *ingest, const char *url);

/* Add an event; false after a complaint. What was there already stays as it is. */
bool ingest_store_boot(struct ingest_store *ingest, const struct intake_boot *boot);
bool ingest_store_crash(struct ingest_store *ingest, const struct intake_crash *crash);

/* The same where the batch has been under way for some seconds: each takes a while, however little is in it. */
bool ingest_store_commit_old(struct ingest_store *ingest);

/* Everything up to here is kept; false after a complaint. */
bool ingest_store_commit(struct ingest_store *ingest);

/* Close it; what was not committed is gone. */
void ingest_store_close(struct ingest_store *ingest);

#endif /* LINEAGE_CLI_FLEET_INGEST_STORE_H */
