/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writer of the events of a log to a store, in batches. */
#ifndef LINEAGE_CLI_FLEET_INGEST_STORE_H
#define LINEAGE_CLI_FLEET_INGEST_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "cli/common/stored_hosts.h"

struct intake_boot;
struct intake_crash;
struct store;

/**
 * struct ingest_store - the store to which events are written
 * @store: the store; NULL if events are not stored
 * @label: label of every boot that is added; NULL to use the hardware named in its log
 * @hosts: how to name hosts in the store
 * @pending: number of additions in the current batch
 * @begun: start of the current batch, by CLOCK_MONOTONIC
 */
struct ingest_store {
	struct store *store;
	const char *label;
	struct stored_hosts hosts;
	unsigned int pending;
	struct timespec begun;
};

/* Open the store. On failure, print an error and return false. */
bool ingest_store_open(struct ingest_store *ingest, const char *url);

/*
 * Add an event, or complete it if the store has it. Ignore an event without a host. On failure,
 * print an error and return false.
 */
bool ingest_store_boot(struct ingest_store *ingest, const struct intake_boot *boot);
bool ingest_store_part(struct ingest_store *ingest, const struct intake_boot *part);
bool ingest_store_crash(struct ingest_store *ingest, const struct intake_crash *crash);

/* Return whether the current batch has additions and is more than a few seconds old. */
bool ingest_store_is_old(const struct ingest_store *ingest);

/*
 * Commit the current batch if it is more than a few seconds old. Additions are batched because even
 * a small commit is slow.
 */
bool ingest_store_commit_old(struct ingest_store *ingest);

/* Commit all additions. On failure, print an error and return false. */
bool ingest_store_commit(struct ingest_store *ingest);

/* Close the store. Uncommitted additions are lost. */
void ingest_store_close(struct ingest_store *ingest);

#endif /* LINEAGE_CLI_FLEET_INGEST_STORE_H */
