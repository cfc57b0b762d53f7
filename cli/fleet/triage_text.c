// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common/output.h"
#include "layout.h"
#include "lib/cleanup.h"
#include "triage_format.h"
#include "triage/figure.h"
#include "triage/power.h"
#include "triage/sentences.h"
#include "triage/summary.h"

#define BOLD "\033[1m"
#define RED "\033[31m"
#define PLAIN "\033[0m"
#define SHOWN_MAX 5   /* maximum number of leads, and of crashes without a finding */
#define COUNTS_MAX 20 /* maximum number of rows in the table of kexec counts */

char *triage_source_sentence(const struct triage_source *source)
{
	char time[TRIAGE_FIGURE_SIZE];

	return triage_format("kexec-lineage %s; store %s, read %s.", VERSION, source->store,
			     triage_figure_time(source->time, time));
}

/* Print an indented paragraph, and free @text. Print nothing for NULL. */
static void print_paragraph(char *text, size_t indent, FILE *stream)
{
	LINEAGE_AUTO_FREE char *own = text;

	if (own)
		layout_paragraph(own, indent, indent, stream);
}

/* Print a heading, and free @more, which is added to it. */
static void print_heading(const struct triage_exposure *exposure, const struct triage_case *one,
			  size_t indent, char *more, FILE *stream)
{
	enum triage_verdict verdict = triage_case_verdict(one);
	const char *colour = verdict == TRIAGE_ASSOCIATED ? RED BOLD : BOLD;
	LINEAGE_AUTO_FREE char *own = more;
	char crashed[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];
	LINEAGE_AUTO_FREE char *text = triage_format(
		"%s, in %s: %s of %s %s%s%s", triage_figure_title(exposure, one->signature),
		exposure->releases.texts[one->release], triage_figure_count(one->crashes, crashed),
		triage_figure_count(one->boots, boots),
		triage_figure_unit(exposure, one->signature, one->boots), own ? "; " : "",
		own ? own : "");
	bool is_coloured = wants_colours() && indent == 0;

	fputs(is_coloured ? colour : "", stream);
	layout_paragraph(text ? text : "", indent, indent + 2, stream);
	fputs(is_coloured ? PLAIN : "", stream);
}

/* @name: the previous kernel, or a range of them */
static void add_row(const struct triage_exposure *exposure, const struct triage_case *one,
		    const char *name, const struct triage_finding *finding,
		    struct layout_table *ret)
{
	const struct triage_table *table = &finding->table;
	char text[TRIAGE_FIGURE_SIZE];

	layout_table_add(ret, triage_summary_verdict(exposure, one, finding));
	layout_table_add(ret, name);
	layout_table_add(ret, triage_figure_count(table->boots, text));
	layout_table_add(ret, triage_figure_count(table->crashes, text));
	layout_table_add(ret, triage_figure_share(table->crashes, table->boots, text));
	layout_table_add(ret, triage_figure_times(finding, text));
	layout_table_add(ret, triage_figure_probability(finding->q, text));
}

static void print_origins(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_selection *selection, FILE *stream)
{
	const char *unit = triage_figure_unit(exposure, one->signature, 2);
	const char *const header[] = {
		"",	 "previous kernel", unit, triage_figure_crashed(exposure, one->signature),
		"share", "ratio",	    "q",
	};
	bool has_range = one->range.finding.verdict != TRIAGE_NONE;
	LINEAGE_AUTO_FREE char *range =
		has_range ? triage_figure_range(exposure, &one->range) : NULL;
	LAYOUT_AUTO_TABLE table = { .columns = 7, .names = 2 };
	size_t hidden = 0;

	for (size_t i = 0; i < table.columns; i++)
		layout_table_add(&table, header[i]);
	if (has_range)
		add_row(exposure, one, range ? range : "", &one->range.finding, &table);
	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (triage_selection_has_origin(selection, exposure, one, i))
			add_row(exposure, one, triage_figure_origin(exposure, finding->origin),
				finding, &table);
		else
			hidden++;
	}
	putc('\n', stream);
	print_paragraph(triage_format("Each previous kernel against all other %s:", unit), 0,
			stream);
	layout_table_print(&table, stream);
	print_paragraph(triage_summary_rows(exposure, one), 2, stream);
	if (hidden > 0)
		print_paragraph(triage_format("%zu more previous kernel%s not shown: use --all.",
					      hidden, hidden == 1 ? " is" : "s are"),
				2, stream);
}

static void print_counts(const struct triage_exposure *exposure, const struct triage_case *one,
			 FILE *stream)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const char *const header[] = { "kexecs", triage_figure_unit(exposure, one->signature, 2),
				       triage_figure_crashed(exposure, one->signature), "share" };
	LAYOUT_AUTO_TABLE table = { .columns = 4 };
	size_t count = count_trend->dose_count,
	       left_out = count > COUNTS_MAX ? count - COUNTS_MAX : 0;
	char text[TRIAGE_FIGURE_SIZE];

	for (size_t i = 0; i < table.columns; i++)
		layout_table_add(&table, header[i]);
	for (size_t i = 0; i < count; i++) {
		const struct triage_dose *dose = &count_trend->doses[i];

		if (left_out > 0 && i == COUNTS_MAX - 1)
			dose = &count_trend->doses[i = count - 1];
		snprintf(text, sizeof(text), "%" PRIu32 "%s", dose->score,
			 i + 1 == count && count_trend->is_capped ? "+" : "");
		layout_table_add(&table, text);
		layout_table_add(&table, triage_figure_count(dose->boots, text));
		layout_table_add(&table, triage_figure_count(dose->crashes, text));
		layout_table_add(&table, triage_figure_share(dose->crashes, dose->boots, text));
	}
	putc('\n', stream);
	layout_table_print(&table, stream);
	if (left_out > 0)
		print_paragraph(triage_format("%zu counts before the last one are left out: use "
					      "--json",
					      left_out),
				2, stream);
}

static void print_sentences(const struct triage_exposure *exposure, const struct triage_case *one,
			    size_t indent, FILE *stream)
{
	for (size_t i = 0; i < triage_sentences_count(one); i++)
		print_paragraph(triage_sentences_get(exposure, one, i), indent, stream);
}

static void print_case(const struct triage_report *report, const struct triage_case *one,
		       const struct triage_selection *selection, const struct triage_source *source,
		       FILE *stream)
{
	const struct triage_exposure *exposure = report->exposure;

	putc('\n', stream);
	print_heading(exposure, one, 0, NULL, stream);
	print_sentences(exposure, one, 0, stream);
	print_paragraph(triage_summary_none(report, one), 0, stream);
	print_paragraph(triage_known_sentence(&source->known, one), 0, stream);
	print_paragraph(triage_summary_labels(exposure, one), 0, stream);
	print_paragraph(triage_summary_next(exposure, one), 0, stream);
	print_paragraph(triage_summary_days(exposure, one), 0, stream);
	print_paragraph(triage_summary_example(exposure, one), 0, stream);
	print_origins(exposure, one, selection, stream);
	if (triage_selection_has_counts(selection, one))
		print_counts(exposure, one, stream);
}

/* True if the case is selected and has this verdict. */
static bool has(const struct triage_report *report, size_t number,
		const struct triage_selection *selection, enum triage_verdict verdict)
{
	return triage_case_verdict(&report->cases[number]) == verdict &&
	       triage_selection_has_case(selection, report, &report->cases[number]);
}

static void print_more(size_t all, FILE *stream)
{
	if (all > SHOWN_MAX)
		fprintf(stream, "  and %zu more: use --all\n", all - SHOWN_MAX);
}

static void print_leads_heading(FILE *stream)
{
	putc('\n', stream);
	layout_paragraph("Leads (may be chance, given the number of comparisons):", 0, 0, stream);
}

static void print_leads(const struct triage_report *report,
			const struct triage_selection *selection,
			const struct triage_source *source, FILE *stream)
{
	size_t leads = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		if (!has(report, i, selection, TRIAGE_LEAD))
			continue;
		if (leads == 0)
			print_leads_heading(stream);
		if (leads++ >= SHOWN_MAX)
			continue;
		print_sentences(report->exposure, &report->cases[i], 2, stream);
		print_paragraph(triage_known_sentence(&source->known, &report->cases[i]), 4,
				stream);
		print_paragraph(triage_summary_example(report->exposure, &report->cases[i]), 4,
				stream);
	}
	print_more(leads, stream);
}

static void print_rest_heading(bool are_enough, FILE *stream)
{
	putc('\n', stream);
	print_paragraph(
		are_enough ? strdup("No dependence found. Weaker dependences, and dependences on "
				    "other previous kernels, are not excluded (--all prints the "
				    "figures and the signatures):")
			   : triage_format("No answer yet (about a crash that is %d times as "
					   "likely, or certain, after the most frequent previous "
					   "kernel):",
					   TRIAGE_STRONG),
		0, stream);
}

/*
 * Print the cases without a finding: those for which the data suffice to say that there is no
 * strong dependence, or the others.
 */
static void print_rest(const struct triage_report *report, const struct triage_selection *selection,
		       bool are_enough, FILE *stream)
{
	size_t rest = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];
		bool is_enough = triage_power_of(report, one, NULL) == TRIAGE_POWER_ENOUGH;

		if (!has(report, i, selection, TRIAGE_NONE) || is_enough != are_enough ||
		    triage_power_of(report, one, NULL) == TRIAGE_POWER_EXPLAINED)
			continue;
		if (rest == 0)
			print_rest_heading(are_enough, stream);
		if (rest++ < SHOWN_MAX)
			print_heading(report->exposure, one, 2,
				      is_enough ? triage_summary_power(report, one)
						: triage_summary_missing(report, one),
				      stream);
	}
	print_more(rest, stream);
}

/* Print the findings that are new, worse or gone. */
static void print_states(const struct triage_states *states, FILE *stream)
{
	char *sentence;

	for (size_t i = 0; (sentence = triage_states_sentence(states, i)); i++) {
		putc('\n', stream);
		print_paragraph(sentence, 0, stream);
	}
}

/*
 * Return whether to print the whole comparison of a case. A case that another finding explains is
 * in none of the lists, so it is printed if its signature is requested.
 */
static bool is_whole(const struct triage_report *report, const struct triage_case *one,
		     const struct triage_selection *selection)
{
	return selection->all || triage_case_is_found(one) ||
	       (selection->signature && triage_case_verdict(one) == TRIAGE_NONE &&
		triage_power_of(report, one, NULL) == TRIAGE_POWER_EXPLAINED);
}

void triage_print_text(const struct triage_report *report, const struct triage_selection *selection,
		       const struct triage_source *source, FILE *stream)
{
	print_paragraph(triage_source_sentence(source), 0, stream);
	print_paragraph(triage_sentences_scale(report), 0, stream);
	/* With --state, most crashes are left out of the report. */
	if (!source->states)
		print_paragraph(triage_summary_counts(report, selection), 0, stream);
	print_paragraph(triage_known_hidden(&source->known), 0, stream);
	print_paragraph(triage_sentences_crashes_only(report->exposure), 0, stream);
	print_paragraph(triage_sentences_period(report->exposure), 0, stream);
	print_paragraph(triage_sentences_inferred(report->exposure), 0, stream);
	print_paragraph(triage_sentences_chains(report->exposure), 0, stream);
	print_paragraph(triage_sentences_left_out(report->exposure), 0, stream);
	print_states(source->states, stream);
	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];

		if (triage_selection_has_case(selection, report, one) &&
		    is_whole(report, one, selection))
			print_case(report, one, selection, source, stream);
	}
	if (selection->all)
		return;
	print_leads(report, selection, source, stream);
	print_rest(report, selection, true, stream);
	print_rest(report, selection, false, stream);
}
