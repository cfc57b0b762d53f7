// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "lib/cleanup.h"
#include "statistics.h"

__attribute__((format(printf, 1, 2))) static char *make(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

/* A sentence begins with a capital letter; NULL stays NULL. */
static char *begin_sentence(char *text)
{
	if (text && text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
	return text;
}

/* "104 times likelier (95 %: 32 to 334)" */
static void write_ratio(const struct triage_interval *ratio, char *ret, size_t size)
{
	char times[TRIAGE_FIGURE_SIZE], low[TRIAGE_FIGURE_SIZE], high[TRIAGE_FIGURE_SIZE];

	triage_figure_ratio(ratio->estimate, times);
	triage_figure_ratio(ratio->low, low);
	triage_figure_ratio(ratio->high, high);
	if (isfinite(ratio->estimate) && isfinite(ratio->low))
		snprintf(ret, size, "%s times likelier (95 %%: %s to %s)", times, low, high);
	else if (isfinite(ratio->estimate))
		snprintf(ret, size, "%s times likelier", times);
	else if (ratio->low > 1)
		snprintf(ret, size, "at least %s times likelier (95 %%)", low);
	else
		snprintf(ret, size, "likelier");
}

/* "41 of 1,203 boots", "none of 9,120", "all 3 boots" */
static void write_part(uint64_t crashes, uint64_t boots, const char *what, char *ret, size_t size)
{
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];

	triage_figure_count(crashes, some);
	triage_figure_count(boots, all);
	if (crashes == 0)
		snprintf(ret, size, "none of %s%s", all, what);
	else if (crashes == boots && boots > 1)
		snprintf(ret, size, "all %s%s", all, what);
	else
		snprintf(ret, size, "%s of %s%s", some, all, what);
}

#define PART_SIZE 160

/*
 * The crash rates of an origin and of the others. A safer cold boot is the other one, after all
 * boots that were kexec'ed.
 */
static char *make_who(const struct triage_exposure *exposure, const struct triage_case *one,
		      const struct triage_finding *finding)
{
	const struct triage_table *table = &finding->table;
	const char *release = exposure->releases.texts[one->release];
	const char *title = triage_figure_title(exposure, one->signature);
	char of_it[PART_SIZE], of_others[PART_SIZE];

	if (finding->verdict == TRIAGE_SAFER) {
		write_part(table->other_crashes, table->other_boots,
			   table->other_boots == 1 ? " boot" : " boots", of_it, PART_SIZE);
		write_part(table->crashes, table->boots, "", of_others, PART_SIZE);
		return make("%s of %s after a kexec crashed (%s), %s after a cold boot", of_it,
			    release, title, of_others);
	}
	write_part(table->crashes, table->boots, table->boots == 1 ? " boot" : " boots", of_it,
		   PART_SIZE);
	write_part(table->other_crashes, table->other_boots, "", of_others, PART_SIZE);
	if (finding->origin == TRIAGE_COLD)
		return make("%s of %s after a cold boot crashed (%s), %s after a kexec", of_it,
			    release, title, of_others);
	return make("%s of %s that came from %s crashed (%s), %s from anywhere else", of_it,
		    release, triage_figure_origin(exposure, finding->origin), title, of_others);
}

/* Is a number inside an interval? An unknown limit (NAN) does not exclude it. */
static bool is_within(double number, const struct triage_interval *interval)
{
	if (isinf(number) && isinf(interval->estimate))
		return true;
	return !(number < interval->low) && !(number > interval->high);
}

/*
 * The ratio of the counts in the sentence if it is compatible with the judged comparison; else the
 * judged ratio, preceded by what the comparison holds fixed.
 */
static void write_judged(const struct triage_exposure *exposure,
			 const struct triage_finding *finding, char *ret, size_t size)
{
	struct triage_interval seen = triage_risk_ratio(&finding->table), told = finding->ratio;
	struct triage_interval judged = triage_finding_judged_ratio(finding);
	bool is_by_count = !isnan(finding->p_same_count) &&
			   (finding->verdict == TRIAGE_GUILTY || finding->hosts > 0);
	bool is_by_label = exposure->labels.count > 1;
	char text[PART_SIZE];

	if (is_by_count && !(is_within(seen.estimate, &judged) && seen.estimate > 1))
		told = judged;
	else if (is_within(seen.estimate, &told))
		is_by_count = is_by_label = false;
	else
		is_by_count = false;
	if (finding->verdict == TRIAGE_SAFER)
		told = (struct triage_interval){ 1 / told.estimate, 1 / told.high, 1 / told.low };
	write_ratio(&told, text, PART_SIZE);
	snprintf(ret, size, "%s%s%s%s%s", is_by_count || is_by_label ? "compared at the same " : "",
		 is_by_label ? "label" : "", is_by_label && is_by_count ? " and " : "",
		 is_by_count ? "kexec count" : "", is_by_count || is_by_label ? ", " : "");
	strncat(ret, text, size - strlen(ret) - 1);
}

/* Why the data cannot separate the previous kernel from the kexec count. */
static const char *doubt_of(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return "but their kexec counts differ, and there are too few others at the same counts to tell "
		       "whether that is why";
	if (!isnan(finding->p_kexeced))
		return "but their kexec counts differ, or are not known, and that may be why: boots from others at the "
		       "same counts would tell";
	return "but no boot was kexec'ed from another kernel: it may be any kexec";
}

static char *make_likelier(const struct triage_exposure *exposure,
			   const struct triage_finding *finding)
{
	char text[2 * PART_SIZE], q[TRIAGE_FIGURE_SIZE], needed[TRIAGE_FIGURE_SIZE];

	write_judged(exposure, finding, text, sizeof(text));
	triage_figure_probability(finding->q, q);
	triage_figure_count(finding->boots_needed, needed);
	switch (finding->verdict) {
	case TRIAGE_SUSPECT:
		if (finding->hosts == 1)
			return make(
				"%s, q = %s, but all of them on one machine: it may be that machine",
				text, q);
		return make("%s; %s", text, doubt_of(finding));
	case TRIAGE_LEAD:
		if (finding->boots_needed == 0)
			return make("too few to tell");
		return make("too few to tell; some %s %s would do", needed,
			    finding->origin == TRIAGE_COLD ? "cold boots" : "boots from there");
	default:
		return make("%s, q = %s", text, q);
	}
}

static char *make_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_finding *finding)
{
	LINEAGE_AUTO_FREE char *who = make_who(exposure, one, finding);
	LINEAGE_AUTO_FREE char *likelier = make_likelier(exposure, finding);
	char *text = who && likelier ? make("%s: %s.", who, likelier) : NULL;

	return begin_sentence(text);
}

/* 1st, 2nd, 3rd, 4th, 11th, 21st */
static const char *ending_of(uint32_t number)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };

	return number % 100 / 10 == 1 || number % 10 > 3 ? "th" : endings[number % 10];
}

/* "10 of 13 boots of 7.3.4 from the 4th kexec on crashed (...), none of 30 before" */
static char *make_split(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const struct triage_table *split = &count_trend->split;
	char from_there[PART_SIZE], before[PART_SIZE];

	write_part(split->crashes, split->boots, split->boots == 1 ? " boot" : " boots", from_there,
		   PART_SIZE);
	write_part(split->other_crashes, split->other_boots, "", before, PART_SIZE);
	return make("%s of %s from the %" PRIu32 "%s kexec on crashed (%s), %s before", from_there,
		    exposure->releases.texts[one->release], count_trend->from,
		    ending_of(count_trend->from), triage_figure_title(exposure, one->signature),
		    before);
}

static char *make_count_trend(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	struct triage_interval seen = triage_risk_ratio(&count_trend->split);
	const char *same = is_within(seen.estimate, &count_trend->ratio)
				   ? ""
				   : "among boots that came from the same kernel, ";
	LINEAGE_AUTO_FREE char *split = make_split(exposure, one);
	char *text, q[TRIAGE_FIGURE_SIZE];

	triage_figure_probability(count_trend->q, q);
	if (!split)
		return NULL;
	if (count_trend->verdict == TRIAGE_LEAD)
		text = make("%s: too few to tell.", split);
	else
		text = make("%s: %s%s kexecs, the likelier%s, q = %s%s.", split, same,
			    count_trend->z > 0 ? "the more" : "the fewer",
			    *same ? "" : ", whichever kernel they came from", q,
			    count_trend->hosts == 1
				    ? ", but all crashes on one machine: it may be that machine"
				    : "");
	return begin_sentence(text);
}

static char *make_release_order(const struct triage_exposure *exposure,
				const struct triage_case *one)
{
	const struct triage_release_order *order = &one->release_order;
	char *const *releases = exposure->releases.texts;
	const char *earliest = releases[order->earliest], *latest = releases[order->latest];

	if (!order->is_known)
		return NULL;
	if (order->earliest == order->latest)
		return make(
			"In the order of releases: %s is the last %s one before it, %s the first %s one.",
			releases[order->last_before], order->is_fixed ? "bad" : "good",
			releases[order->first_after], order->is_fixed ? "good" : "bad");
	return make(
		"In the order of releases: %s is likely the last %s one before it, %s the first %s one; with 95 %% "
		"it is one of %s to %s.",
		releases[order->last_before], order->is_fixed ? "bad" : "good",
		releases[order->first_after], order->is_fixed ? "good" : "bad", earliest, latest);
}

bool triage_sentences_has_finding(const struct triage_case *one,
				  const struct triage_finding *finding)
{
	switch (finding->verdict) {
	case TRIAGE_NOT_SEEN:
		return false;
	case TRIAGE_SUSPECT:
		return one->count_trend.verdict != TRIAGE_GUILTY;
	case TRIAGE_SAFER:
	case TRIAGE_LEAD:
		return triage_case_verdict(one) == finding->verdict;
	default:
		return true;
	}
}

size_t triage_sentences_count(const struct triage_case *one)
{
	return one->finding_count + 2;
}

char *triage_sentences_get(const struct triage_exposure *exposure, const struct triage_case *one,
			   size_t i)
{
	if (i < one->finding_count)
		return triage_sentences_has_finding(one, &one->findings[i])
			       ? make_finding(exposure, one, &one->findings[i])
			       : NULL;
	if (i == one->finding_count)
		return one->count_trend.verdict != TRIAGE_NOT_SEEN ? make_count_trend(exposure, one)
								   : NULL;
	return make_release_order(exposure, one);
}

char *triage_sentences_scale(const struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;
	char boots[TRIAGE_FIGURE_SIZE], signatures[TRIAGE_FIGURE_SIZE], tests[TRIAGE_FIGURE_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < exposure->signature_count; i++)
		used += exposure->signatures[i].crashes > 0;
	return make(
		"%s boot%s, %s different crash%s; %s comparison%s, of what is found on average at most %.0f %% by chance.",
		triage_figure_count(exposure->boots, boots), exposure->boots == 1 ? "" : "s",
		triage_figure_count(used, signatures), used == 1 ? "" : "es",
		triage_figure_count(report->tests, tests), report->tests == 1 ? "" : "s",
		100 * TRIAGE_FDR);
}

char *triage_sentences_left_out(const struct triage_exposure *exposure)
{
	char boots[TRIAGE_FIGURE_SIZE], crashes[TRIAGE_FIGURE_SIZE];

	triage_figure_count(exposure->left_out, boots);
	triage_figure_count((uint64_t)exposure->unsigned_crashes, crashes);
	if (exposure->left_out > 0 && exposure->unsigned_crashes > 0)
		return make(
			"Left out: %s boots of capture kernels or of which it is not known what they came from, and "
			"%s crashes whose log does not name a function.",
			boots, crashes);
	if (exposure->left_out > 0)
		return make(
			"Left out: %s boots of capture kernels or of which it is not known what they came from.",
			boots);
	if (exposure->unsigned_crashes > 0)
		return make("Left out: %s crashes whose log does not name a function.", crashes);
	return NULL;
}
