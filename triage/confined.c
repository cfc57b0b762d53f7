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
#include "tally.h"
#include "verdict.h"

#define SHOWN 0.01    /* level at which the other labels show the difference, too */
#define LABELS_MAX 64 /* with more labels, none of them has enough boots */

/**
 * struct labels - the tables of all strata, sorted by label
 * @tables: array of @count tables; owned
 * @others: room for the tables of the other labels (copy_others()); owned
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

/* Number the pairs of label and stratum. @ret: array of @count numbers. Return 0 or an error. */
static int number_rows(const struct triage_machine_row *rows, size_t count,
		       struct triage_tally *pairs, uint32_t *ret)
{
	int error = 0;

	for (size_t i = 0; i < count && !error; i++) {
		const uint32_t key[4] = { rows[i].hardware, (uint32_t)rows[i].strata[0],
					  (uint32_t)(rows[i].strata[1] >> 32),
					  (uint32_t)rows[i].strata[1] };

		error = triage_tally_add(pairs, key, 0, &ret[i]);
	}
	return error;
}

/*
 * Sort the pairs, and find the labels. Return whether there are few enough. @places: for each pair,
 * its number after sorting
 */
static bool sort_pairs(struct labels *labels, struct triage_tally *pairs, uint32_t *places)
{
	for (size_t i = 0; i < pairs->count; i++)
		pairs->counters[i].boots = i;
	triage_tally_sort(pairs);
	labels->count = pairs->count;
	for (size_t i = 0; i < pairs->count; i++) {
		const uint32_t *key = pairs->counters[i].key;

		if (i == 0 || key[0] != pairs->counters[i - 1].key[0]) {
			if (labels->label_count == LABELS_MAX)
				return false;
			labels->numbers[labels->label_count++] = key[0];
		}
		labels->ends[labels->label_count - 1] = i + 1;
		labels->strata[i] = (uint64_t)key[2] << 32 | key[3];
		places[pairs->counters[i].boots] = (uint32_t)i;
	}
	return true;
}

/* Make the tables. @ret: whether there are few enough labels. Return 0 or -ENOMEM. */
static int make_tables(struct labels *labels, const struct triage_machine_row *rows, size_t count,
		       bool *ret)
{
	LINEAGE_AUTO_FREE uint32_t *numbers = calloc(count + 1, sizeof(*numbers));
	LINEAGE_AUTO_FREE uint32_t *places = NULL;
	TRIAGE_AUTO_TALLY pairs = { 0 };

	if (!numbers || number_rows(rows, count, &pairs, numbers))
		return -ENOMEM;
	places = calloc(pairs.count + 1, sizeof(*places));
	labels->tables = calloc(pairs.count + 1, sizeof(*labels->tables));
	labels->others = calloc(pairs.count + 1, sizeof(*labels->others));
	labels->strata = calloc(pairs.count + 1, sizeof(*labels->strata));
	if (!places || !labels->tables || !labels->others || !labels->strata)
		return -ENOMEM;
	*ret = sort_pairs(labels, &pairs, places);
	for (size_t i = 0; *ret && i < count; i++)
		triage_table_add(&labels->tables[places[numbers[i]]], rows[i].is_in_group,
				 rows[i].boots, rows[i].crashes);
	return 0;
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

/* Count the boots of the group on all known labels in one stratum. */
static uint64_t count_group(const struct labels *labels, uint32_t unknown, uint64_t stratum)
{
	uint64_t boots = 0;

	for (size_t i = 0; i < labels->label_count; i++)
		for (size_t j = begin_of(labels, i); j < labels->ends[i]; j++)
			if (labels->numbers[i] != unknown && labels->strata[j] == stratum)
				boots += labels->tables[j].boots;
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
 * stratum, if the boots of the group crash equally often on all known labels. It is multiplied by
 * the number of these labels with boots of the group, because each of them could have had all
 * crashes.
 */
static double only_p(const struct labels *labels, uint32_t unknown, size_t first, size_t end)
{
	double p = 0;

	for (size_t i = 0; i < labels->label_count; i++)
		p += labels->numbers[i] != unknown &&
		     has_group(labels, begin_of(labels, i), labels->ends[i]);
	for (size_t i = first; i < end; i++) {
		const struct triage_table *own = &labels->tables[i];
		struct triage_table group = { own->crashes, own->boots, 0,
					      count_group(labels, unknown, labels->strata[i]) -
						      own->boots };
		struct triage_hypergeometric h = triage_hypergeometric_of(&group);

		if (own->crashes > 0)
			p *= triage_hypergeometric_probability(&h, (double)own->crashes);
	}
	return p;
}

int triage_confined_find(const struct triage_machine_row *rows, size_t count, uint32_t unknown,
			 bool has_one_release, uint32_t *ret)
{
	AUTO_LABELS labels = { 0 };
	double best = 1;
	size_t tested = 0;
	bool has_few;
	int error = make_tables(&labels, rows, count, &has_few);

	*ret = TRIAGE_NO_LABEL;
	if (error || !has_few || has_many_unknown(&labels, unknown))
		return error;
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
			p = only_p(&labels, unknown, first, end);
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
