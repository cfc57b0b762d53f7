// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *words_count(uint64_t count, char ret[WORDS_NUMBER_SIZE])
{
	char digits[WORDS_NUMBER_SIZE];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	char *out = ret;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return ret;
}

const char *words_share(uint64_t crashes, uint64_t boots, char ret[WORDS_NUMBER_SIZE])
{
	if (boots == 0)
		return strcpy(ret, "-");
	snprintf(ret, WORDS_NUMBER_SIZE, "%.2g %%", 100 * (double)crashes / (double)boots);
	if (100 * crashes >= boots)
		snprintf(ret, WORDS_NUMBER_SIZE, "%.1f %%", 100 * (double)crashes / (double)boots);
	return ret;
}

const char *words_ratio(double ratio, char ret[WORDS_NUMBER_SIZE])
{
	if (!isfinite(ratio))
		return strcpy(ret, "-");
	if (ratio < 999.5)
		snprintf(ret, WORDS_NUMBER_SIZE, "%.3g", ratio);
	else if (ratio < 1e15)
		words_count((uint64_t)llround(ratio), ret);
	else
		snprintf(ret, WORDS_NUMBER_SIZE, "%.0e", ratio);
	return ret;
}

const char *words_times(const struct triage_finding *finding, char ret[WORDS_NUMBER_SIZE])
{
	if (finding->table.crashes > 0 && finding->table.other_crashes == 0)
		return strcpy(ret, "only");
	return words_ratio(finding->ratio.estimate, ret);
}

const char *words_chance(double p, char ret[WORDS_NUMBER_SIZE])
{
	if (isnan(p))
		return strcpy(ret, "-");
	if (p < 1e-300)
		return strcpy(ret, "< 1e-300");
	snprintf(ret, WORDS_NUMBER_SIZE, p < 0.001 ? "%.0e" : "%.2g", p);
	return ret;
}

const char *words_origin(const struct triage_counts *counts, uint32_t origin)
{
	return origin == TRIAGE_COLD ? "cold boot" : counts->releases.texts[origin];
}

const char *words_title(const struct triage_counts *counts, uint32_t signature)
{
	const char *title = NULL;

	if (signature < counts->signature_count)
		title = counts->signatures[signature].title;
	return title ? title : counts->signature_names.texts[signature];
}

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
	char times[WORDS_NUMBER_SIZE], low[WORDS_NUMBER_SIZE], high[WORDS_NUMBER_SIZE];

	words_ratio(ratio->estimate, times);
	words_ratio(ratio->low, low);
	words_ratio(ratio->high, high);
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
	char some[WORDS_NUMBER_SIZE], all[WORDS_NUMBER_SIZE];

	words_count(crashes, some);
	words_count(boots, all);
	if (crashes == 0)
		snprintf(ret, size, "none of %s%s", all, what);
	else if (crashes == boots && boots > 1)
		snprintf(ret, size, "all %s%s", all, what);
	else
		snprintf(ret, size, "%s of %s%s", some, all, what);
}

#define PART_SIZE 160

/* Of the cold boot it is told how much likelier the crash is after a kexec, where that is what was found. */
static char *make_who(const struct triage_counts *counts, const struct triage_case *one,
		      const struct triage_finding *finding)
{
	const struct triage_table *table = &finding->table;
	const char *release = counts->releases.texts[one->release];
	const char *title = words_title(counts, one->signature);
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
		    release, words_origin(counts, finding->origin), title, of_others);
}

/* Is a number where an interval says that the true one is? Of an end that is not known, yes. */
static bool is_within(double number, const struct triage_interval *interval)
{
	if (isinf(number) && isinf(interval->estimate))
		return true;
	return !(number < interval->low) && !(number > interval->high);
}

/*
 * The ratio that the counts in the sentence show, where what was judged agrees with it; else the one that was judged, and
 * between which boots.
 */
static void write_judged(const struct triage_counts *counts, const struct triage_finding *finding,
			 char *ret, size_t size)
{
	struct triage_interval seen = triage_risk_ratio(&finding->table), told = finding->ratio;
	struct triage_interval judged = triage_judged_ratio(finding);
	bool is_by_count = !isnan(finding->p_same_count) &&
			   (finding->verdict == TRIAGE_GUILTY || finding->hosts > 0);
	bool is_by_label = counts->labels.count > 1;
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

/* Why nobody can tell whether it is the kernel before, or the kexec count. */
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

static char *make_likelier(const struct triage_counts *counts, const struct triage_finding *finding)
{
	char text[2 * PART_SIZE], q[WORDS_NUMBER_SIZE], needed[WORDS_NUMBER_SIZE];

	write_judged(counts, finding, text, sizeof(text));
	words_chance(finding->q, q);
	words_count(finding->boots_needed, needed);
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

char *words_finding(const struct triage_counts *counts, const struct triage_case *one,
		    const struct triage_finding *finding)
{
	char *who = make_who(counts, one, finding);
	char *likelier = make_likelier(counts, finding);
	char *text = who && likelier ? make("%s: %s.", who, likelier) : NULL;

	free(who);
	free(likelier);
	return begin_sentence(text);
}

/* 1st, 2nd, 3rd, 4th, 11th, 21st */
static const char *ending_of(uint32_t number)
{
	static const char *const endings[] = { "th", "st", "nd", "rd" };

	return number % 100 / 10 == 1 || number % 10 > 3 ? "th" : endings[number % 10];
}

/* "10 of 13 boots of 7.3.4 from the 4th kexec on crashed (...), none of 30 before" */
static char *make_split(const struct triage_counts *counts, const struct triage_case *one)
{
	const struct triage_counted *counted = &one->counted;
	const struct triage_table *split = &counted->split;
	char from_there[PART_SIZE], before[PART_SIZE];

	write_part(split->crashes, split->boots, split->boots == 1 ? " boot" : " boots", from_there,
		   PART_SIZE);
	write_part(split->other_crashes, split->other_boots, "", before, PART_SIZE);
	return make("%s of %s from the %" PRIu32 "%s kexec on crashed (%s), %s before", from_there,
		    counts->releases.texts[one->release], counted->from, ending_of(counted->from),
		    words_title(counts, one->signature), before);
}

char *words_counted(const struct triage_counts *counts, const struct triage_case *one)
{
	const struct triage_counted *counted = &one->counted;
	struct triage_interval seen = triage_risk_ratio(&counted->split);
	const char *same = is_within(seen.estimate, &counted->ratio)
				   ? ""
				   : "among boots that came from the same kernel, ";
	char *split = make_split(counts, one), *text, q[WORDS_NUMBER_SIZE];

	words_chance(counted->q, q);
	if (!split)
		return NULL;
	if (counted->verdict == TRIAGE_LEAD)
		text = make("%s: too few to tell.", split);
	else
		text = make("%s: %s%s kexecs, the likelier%s, q = %s%s.", split, same,
			    counted->z > 0 ? "the more" : "the fewer",
			    *same ? "" : ", whichever kernel they came from", q,
			    counted->hosts == 1
				    ? ", but all crashes on one machine: it may be that machine"
				    : "");
	free(split);
	return begin_sentence(text);
}

char *words_order(const struct triage_counts *counts, const struct triage_case *one)
{
	const struct triage_order *order = &one->order;
	char *const *releases = counts->releases.texts;
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

char *words_scale(const struct triage_report *report)
{
	const struct triage_counts *counts = report->counts;
	char boots[WORDS_NUMBER_SIZE], signatures[WORDS_NUMBER_SIZE], tests[WORDS_NUMBER_SIZE];
	size_t used = 0;

	for (size_t i = 0; i < counts->signature_count; i++)
		used += counts->signatures[i].crashes > 0;
	return make(
		"%s boot%s, %s different crash%s; %s comparison%s, of what is found on average at most %.0f %% by chance.",
		words_count(counts->boots, boots), counts->boots == 1 ? "" : "s",
		words_count(used, signatures), used == 1 ? "" : "es",
		words_count(report->tests, tests), report->tests == 1 ? "" : "s",
		100 * TRIAGE_FALSE);
}

char *words_left_out(const struct triage_counts *counts)
{
	char boots[WORDS_NUMBER_SIZE], crashes[WORDS_NUMBER_SIZE];

	words_count(counts->left_out, boots);
	words_count((uint64_t)counts->unsigned_crashes, crashes);
	if (counts->left_out > 0 && counts->unsigned_crashes > 0)
		return make(
			"Left out: %s boots of capture kernels or of which it is not known what they came from, and "
			"%s crashes whose log does not name a function.",
			boots, crashes);
	if (counts->left_out > 0)
		return make(
			"Left out: %s boots of capture kernels or of which it is not known what they came from.",
			boots);
	if (counts->unsigned_crashes > 0)
		return make("Left out: %s crashes whose log does not name a function.", crashes);
	return NULL;
}
