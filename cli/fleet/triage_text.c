// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cli/common/output.h"
#include "lib/cleanup.h"
#include "triage_format.h"
#include "triage/figure.h"
#include "triage/sentences.h"

#define BOLD "\033[1m"
#define RED "\033[31m"
#define PLAIN "\033[0m"
#define WIDTH_MAX 96
#define SHOWN_MAX 5   /* maximum number of leads, and of crashes without a finding */
#define COUNTS_MAX 20 /* maximum number of rows in the table of kexec counts */

/* Return the line width: the width of the terminal, but at most WIDTH_MAX. */
static size_t width_of(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) || size.ws_col == 0 || size.ws_col > WIDTH_MAX)
		return WIDTH_MAX;
	return size.ws_col;
}

/*
 * Print an indented paragraph with line breaks at blanks, and free @text. Print nothing for NULL.
 */
static void print_paragraph(char *text, const char *indent, FILE *stream)
{
	LINEAGE_AUTO_FREE char *own = text;
	LINEAGE_AUTO_FREE char *clean = printable(own ? own : "");
	size_t column = 0, width = width_of(stream);

	for (char *word = strtok(clean, " "); word; word = strtok(NULL, " ")) {
		if (column > 0 && column + 1 + strlen(word) > width) {
			putc('\n', stream);
			column = 0;
		}
		column += (size_t)fprintf(stream, "%s%s", column ? " " : indent, word);
	}
	if (column > 0)
		putc('\n', stream);
}

static void print_heading(const struct triage_exposure *exposure, const struct triage_case *one,
			  const char *indent, FILE *stream)
{
	enum triage_verdict verdict = triage_case_verdict(one);
	const char *colour = verdict == TRIAGE_ASSOCIATED ? RED BOLD : BOLD;
	LINEAGE_AUTO_FREE char *title = printable(triage_figure_title(exposure, one->signature));
	LINEAGE_AUTO_FREE char *release = printable(exposure->releases.texts[one->release]);
	char crashed[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];
	bool is_coloured = wants_colours();

	fprintf(stream, "%s%s%s%s, in %s: %s of %s boot%s\n", indent, is_coloured ? colour : "",
		title, is_coloured ? PLAIN : "", release,
		triage_figure_count(one->crashes, crashed), triage_figure_count(one->boots, boots),
		one->boots == 1 ? "" : "s");
}

static void print_row(const struct triage_exposure *exposure, const struct triage_finding *finding,
		      FILE *stream)
{
	const struct triage_table *table = &finding->table;
	char boots[TRIAGE_FIGURE_SIZE], crashed[TRIAGE_FIGURE_SIZE], share[TRIAGE_FIGURE_SIZE];
	char times[TRIAGE_FIGURE_SIZE], q[TRIAGE_FIGURE_SIZE];
	LINEAGE_AUTO_FREE char *origin = printable(triage_figure_origin(exposure, finding->origin));
	const char *verdict =
		finding->verdict == TRIAGE_NONE ? "" : triage_verdict_name(finding->verdict);

	fprintf(stream, "  %-10s %-30s %10s %10s %8s %8s  %s\n", verdict, origin,
		triage_figure_count(table->boots, boots),
		triage_figure_count(table->crashes, crashed),
		triage_figure_share(table->crashes, table->boots, share),
		triage_figure_times(finding, times), triage_figure_probability(finding->q, q));
}

static void print_counts(const struct triage_count_trend *count_trend, FILE *stream)
{
	size_t count = count_trend->dose_count;

	fprintf(stream, "\n  %8s %12s %10s %8s\n", "kexecs", "boots", "crashed", "share");
	for (size_t i = 0; i < count; i++) {
		if (count > COUNTS_MAX && i == COUNTS_MAX - 1) {
			fprintf(stream, "  and %zu more counts: use --json\n", count - 1 - i);
			i = count - 1;
		}
		const struct triage_dose *dose = &count_trend->doses[i];
		char boots[TRIAGE_FIGURE_SIZE], crashed[TRIAGE_FIGURE_SIZE],
			share[TRIAGE_FIGURE_SIZE];

		fprintf(stream, "  %7" PRIu32 "%s %12s %10s %8s\n", dose->score,
			i + 1 == count && count_trend->is_capped ? "+" : "",
			triage_figure_count(dose->boots, boots),
			triage_figure_count(dose->crashes, crashed),
			triage_figure_share(dose->crashes, dose->boots, share));
	}
}

static void print_sentences(const struct triage_exposure *exposure, const struct triage_case *one,
			    const char *indent, FILE *stream)
{
	for (size_t i = 0; i < triage_sentences_count(one); i++)
		print_paragraph(triage_sentences_get(exposure, one, i), indent, stream);
}

static void print_case(const struct triage_exposure *exposure, const struct triage_case *one,
		       const struct triage_selection *selection, FILE *stream)
{
	putc('\n', stream);
	print_heading(exposure, one, "", stream);
	print_sentences(exposure, one, "", stream);
	fprintf(stream, "\n  %-10s %-30s %10s %10s %8s %8s  %s\n", "", "previous kernel", "boots",
		"crashed", "share", "ratio", "q");
	for (size_t i = 0; i < one->finding_count; i++)
		if (triage_selection_has_origin(selection, one, i))
			print_row(exposure, &one->findings[i], stream);
	if (triage_selection_has_counts(selection, one))
		print_counts(&one->count_trend, stream);
}

/* True if the case is selected and has this verdict. */
static bool has(const struct triage_report *report, size_t number,
		const struct triage_selection *selection, enum triage_verdict verdict)
{
	return triage_case_verdict(&report->cases[number]) == verdict &&
	       triage_selection_has_case(selection, report, &report->cases[number]);
}

static void print_more(size_t more, FILE *stream)
{
	if (more > 0)
		fprintf(stream, "  and %zu more: use --all\n", more);
}

static void print_leads(const struct triage_report *report,
			const struct triage_selection *selection, FILE *stream)
{
	size_t leads = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		if (!has(report, i, selection, TRIAGE_LEAD))
			continue;
		if (leads == 0)
			fputs("\nLeads (may be chance, given the number of comparisons):\n",
			      stream);
		if (leads++ < SHOWN_MAX)
			print_sentences(report->exposure, &report->cases[i], "  ", stream);
	}
	print_more(leads > SHOWN_MAX ? leads - SHOWN_MAX : 0, stream);
}

static void print_rest(const struct triage_report *report, const struct triage_selection *selection,
		       FILE *stream)
{
	size_t rest = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		if (!has(report, i, selection, TRIAGE_NONE) || report->cases[i].is_in_same_boots ||
		    triage_is_any_crash(report->exposure, report->cases[i].signature))
			continue;
		if (rest == 0)
			fputs(report->tests > 0 ? "\nNo dependence found:\n"
						: "\nNo boots that can be compared:\n",
			      stream);
		if (rest++ < SHOWN_MAX)
			print_heading(report->exposure, &report->cases[i], "  ", stream);
	}
	print_more(rest > SHOWN_MAX ? rest - SHOWN_MAX : 0, stream);
}

void triage_print_text(const struct triage_report *report, const struct triage_selection *selection,
		       FILE *stream)
{
	print_paragraph(triage_sentences_scale(report), "", stream);
	print_paragraph(triage_sentences_crashes_only(report->exposure), "", stream);
	print_paragraph(triage_sentences_period(report->exposure), "", stream);
	print_paragraph(triage_sentences_inferred(report->exposure), "", stream);
	print_paragraph(triage_sentences_left_out(report->exposure), "", stream);
	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];

		if (triage_selection_has_case(selection, report, one) &&
		    (selection->all || triage_case_is_found(one)))
			print_case(report->exposure, one, selection, stream);
	}
	if (selection->all)
		return;
	print_leads(report, selection, stream);
	print_rest(report, selection, stream);
}
