// SPDX-License-Identifier: GPL-2.0-or-later
#include "ingest_store.h"

#include <errno.h>
#include <string.h>

#include "intake/recognise/event.h"
#include "store/rows/rows_of_event.h"
#include "store/store.h"
#include "cli/common/output.h"

#define BATCH_S 2 /* maximum age of an open batch in seconds, checked between inputs */

static bool fail(struct ingest_store *ingest)
{
	complain("%s", store_error(ingest->store));
	return false;
}

bool ingest_store_open(struct ingest_store *ingest, const char *url)
{
	int error = store_open(url, STORE_WRITE, &ingest->store);

	if (!error)
		return true;
	complain("%s", ingest->store ? store_error(ingest->store) : strerror(-error));
	ingest_store_close(ingest);
	return false;
}

/* Begin a batch, or commit a full batch and begin the next. Call this before each addition. */
static bool make_room(struct ingest_store *ingest)
{
	if (ingest->pending == store_batch_max(ingest->store) && !ingest_store_commit(ingest))
		return false;
	if (ingest->pending++ > 0)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &ingest->begun);
	return store_begin_batch(ingest->store) == 0 || fail(ingest);
}

bool ingest_store_is_old(const struct ingest_store *ingest)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ingest->pending > 0 && now.tv_sec - ingest->begun.tv_sec >= BATCH_S;
}

bool ingest_store_commit_old(struct ingest_store *ingest)
{
	return !ingest_store_is_old(ingest) || ingest_store_commit(ingest);
}

bool ingest_store_commit(struct ingest_store *ingest)
{
	ingest->pending = 0;
	return store_end_batch(ingest->store) == 0 || fail(ingest);
}

/** struct stored_names - buffers for the names of a row in the store */
struct stored_names {
	char host[LINEAGE_HASHED_SIZE];
	char machine_id[LINEAGE_HASHED_SIZE];
};

/* Replace the names of a row by the names of the store. */
static void rename_host(const struct ingest_store *ingest, const char **host,
			const char **machine_id, struct stored_names *names)
{
	*host = stored_hosts_name(&ingest->hosts, *host, names->host);
	*machine_id = stored_hosts_name(&ingest->hosts, *machine_id, names->machine_id);
}

/* Report that an event could not be converted to a row. */
static bool fail_row(int error)
{
	complain("%s", error == -ENOMEM ? "out of memory" : strerror(-error));
	return false;
}

bool ingest_store_boot(struct ingest_store *ingest, const struct intake_boot *event)
{
	STORE_AUTO_BOOT_ROW row = { 0 };
	struct stored_names names;
	enum store_end before;
	int error;

	if (!event->host[0])
		return true;
	error = store_boot_of_event(event, ingest->label, &row);
	if (error)
		return fail_row(error);
	rename_host(ingest, &row.boot.host, &row.boot.machine_id, &names);
	return make_room(ingest) &&
	       (store_add_boot(ingest->store, &row.boot, &before) == 0 || fail(ingest));
}

bool ingest_store_part(struct ingest_store *ingest, const struct intake_boot *event)
{
	STORE_AUTO_BOOT_ROW row = { 0 };
	struct stored_names names;
	int error;

	/* A part of a boot is useless without a host, so it does not count as a lost event. */
	if (!event->host[0])
		return true;
	error = store_boot_of_event(event, ingest->label, &row);
	if (error)
		return fail_row(error);
	rename_host(ingest, &row.boot.host, &row.boot.machine_id, &names);
	return make_room(ingest) && (store_add_part(ingest->store, &row.boot) == 0 || fail(ingest));
}

bool ingest_store_crash(struct ingest_store *ingest, const struct intake_crash *event)
{
	STORE_AUTO_CRASH_ROW row = { 0 };
	struct stored_names names;
	bool is_new;
	int error;

	if (!event->boot->host[0])
		return true;
	error = store_crash_of_event(event, &row);
	if (error)
		return fail_row(error);
	rename_host(ingest, &row.crash.host, &row.crash.machine_id, &names);
	/* The lines may have a name that the store must not have. */
	if (ingest->hosts.are_hashed)
		row.crash.excerpt = NULL;
	return make_room(ingest) &&
	       (store_add_crash(ingest->store, &row.crash, &is_new) == 0 || fail(ingest));
}

void ingest_store_close(struct ingest_store *ingest)
{
	store_close(ingest->store);
	ingest->store = NULL;
}
