// SPDX-License-Identifier: GPL-2.0-or-later
/* The boots of a case by label, in the group of a finding and outside of it. */
#include <stdio.h>
#include <stdlib.h>

#include "figure.h"
#include "lib/cleanup.h"
#include "sentences.h"
#include "summary.h"

#define LABELS_MAX 4 /* maximum number of labels in a sentence */

/**
 * struct label - the boots of a case with one label
 * @table: the boots of the group and the others
 */
struct label {
	uint32_t label;
	struct triage_table table;
};

/**
 * struct group - the boots that are counted apart; if all pointers are NULL, all boots
 * @finding: of a previous release or of the cold boot
 * @range: a range of previous releases
 * @trend: boots from a kexec count on
 */
struct group {
	const struct triage_finding *finding;
	const struct triage_release_range *range;
	const struct triage_count_trend *trend;
};

/** Which findings are acceptable for choose(). */
enum wanted {
	WITH_LABEL,
	ASSOCIATED,
	ANY,
};

static bool is_wanted(enum triage_verdict verdict, const char *label, enum wanted wanted)
{
	if (verdict < TRIAGE_SUSPECT)
		return false;
	return wanted == WITH_LABEL ? label != NULL : wanted == ANY || verdict > TRIAGE_SUSPECT;
}

/* Choose the group of the finding that is the most interesting one. */
static struct group choose(const struct triage_case *one)
{
	for (int i = WITH_LABEL; i <= ANY; i++) {
		enum wanted wanted = (enum wanted)i;

		for (size_t j = 0; j < one->finding_count; j++)
			if (is_wanted(one->findings[j].verdict, one->findings[j].label, wanted) &&
			    triage_sentences_has_finding(one, &one->findings[j]))
				return (struct group){ .finding = &one->findings[j] };
		if (is_wanted(one->range.finding.verdict, one->range.finding.label, wanted))
			return (struct group){ .range = &one->range };
		if (one->count_trend.from > 0 &&
		    is_wanted(one->count_trend.verdict, one->count_trend.label, wanted))
			return (struct group){ .trend = &one->count_trend };
	}
	return (struct group){ 0 };
}

/* Return whether some boots are in the group. @ret_compared: whether they are compared at all */
static bool is_in_group(const struct triage_exposure *exposure, const struct group *group,
			const struct triage_cell *cell, bool *ret_compared)
{
	*ret_compared = true;
	if (group->finding)
		return (cell->origin == group->finding->origin) !=
		       triage_finding_is_inverse(group->finding);
	if (group->range)
		return cell->origin != TRIAGE_COLD &&
		       triage_release_range_has(exposure, group->range,
						exposure->releases.texts[cell->origin]);
	if (!group->trend)
		return true;
	*ret_compared = cell->origin != TRIAGE_COLD && cell->count != TRIAGE_NO_COUNT;
	return (cell->count >= group->trend->from) == (group->trend->z > 0);
}

static void add(const struct triage_exposure *exposure, const struct group *group,
		const struct triage_cell *cell, uint64_t boots, uint64_t crashes,
		struct label *labels)
{
	bool is_compared, is_member = is_in_group(exposure, group, cell, &is_compared);

	if (is_compared)
		triage_table_add(&labels[cell->label].table, is_member, boots, crashes);
}

static int compare_labels(const void *left, const void *right)
{
	const struct label *a = left, *b = right;

	if (a->table.crashes != b->table.crashes)
		return a->table.crashes > b->table.crashes ? -1 : 1;
	if (a->table.boots != b->table.boots)
		return a->table.boots > b->table.boots ? -1 : 1;
	return (a->label > b->label) - (a->label < b->label);
}

/* Count the boots of a case by label. @ret: array of all labels. Return the number of labels. */
static size_t count_labels(const struct triage_exposure *exposure, const struct triage_case *one,
			   const struct group *group, struct label *ret)
{
	bool is_lost = triage_is_lost_kexec(exposure, one->signature);
	size_t count = 0;

	for (size_t i = 0; i < exposure->labels.count; i++)
		ret[i] = (struct label){ .label = (uint32_t)i };
	for (size_t i = triage_exposure_find_cells(exposure, one->release);
	     i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i];

		if (cell->release != one->release)
			break;
		/* A cold boot cannot be a lost kexec. */
		if (!is_lost || cell->origin != TRIAGE_COLD)
			add(exposure, group, cell, cell->boots, 0, ret);
	}
	for (size_t i = triage_exposure_find_crashes(exposure, one->release, one->signature);
	     i < exposure->crash_count; i++) {
		const struct triage_crash_cell *crash = &exposure->crashes[i];

		if (crash->at.release != one->release || crash->signature != one->signature)
			break;
		add(exposure, group, &crash->at, 0, crash->at.boots, ret);
	}
	for (size_t i = 0; i < exposure->labels.count; i++)
		if (ret[i].table.boots + ret[i].table.other_boots > 0)
			ret[count++] = ret[i];
	qsort(ret, count, sizeof(*ret), compare_labels);
	return count;
}

/* Write "By label, boots after a kexec from 7.2.9 (other boots in parentheses):". */
static void write_head(const struct triage_exposure *exposure, const struct group *group,
		       const char *unit, FILE *stream)
{
	LINEAGE_AUTO_FREE char *range =
		group->range ? triage_figure_range(exposure, group->range) : NULL;
	char from[TRIAGE_FIGURE_SIZE];

	fputs("By label", stream);
	if (group->finding && group->finding->origin == TRIAGE_COLD)
		fprintf(stream, ", %s after a %s", unit,
			triage_finding_is_inverse(group->finding) ? "kexec" : "cold boot");
	else if (group->finding)
		fprintf(stream, ", %s after a kexec from %s", unit,
			exposure->releases.texts[group->finding->origin]);
	else if (range)
		fprintf(stream, ", %s after a kexec from any of %s", unit, range);
	else if (group->trend)
		fprintf(stream,
			group->trend->z > 0 ? ", %s from the %s kexec on"
					    : ", %s before the %s kexec",
			unit, triage_figure_ordinal(group->trend->from, from));
	fputs(group->finding || group->range || group->trend ? " (the others in parentheses):"
							     : ":",
	      stream);
}

static void write_label(const struct triage_exposure *exposure, const struct label *label,
			const char *unit, bool has_others, FILE *stream)
{
	const char *name = exposure->labels.texts[label->label], *quote = name[0] ? "'" : "";
	char some[TRIAGE_FIGURE_SIZE], all[TRIAGE_FIGURE_SIZE];

	fprintf(stream, " %s%s%s %s of %s", quote, name[0] ? name : "no label", quote,
		triage_figure_count(label->table.crashes, some),
		triage_figure_count(label->table.boots, all));
	if (has_others)
		fprintf(stream, " (%s of %s)",
			triage_figure_count(label->table.other_crashes, some),
			triage_figure_count(label->table.other_boots, all));
	else
		fprintf(stream, " %s", unit);
}

char *triage_summary_labels(const struct triage_exposure *exposure, const struct triage_case *one)
{
	LINEAGE_AUTO_FREE struct label *labels =
		calloc(exposure->labels.count + 1, sizeof(*labels));
	const char *unit = triage_figure_unit(exposure, one->signature, 2);
	struct group group = choose(one);
	bool has_others = group.finding || group.range || group.trend;
	char *text = NULL;
	size_t size, count;
	FILE *stream;

	if (!labels || triage_is_pooled(exposure, one->release) ||
	    (group.finding && group.finding->left_out.machines > 0))
		return NULL;
	count = count_labels(exposure, one, &group, labels);
	stream = count > 1 ? open_memstream(&text, &size) : NULL;
	if (!stream)
		return NULL;
	write_head(exposure, &group, unit, stream);
	for (size_t i = 0; i < count && i < LABELS_MAX; i++) {
		if (i > 0)
			putc(',', stream);
		write_label(exposure, &labels[i],
			    triage_figure_unit(exposure, one->signature, labels[i].table.boots),
			    has_others, stream);
	}
	if (count > LABELS_MAX)
		fprintf(stream, ", and %zu more labels", count - LABELS_MAX);
	putc('.', stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}
