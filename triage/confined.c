// SPDX-License-Identifier: GPL-2.0-or-later
#include "confined.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "exact_test.h"
#include "homogeneity.h"
#include "hypergeometric.h"
#include "lib/cleanup.h"
#include "statistics.h"
#include "verdict.h"

#define SHOWN 0.01    /* level at which the other labels show the difference, too */
#define LABELS_MAX 64 /* with more labels, none of them has enough boots */

/**
 * struct labels - the tables of all strata, sorted by label
 * @tables: array of @count tables; owned
 * @strata: for each table, the second number of its stratum; owned
 * @ends: for each of the @label_count labels, the index after its last table
 * @numbers: for each label, its @hardware
 */
struct labels {
	struct triage_table *tables;
	struct triage_table *others;
	uint64_t *strata;
	size_t count;
	size_t ends[LABELS_MAX];
	uint32_t numbers[LABELS_MAX];
	size_t label_count;
};

static void labels_deinit(struct labels *labels)
{
	free(labels->tables);
	free(labels->others);
	free(labels->strata);
}
#define AUTO_LABELS __attribute__((cleanup(labels_deinit))) struct labels

static size_t begin_of(const struct labels *labels, size_t label)
{
	return label > 0 ? labels->ends[label - 1] : 0;
}

static int compare(const void *left, const void *right)
{
	const struct triage_machine_row *a = left, *b = right;

	if (a->hardware != b->hardware)
		return a->hardware < b->hardware ? -1 : 1;
	if (a->strata[0] != b->strata[0])
		return a->strata[0] < b->strata[0] ? -1 : 1;
	return (a->strata[1] > b->strata[1]) - (a->strata[1] < b->strata[1]);
}

/* Make the tables. Return whether there are few enough labels. */
static bool make_tables(struct labels *labels, struct triage_machine_row *rows, size_t count)
{
	qsort(rows, count, sizeof(*rows), compare);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || rows[i].hardware != rows[i - 1].hardware) {
			if (labels->label_count == LABELS_MAX)
				return false;
			labels->numbers[labels->label_count++] = rows[i].hardware;
		}
		if (i == 0 || compare(&rows[i - 1], &rows[i]) != 0)
			labels->count++;
		labels->strata[labels->count - 1] = rows[i].strata[1];
		triage_table_add(&labels->tables[labels->count - 1], rows[i].is_in_group,
				 rows[i].boots, rows[i].crashes);
		labels->ends[labels->label_count - 1] = labels->count;
	}
	return true;
}

/*
 * Copy the tables of the other labels to @others, those of the label @unknown last. Return their
 * number. @ret_known: number of tables of known labels
 */
static size_t copy_others(struct labels *labels, size_t own, uint32_t unknown, size_t *ret_known)
{
	size_t count = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < labels->label_count; i++)
			for (size_t j = begin_of(labels, i); j < labels->ends[i]; j++)
				if (i != own && (labels->numbers[i] == unknown) == (pass == 1))
					labels->others[count++] = labels->tables[j];
		if (pass == 0)
			*ret_known = count;
	}
	return count;
}

/* Return whether more than a tenth of the crashes of the group are of boots of unknown label. */
static bool has_many_unknown(const struct labels *labels, uint32_t unknown)
{
	uint64_t crashes = 0, all = 0;

	for (size_t i = 0; i < labels->label_count; i++)
		for (size_t j = begin_of(labels, i); j < labels->ends[i]; j++) {
			all += labels->tables[j].crashes;
			crashes += labels->numbers[i] == unknown ? labels->tables[j].crashes : 0;
		}
	return crashes * 10 > all;
}

/* Return whether the other labels do not show the difference. */
static bool is_absent(const struct triage_table *others, size_t count)
{
	double p = triage_fisher_strata(others, count);

	return !(p <= SHOWN && triage_mantel_haenszel_z(others, count) > 0);
}

/* Return whether no boot of these tables crashed. */
static bool is_quiet(const struct triage_table *tables, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tables[i].crashes + tables[i].other_crashes > 0)
			return false;
	return true;
}

/* Count the boots of the group on all labels in one stratum. */
static uint64_t count_group(const struct labels *labels, uint64_t stratum)
{
	uint64_t boots = 0;

	for (size_t i = 0; i < labels->count; i++)
		boots += labels->strata[i] == stratum ? labels->tables[i].boots : 0;
	return boots;
}

static bool has_group(const struct labels *labels, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (labels->tables[i].boots > 0)
			return true;
	return false;
}

/*
 * Return the probability that all crashes of the group are on one label, given the crashes of each
 * stratum, if the boots of the group crash equally often on all labels. It is multiplied by the
 * number of labels with boots of the group, because each of them could have had all crashes.
 */
static double only_p(const struct labels *labels, size_t first, size_t end)
{
	double p = 0;

	for (size_t i = 0; i < labels->label_count; i++)
		p += has_group(labels, begin_of(labels, i), labels->ends[i]);
	for (size_t i = first; i < end; i++) {
		const struct triage_table *own = &labels->tables[i];
		struct triage_table group = { own->crashes, own->boots, 0,
					      count_group(labels, labels->strata[i]) - own->boots };
		struct triage_hypergeometric h = triage_hypergeometric_of(&group);

		if (own->crashes > 0)
			p *= triage_hypergeometric_probability(&h, (double)own->crashes);
	}
	return p;
}

int triage_confined_find(struct triage_machine_row *rows, size_t count, uint32_t unknown,
			 bool has_one_release, uint32_t *ret)
{
	AUTO_LABELS labels = { .tables = calloc(count + 1, sizeof(*labels.tables)),
			       .others = calloc(count + 1, sizeof(*labels.others)),
			       .strata = calloc(count + 1, sizeof(*labels.strata)) };
	double best = 1;
	size_t tested = 0;

	*ret = TRIAGE_NO_LABEL;
	if (!labels.tables || !labels.others || !labels.strata)
		return -ENOMEM;
	if (!make_tables(&labels, rows, count) || has_many_unknown(&labels, unknown))
		return 0;
	for (size_t i = 0; i < labels.label_count; i++) {
		size_t first = begin_of(&labels, i), end = labels.ends[i], known = 0, others;
		double p;

		if (labels.numbers[i] == unknown)
			continue;
		others = copy_others(&labels, i, unknown, &known);
		p = triage_homogeneity_p(&labels.tables[first], end - first, labels.others, known);
		/*
		 * If no boot of the other labels crashed, their odds ratio is unknown, but the
		 * group can be compared with itself. Labels may differ in their releases.
		 */
		if (isnan(p) && has_one_release && is_quiet(labels.others, others))
			p = only_p(&labels, first, end);
		tested += !isnan(p);
		if (!(p < best))
			continue;
		best = p;
		*ret = is_absent(labels.others, others) ? labels.numbers[i] : TRIAGE_NO_LABEL;
	}
	if (!(best * (double)tested <= TRIAGE_FDR))
		*ret = TRIAGE_NO_LABEL;
	return 0;
}
