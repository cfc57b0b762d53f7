// SPDX-License-Identifier: GPL-2.0-or-later
/* The command report: print what is known about one crash, to send it to others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/command.h"
#include "cli/common/fleet.h"
#include "cli/common/machine_history.h"
#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "report_facts.h"
#include "report_form.h"
#include "report_json.h"
#include "report_sections.h"
#include "signature_key.h"
#include "triage_known.h"
#include "triage_make.h"

enum {
	OPTION_FORMAT,
	OPTION_RELEASE,
	OPTION_HOSTS,
	OPTION_KNOWN,
	OPTION_STORE,
};

static const struct report_form *const forms[] = { &report_markdown, &report_bugzilla,
						   &report_mail };

/* Find a form by its name. Return NULL after an error message. */
static const struct report_form *find_form(const char *name)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strcmp(name ? name : forms[0]->name, forms[i]->name) == 0)
			return forms[i];
	complain("report: invalid --format value '%s' (expected markdown, bugzilla or mail)", name);
	return NULL;
}

/* Find the case of a signature with the strongest verdict. Return NULL after an error message. */
static const struct triage_case *find_case(const struct triage_report *report,
					   const char *signature, const char *release)
{
	const struct triage_selection selection = { .release = release, .signature = signature };

	for (size_t i = 0; i < report->case_count; i++)
		if (triage_selection_has_case(&selection, report, &report->cases[i]))
			return &report->cases[i];
	if (signature_key_is_any(signature))
		signature_key_explain_any("report", report->exposure, release);
	else if (release)
		complain("report: no boot of a release that matches '%s' had the crash '%s'",
			 release, signature);
	else
		complain("report: no boot with a known origin had the crash '%s'", signature);
	return NULL;
}

static int print(const struct report_facts *facts, const struct report_form *form, bool is_json)
{
	if (is_json)
		report_print_json(facts);
	else
		report_write(facts, form, stdout);
	return STATUS_DONE;
}

static int run_with(struct store *store, const struct known_files *files,
		    const struct report_form *form, bool is_json, const struct arguments *arguments)
{
	const char *release = arguments->values[OPTION_RELEASE], *signature;
	const char *key = arguments->operands[0];
	bool with_hosts = arguments->values[OPTION_HOSTS] != NULL;
	TRIAGE_AUTO_EXPOSURE exposure = { 0 };
	TRIAGE_AUTO_REPORT report = triage_make(store, release, &exposure);
	REPORT_AUTO_FACTS facts = { 0 };
	TRIAGE_AUTO_KNOWN known = { 0 };
	const struct triage_case *one;
	int error;

	if (!report)
		return STATUS_FAILED;
	signature = signature_key_find("report", &exposure.signature_names, key);
	if (!signature)
		return STATUS_NOTHING;
	one = find_case(report, signature, release);
	if (!one)
		return STATUS_NOTHING;
	error = report_facts_init(&facts, report, one, store, with_hosts);
	if (!error)
		error = triage_known_init(&known, files, report, false);
	facts.bug = triage_known_bug(&known, one);
	if (!error)
		return print(&facts, form, is_json);
	complain("%s", error == -ENOMEM ? strerror(ENOMEM) : store_error(store));
	return STATUS_FAILED;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	const struct report_form *form = find_form(arguments->values[OPTION_FORMAT]);
	LINEAGE_AUTO_FREE char *url = NULL;
	STORE_AUTO_CLOSE struct store *store = NULL;
	KNOWN_AUTO_FILES files = { 0 };

	if (!form)
		return STATUS_USAGE;
	if (arguments->operand_count == 0) {
		complain("report: no KEY given ('kexec-lineage triage' prints the signature of "
			 "each crash)");
		return STATUS_USAGE;
	}
	if (!known_files_read("report", context, arguments->values[OPTION_KNOWN], &files))
		return STATUS_FAILED;
	url = history_url(context, arguments->values[OPTION_STORE]);
	store = history_open_to_read(url);
	if (!store)
		return STATUS_FAILED;
	return run_with(store, &files, form, context->json, arguments);
}

const struct command command_report = {
	.name = "report",
	.operands = "[OPTION]... KEY",
	.summary = REPORT_SUMMARY,
	.help = "Print a report about one crash, to file it as a bug: what it depends on, with the\n"
		"numbers, the first bad and the last good release, the chains and the hardware of\n"
		"the boots, one example, and how to reproduce it. KEY is the signature that triage\n"
		"prints, or the first characters of it:\n"
		"\n"
		"  kexec-lineage triage --store=fleet.db\n"
		"  kexec-lineage report --store=fleet.db 1f0e9a > bug.md\n"
		"  kexec-lineage report --store=fleet.db --format=mail 1f0e9a > bug.eml\n"
		"\n"
		"  markdown  for GitHub and GitLab (the default)\n"
		"  bugzilla  plain text; the first line is the summary of the bug\n"
		"  mail      a mail without a recipient; scripts/get_maintainer.pl of Linux finds one\n"
		"\n"
		"The names of hosts and the store are left out, unless --hosts is given. Titles,\n"
		"labels and the lines of the example are printed as the logs have them: read the\n"
		"report before you publish it.",
	.options = { { "format", "FORM", "markdown, bugzilla or mail" },
		     { "release", "RELEASE", "compare only these releases, as triage does" },
		     { "hosts", NULL, "also list the hosts" },
		     KNOWN_OPTION,
		     HISTORY_OPTION },
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 no such crash",
	.operands_max = 1,
	.run = run,
};
