// SPDX-License-Identifier: GPL-2.0-or-later
/* The command forget: remove the boots of a host from a store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/stored_hosts.h"
#include "host_name.h"
#include "lib/cleanup.h"
#include "removal.h"

enum {
	OPTION_HOST,
	OPTION_BOOT,
	OPTION_DRY_RUN,
	OPTION_STORE,
};

#define NAMES_MAX 3

/**
 * struct nearest - the names most similar to a given name, most similar first
 * @distances: edit distance of each of @names
 */
struct nearest {
	const char *name;
	char *names[NAMES_MAX];
	size_t distances[NAMES_MAX];
};

static void consider(struct nearest *nearest, const char *name, size_t distance)
{
	size_t at = NAMES_MAX;

	while (at > 0 && (!nearest->names[at - 1] || distance < nearest->distances[at - 1]))
		at--;
	if (at == NAMES_MAX)
		return;
	free(nearest->names[NAMES_MAX - 1]);
	for (size_t i = NAMES_MAX - 1; i > at; i--) {
		nearest->names[i] = nearest->names[i - 1];
		nearest->distances[i] = nearest->distances[i - 1];
	}
	nearest->names[at] = printable(name);
	nearest->distances[at] = distance;
}

static int take_host(const struct store_host *host, void *data)
{
	const char *rest = host->names;

	while (*rest) {
		size_t length = strcspn(rest, " ");
		LINEAGE_AUTO_FREE char *name = strndup(rest, length);
		struct nearest *nearest = data;

		if (name)
			consider(nearest, name, host_distance(nearest->name, name));
		rest += length;
		rest += strspn(rest, " ");
	}
	return 0;
}

static void free_names(struct nearest *nearest)
{
	for (size_t i = 0; i < NAMES_MAX; i++)
		free(nearest->names[i]);
}

/* @stored: the name in the store; the names of other hosts are hashes if it is one. */
static void report_nothing(struct store *store, const char *host, const char *stored,
			   const char *boot)
{
	__attribute__((cleanup(free_names))) struct nearest nearest = { .name = stored };
	bool is_known = false;

	store_list_hosts(store, take_host, &nearest);
	for (size_t i = 0; i < NAMES_MAX && nearest.names[i]; i++)
		is_known = is_known || nearest.distances[i] == 0;
	if (is_known && boot)
		complain("forget: host '%s' has no boot '%s' ('kexec-lineage log --json --host=%s' "
			 "lists its boots)",
			 host, boot, host);
	else if (!nearest.names[0])
		complain("forget: the store contains no hosts");
	else if (host != stored)
		complain("forget: the store has no boot of host '%s' (%s)", host, stored);
	else
		complain("forget: the store has no boot of host '%s'; did you mean '%s'%s%s%s%s?",
			 host, nearest.names[0], nearest.names[1] ? ", '" : "",
			 nearest.names[1] ? nearest.names[1] : "", nearest.names[1] ? "'" : "",
			 nearest.names[2] ? " or another" : "");
}

static int run(const struct context *context, const struct arguments *arguments)
{
	STORE_AUTO_CLOSE struct store *store = NULL;
	const char *host = arguments->values[OPTION_HOST];
	LINEAGE_AUTO_FREE char *url = NULL;
	struct store_selection what = { .boot_id = arguments->values[OPTION_BOOT] };
	struct stored_hosts hosts;
	char stored[LINEAGE_HASHED_SIZE];
	int status;

	if (!host) {
		complain("forget: missing --host=NAME ('kexec-lineage hosts' lists the names)");
		return STATUS_USAGE;
	}
	url = history_url(context, arguments->values[OPTION_STORE]);
	if (!url || !stored_hosts_init(context, url, false, &hosts))
		return STATUS_FAILED;
	what.host = stored_hosts_name(&hosts, host, stored);
	status =
		removal_run(context, url, &what, arguments->values[OPTION_DRY_RUN] != NULL, &store);
	if (status == STATUS_NOTHING)
		report_nothing(store, host, what.host, what.boot_id);
	return status;
}

const struct command command_forget = {
	.name = "forget",
	.operands = "--host=NAME [OPTION]...",
	.summary = FORGET_SUMMARY,
	.help = "Remove the boots of a host from a store, with their crashes and all names of the\n"
		"host. Use this to undo a mistaken 'ingest --host=NAME'; the logs can then be\n"
		"ingested again. NAME can be any name of the host. There is no confirmation\n"
		"prompt.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage forget --host=web1 --dry-run --store=fleet.db\n"
		"  kexec-lineage forget --host=web1 --boot=0123abcd --store=fleet.db",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 nothing matches",
	.options = { { "host", "NAME", "the host whose boots are removed" },
		     { "boot", "ID", "only the boot with this id, or its first 8 characters" },
		     DRY_RUN_OPTION,
		     HISTORY_OPTION },
	.run = run,
};
