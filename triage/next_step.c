// SPDX-License-Identifier: GPL-2.0-or-later
/* What to do next about the findings of a case. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "lib/cleanup.h"
#include "sentences.h"
#include "summary.h"

#define NAMES_MAX 3 /* maximum number of suspects that an advice names */
#define HOSTS "('kexec-lineage hosts' lists the crashes of each machine)"

/** What a dependence is about. */
enum kind {
	KIND_PREVIOUS,
	KIND_RANGE,
	KIND_ANCESTOR,
	KIND_COLD,
	KIND_KEXEC, /* boots after any kexec crash more than cold boots */
	KIND_COUNT,
};

/**
 * struct item - a suspect or an association that a sentence of the case is about
 * @name: "7.2.9", "any of 7.2.4 through 7.2.7", "the cold boot"; owned
 * @label: the label to which it is confined, or NULL
 * @weeks: the weeks that explain it; owned by the case
 */
struct item {
	enum kind kind;
	enum triage_verdict verdict;
	enum triage_doubt why_not;
	char *name;
	const char *label;
	const struct triage_weeks *weeks;
};

/**
 * struct steps - what is needed to write the steps of a case
 * @items: array of @count items; owned
 */
struct steps {
	const struct triage_exposure *exposure;
	const struct triage_case *one;
	struct item *items;
	size_t count;
	FILE *stream;
};

static void steps_deinit(struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++)
		free(steps->items[i].name);
	free(steps->items);
}
#define AUTO_STEPS __attribute__((cleanup(steps_deinit))) struct steps

static void add(struct steps *steps, enum kind kind, enum triage_verdict verdict,
		enum triage_doubt why_not, const char *label, const struct triage_weeks *weeks,
		char *name)
{
	if (name && verdict >= TRIAGE_SUSPECT)
		steps->items[steps->count++] =
			(struct item){ kind, verdict, why_not, name, label, weeks };
	else
		free(name);
}

static void add_finding(struct steps *steps, const struct triage_finding *finding, bool is_ancestor)
{
	const char *name = "the cold boot";
	enum kind kind = is_ancestor ? KIND_ANCESTOR : KIND_PREVIOUS;

	if (finding->origin != TRIAGE_COLD)
		name = steps->exposure->releases.texts[finding->origin];
	else
		kind = triage_finding_is_inverse(finding) ? KIND_KEXEC : KIND_COLD;
	if (kind == KIND_KEXEC)
		name = "the kexec";
	add(steps, kind, finding->verdict, finding->why_not, finding->label, &finding->weeks,
	    strdup(name));
}

/* List the suspects and associations. Return whether there is enough memory. */
static bool list_items(struct steps *steps)
{
	const struct triage_case *one = steps->one;
	const struct triage_finding *range = &one->range.finding;

	steps->items = calloc(one->finding_count + one->ancestor_count + 2, sizeof(*steps->items));
	if (!steps->items)
		return false;
	for (size_t i = 0; i < one->finding_count; i++)
		if (triage_sentences_has_finding(one, &one->findings[i]))
			add_finding(steps, &one->findings[i], false);
	if (range->verdict >= TRIAGE_SUSPECT) {
		LINEAGE_AUTO_FREE char *name = triage_figure_range(steps->exposure, &one->range);

		add(steps, KIND_RANGE, range->verdict, range->why_not, range->label, &range->weeks,
		    name ? triage_format("any of %s", name) : NULL);
	}
	for (size_t i = 0; i < one->ancestor_count; i++)
		add_finding(steps, &one->ancestors[i], true);
	add(steps, KIND_COUNT, one->count_trend.verdict, one->count_trend.why_not,
	    one->count_trend.label, &one->count_trend.weeks, strdup("the kexec count"));
	return true;
}

/* Return the release of the case in a sentence. */
static const char *release_of(const struct steps *steps)
{
	return triage_is_pooled(steps->exposure, steps->one->release)
		       ? "kernels"
		       : steps->exposure->releases.texts[steps->one->release];
}

static bool is_kernel(const struct item *item)
{
	return item->kind == KIND_PREVIOUS || item->kind == KIND_RANGE;
}

/** Whether cold boots are known to crash less. */
enum cold {
	COLD_IS_SAFE,
	COLD_IS_UNKNOWN, /* the data have no cold boot of the release */
	COLD_IS_BAD,	 /* a suspect, or associated */
};

static enum cold cold_of(const struct steps *steps)
{
	const struct triage_case *one = steps->one;

	/* A cold boot cannot be a lost kexec, so it is not compared. */
	if (triage_is_lost_kexec(steps->exposure, one->signature))
		return COLD_IS_SAFE;
	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (finding->origin == TRIAGE_COLD && finding->table.boots > 0)
			return finding->verdict >= TRIAGE_SUSPECT &&
					       !triage_finding_is_inverse(finding)
				       ? COLD_IS_BAD
				       : COLD_IS_SAFE;
	}
	return COLD_IS_UNKNOWN;
}

/* Say that the data cannot show whether a cold boot helps. */
static void write_cold_note(const struct steps *steps)
{
	bool is_pooled = triage_is_pooled(steps->exposure, steps->one->release);

	if (cold_of(steps) == COLD_IS_UNKNOWN)
		fprintf(steps->stream, " No cold boot%s%s is in the data.", is_pooled ? "" : " of ",
			is_pooled ? "" : release_of(steps));
}

/* Return whether the data have a previous kernel that no suspect and no association is about. */
static bool has_other_kernel(const struct steps *steps)
{
	const struct triage_case *one = steps->one;

	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (finding->origin != TRIAGE_COLD && finding->verdict < TRIAGE_SUSPECT &&
		    !triage_case_is_in_range(steps->exposure, one, finding->origin))
			return true;
	}
	return false;
}

/** Which items are meant. @doubt: of suspects; TRIAGE_DOUBT_NONE for associations */
static bool is_meant(const struct item *item, bool only_kernels, enum triage_doubt doubt)
{
	if (only_kernels && !is_kernel(item))
		return false;
	return item->why_not == doubt && (item->verdict == TRIAGE_SUSPECT) == (doubt != 0);
}

/* Write "7.2.9, 7.2.8 or 7.1.4". Return the number of names. */
static size_t write_names(const struct steps *steps, bool only_kernels, enum triage_doubt doubt,
			  const char *last)
{
	size_t count = 0, written = 0;

	for (size_t i = 0; i < steps->count; i++)
		count += is_meant(&steps->items[i], only_kernels, doubt);
	for (size_t i = 0; i < steps->count; i++) {
		if (!is_meant(&steps->items[i], only_kernels, doubt))
			continue;
		fprintf(steps->stream, "%s%s",
			written == 0	      ? ""
			: written + 1 < count ? ", "
					      : last,
			steps->items[i].name);
		written++;
	}
	return count;
}

/* Write which suspects the other kernel should not be. */
static void write_exceptions(const struct steps *steps)
{
	size_t count = 0, written = 0;

	for (size_t i = 0; i < steps->count; i++)
		count += is_kernel(&steps->items[i]) && steps->items[i].verdict == TRIAGE_SUSPECT;
	if (count > NAMES_MAX)
		fputs(" that is not a suspect", steps->stream);
	for (size_t i = 0; i < steps->count && count <= NAMES_MAX; i++) {
		if (!is_kernel(&steps->items[i]) || steps->items[i].verdict != TRIAGE_SUSPECT)
			continue;
		fprintf(steps->stream, "%s%s", written++ == 0 ? ", but not from " : " or ",
			steps->items[i].name);
		if (written == count)
			fputs(count == 1 ? ", which is a suspect" : ", which are suspects",
			      steps->stream);
	}
}

/* Write how to start the release instead. @is_range: what must be avoided is one range */
static void write_instead(const struct steps *steps, bool is_range)
{
	bool has_cold = cold_of(steps) == COLD_IS_SAFE, has_kernel = has_other_kernel(steps);

	if (triage_is_pooled(steps->exposure, steps->one->release)) {
		fputs(has_cold ? ": make a cold boot instead." : ".", steps->stream);
		return;
	}
	if (has_cold || has_kernel)
		fprintf(steps->stream, ": start %s%s%s", release_of(steps),
			has_cold ? " with a cold boot" : "", has_cold && has_kernel ? " or" : "");
	if (has_kernel)
		fputs(is_range ? " from a kernel outside of this range" : " from another kernel",
		      steps->stream);
	if (has_kernel)
		write_exceptions(steps);
	putc('.', steps->stream);
}

/* Write " on machines with the label 'model 1'" if all associated kernels have this label. */
static void write_label(const struct steps *steps)
{
	const char *label = NULL;
	bool is_first = true;

	for (size_t i = 0; i < steps->count; i++) {
		const struct item *item = &steps->items[i];

		if (!is_meant(item, true, TRIAGE_DOUBT_NONE))
			continue;
		if (!item->label || (!is_first && label != item->label))
			return;
		label = item->label;
		is_first = false;
	}
	if (label)
		fprintf(steps->stream, " on machines with the label '%s'", label);
}

/* Write what to do about the associated previous kernels. */
static void write_kernels(const struct steps *steps)
{
	bool is_pooled = triage_is_pooled(steps->exposure, steps->one->release);
	const char *release = release_of(steps);
	const struct item *only = NULL;
	size_t count = 0;

	for (size_t i = 0; i < steps->count; i++)
		if (is_meant(&steps->items[i], true, TRIAGE_DOUBT_NONE)) {
			only = &steps->items[i];
			count++;
		}
	if (count == 0)
		return;
	fprintf(steps->stream, " Until the cause is known, do not kexec%s%s from ",
		is_pooled ? "" : " to ", is_pooled ? "" : release);
	write_names(steps, true, TRIAGE_DOUBT_NONE, " or ");
	write_label(steps);
	write_instead(steps, count == 1 && only->kind == KIND_RANGE);
	write_cold_note(steps);
	fprintf(steps->stream,
		" Look for the cause in the state in which %s%s memory, hardware and firmware "
		"tables",
		count == 1 && only->kind == KIND_PREVIOUS ? only->name : "these kernels",
		count == 1 && only->kind == KIND_PREVIOUS ? " leaves" : " leave");
	if (!is_pooled)
		fprintf(steps->stream, ", and in what %s expects of that state", release);
	putc('.', steps->stream);
}

static void write_count(const struct steps *steps)
{
	const struct triage_count_trend *trend = &steps->one->count_trend;
	char from[TRIAGE_FIGURE_SIZE];

	if (trend->z < 0 || trend->from < 2) {
		fputs(" Look for the cause in what differs between the first kexecs and later "
		      "ones.",
		      steps->stream);
		return;
	}
	fprintf(steps->stream,
		" Until the cause is known, start %s with a cold boot instead of the %s or a later "
		"kexec.",
		release_of(steps), triage_figure_ordinal(trend->from, from));
	write_cold_note(steps);
	fputs(" Look for what differs from this kexec on, for example something that accumulates "
	      "over kexecs.",
	      steps->stream);
}

/* Write what to do about an association that is not on previous kernels. */
static void write_other(const struct steps *steps, const struct item *item)
{
	switch (item->kind) {
	case KIND_ANCESTOR:
		fprintf(steps->stream, " Until the cause is known, make a cold boot after %s.",
			item->name);
		write_cold_note(steps);
		fprintf(steps->stream,
			" Look for the cause in %s, although another kernel ran in between.",
			item->name);
		break;
	case KIND_COLD:
		fputs(" Look for the cause in what only a cold boot does: firmware, boot loader "
		      "and the state of the hardware.",
		      steps->stream);
		break;
	case KIND_KEXEC:
		fprintf(steps->stream,
			" Start %s with a cold boot until the cause of the crashes is known.",
			release_of(steps));
		break;
	case KIND_COUNT:
		write_count(steps);
		break;
	case KIND_PREVIOUS:
	case KIND_RANGE:
		break;
	}
}

static void write_days(const struct triage_weeks *weeks, FILE *stream)
{
	bool are_days = weeks->weeks[0].first == weeks->weeks[0].last;
	char first[TRIAGE_FIGURE_SIZE], last[TRIAGE_FIGURE_SIZE];

	if (!are_days)
		fputs(weeks->count > 1 ? "in the weeks from " : "in the week from ", stream);
	for (size_t i = 0; i < weeks->count; i++) {
		if (i > 0)
			fputs(are_days ? " and " : " and from ", stream);
		triage_figure_day(weeks->weeks[i].first, first);
		triage_figure_day(weeks->weeks[i].last, last);
		fprintf(stream, "%s%s%s%s", are_days ? "on " : "", first, are_days ? "" : " to ",
			are_days ? "" : last);
	}
}

/* Write what to do about suspects that weeks may explain. */
static void write_calendar(const struct steps *steps, const char *names, const char *is)
{
	const struct triage_weeks *weeks = NULL;
	size_t count = 0;

	for (size_t i = 0; i < steps->count; i++)
		if (is_meant(&steps->items[i], false, TRIAGE_DOUBT_CALENDAR)) {
			weeks = steps->items[i].weeks;
			count++;
		}
	fputs("find out what else changed ", steps->stream);
	if (count == 1 && weeks->count > 0)
		write_days(weeks, steps->stream);
	else
		fputs("on the days of the crashes", steps->stream);
	if (count == 1 && weeks->is_excluded)
		fprintf(steps->stream, ". Boots of other weeks do not show that %s %s the cause.",
			names, is);
	else
		fprintf(steps->stream, ". Boots of other weeks decide whether %s %s the cause.",
			names, is);
}

/* Write what to do about suspects. @names, @is: the suspects, and "is" or "are" */
static void write_action(const struct steps *steps, enum triage_doubt doubt, const char *names,
			 const char *is)
{
	bool is_pooled = triage_is_pooled(steps->exposure, steps->one->release);

	switch (doubt) {
	case TRIAGE_DOUBT_KEXEC_COUNT:
		fprintf(steps->stream,
			"boot %s after other kernels at the same kexec counts, and run triage "
			"again.",
			is_pooled ? "these releases" : release_of(steps));
		break;
	case TRIAGE_DOUBT_ONE_MACHINE:
		fputs("examine the hardware of the machine that crashed " HOSTS
		      ". If another machine crashes as well, run triage again.",
		      steps->stream);
		break;
	case TRIAGE_DOUBT_MACHINES:
		fprintf(steps->stream,
			"examine the hardware of the machines that crash most " HOSTS
			". Boots of other machines decide whether %s %s the cause.",
			names, is);
		break;
	case TRIAGE_DOUBT_CALENDAR:
		write_calendar(steps, names, is);
		break;
	case TRIAGE_DOUBT_BOOT_LENGTH:
		fputs("compare boots that ran equally long; 'record' on each machine stores how "
		      "long a boot ran.",
		      steps->stream);
		break;
	case TRIAGE_DOUBT_CRASHES_ONLY:
		fprintf(steps->stream,
			"examine %s first. To establish that %s %s the cause, also ingest the logs "
			"of boots that did not crash, and run triage again.",
			names, names, is);
		break;
	case TRIAGE_DOUBT_NONE:
		break;
	}
}

/*
 * Write what to do about the suspects with one other explanation. @is_alone: nothing is associated,
 * so it is clear what the step is about
 */
static void write_suspects(struct steps *steps, enum triage_doubt doubt, bool is_alone)
{
	LINEAGE_AUTO_FREE char *names = NULL;
	FILE *stream = steps->stream;
	size_t size, count = 0;

	steps->stream = open_memstream(&names, &size);
	if (steps->stream) {
		count = write_names(steps, false, doubt, " and ");
		fclose(steps->stream);
	}
	steps->stream = stream;
	if (!names || count == 0)
		return;
	putc(' ', stream);
	if (is_alone) {
		char *action = NULL;

		steps->stream = open_memstream(&action, &size);
		if (steps->stream) {
			write_action(steps, doubt, names, count == 1 ? "is" : "are");
			fclose(steps->stream);
			fprintf(stream, "%c%s", toupper((unsigned char)action[0]), action + 1);
		}
		free(action);
		steps->stream = stream;
		return;
	}
	fprintf(stream, "About the suspect%s %s: ", count == 1 ? "" : "s", names);
	write_action(steps, doubt, names, count == 1 ? "is" : "are");
}

char *triage_summary_next(const struct triage_exposure *exposure, const struct triage_case *one)
{
	AUTO_STEPS steps = { .exposure = exposure, .one = one };
	char *text = NULL;
	size_t size;

	if (!triage_case_is_found(one) || !list_items(&steps))
		return NULL;
	steps.stream = open_memstream(&text, &size);
	if (!steps.stream)
		return NULL;
	fputs("Next:", steps.stream);
	write_kernels(&steps);
	for (size_t i = 0; i < steps.count; i++)
		if (steps.items[i].verdict != TRIAGE_SUSPECT)
			write_other(&steps, &steps.items[i]);
	for (int doubt = TRIAGE_DOUBT_NONE + 1; doubt <= TRIAGE_DOUBT_CRASHES_ONLY; doubt++)
		write_suspects(&steps, (enum triage_doubt)doubt,
			       triage_case_verdict(one) == TRIAGE_SUSPECT);
	if (fclose(steps.stream) == 0)
		return text;
	free(text);
	return NULL;
}
