// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "caveat.h"
#include "figure.h"
#include "lib/cleanup.h"
#include "statistics.h"

/* Write "reporting odds ratio 104 (95 % confidence interval 32 to 334)". */
static void write_odds(const struct triage_interval *ratio, char *ret, size_t size)
{
	char times[TRIAGE_FIGURE_SIZE], low[TRIAGE_FIGURE_SIZE], high[TRIAGE_FIGURE_SIZE];

	triage_figure_ratio(ratio->estimate, times);
	triage_figure_ratio(ratio->low, low);
	triage_figure_ratio(ratio->high, high);
	if (isfinite(ratio->estimate) && isfinite(ratio->low))
		snprintf(ret, size, "reporting odds ratio %s (95 %% confidence interval %s to %s)",
			 times, low, high);
	else if (isfinite(ratio->low))
		snprintf(ret, size, "reporting odds ratio at least %s (95 %% confidence)", low);
	else
		snprintf(ret, size, "larger share");
}

/* Write "104 times as likely (95 % confidence interval 32 to 334)". */
static void write_ratio(const struct triage_interval *ratio, bool is_timed, char *ret, size_t size)
{
	const char *likely = is_timed ? "likely per hour" : "likely";
	char times[TRIAGE_FIGURE_SIZE], low[TRIAGE_FIGURE_SIZE], high[TRIAGE_FIGURE_SIZE];

	triage_figure_ratio(ratio->estimate, times);
	triage_figure_ratio(ratio->low, low);
	triage_figure_ratio(ratio->high, high);
	if (isfinite(ratio->estimate) && isfinite(ratio->low))
		snprintf(ret, size, "%s times as %s (95 %% confidence interval %s to %s)", times,
			 likely, low, high);
	else if (isfinite(ratio->estimate))
		snprintf(ret, size, "%s times as %s", times, likely);
	else if (ratio->low > 1)
		snprintf(ret, size, "at least %s times as %s (95 %% confidence)", low, likely);
	else
		snprintf(ret, size, "more likely");
}

#define PART_SIZE 160

/*
 * Write "41 of 1,203 boots", "0 of 12 other boots" or "1 of 1 boot". @other: "" or "other ".
 * @seconds: time at risk; if it is not 0, write "41 of 1,203 boots (28,872 hours)"
 */
static void write_part(uint64_t crashes, uint64_t boots, const char *other, uint64_t seconds,
		       char *ret)
{
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE], hours[TRIAGE_FIGURE_SIZE];
	size_t length;

	snprintf(ret, PART_SIZE, "%s of %s %sboot%s", triage_figure_count(crashes, some),
		 triage_figure_count(boots, all), other, boots == 1 ? "" : "s");
	length = strlen(ret);
	if (seconds > 0)
		snprintf(ret + length, PART_SIZE - length, " (%s hour%s)",
			 triage_figure_count((seconds + 1800) / 3600, hours),
			 (seconds + 1800) / 3600 == 1 ? "" : "s");
}

/* Make "6 of 6 kexecs from 6.12.1 to 5.10.2 never arrived, and 0 of 6 from other kernels". */
static char *make_lost_rates(const struct triage_exposure *exposure, const struct triage_case *one,
			     const struct triage_finding *finding, const char *origin)
{
	const struct triage_table *table = &finding->table;
	const char *release = exposure->releases.texts[one->release];
	char lost[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];
	char other_lost[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	return triage_format(
		"%s of %s kexec%s from %s to %s never arrived, and %s of %s from other kernels",
		triage_figure_count(table->crashes, lost), triage_figure_count(table->boots, all),
		table->boots == 1 ? "" : "s", origin, release,
		triage_figure_count(table->other_crashes, other_lost),
		triage_figure_count(table->other_boots, others));
}

/*
 * If the store has crashes only, make "In 7.3.4, 41 of 1,203 crashes after a kexec from 7.2.9 and 3
 * of 9,120 other crashes are this one (...)", the larger share first.
 */
static char *make_shares(const struct triage_exposure *exposure, const struct triage_case *one,
			 const struct triage_finding *finding, const char *origin)
{
	const struct triage_table *table = &finding->table;
	const char *release = exposure->releases.texts[one->release];
	const char *title = triage_figure_title(exposure, one->signature);
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];
	char other_some[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	triage_figure_count(table->crashes, some);
	triage_figure_count(table->boots, all);
	triage_figure_count(table->other_crashes, other_some);
	triage_figure_count(table->other_boots, others);
	if (triage_finding_is_inverse(finding))
		return triage_format(
			"In %s, %s of %s crashes after a kexec and %s of %s after a cold boot "
			"are this one (%s)",
			release, other_some, others, some, all, title);
	if (finding->origin == TRIAGE_COLD)
		return triage_format(
			"In %s, %s of %s crashes after a cold boot and %s of %s after a kexec "
			"are this one (%s)",
			release, some, all, other_some, others, title);
	return triage_format(
		"In %s, %s of %s crashes after a kexec from %s and %s of %s other crashes "
		"are this one (%s)",
		release, some, all, origin, other_some, others, title);
}

/* Return the subject of a sentence. */
static const char *release_of(const struct triage_exposure *exposure, const struct triage_case *one)
{
	if (triage_is_all_releases(exposure, one->release))
		return "All releases";
	return exposure->releases.texts[one->release];
}

/* Compare the crash rates of an origin and of the other boots, the higher rate first. */
static char *make_rates(const struct triage_exposure *exposure, const struct triage_case *one,
			const struct triage_finding *finding, const char *origin)
{
	const struct triage_table *table = &finding->table;
	const char *release = release_of(exposure, one);
	const char *title = triage_figure_title(exposure, one->signature);
	bool is_cold = finding->origin == TRIAGE_COLD;
	char rate[PART_SIZE], others[PART_SIZE];

	if (triage_is_lost_kexec(exposure, one->signature))
		return make_lost_rates(exposure, one, finding, origin);
	if (triage_exposure_is_crashes_only(exposure))
		return make_shares(exposure, one, finding, origin);
	write_part(table->crashes, table->boots, "", finding->seconds, rate);
	write_part(table->other_crashes, table->other_boots, is_cold ? "" : "other ",
		   finding->other_seconds, others);
	if (triage_finding_is_inverse(finding))
		return triage_format(
			"%s crashed in %s after a kexec and in %s after a cold boot (%s)", release,
			others, rate, title);
	if (is_cold)
		return triage_format(
			"%s crashed in %s after a cold boot and in %s after a kexec (%s)", release,
			rate, others, title);
	return triage_format("%s crashed in %s after a kexec from %s and in %s (%s)", release, rate,
			     origin, others, title);
}

/* True if a number is inside an interval. An unknown limit (NAN) does not exclude the number. */
static bool is_within(double number, const struct triage_interval *interval)
{
	if (isinf(number) && isinf(interval->estimate))
		return true;
	return !(number < interval->low) && !(number > interval->high);
}

/* Return the ratio of the crash rates that the sentence shows, per boot or per time. */
static struct triage_interval seen_ratio(const struct triage_exposure *exposure,
					 const struct triage_table *table, bool is_timed,
					 uint64_t seconds, uint64_t other_seconds)
{
	struct triage_table rates = { table->crashes, seconds, table->other_crashes,
				      other_seconds };

	if (triage_exposure_is_crashes_only(exposure))
		return triage_odds_ratio(table);
	return triage_risk_ratio(is_timed ? &rates : table);
}

/* Write ", q = 0.03"; nothing if the comparison was not one of the tests. */
static void write_q(double q, char *ret)
{
	char text[TRIAGE_FIGURE_SIZE];

	ret[0] = '\0';
	if (!isnan(q))
		snprintf(ret, PART_SIZE, ", q = %s", triage_figure_probability(q, text));
}

/* Return whether the boots of a case have several labels. */
static bool has_labels(const struct triage_exposure *exposure, const struct triage_case *one)
{
	size_t first = triage_exposure_find_cells(exposure, one->release);

	/* The label of a cell of all releases includes the release. */
	if (triage_is_all_releases(exposure, one->release))
		return exposure->labels.count > 1;
	for (size_t i = first; i < exposure->cell_count; i++) {
		if (exposure->cells[i].release != one->release)
			break;
		if (exposure->cells[i].label != exposure->cells[first].label)
			return true;
	}
	return false;
}

/*
 * Write the ratio that fits the counts in the sentence, if the judged comparison is compatible with
 * these counts. Otherwise write the judged ratio, preceded by the variables that the comparison
 * holds fixed.
 */
static void write_judged(const struct triage_exposure *exposure, const struct triage_case *one,
			 const struct triage_finding *finding, char *ret, size_t size)
{
	struct triage_interval shown = finding->ratio;
	struct triage_interval seen = seen_ratio(exposure, &finding->table, finding->is_timed,
						 finding->seconds, finding->other_seconds);
	struct triage_interval judged = triage_finding_judged_ratio(finding);
	bool is_by_count = !isnan(finding->p_same_count) &&
			   (finding->verdict == TRIAGE_ASSOCIATED || finding->hosts > 0);
	bool is_by_label = has_labels(exposure, one), is_by_uptime = finding->is_timed;
	char text[PART_SIZE], below[TRIAGE_FIGURE_SIZE] = "";

	if (is_by_count &&
	    (finding->below > 0 || !(is_within(seen.estimate, &judged) && seen.estimate > 1)))
		shown = judged;
	else if (is_within(seen.estimate, &shown))
		is_by_count = is_by_label = is_by_uptime = false;
	else
		is_by_count = false;
	/* If one side did not crash, the ratio within several strata has no limits. */
	if ((isinf(seen.estimate) && !isfinite(shown.low)) ||
	    (seen.estimate <= 0 && !isfinite(shown.high))) {
		shown = seen;
		is_by_count = is_by_label = is_by_uptime = false;
	}
	if (triage_finding_is_inverse(finding))
		shown = (struct triage_interval){ 1 / shown.estimate, 1 / shown.high,
						  1 / shown.low };
	if (triage_exposure_is_crashes_only(exposure))
		write_odds(&shown, text, PART_SIZE);
	else
		write_ratio(&shown, finding->is_timed, text, PART_SIZE);
	if (is_by_count && finding->below > 0)
		snprintf(below, sizeof(below), " below %" PRIu32, finding->below);
	snprintf(ret, size, "%s%s%s%s%s%s%s%s",
		 is_by_count || is_by_label || is_by_uptime ? "at the same " : "",
		 is_by_label ? "label" : "", is_by_label && is_by_uptime ? " and " : "",
		 is_by_uptime ? "uptime" : "",
		 is_by_count && (is_by_label || is_by_uptime) ? " and " : "",
		 is_by_count ? "kexec count" : "", below,
		 is_by_count || is_by_label || is_by_uptime ? ", " : "");
	strncat(ret, text, size - strlen(ret) - 1);
}

/* Write " These crashes are on 20 machines."; nothing if the number of machines is unknown. */
static void write_machines(int64_t hosts, char *ret, size_t size)
{
	char count[TRIAGE_FIGURE_SIZE];

	ret[0] = '\0';
	if (hosts > 0)
		snprintf(ret, size, " These crashes are on %s machine%s.",
			 triage_figure_count((uint64_t)hosts, count), hosts == 1 ? "" : "s");
}

/*
 * Write " 2 machines are left out of this comparison: they crashed in 80 of 80 boots (...)."; nothing
 * if none is left out.
 */
static void write_left_out(const struct triage_left_out *left_out, char *ret, size_t size)
{
	char count[TRIAGE_FIGURE_SIZE], crashes[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];
	bool is_one = left_out->machines == 1;

	ret[0] = '\0';
	if (left_out->machines > 0)
		snprintf(ret, size,
			 " %s machine%s left out of this comparison: %s crashed in %s of %s boot%s "
			 "('kexec-lineage hosts' lists the crashes of each machine).",
			 triage_figure_count(left_out->machines, count), is_one ? " is" : "s are",
			 is_one ? "it" : "they", triage_figure_count(left_out->crashes, crashes),
			 triage_figure_count(left_out->boots, boots),
			 left_out->boots == 1 ? "" : "s");
}

/* Write how many boots are missing. @needed: boots that are needed, or 0; @boots: known boots */
static void write_needed(const struct triage_exposure *exposure, const struct triage_case *one,
			 uint64_t needed, uint64_t boots, char *ret, size_t size)
{
	uint64_t more = needed > boots ? needed - boots : 1;
	char count[TRIAGE_FIGURE_SIZE];

	if (needed == 0)
		snprintf(ret, size, "this may be chance, given the number of comparisons");
	else
		snprintf(ret, size, "too few %s to decide whether this is chance; about %s more %s",
			 triage_figure_unit(exposure, one->signature, 2),
			 triage_figure_count(more, count),
			 triage_figure_unit(exposure, one->signature, more));
}

/* The label is the hardware of a log or the text of a user, so the sentence quotes it. */
static char *make_label(const char *label)
{
	return label ? triage_format(" Only boots with the label '%s' show the difference.", label)
		     : strdup("");
}

/* Make what the sentence of a lead says after the rates. */
static char *make_needed(const struct triage_exposure *exposure, const struct triage_case *one,
			 const struct triage_finding *finding)
{
	char needed[PART_SIZE];

	write_needed(exposure, one, finding->boots_needed, finding->table.boots, needed,
		     sizeof(needed));
	return triage_format("%s%s.", needed,
			     finding->boots_needed == 0 ? ""
			     : finding->origin == TRIAGE_COLD
				     ? " after a cold boot would be enough at these rates"
				     : " after this kexec would be enough at these rates");
}

/* Make what follows the rates: the ratio, the machines, and the label. */
static char *make_estimate(const struct triage_exposure *exposure, const struct triage_case *one,
			   const struct triage_finding *finding)
{
	char text[2 * PART_SIZE], q[PART_SIZE], machines[PART_SIZE], left_out[2 * PART_SIZE];
	LINEAGE_AUTO_FREE char *label = make_label(finding->label);

	if (finding->verdict == TRIAGE_LEAD)
		return make_needed(exposure, one, finding);
	write_judged(exposure, one, finding, text, sizeof(text));
	if (finding->why_not == TRIAGE_DOUBT_KEXEC_COUNT)
		return triage_format("%s.", text);
	write_machines(finding->hosts, machines, sizeof(machines));
	write_left_out(&finding->left_out, left_out, sizeof(left_out));
	write_q(finding->q, q);
	return label ? triage_format("%s%s.%s%s%s", text, q, machines, left_out, label) : NULL;
}

/*
 * Make a sentence from the rates and what follows them, the caveat of a suspect first. @group: as
 * of triage_caveat_weeks()
 */
static char *make_whole(const struct triage_exposure *exposure, const struct triage_case *one,
			const struct triage_finding *finding, const char *group, const char *rates)
{
	LINEAGE_AUTO_FREE char *caveat = triage_caveat_make(finding);
	LINEAGE_AUTO_FREE char *estimate = make_estimate(exposure, one, finding);
	LINEAGE_AUTO_FREE char *weeks =
		group ? triage_caveat_weeks(exposure, one, &finding->weeks, group) : NULL;

	return rates && estimate && caveat && weeks
		       ? triage_format("%s%s: %s%s", caveat, rates, estimate, weeks)
		       : NULL;
}

static char *make_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_finding *finding)
{
	const char *origin = triage_figure_origin(exposure, finding->origin);
	LINEAGE_AUTO_FREE char *rates = make_rates(exposure, one, finding, origin);
	LINEAGE_AUTO_FREE char *group = NULL;

	if (finding->origin != TRIAGE_COLD)
		group = triage_format("after a kexec from %s", origin);
	else
		group = strdup(triage_finding_is_inverse(finding) ? "after a kexec"
								  : "after a cold boot");
	return make_whole(exposure, one, finding, group, rates);
}

static char *make_range(const struct triage_exposure *exposure, const struct triage_case *one)
{
	LINEAGE_AUTO_FREE char *range = triage_figure_range(exposure, &one->range);
	LINEAGE_AUTO_FREE char *origin = range ? triage_format("any of %s", range) : NULL;
	LINEAGE_AUTO_FREE char *rates =
		origin ? make_rates(exposure, one, &one->range.finding, origin) : NULL;
	LINEAGE_AUTO_FREE char *group =
		origin ? triage_format("after a kexec from %s", origin) : NULL;

	return make_whole(exposure, one, &one->range.finding, group, rates);
}

/* Make "7.3.4 crashed in 68 of 1,499 boots whose second kernel back was 7.2.9, and in ...". */
static char *make_ancestor(const struct triage_exposure *exposure, const struct triage_case *one,
			   const struct triage_finding *finding)
{
	const struct triage_table *table = &finding->table;
	bool is_all = triage_is_pooled(exposure, one->release);
	const char *name = exposure->releases.texts[finding->origin];
	LINEAGE_AUTO_FREE char *group = triage_format(
		"%s %s",
		finding->is_second ? "with the second kernel back" : "with the earlier kernel",
		name);
	LINEAGE_AUTO_FREE char *rates = NULL;
	char rate[PART_SIZE], others[PART_SIZE];

	write_part(table->crashes, table->boots, "", 0, rate);
	write_part(table->other_crashes, table->other_boots, "other ", 0, others);
	rates = triage_format(
		"%s crashed in %s %s%s and in %s (%s)",
		is_all ? "All releases" : exposure->releases.texts[one->release], rate,
		finding->is_second ? "whose second kernel back was " : "with an earlier kernel ",
		name, others, triage_figure_title(exposure, one->signature));
	return make_whole(exposure, one, finding, group, rates);
}

/*
 * Make "7.3.4 crashed in 10 of 13 boots from the 4th kexec on and in 0 of 30 boots before it
 * (...)".
 */
static char *make_split(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const struct triage_table *split = &count_trend->split;
	const char *release = release_of(exposure, one);
	const char *title = triage_figure_title(exposure, one->signature);
	char from_there[PART_SIZE], before[PART_SIZE], from[TRIAGE_FIGURE_SIZE];
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];
	char other_some[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	triage_figure_ordinal(count_trend->from, from);
	triage_figure_count(split->crashes, some);
	triage_figure_count(split->boots, all);
	triage_figure_count(split->other_crashes, other_some);
	triage_figure_count(split->other_boots, others);
	if (count_trend->from == 0)
		return triage_format("%s crashed in boots of some kexec counts more than of others "
				     "(%s)",
				     release, title);
	if (triage_is_lost_kexec(exposure, one->signature))
		return triage_format("%s of %s kexecs to %s never arrived from the %s kexec on, "
				     "and %s of %s before it",
				     some, all, release, from, other_some, others);
	if (triage_exposure_is_crashes_only(exposure))
		return triage_format("In %s, %s of %s crashes from the %s kexec on and %s of %s "
				     "before it are this one (%s)",
				     release, some, all, from, other_some, others, title);
	write_part(split->crashes, split->boots, "", count_trend->seconds, from_there);
	write_part(split->other_crashes, split->other_boots, "", count_trend->other_seconds,
		   before);
	return triage_format("%s crashed in %s from the %s kexec on and in %s before it (%s)",
			     release, from_there, from, before, title);
}

/* Write "28 times as likely (...); " for the side of the change that crashes more. */
static void write_split_ratio(const struct triage_exposure *exposure,
			      const struct triage_count_trend *count_trend, char *ret, size_t size)
{
	struct triage_interval ratio = count_trend->ratio;

	ret[0] = '\0';
	if (count_trend->from == 0 || isnan(ratio.estimate))
		return;
	/* If one side did not crash, the ratio within origins has no limits. */
	if (!isfinite(ratio.low) || !(ratio.estimate > 0))
		ratio = seen_ratio(exposure, &count_trend->split, count_trend->is_timed,
				   count_trend->seconds, count_trend->other_seconds);
	if (count_trend->z < 0)
		ratio = (struct triage_interval){ 1 / ratio.estimate, 1 / ratio.high,
						  1 / ratio.low };
	if (triage_exposure_is_crashes_only(exposure))
		write_odds(&ratio, ret, size);
	else
		write_ratio(&ratio, count_trend->is_timed, ret, size);
	strncat(ret, "; ", size - strlen(ret) - 1);
}

/* Make the sentence of a lead on the kexec count. */
static char *make_needed_counts(const struct triage_exposure *exposure,
				const struct triage_case *one, const char *split)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	char needed[PART_SIZE];

	write_needed(exposure, one, count_trend->boots_needed,
		     count_trend->z > 0 ? count_trend->split.boots : count_trend->split.other_boots,
		     needed, sizeof(needed));
	return triage_format("%s: %s%s.", split, needed,
			     !count_trend->boots_needed ? ""
			     : count_trend->z > 0
				     ? " from this kexec on would be enough at these rates"
				     : " before this kexec would be enough at these rates");
}

static char *make_count_trend(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	LINEAGE_AUTO_FREE char *split = make_split(exposure, one);
	LINEAGE_AUTO_FREE char *label = make_label(count_trend->label);
	LINEAGE_AUTO_FREE char *caveat = triage_caveat_make_of_count(count_trend);
	LINEAGE_AUTO_FREE char *group = NULL;
	LINEAGE_AUTO_FREE char *weeks = NULL;
	char q[PART_SIZE], machines[PART_SIZE], ratio[2 * PART_SIZE], from[TRIAGE_FIGURE_SIZE];

	triage_figure_ordinal(count_trend->from, from);
	group = triage_format(count_trend->z > 0 ? "from the %s kexec on" : "before the %s kexec",
			      from);
	weeks = group ? triage_caveat_weeks(exposure, one, &count_trend->weeks, group) : NULL;
	if (!split || !label || !caveat || !weeks)
		return NULL;
	if (count_trend->verdict == TRIAGE_LEAD)
		return make_needed_counts(exposure, one, split);
	write_q(count_trend->q, q);
	write_machines(count_trend->hosts, machines, sizeof(machines));
	write_split_ratio(exposure, count_trend, ratio, sizeof(ratio));
	return triage_format("%s%s: %sthe risk is %s at larger kexec counts, among boots with the "
			     "same previous kernel%s.%s%s%s",
			     caveat, split, ratio, count_trend->z > 0 ? "higher" : "lower", q,
			     machines, label, weeks);
}

static char *make_release_order(const struct triage_exposure *exposure,
				const struct triage_case *one)
{
	const struct triage_release_order *order = &one->release_order;
	char *const *releases = exposure->releases.texts;
	const char *before = order->is_fixed ? "bad" : "good";
	const char *after = order->is_fixed ? "good" : "bad";

	if (!order->is_known)
		return NULL;
	if (order->earliest == order->latest)
		return triage_format(
			"In version order, %s is the last %s previous release and %s the first "
			"%s one.",
			releases[order->last_before], before, releases[order->first_after], after);
	return triage_format(
		"In version order, %s is probably the last %s previous release and %s the first "
		"%s one; the 95 %% confidence interval of the first %s one is %s to %s.",
		releases[order->last_before], before, releases[order->first_after], after, after,
		releases[order->earliest], releases[order->latest]);
}

/*
 * Return whether a previous release is a suspect. This explains why cold boots crash less. If the
 * kexec count may explain the suspect, its machines were not compared, so both are reported.
 */
static bool has_suspect(const struct triage_case *one)
{
	for (size_t i = 0; i < one->finding_count; i++)
		if (one->findings[i].origin != TRIAGE_COLD &&
		    one->findings[i].verdict >= TRIAGE_SUSPECT &&
		    one->findings[i].why_not != TRIAGE_DOUBT_KEXEC_COUNT)
			return true;
	return false;
}

bool triage_sentences_has_finding(const struct triage_case *one,
				  const struct triage_finding *finding)
{
	switch (finding->verdict) {
	case TRIAGE_NONE:
		return false;
	case TRIAGE_SUSPECT:
		if (triage_finding_is_inverse(finding) && has_suspect(one))
			return false;
		return one->count_trend.verdict != TRIAGE_ASSOCIATED ||
		       finding->why_not != TRIAGE_DOUBT_KEXEC_COUNT;
	case TRIAGE_INVERSE:
	case TRIAGE_LEAD:
		return triage_case_verdict(one) == finding->verdict;
	default:
		return true;
	}
}

size_t triage_sentences_count(const struct triage_case *one)
{
	return one->finding_count + 3 + one->ancestor_count;
}

/* Make sentence number @i, without the other crashes of the same boots. */
static char *make_sentence(const struct triage_exposure *exposure, const struct triage_case *one,
			   size_t i)
{
	if (i < one->finding_count)
		return triage_sentences_has_finding(one, &one->findings[i])
			       ? make_finding(exposure, one, &one->findings[i])
			       : NULL;
	if (i == one->finding_count)
		return one->count_trend.verdict != TRIAGE_NONE ? make_count_trend(exposure, one)
							       : NULL;
	if (i == one->finding_count + 1)
		return one->range.finding.verdict != TRIAGE_NONE ? make_range(exposure, one) : NULL;
	if (i == one->finding_count + 2)
		return one->range.finding.verdict == TRIAGE_NONE ? make_release_order(exposure, one)
								 : NULL;
	i -= one->finding_count + 3;
	return one->ancestors[i].verdict != TRIAGE_NONE
		       ? make_ancestor(exposure, one, &one->ancestors[i])
		       : NULL;
}

/* Return the other crashes of the boots of the finding that sentence number @i is about. */
static struct triage_same_boots same_boots_of(const struct triage_case *one, size_t i)
{
	if (i < one->finding_count)
		return one->findings[i].same_boots;
	if (i == one->finding_count)
		return one->count_trend.same_boots;
	if (i == one->finding_count + 1)
		return one->range.finding.same_boots;
	if (i == one->finding_count + 2)
		return (struct triage_same_boots){ 0 };
	return one->ancestors[i - one->finding_count - 3].same_boots;
}

char *triage_sentences_get(const struct triage_exposure *exposure, const struct triage_case *one,
			   size_t i)
{
	const struct triage_same_boots same = same_boots_of(one, i);
	char *text = make_sentence(exposure, one, i);

	for (size_t j = 0; j < same.count && text; j++) {
		LINEAGE_AUTO_FREE char *before = text;

		text = triage_format("%s%s%s%s", before,
				     j > 0 ? ", "
					   : " Each boot of this group that crashed also had: ",
				     triage_figure_title(exposure, same.signatures[j]),
				     j + 1 < same.count ? "" : ".");
	}
	return text;
}
