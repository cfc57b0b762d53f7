// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "triage_format.h"
#include "triage_page.h"
#include "triage_style.h"
#include "lib/cleanup.h"
#include "store/rows/encoding.h"
#include "triage/figure.h"
#include "triage/power.h"
#include "triage/sentences.h"
#include "triage/summary.h"

/* Maximum number of cases without a finding on a page without --all. */
#define REST_MAX 50
#define LEADS_MAX 10 /* maximum number of leads in the summary */

/* Write a paragraph and free @text. Write nothing for NULL. */
static void write_paragraph(char *text, const char *class, FILE *stream)
{
	LINEAGE_AUTO_FREE char *own = text;

	if (!own)
		return;
	fprintf(stream, "<p class=\"%s\">", class);
	html_sentence(stream, own);
	fputs("</p>\n", stream);
}

static void write_verdict(enum triage_verdict verdict, FILE *stream)
{
	const char *name = triage_verdict_name(verdict);

	if (verdict != TRIAGE_NONE)
		fprintf(stream, "<span class=\"verdict %s\">%s</span>", name, name);
}

static void write_verdict_of(const struct triage_exposure *exposure, const struct triage_case *one,
			     const struct triage_finding *finding, FILE *stream)
{
	if (finding->verdict != TRIAGE_NONE && !triage_finding_is_inverse(finding))
		write_verdict(finding->verdict, stream);
	else
		fputs(triage_summary_verdict(exposure, one, finding), stream);
}

/*
 * Write the limits of a ratio. If one side did not crash, the estimate is 0 or infinite, but the
 * limits, which add half a boot to each side, are neither: write only the one that excludes ratios.
 */
static void write_interval(const struct triage_interval *ratio, FILE *stream)
{
	char low[TRIAGE_FIGURE_SIZE], high[TRIAGE_FIGURE_SIZE];

	if (!isfinite(ratio->low))
		return;
	triage_figure_ratio(ratio->low, low);
	triage_figure_ratio(ratio->high, high);
	if (isinf(ratio->estimate))
		fprintf(stream, "at least %s", low);
	else if (ratio->estimate <= 0)
		fprintf(stream, "at most %s", high);
	else
		fprintf(stream, "%s \xe2\x80\x93 %s", low, high);
}

/* @name: the previous kernel, or a range of them */
static void write_row(const struct triage_exposure *exposure, const struct triage_case *one,
		      const char *name, const struct triage_finding *finding, FILE *stream)
{
	const struct triage_table *table = &finding->table;
	char boots[TRIAGE_FIGURE_SIZE], crashed[TRIAGE_FIGURE_SIZE], share[TRIAGE_FIGURE_SIZE];
	char times[TRIAGE_FIGURE_SIZE], q[TRIAGE_FIGURE_SIZE];

	fputs("<tr><th scope=\"row\">", stream);
	html_name(stream, name);
	fputs("</th><td class=\"text\">", stream);
	write_verdict_of(exposure, one, finding, stream);
	fprintf(stream, "</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>",
		triage_figure_count(table->boots, boots),
		triage_figure_count(table->crashes, crashed),
		triage_figure_share(table->crashes, table->boots, share),
		triage_figure_times(finding, times));
	write_interval(&finding->ratio, stream);
	fprintf(stream, "</td><td>%s</td></tr>\n", triage_figure_probability(finding->q, q));
}

static void write_origins(const struct triage_exposure *exposure, const struct triage_case *one,
			  size_t id, FILE *stream)
{
	fprintf(stream,
		"<h3 id=\"origins%zu\">By previous kernel</h3>\n"
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"title%zu "
		"origins%zu\">",
		id, id, id);
	fputs("<table><caption><span>Each previous kernel against all others. The q-value is "
	      "corrected "
	      "for multiple testing and, if possible, computed among boots with the same kexec "
	      "count"
	      "</span></caption><thead><tr><th scope=\"col\" class=\"text\">previous kernel</th>"
	      "<th scope=\"col\" class=\"text\">verdict</th><th scope=\"col\">",
	      stream);
	fputs(triage_figure_unit(exposure, one->signature, 2), stream);
	fprintf(stream, "</th><th scope=\"col\">%s</th>",
		triage_figure_crashed(exposure, one->signature));
	fputs("<th scope=\"col\">share</th>"
	      "<th scope=\"col\">ratio</th><th scope=\"col\">95 % interval</th><th "
	      "scope=\"col\">q</th></tr></thead>"
	      "<tbody>\n",
	      stream);
	if (one->range.finding.verdict != TRIAGE_NONE) {
		LINEAGE_AUTO_FREE char *range = triage_figure_range(exposure, &one->range);

		write_row(exposure, one, range, &one->range.finding, stream);
	}
	for (size_t i = 0; i < one->finding_count; i++)
		write_row(exposure, one, triage_figure_origin(exposure, one->findings[i].origin),
			  &one->findings[i], stream);
	fputs("</tbody></table></div>\n", stream);
	write_paragraph(triage_summary_rows(exposure, one), "soft", stream);
}

/* Write one stack frame per line, in the order of the store. */
static void write_frames(const char *text, FILE *stream)
{
	const char *frame;
	size_t length;

	while ((frame = store_frames_next(&text, &length))) {
		LINEAGE_AUTO_FREE char *line = strndup(frame, length);

		html_text(stream, line);
		putc('\n', stream);
	}
}

static void write_example(const struct triage_signature *signature, size_t id, FILE *stream)
{
	if (!signature->frames)
		return;
	fprintf(stream,
		"<details><summary id=\"example%zu\">Example of this crash</summary>\n"
		"<p class=\"soft\">Host ",
		id);
	html_name(stream, signature->host);
	fputs(", boot ", stream);
	html_name(stream, signature->boot_id);
	if (signature->has_uptime)
		fprintf(stream, ", %.3f s after the start of the kernel",
			(double)signature->uptime_us / 1e6);
	if (signature->module) {
		fputs(", in module ", stream);
		html_name(stream, signature->module);
	}
	fprintf(stream,
		". Call stack, innermost function first:</p>\n<pre tabindex=\"0\" role=\"region\" "
		"aria-labelledby=\"title%zu example%zu\">",
		id, id);
	write_frames(signature->frames, stream);
	fputs("</pre></details>\n", stream);
}

static const char *class_of(enum triage_verdict verdict)
{
	switch (verdict) {
	case TRIAGE_ASSOCIATED:
	case TRIAGE_INVERSE:
		return "found";
	case TRIAGE_SUSPECT:
		return "maybe";
	default:
		return "nothing";
	}
}

static void write_case(const struct triage_report *report, const struct triage_source *source,
		       size_t number, FILE *stream)
{
	const struct triage_case *one = &report->cases[number];
	const struct triage_exposure *exposure = report->exposure;
	enum triage_verdict verdict = triage_case_verdict(one);
	char crashed[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];

	fprintf(stream,
		"<section class=\"%s\" id=\"case%zu\" aria-labelledby=\"title%zu\">\n<h2 "
		"id=\"title%zu\">",
		class_of(verdict), number, number, number);
	html_name(stream, triage_figure_title(exposure, one->signature));
	fputs(" in ", stream);
	html_name(stream, exposure->releases.texts[one->release]);
	fprintf(stream, "</h2>\n<p class=\"soft\">%s of %s %s</p>\n",
		triage_figure_count(one->crashes, crashed), triage_figure_count(one->boots, boots),
		triage_figure_unit(exposure, one->signature, one->boots));
	for (size_t i = 0; i < triage_sentences_count(one); i++)
		write_paragraph(triage_sentences_get(exposure, one, i), "said", stream);
	write_paragraph(triage_summary_none(report, one), "said", stream);
	write_paragraph(triage_known_sentence(&source->known, one), "said", stream);
	write_paragraph(triage_summary_labels(exposure, one), "said", stream);
	write_paragraph(triage_summary_next(exposure, one), "next", stream);
	write_paragraph(triage_summary_days(exposure, one), "soft", stream);
	write_paragraph(triage_summary_example(exposure, one), "soft", stream);
	write_origins(exposure, one, number, stream);
	triage_write_chart(exposure, one, number, stream);
	if (one->signature < exposure->signature_count)
		write_example(&exposure->signatures[one->signature], number, stream);
	fputs("</section>\n", stream);
}

/* Write a link to a case, and what its findings name. */
static void write_entry(const struct triage_report *report, const struct triage_source *source,
			size_t number, FILE *stream)
{
	const struct triage_case *one = &report->cases[number];
	LINEAGE_AUTO_FREE char *culprit = triage_summary_culprit(report->exposure, one);

	fprintf(stream, "<li><a href=\"#case%zu\">", number);
	html_name(stream, triage_figure_title(report->exposure, one->signature));
	fputs(" in ", stream);
	html_name(stream, report->exposure->releases.texts[one->release]);
	fputs("</a> ", stream);
	write_verdict(triage_case_verdict(one), stream);
	putc(' ', stream);
	html_sentence(stream, culprit ? culprit : "");
	if (triage_known_bug(&source->known, one))
		fputs(" (known)", stream);
	fputs("</li>\n", stream);
}

/* Write a list of the cases with a finding, or of those with a lead. Return their number. */
static size_t write_entries(const struct triage_report *report,
			    const struct triage_selection *selection,
			    const struct triage_source *source, bool are_leads, FILE *stream)
{
	size_t count = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		const struct triage_case *one = &report->cases[i];
		bool is_wanted = are_leads ? triage_case_verdict(one) == TRIAGE_LEAD
					   : triage_case_is_found(one);

		if (!is_wanted || !triage_selection_has_case(selection, report, one))
			continue;
		if (count++ == 0)
			fputs(are_leads ? "<h2>Leads</h2>\n<p>These may be chance, given the "
					  "number of comparisons.</p>\n<ul>\n"
					: "<ul>\n",
			      stream);
		if (!are_leads || count <= LEADS_MAX || selection->all)
			write_entry(report, source, i, stream);
	}
	if (count > 0)
		fputs("</ul>\n", stream);
	if (are_leads && count > LEADS_MAX && !selection->all)
		fprintf(stream, "<p>%zu more leads are further down this page.</p>\n",
			count - LEADS_MAX);
	return count;
}

/* Return whether a case with a finding is left out, for example because it is a known bug. */
static bool hides_finding(const struct triage_report *report,
			  const struct triage_selection *selection)
{
	for (size_t i = 0; selection->hidden && i < report->case_count; i++)
		if (selection->hidden[i] && triage_case_is_found(&report->cases[i]))
			return true;
	return false;
}

static void write_contents(const struct triage_report *report,
			   const struct triage_selection *selection,
			   const struct triage_source *source, FILE *stream)
{
	char *sentence;

	fputs("<h2>Findings</h2>\n", stream);
	if (write_entries(report, selection, source, false, stream) == 0 &&
	    report->case_count > 0 && !hides_finding(report, selection))
		fputs("<p>No dependence on the previous kernel or on the kexec count is "
		      "established.</p>\n",
		      stream);
	if (!source->states)
		write_paragraph(triage_summary_counts(report, selection), "said", stream);
	write_paragraph(triage_known_hidden(&source->known), "said", stream);
	for (size_t i = 0; (sentence = triage_states_sentence(source->states, i)); i++)
		write_paragraph(sentence, "said", stream);
	write_entries(report, selection, source, true, stream);
}

/* The content security policy blocks scripts and requests that the text of a crash may contain. */
static void write_head(FILE *stream)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>Crashes that depend on the previous kernel</title>\n<style>\n",
	      stream);
	fputs(triage_style[0], stream);
	fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the findings</a>"
	      "\n"
	      "<header>\n<h1>Crashes that depend on the previous kernel</h1>\n",
	      stream);
}

int triage_print_html(const struct triage_report *report, const struct triage_selection *selection,
		      const struct triage_source *source, FILE *stream)
{
	size_t rest = 0;

	write_head(stream);
	write_paragraph(triage_source_sentence(source), "soft", stream);
	write_paragraph(triage_sentences_scale(report), "scale", stream);
	write_paragraph(triage_sentences_crashes_only(report->exposure), "soft", stream);
	write_paragraph(triage_sentences_period(report->exposure), "soft", stream);
	write_paragraph(triage_sentences_inferred(report->exposure), "soft", stream);
	write_paragraph(triage_sentences_chains(report->exposure), "soft", stream);
	write_paragraph(triage_sentences_left_out(report->exposure), "soft", stream);
	fputs("</header>\n<main id=\"main\">\n<section>\n", stream);
	write_contents(report, selection, source, stream);
	fputs("</section>\n<section>\n<h2>All transitions</h2>\n", stream);
	triage_write_heat(report->exposure, stream);
	fputs("</section>\n", stream);
	for (size_t i = 0; i < report->case_count; i++) {
		if (!triage_selection_has_case(selection, report, &report->cases[i]))
			continue;
		if (!triage_case_is_found(&report->cases[i]) && rest++ >= REST_MAX &&
		    !selection->all)
			continue;
		write_case(report, source, i, stream);
	}
	if (rest > REST_MAX && !selection->all)
		fprintf(stream,
			"<p>%zu more crashes without a finding are not on this page; --all adds "
			"them.</p>\n",
			rest - REST_MAX);
	fputs("</main>\n</body>\n</html>\n", stream);
	return 0;
}
