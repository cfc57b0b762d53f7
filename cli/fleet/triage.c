// SPDX-License-Identifier: GPL-2.0-or-later
/* The command triage: reads a store, compares its boots and prints the report. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "lib/replace.h"
#include "store/store.h"
#include "triage/exposure.h"
#include "triage/hosts.h"
#include "triage/triage.h"
#include "triage_format.h"

enum {
	OPTION_HTML,
	OPTION_CSV,
	OPTION_RELEASE,
	OPTION_SIGNATURE,
	OPTION_ALL,
	OPTION_STORE,
};

/* The page is made in memory first, so that an error never leaves half a page. */
static int write_page(const struct triage_report *report, const struct triage_selection *selection,
		      const char *path)
{
	LINEAGE_AUTO_FREE char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);
	int error = -ENOMEM;

	if (stream) {
		triage_print_html(report, selection, stream);
		error = fclose(stream) ? -ENOMEM : lineage_file_write(path, text, size);
	}
	if (!error)
		return STATUS_DONE;
	complain("%s: cannot be written: %s", path, strerror(-error));
	return STATUS_FAILED;
}

static int print(const struct triage_report *report, const struct triage_selection *selection,
		 bool is_json, const struct arguments *arguments)
{
	const char *page = arguments->values[OPTION_HTML];

	if (report->exposure->boots == 0) {
		complain(
			"there are no boots in the store of which it is known what they came from");
		return STATUS_NOTHING;
	}
	if (triage_selection_count(selection, report) == 0 &&
	    (selection->release || selection->signature)) {
		complain("no crash is like that");
		return STATUS_NOTHING;
	}
	if (is_json)
		triage_print_json(report, selection);
	else if (arguments->values[OPTION_CSV])
		triage_print_csv(report, selection, stdout);
	else
		triage_print_text(report, selection, stdout);
	if (page && write_page(report, selection, page) != STATUS_DONE)
		return STATUS_FAILED;
	return report->case_count > 0 ? STATUS_DONE : STATUS_NOTHING;
}

static int run_with(struct store *store, const struct triage_selection *selection, bool is_json,
		    const struct arguments *arguments)
{
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = NULL;
	int error = triage_exposure_read(&exposure, store);

	if (error)
		complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(store));
	else if (triage_report_create(&exposure, &report))
		complain("%s", strerror(ENOMEM));
	else if ((error = triage_hosts_check(report, store)))
		complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(store));
	else
		return print(report, selection, is_json, arguments);
	return STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	struct triage_selection selection = { .release = arguments->values[OPTION_RELEASE],
					      .signature = arguments->values[OPTION_SIGNATURE],
					      .all = arguments->values[OPTION_ALL] != NULL };
	LINEAGE_AUTO_FREE char *url = NULL;
	STORE_AUTO_CLOSE struct store *store = NULL;

	if (arguments->values[OPTION_HTML] && strcmp(arguments->values[OPTION_HTML], "-") == 0) {
		complain("triage: --html=FILE wants the name of a file");
		return STATUS_USAGE;
	}
	if (context->json && arguments->values[OPTION_CSV]) {
		complain("triage: --json or --csv, not both");
		return STATUS_USAGE;
	}
	url = history_url(context, arguments->values[OPTION_STORE]);
	store = history_open_to_read(url);
	return store ? run_with(store, &selection, context->json, arguments) : STATUS_FAILED;
}

const struct command command_triage = {
	.name = "triage",
	.operands = "[OPTION]...",
	.summary = TRIAGE_SUMMARY,
	.help = "For each crash of each release, compares boots that came from one kernel, or from a\n"
		"cold boot, with all others: how many crashed, how much likelier that is, and how sure.\n"
		"Boots of the same hardware are compared, and of the same kexec count, and\n"
		"of everything that is found on average at most 5 % is chance:\n"
		"\n"
		"  kexec-lineage ingest --store=fleet.db /var/log/consoles\n"
		"  kexec-lineage triage --store=fleet.db\n"
		"  kexec-lineage triage --store=fleet.db --html=triage.html\n"
		"\n"
		"  guilty   boots from there crash more, whatever their label and kexec count\n"
		"  suspect  they crash more, but it may be their kexec counts\n"
		"  lead     chance may do: it is said how many boots would tell\n"
		"  safer    a cold boot keeps from the crash\n"
		"\n"
		"docs/explanation/triage.md explains every figure.",
	.options = { { "html", "FILE", "write a page that needs nothing else, too" },
		     { "csv", NULL, "print every comparison, with commas between" },
		     { "release", "RELEASE", "only crashes of this kernel" },
		     { "signature", "KEY", "only crashes of this signature" },
		     { "all", NULL, "also crashes and kernels where nothing was found", 'a' },
		     HISTORY_OPTION },
	.run = run,
};
