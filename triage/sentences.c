// SPDX-License-Identifier: GPL-2.0-or-later
#include "sentences.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

	return make("%s of %s kexec%s from %s to %s never arrived, and %s of %s from other kernels",
		    triage_figure_count(table->crashes, lost),
		    triage_figure_count(table->boots, all), table->boots == 1 ? "" : "s", origin,
		    release, triage_figure_count(table->other_crashes, other_lost),
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
		return make("In %s, %s of %s crashes after a kexec and %s of %s after a cold boot "
			    "are this one (%s)",
			    release, other_some, others, some, all, title);
	if (finding->origin == TRIAGE_COLD)
		return make("In %s, %s of %s crashes after a cold boot and %s of %s after a kexec "
			    "are this one (%s)",
			    release, some, all, other_some, others, title);
	return make("In %s, %s of %s crashes after a kexec from %s and %s of %s other crashes "
		    "are this one (%s)",
		    release, some, all, origin, other_some, others, title);
}

/* Compare the crash rates of an origin and of the other boots, the higher rate first. */
static char *make_rates(const struct triage_exposure *exposure, const struct triage_case *one,
			const struct triage_finding *finding, const char *origin)
{
	const struct triage_table *table = &finding->table;
	bool is_all = triage_is_all_releases(exposure, one->release);
	const char *release = is_all ? "All releases" : exposure->releases.texts[one->release];
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
		return make("%s crashed in %s after a kexec and in %s after a cold boot (%s)",
			    release, others, rate, title);
	if (is_cold)
		return make("%s crashed in %s after a cold boot and in %s after a kexec (%s)",
			    release, rate, others, title);
	return make("%s crashed in %s after a kexec from %s and in %s (%s)", release, rate, origin,
		    others, title);
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

/*
 * Write the ratio that fits the counts in the sentence, if the judged comparison is compatible with
 * these counts. Otherwise write the judged ratio, preceded by the variables that the comparison
 * holds fixed.
 */
static void write_judged(const struct triage_exposure *exposure,
			 const struct triage_finding *finding, char *ret, size_t size)
{
	struct triage_interval shown = finding->ratio;
	struct triage_interval seen = seen_ratio(exposure, &finding->table, finding->is_timed,
						 finding->seconds, finding->other_seconds);
	struct triage_interval judged = triage_finding_judged_ratio(finding);
	bool is_by_count = !isnan(finding->p_same_count) &&
			   (finding->verdict == TRIAGE_ASSOCIATED || finding->hosts > 0);
	bool is_by_label = exposure->labels.count > 1, is_by_uptime = finding->is_timed;
	char text[PART_SIZE], below[TRIAGE_FIGURE_SIZE] = "";

	if (is_by_count &&
	    (finding->below > 0 || !(is_within(seen.estimate, &judged) && seen.estimate > 1)))
		shown = judged;
	else if (is_within(seen.estimate, &shown))
		is_by_count = is_by_label = is_by_uptime = false;
	else
		is_by_count = false;
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

/* Explain why the data cannot separate the previous kernel from the kexec count. */
static const char *doubt_of(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return "the kexec counts of these boots differ from those of the others, and too "
		       "few other boots have the same counts to exclude the count as the cause";
	if (!isnan(finding->p_kexeced))
		return "the kexec counts of these boots are unknown or differ from those of the "
		       "others, and may be the cause: boots after other kernels at the same counts "
		       "are needed";
	return "no boot follows a kexec from another kernel: any kexec may be the cause";
}

/* Explain why a finding is a suspect, although its q-value is small. */
static const char *sentence_of(enum triage_doubt why_not)
{
	switch (why_not) {
	case TRIAGE_DOUBT_ONE_MACHINE:
		return "all of these crashes are on one machine, which may be the cause";
	case TRIAGE_DOUBT_MACHINES:
		return "the crashes are concentrated on a few machines, which may be the cause";
	case TRIAGE_DOUBT_CALENDAR:
		return "boots of the same week do not show the difference, so that something that "
		       "happened at that time may be the cause";
	case TRIAGE_DOUBT_BOOT_LENGTH:
		return "these boots lasted longer than the others, which may be the cause";
	case TRIAGE_DOUBT_CRASHES_ONLY:
		return "almost every boot in the store crashed, so that this may only mean that "
		       "other crashes are rarer";
	case TRIAGE_DOUBT_NONE:
	case TRIAGE_DOUBT_KEXEC_COUNT: /* doubt_of() explains it */
		break;
	}
	return "";
}

/* Write ", on 20 machines"; nothing if the number of machines is unknown. */
static void write_machines(int64_t hosts, char *ret, size_t size)
{
	char count[TRIAGE_FIGURE_SIZE];

	ret[0] = '\0';
	if (hosts > 0)
		snprintf(ret, size, ", on %s machine%s",
			 triage_figure_count((uint64_t)hosts, count), hosts == 1 ? "" : "s");
}

/* The label is the hardware of a log or the text of a user, so the sentence quotes it. */
static char *make_label(const char *label)
{
	return label ? make(", only with the label '%s'", label) : strdup("");
}

static char *make_estimate(const struct triage_exposure *exposure,
			   const struct triage_finding *finding)
{
	char text[2 * PART_SIZE], q[PART_SIZE], needed[TRIAGE_FIGURE_SIZE];
	char machines[PART_SIZE];
	LINEAGE_AUTO_FREE char *label = make_label(finding->label);

	if (!label)
		return NULL;
	write_judged(exposure, finding, text, sizeof(text));
	write_machines(finding->hosts, machines, sizeof(machines));
	write_q(finding->q, q);
	triage_figure_count(finding->boots_needed, needed);
	switch (finding->verdict) {
	case TRIAGE_SUSPECT:
		if (finding->why_not != TRIAGE_DOUBT_KEXEC_COUNT)
			return make("%s%s%s%s; %s", text, q, machines, label,
				    sentence_of(finding->why_not));
		return make("%s; %s", text, doubt_of(finding));
	case TRIAGE_LEAD:
		if (finding->boots_needed == 0)
			return make("too few boots to exclude chance");
		return make("too few boots to exclude chance; about %s boots after %s are needed",
			    needed, finding->origin == TRIAGE_COLD ? "a cold boot" : "this kexec");
	default:
		return make("%s%s%s%s", text, q, machines, label);
	}
}

static char *make_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_finding *finding)
{
	const char *origin = triage_figure_origin(exposure, finding->origin);
	LINEAGE_AUTO_FREE char *rates = make_rates(exposure, one, finding, origin);
	LINEAGE_AUTO_FREE char *estimate = make_estimate(exposure, finding);

	return rates && estimate ? make("%s: %s.", rates, estimate) : NULL;
}

static char *make_range(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_release_range *range = &one->range;
	LINEAGE_AUTO_FREE char *origin =
		make("any of %s to %s", triage_figure_origin(exposure, range->first),
		     triage_figure_origin(exposure, range->last));
	LINEAGE_AUTO_FREE char *rates =
		origin ? make_rates(exposure, one, &range->finding, origin) : NULL;
	LINEAGE_AUTO_FREE char *estimate = make_estimate(exposure, &range->finding);

	return rates && estimate ? make("%s: %s.", rates, estimate) : NULL;
}

/* Make "7.3.4 crashed in 68 of 1,499 boots whose second kernel back was 7.2.9, and in ...". */
static char *make_ancestor(const struct triage_exposure *exposure, const struct triage_case *one,
			   const struct triage_finding *finding)
{
	const struct triage_table *table = &finding->table;
	bool is_all = triage_is_pooled(exposure, one->release);
	LINEAGE_AUTO_FREE char *estimate = make_estimate(exposure, finding);
	char rate[PART_SIZE], others[PART_SIZE];

	write_part(table->crashes, table->boots, "", 0, rate);
	write_part(table->other_crashes, table->other_boots, "other ", 0, others);
	return estimate ? make("%s crashed in %s %s%s and in %s (%s): %s.",
			       is_all ? "All releases" : exposure->releases.texts[one->release],
			       rate,
			       finding->is_second ? "whose second kernel back was "
						  : "with an earlier kernel ",
			       exposure->releases.texts[finding->origin], others,
			       triage_figure_title(exposure, one->signature), estimate)
			: NULL;
}

/* Return the ending of an ordinal number: 1st, 2nd, 3rd, 4th, 11th, 21st. */
static const char *ending_of(uint32_t number)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };

	return number % 100 / 10 == 1 || number % 10 > 3 ? "th" : endings[number % 10];
}

/*
 * Make "7.3.4 crashed in 10 of 13 boots from the 4th kexec on and in 0 of 30 boots before it
 * (...)".
 */
static char *make_split(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	const struct triage_table *split = &count_trend->split;
	char from_there[PART_SIZE], before[PART_SIZE];

	if (triage_is_lost_kexec(exposure, one->signature))
		return make("%" PRIu64 " of %" PRIu64
			    " kexecs to %s never arrived from the %" PRIu32
			    "%s kexec on, and %" PRIu64 " of %" PRIu64 " before it",
			    split->crashes, split->boots, exposure->releases.texts[one->release],
			    count_trend->from, ending_of(count_trend->from), split->other_crashes,
			    split->other_boots);
	if (triage_exposure_is_crashes_only(exposure))
		return make("In %s, %" PRIu64 " of %" PRIu64 " crashes from the %" PRIu32
			    "%s kexec on and %" PRIu64 " of %" PRIu64
			    " before it are this one (%s)",
			    exposure->releases.texts[one->release], split->crashes, split->boots,
			    count_trend->from, ending_of(count_trend->from), split->other_crashes,
			    split->other_boots, triage_figure_title(exposure, one->signature));
	write_part(split->crashes, split->boots, "", count_trend->seconds, from_there);
	write_part(split->other_crashes, split->other_boots, "", count_trend->other_seconds,
		   before);
	return make("%s crashed in %s from the %" PRIu32 "%s kexec on and in %s before it (%s)",
		    exposure->releases.texts[one->release], from_there, count_trend->from,
		    ending_of(count_trend->from), before,
		    triage_figure_title(exposure, one->signature));
}

static char *make_count_trend(const struct triage_exposure *exposure, const struct triage_case *one)
{
	const struct triage_count_trend *count_trend = &one->count_trend;
	LINEAGE_AUTO_FREE char *split = make_split(exposure, one);
	LINEAGE_AUTO_FREE char *label = make_label(count_trend->label);
	char q[PART_SIZE], machines[PART_SIZE];

	write_q(count_trend->q, q);
	write_machines(count_trend->hosts, machines, sizeof(machines));
	if (!split || !label)
		return NULL;
	if (count_trend->verdict == TRIAGE_LEAD)
		return make("%s: too few boots to exclude chance.", split);
	return make(
		"%s: the risk %s with the kexec count, among boots with the same previous kernel"
		"%s%s%s%s%s.",
		split, count_trend->z > 0 ? "rises" : "falls", q, machines, label,
		count_trend->why_not ? "; " : "",
		count_trend->why_not ? sentence_of(count_trend->why_not) : "");
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
		return make("In version order, %s is the last %s previous release and %s the first "
			    "%s one.",
			    releases[order->last_before], before, releases[order->first_after],
			    after);
	return make(
		"In version order, %s is probably the last %s previous release and %s the first "
		"%s one; the 95 %% confidence interval of the first %s one is %s to %s.",
		releases[order->last_before], before, releases[order->first_after], after, after,
		releases[order->earliest], releases[order->latest]);
}

bool triage_sentences_has_finding(const struct triage_case *one,
				  const struct triage_finding *finding)
{
	switch (finding->verdict) {
	case TRIAGE_NONE:
		return false;
	case TRIAGE_SUSPECT:
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

		text = make("%s%s%s%s", before,
			    j > 0 ? ", " : " Each boot of this group that crashed also had: ",
			    triage_figure_title(exposure, same.signatures[j]),
			    j + 1 < same.count ? "" : ".");
	}
	return text;
}

char *triage_sentences_scale(const struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;
	char boots[TRIAGE_FIGURE_SIZE], signatures[TRIAGE_FIGURE_SIZE], tests[TRIAGE_FIGURE_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < exposure->signature_count; i++)
		used += exposure->signatures[i].crashes > 0;
	return make(
		"%s boot%s, %s crash signature%s, %s comparison%s; false discovery rate %.0f %%.",
		triage_figure_count(exposure->boots, boots), exposure->boots == 1 ? "" : "s",
		triage_figure_count(used, signatures), used == 1 ? "" : "s",
		triage_figure_count(report->tests, tests), report->tests == 1 ? "" : "s",
		100 * TRIAGE_FDR);
}

char *triage_sentences_crashes_only(const struct triage_exposure *exposure)
{
	if (!triage_exposure_is_crashes_only(exposure))
		return NULL;
	return make("Almost every boot in the store crashed: the shares are shares of crashes, not "
		    "of boots, and nothing is called associated. Such data cannot show that "
		    "everything became worse. Also ingest the logs of boots that did not crash.");
}

/* Write a time as "2026-11-24 00:00 UTC", or in seconds if it is not in the calendar. */
static void write_time(int64_t seconds, char *ret, size_t size)
{
	time_t time = (time_t)seconds;
	struct tm parts;

	if (!gmtime_r(&time, &parts) || strftime(ret, size, "%F %H:%M UTC", &parts) == 0)
		snprintf(ret, size, "@%" PRId64, seconds);
}

char *triage_sentences_period(const struct triage_exposure *exposure)
{
	const struct store_period *period = &exposure->period;
	char since[40], until[40];

	write_time(period->since, since, sizeof(since));
	write_time(period->until, until, sizeof(until));
	if (!period->has_since && !period->has_until)
		return NULL;
	return make("Only boots that started %s%s%s%s%s are compared; boots without a time are "
		    "excluded.",
		    period->has_since ? "at or after " : "", period->has_since ? since : "",
		    period->has_since && period->has_until ? ", and " : "",
		    period->has_until ? "before " : "", period->has_until ? until : "");
}

char *triage_sentences_inferred(const struct triage_exposure *exposure)
{
	uint64_t inferred = exposure->inferred;
	char boots[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE], share[TRIAGE_FIGURE_SIZE];
	const char *boot = inferred == 1 ? "boot" : "boots";

	if (inferred == 0)
		return NULL;
	triage_figure_count(inferred, boots);
	if (exposure->skips_inferred)
		return make("The lineage of %s %s was inferred, and is not used (--no-inferred).",
			    boots, boot);
	return make("The lineage of %s of %s boots (%s) was inferred; --no-inferred leaves "
		    "it out.",
		    boots, triage_figure_count(exposure->boots, all),
		    triage_figure_share(inferred, exposure->boots, share));
}

char *triage_sentences_chains(const struct triage_exposure *exposure)
{
	const struct triage_ancestors *ancestors = &exposure->ancestors;
	uint64_t known = 0;
	char unknown[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];

	if (ancestors->is_too_large)
		return make("There are too many different chains to compare the kernels before the "
			    "previous one.");
	for (size_t i = 0; i < ancestors->strata.count; i++)
		known += ancestors->strata.counters[i].boots;
	if (ancestors->unknown == 0 || known == 0)
		return NULL;
	triage_figure_count(ancestors->unknown, unknown);
	triage_figure_count(known + ancestors->unknown, all);
	return make(
		"The chain of %s of %s boots after several kexecs is unknown or incomplete; they "
		"are not compared by the kernels before the previous one.",
		unknown, all);
}

char *triage_sentences_left_out(const struct triage_exposure *exposure)
{
	uint64_t left_out = exposure->left_out;
	uint64_t unnamed = (uint64_t)exposure->unsigned_crashes;
	char boots[TRIAGE_FIGURE_SIZE], crashes[TRIAGE_FIGURE_SIZE];
	const char *boot = left_out == 1 ? "boot" : "boots";
	const char *crash = unnamed == 1 ? "crash" : "crashes";

	triage_figure_count(left_out, boots);
	triage_figure_count(unnamed, crashes);
	if (left_out > 0 && unnamed > 0)
		return make("Excluded: %s %s (capture kernel or unknown origin). No function is "
			    "named in the log of %s %s, which count%s only as any crash.",
			    boots, boot, crashes, crash, unnamed == 1 ? "s" : "");
	if (left_out > 0)
		return make("Excluded: %s %s (capture kernel or unknown origin).", boots, boot);
	if (unnamed > 0)
		return make("No function is named in the log of %s %s, which count%s only as any "
			    "crash.",
			    crashes, crash, unnamed == 1 ? "s" : "");
	return NULL;
}
