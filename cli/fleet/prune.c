// SPDX-License-Identifier: GPL-2.0-or-later
/* The command prune: remove old boots from a store. */
#include <stdio.h>
#include <time.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "cli/common/since.h"
#include "removal.h"

enum {
	OPTION_BEFORE,
	OPTION_DRY_RUN,
	OPTION_STORE,
};

static int run(const struct context *context, const struct arguments *arguments)
{
	STORE_AUTO_CLOSE struct store *store = NULL;
	const char *before = arguments->values[OPTION_BEFORE];
	struct store_selection what = { .has_before = true };
	int status;

	if (!before) {
		complain("prune: missing --before=TIME (expected %s)", since_forms);
		return STATUS_USAGE;
	}
	if (!since_parse(before, time(NULL), &what.before)) {
		complain("prune: invalid --before value '%s' (expected %s)", before, since_forms);
		return STATUS_USAGE;
	}
	status = removal_run(context, arguments->values[OPTION_STORE], &what,
			     arguments->values[OPTION_DRY_RUN] != NULL, &store);
	if (status == STATUS_NOTHING)
		complain("prune: no boot with a known time was last seen before that time; boots "
			 "without a known time are kept");
	return status;
}

const struct command command_prune = {
	.name = "prune",
	.operands = "--before=TIME [OPTION]...",
	.summary = PRUNE_SUMMARY,
	.help = "Remove boots that were last seen before a time from a store, with their crashes.\n"
		"Boots without a known time are kept. There is no confirmation prompt. The file\n"
		"does not become smaller; new boots use its free space. A server drops weeks\n"
		"whose boots are all removed, and then refuses late boots of these weeks.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage prune --before=90d --dry-run --store=fleet.db\n"
		"  kexec-lineage prune --before=2026-01-01 --store=fleet.db",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 nothing matches",
	.options = { { "before", "TIME", "only boots last seen before TIME: 2026-11-24, 90d" },
		     DRY_RUN_OPTION,
		     HISTORY_OPTION },
	.run = run,
};
