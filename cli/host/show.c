// SPDX-License-Identifier: GPL-2.0-or-later
/* The command show: print the lineage of the running kernel. */
#include <json.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/common/cleanup.h"
#include "cli/common/command.h"
#include "report.h"
#include "cli/common/show_json.h"
#include "cli/common/output.h"

enum { OPTION_SOURCES };

#define BOLD "\033[1m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

/* Print a row of the table. An empty name continues the row above. */
static void print_row(const char *name, const char *text, const char *colour)
{
	LINEAGE_AUTO_FREE char *clean = printable(text);
	bool coloured = wants_colours();

	printf("%-10s %s%s%s\n", name, coloured ? colour : "", clean, coloured ? PLAIN : "");
}

static void print_count(const struct lineage_report *report)
{
	char text[64];

	if (!report->has_count)
		snprintf(text, sizeof(text), "unknown");
	else if (report->kexec_count == 0)
		snprintf(text, sizeof(text), "0 (cold boot)");
	else
		snprintf(text, sizeof(text), "%u kexec%s since cold boot", report->kexec_count,
			 report->kexec_count == 1 ? "" : "s");
	print_row("count", text, "");
}

static void print_chain(const struct lineage_report *report)
{
	char text[CHAIN_TEXT_SIZE];
	size_t i;

	for (i = 0; i < report->chain_length; i++) {
		format_chain_entry(&report->chain[i], text);
		print_row(i == 0 ? "chain" : "", text, "");
	}
	if (report->chain_length > 0)
		print_row("", chain_end(report->chain_is_complete), "");
}

static void print_sources(const struct lineage_report *report)
{
	size_t i;

	puts("");
	for (i = 0; i < report->source_count; i++) {
		const struct lineage_evidence *evidence = &report->sources[i];
		char text[512];
		int length;

		length = snprintf(text, sizeof(text), "%s",
				  evidence->is_stale ? "stale"
						     : lineage_status_name(evidence->status));
		if (evidence->previous_release)
			length += snprintf(text + length, sizeof(text) - (size_t)length,
					   ", previous %s", evidence->previous_release);
		if (evidence->has_count)
			length += snprintf(text + length, sizeof(text) - (size_t)length,
					   ", count %u", evidence->kexec_count);
		if (evidence->detail && !evidence->is_stale)
			snprintf(text + length, sizeof(text) - (size_t)length, ": %s",
				 evidence->detail);
		print_row(evidence->source, text, "");
	}
}

static void print_report(const struct lineage_report *report, bool with_sources)
{
	char boot[192];
	size_t i;

	snprintf(boot, sizeof(boot), "%s (%s)", lineage_boot_name(report->boot),
		 report->boot_evidence);
	print_row("release", report->release ? report->release : "unknown", BOLD);
	print_row("boot", boot, "");
	if (report->boot != LINEAGE_BOOT_COLD)
		print_row("previous",
			  report->previous_release ? report->previous_release : "unknown", BOLD);
	print_count(report);
	print_chain(report);
	for (i = 0; i < report->conflict_count; i++)
		print_row("conflict", report->conflicts[i], YELLOW);
	if (with_sources)
		print_sources(report);
}

/* On some architectures a cold boot leaves no trace, but /proc has at least the command line. */
static bool is_nothing_known(const struct lineage_report *report)
{
	return report->boot == LINEAGE_BOOT_UNKNOWN && !report->cmdline;
}

static int run(const struct context *context, const struct arguments *arguments)
{
	AUTO_REPORT struct lineage_report *report = make_report(context);

	if (!report)
		return STATUS_FAILED;
	if (context->json)
		json_print(report_to_json(report));
	else
		print_report(report, arguments->values[OPTION_SOURCES]);
	if (is_nothing_known(report)) {
		complain(
			"show: no source reports how this kernel was started (is /proc mounted%s?)",
			context->root ? " there" : "");
		return STATUS_NOTHING;
	}
	return STATUS_DONE;
}

const struct command command_show = {
	.name = "show",
	.operands = "[--sources]",
	.summary = "print the lineage of the running kernel",
	.help = "Print the lineage of the running kernel: how it was started, the previous\n"
		"kernels, newest first, the count of kexecs since cold boot, and the conflicts\n"
		"between sources. Unknown values are printed as 'unknown'; nothing is guessed.\n"
		"\n"
		"Only root can read the record of the kernel (KHO, in debugfs). All users can\n"
		"read the stamp in the command line.\n"
		"\n"
		"Examples:\n"
		"  kexec-lineage show --sources      with the evidence of each source\n"
		"  kexec-lineage --json show         for programs\n"
		"  kexec-lineage --root=DIR show     for a sosreport or a disk image",
	.exit_status = "0 done, 1 failed, 2 wrong usage, 3 the lineage is unknown",
	.options = { { "sources", NULL, "also print the evidence of each source" } },
	.run = run,
};
