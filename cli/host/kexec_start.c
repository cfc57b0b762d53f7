// SPDX-License-Identifier: GPL-2.0-or-later
#include "kexec_start.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "host/child.h"
#include "lib/cleanup.h"

/* Give up after this time: SQLite waits longer for a lock, and a disk may hang. */
#define DEADLINE_MS 2000

/* @release: NULL to cancel */
struct start {
	const struct context *context;
	const char *release;
};

static int write_down(struct store *store, const struct start *start)
{
	struct lineage_host_facts facts;
	const char *release = start->release;

	if (!history_facts(start->context, &facts) || !facts.boot_id[0])
		return -ENOENT;
	if (!release)
		return store_kexec_cancelled(store, facts.host, facts.boot_id);
	return store_kexec_started(store, facts.host, facts.boot_id, release[0] ? release : NULL,
				   time(NULL));
}

/*
 * Return the result for the error message. If a kexec failed, the next shutdown or the next run of
 * `record` removes its record.
 */
static const char *result_of(const struct start *start)
{
	return start->release ? "this kexec was not recorded"
			      : "the record of this failed kexec was not removed";
}

/*
 * Run in a child process. Opening a missing store for writing would create it, so check that the
 * history exists.
 */
static int write_to_history(const void *data, int out)
{
	const struct start *start = data;
	LINEAGE_AUTO_FREE char *url = history_url(start->context, NULL);
	STORE_AUTO_CLOSE struct store *store = NULL;
	int error;

	(void)out;
	if (!url || access(url, F_OK))
		return 0;
	error = store_open(url, STORE_WRITE, &store);
	if (!error)
		error = write_down(store, start);
	if (error && error != -ENOENT)
		complain("load: %s: %s", store_error(store), result_of(start));
	return 0;
}

static void write_in_time(struct start start)
{
	char nothing[1];

	if (lineage_host_child_run(write_to_history, &start, DEADLINE_MS, nothing,
				   sizeof(nothing)) == -ETIMEDOUT)
		complain("load: the history did not respond within %d s: %s", DEADLINE_MS / 1000,
			 result_of(&start));
}

void kexec_start_record(const struct context *context, const char *release)
{
	write_in_time((struct start){ .context = context, .release = release });
}

void kexec_start_cancel(const struct context *context)
{
	write_in_time((struct start){ .context = context });
}
