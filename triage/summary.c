// SPDX-License-Identifier: GPL-2.0-or-later
#include "summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "lib/cleanup.h"
#include "power.h"
#include "sentences.h"

const char *triage_summary_verdict(const struct triage_exposure *exposure,
				   const struct triage_case *one,
				   const struct triage_finding *finding)
{
	if (finding->verdict != TRIAGE_NONE)
		return triage_finding_is_inverse(finding) ? "fewer"
							  : triage_verdict_name(finding->verdict);
	return triage_case_is_in_range(exposure, one, finding->origin) ? "in range" : "";
}

/** struct numbers - cases by what they say */
struct numbers {
	size_t verdicts[TRIAGE_ASSOCIATED + 1];
	size_t enough;
	size_t few;
	size_t explained;
};

static void count_case(const struct triage_report *report, const struct triage_case *one,
		       struct numbers *numbers)
{
	enum triage_verdict verdict = triage_case_verdict(one);
	enum triage_power power = triage_power_of(report, one, NULL);

	numbers->verdicts[verdict]++;
	if (verdict != TRIAGE_NONE)
		return;
	if (power == TRIAGE_POWER_EXPLAINED)
		/* Each crash has an answer, so any crash needs none. */
		numbers->explained += !triage_is_any_crash(report->exposure, one->signature);
	else
		*(power == TRIAGE_POWER_ENOUGH ? &numbers->enough : &numbers->few) += 1;
}

char *triage_summary_counts(const struct triage_report *report,
			    const struct triage_selection *selection)
{
	struct numbers numbers = { 0 };
	size_t *verdicts = numbers.verdicts, associated;
	LINEAGE_AUTO_FREE char *explained = NULL;

	if (report->case_count == 0)
		return triage_format("No boot crashed, so there is nothing to compare.");

	for (size_t i = 0; i < report->case_count; i++)
		if (triage_selection_has_case(selection, report, &report->cases[i]))
			count_case(report, &report->cases[i], &numbers);
	associated = verdicts[TRIAGE_ASSOCIATED] + verdicts[TRIAGE_INVERSE];
	if (numbers.explained > 0)
		explained = triage_format(", %zu explained by another finding", numbers.explained);
	return triage_format(
		"Crashes by release, each with its strongest verdict: %zu associated, %zu suspect, "
		"%zu lead%s; %zu with no dependence found, %zu with too few boots to decide%s.",
		associated, verdicts[TRIAGE_SUSPECT], verdicts[TRIAGE_LEAD],
		verdicts[TRIAGE_LEAD] == 1 ? "" : "s", numbers.enough, numbers.few,
		explained ? explained : "");
}

/* Write what a finding names: "after a kexec from 7.2.9 (41 of 1,203 boots, 3 of 9,120 others)". */
static void write_culprit(const struct triage_exposure *exposure, const struct triage_case *one,
			  const char *what, const struct triage_table *table, bool is_exchanged,
			  const char *label, enum triage_doubt why_not, FILE *stream)
{
	struct triage_table at = *table;
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];
	char other_some[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	if (is_exchanged)
		at = (struct triage_table){ table->other_crashes, table->other_boots,
					    table->crashes, table->boots };
	fprintf(stream, "%s%s", ftell(stream) > 0 ? "; " : "", what);
	if (label)
		fprintf(stream, ", only with the label '%s'", label);
	fprintf(stream, " (%s of %s %s, %s of %s others)", triage_figure_count(at.crashes, some),
		triage_figure_count(at.boots, all),
		triage_figure_unit(exposure, one->signature, at.boots),
		triage_figure_count(at.other_crashes, other_some),
		triage_figure_count(at.other_boots, others));
	if (why_not)
		fprintf(stream, ", unless explained by: %s", triage_doubt_name(why_not));
}

static void write_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_finding *finding, FILE *stream)
{
	LINEAGE_AUTO_FREE char *what = NULL;
	bool is_inverse = triage_finding_is_inverse(finding);

	if (!triage_sentences_has_finding(one, finding))
		return;
	if (finding->origin == TRIAGE_COLD)
		what = triage_format("after a %s", is_inverse ? "kexec" : "cold boot");
	else
		what = triage_format("after a kexec from %s",
				     exposure->releases.texts[finding->origin]);
	if (what)
		write_culprit(exposure, one, what, &finding->table, is_inverse, finding->label,
			      finding->why_not, stream);
}

static void write_range(const struct triage_exposure *exposure, const struct triage_case *one,
			FILE *stream)
{
	const struct triage_release_range *range = &one->range;
	LINEAGE_AUTO_FREE char *name = triage_figure_range(exposure, range);
	LINEAGE_AUTO_FREE char *what =
		name ? triage_format("after a kexec from any of %s", name) : NULL;

	if (what)
		write_culprit(exposure, one, what, &range->finding.table, false,
			      range->finding.label, range->finding.why_not, stream);
}

static void write_ancestor(const struct triage_exposure *exposure, const struct triage_case *one,
			   const struct triage_finding *finding, FILE *stream)
{
	const char *name = exposure->releases.texts[finding->origin];
	LINEAGE_AUTO_FREE char *what =
		triage_format(finding->is_second ? "with %s as the second kernel back"
						 : "with %s as an earlier kernel",
			      name);

	if (what)
		write_culprit(exposure, one, what, &finding->table, false, finding->label,
			      finding->why_not, stream);
}

static void write_count(const struct triage_exposure *exposure, const struct triage_case *one,
			FILE *stream)
{
	const struct triage_count_trend *trend = &one->count_trend;
	char from[TRIAGE_FIGURE_SIZE];
	LINEAGE_AUTO_FREE char *what = NULL;

	triage_figure_ordinal(trend->from, from);
	if (trend->from == 0)
		what = triage_format("depending on the kexec count");
	else if (trend->z < 0)
		what = triage_format("before the %s kexec", from);
	else
		what = triage_format("from the %s kexec on", from);
	if (what)
		write_culprit(exposure, one, what, &trend->split, trend->z < 0, trend->label,
			      trend->why_not, stream);
}

char *triage_summary_culprit(const struct triage_exposure *exposure, const struct triage_case *one)
{
	enum triage_verdict strongest = triage_case_verdict(one);
	char *text = NULL;
	size_t size;
	FILE *stream = strongest == TRIAGE_NONE ? NULL : open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < one->finding_count; i++)
		if (one->findings[i].verdict == strongest)
			write_finding(exposure, one, &one->findings[i], stream);
	if (one->range.finding.verdict == strongest)
		write_range(exposure, one, stream);
	for (size_t i = 0; i < one->ancestor_count; i++)
		if (one->ancestors[i].verdict == strongest)
			write_ancestor(exposure, one, &one->ancestors[i], stream);
	if (one->count_trend.verdict == strongest)
		write_count(exposure, one, stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}

char *triage_summary_missing(const struct triage_report *report, const struct triage_case *one)
{
	const char *unit = triage_figure_unit(report->exposure, one->signature, 2);
	char count[TRIAGE_FIGURE_SIZE];
	uint64_t more = 0;

	if (triage_case_verdict(one) != TRIAGE_NONE)
		return NULL;
	switch (triage_power_of(report, one, &more)) {
	case TRIAGE_POWER_FEW:
		return triage_format("too few %s to decide: about %s more would be enough", unit,
				     triage_figure_count(more, count));
	case TRIAGE_POWER_ONE_ORIGIN:
		return triage_format("nothing to compare with: %s after another kernel are needed",
				     unit);
	case TRIAGE_POWER_ALL_CRASHED:
		return triage_format("nothing to compare with: %s without this crash are needed",
				     unit);
	case TRIAGE_POWER_CRASHES_ONLY:
		return triage_format(
			"nothing to compare with: boots that did not crash are needed");
	case TRIAGE_POWER_ENOUGH:
	case TRIAGE_POWER_EXPLAINED:
		break;
	}
	return NULL;
}

char *triage_summary_power(const struct triage_report *report, const struct triage_case *one)
{
	const struct triage_finding *most = triage_power_most_frequent(one);
	bool is_certain = one->crashes * TRIAGE_STRONG >= one->boots;
	char boots[TRIAGE_FIGURE_SIZE];
	const char *unit, *origin;

	if (triage_case_verdict(one) != TRIAGE_NONE ||
	    triage_power_of(report, one, NULL) != TRIAGE_POWER_ENOUGH)
		return NULL;
	unit = triage_figure_unit(report->exposure, one->signature, most->table.boots);
	origin = triage_figure_origin(report->exposure, most->origin);
	triage_figure_count(most->table.boots, boots);
	if (is_certain)
		return triage_format("crashes in all %s %s after %s would have been found with a "
				     "probability of 80 %%",
				     boots, unit, origin);
	return triage_format(
		"if the %s %s after %s had crashed %.1f times as often as the others, this would "
		"have been found with a probability of 80 %%",
		boots, unit, origin, ceil(10 * triage_power_ratio(report, one)) / 10);
}

char *triage_summary_none(const struct triage_report *report, const struct triage_case *one)
{
	LINEAGE_AUTO_FREE char *missing = triage_summary_missing(report, one);
	LINEAGE_AUTO_FREE char *found = triage_summary_power(report, one);
	enum triage_power power = triage_power_of(report, one, NULL);

	if (triage_case_verdict(one) != TRIAGE_NONE)
		return NULL;
	if (found)
		return triage_format(
			"No dependence found: %s. A weaker dependence is not excluded, "
			"nor is one on another previous kernel, which has fewer boots.",
			found);
	if (power == TRIAGE_POWER_EXPLAINED)
		return triage_format(
			triage_is_any_crash(report->exposure, one->signature)
				? "No finding of its own: all crashes together show no dependence "
				  "that a single crash does not show."
				: "No finding of its own: another finding of this report explains "
				  "the difference.");
	if (power != TRIAGE_POWER_FEW || !missing)
		return missing ? triage_format("No answer: %s.", missing) : NULL;
	return triage_format("No answer: %s for a previous kernel after which the crash is %d "
			     "times as likely, or certain.",
			     missing, TRIAGE_STRONG);
}

char *triage_summary_rows(const struct triage_exposure *exposure, const struct triage_case *one)
{
	bool has_range = one->range.finding.verdict != TRIAGE_NONE;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	if (has_range)
		fputs("The kernels marked 'in range' are judged together, in the row of the range, "
		      "and not each by its own q.",
		      stream);
	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_left_out *left_out = &one->findings[i].left_out;

		if (left_out->machines > 0)
			fprintf(stream,
				"%sThe row of %s does not count the %" PRIu64
				" machine%s left out; the other rows do.",
				ftell(stream) > 0 ? " " : "",
				triage_figure_origin(exposure, one->findings[i].origin),
				left_out->machines,
				left_out->machines == 1 ? " that is" : "s that are");
	}
	if (fclose(stream) == 0 && size > 0)
		return text;
	free(text);
	return NULL;
}

/* Make "; newest boot of 7.3.4: started on 2026-04-23", which shows how old the data are. */
static char *make_newest(const struct triage_exposure *exposure, const struct triage_case *one)
{
	bool is_pooled = triage_is_pooled(exposure, one->release);
	char newest[TRIAGE_FIGURE_SIZE];

	if (!one->has_newest)
		return strdup("");
	return triage_format("; newest boot%s%s: started on %s", is_pooled ? "" : " of ",
			     is_pooled ? "" : exposure->releases.texts[one->release],
			     triage_figure_day(one->newest_day, newest));
}

char *triage_summary_days(const struct triage_exposure *exposure, const struct triage_case *one)
{
	LINEAGE_AUTO_FREE char *newest = make_newest(exposure, one);
	char first[TRIAGE_FIGURE_SIZE], last[TRIAGE_FIGURE_SIZE];

	if (!one->has_days || !newest)
		return NULL;
	triage_figure_day(one->first_day, first);
	triage_figure_day(one->last_day, last);
	if (one->first_day == one->last_day)
		return triage_format("All boots with this crash started on %s%s.", first, newest);
	return triage_format("First crash: in a boot started on %s; last crash: in a boot started "
			     "on %s%s.",
			     first, last, newest);
}

char *triage_summary_example(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_signature *signature;

	if (one->signature >= exposure->signature_count ||
	    triage_is_any_crash(exposure, one->signature))
		return NULL;
	signature = &exposure->signatures[one->signature];
	if (!signature->host || !signature->host[0])
		return triage_format("Signature %s.",
				     exposure->signature_names.texts[one->signature]);
	return triage_format("Signature %s; an example is on host %s, boot %s.",
			     exposure->signature_names.texts[one->signature], signature->host,
			     signature->boot_id ? signature->boot_id : "unknown");
}
