/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removal of boots from a store, for the commands forget and prune. */
#ifndef LINEAGE_CLI_FLEET_REMOVAL_H
#define LINEAGE_CLI_FLEET_REMOVAL_H

#include "cli/common/command.h"
#include "store/store.h"

/* The option --dry-run of both commands. */
#define DRY_RUN_OPTION                                                   \
	{                                                                \
		"dry-run", NULL, "only print what would be removed", 'n' \
	}

/**
 * removal_run() - remove boots, and print a line for each host
 * @context: options of the program
 * @url: value of --store, or NULL
 * @what: the boots to remove
 * @is_dry_run: report the boots but do not remove them
 * @ret: the store, for messages; the caller closes it
 *
 * Return: an exit status; STATUS_NOTHING, without a message, if nothing matches.
 */
int removal_run(const struct context *context, const char *url, const struct store_selection *what,
		bool is_dry_run, struct store **ret);

#endif /* LINEAGE_CLI_FLEET_REMOVAL_H */
