// SPDX-License-Identifier: GPL-2.0-or-later
#include "count_trend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "exact_test.h"
#include "statistics.h"

/*
 * The largest kexec counts, which together have at most 1/FAR_OUT of the boots, are merged into one
 * dose. Otherwise a single crash at a very large count would weigh as much as all other crashes.
 */
#define FAR_OUT 20
/*
 * Share of the error of the first kind that the test of the trend has; the tests of changes at
 * single counts share the rest.
 */
#define SHARE_TREND 0.75
/* Maximum number of counts at which a change is tested. */
#define SPLITS_MAX 20

/* List boots and crashes by count over all origins and labels. Return the number of counts. */
static size_t list_counts(const struct triage_strata_cut *cut, struct triage_dose *ret)
{
	const struct triage_strata_sum *sums = cut->sums[TRIAGE_STRATA_BY_COUNT];

	for (size_t i = 0; i < cut->sum_count[TRIAGE_STRATA_BY_COUNT]; i++)
		ret[i] = (struct triage_dose){ sums[i].count, sums[i].crashes, sums[i].boots };
	return cut->sum_count[TRIAGE_STRATA_BY_COUNT];
}

/* Merge the largest counts. Return the number of remaining doses. */
static size_t cap_doses(struct triage_dose *doses, size_t count)
{
	uint64_t boots = 0, above = 0;
	size_t last = count;

	for (size_t i = 0; i < count; i++)
		boots += doses[i].boots;
	while (last > 0 && (above + doses[last - 1].boots) * FAR_OUT <= boots)
		above += doses[--last].boots;
	for (size_t i = last + 1; i < count; i++) {
		doses[last].boots += doses[i].boots;
		doses[last].crashes += doses[i].crashes;
	}
	return last < count ? last + 1 : count;
}

/* Make the 2x2 table of each stratum: boots at or above a count against boots below it. */
static void split_strata(const struct triage_stratum *strata, size_t count, uint32_t from,
			 struct triage_table *ret)
{
	for (size_t i = 0; i < count; i++) {
		struct triage_table table = { 0 };

		for (size_t j = 0; j < strata[i].count; j++) {
			const struct triage_dose *dose = &strata[i].doses[j];

			if (dose->score >= from) {
				table.boots += dose->boots;
				table.crashes += dose->crashes;
			} else {
				table.other_boots += dose->boots;
				table.other_crashes += dose->crashes;
			}
		}
		ret[i] = table;
	}
}

static struct triage_table add_up(const struct triage_table *tables, size_t count)
{
	struct triage_table sum = { 0 };

	for (size_t i = 0; i < count; i++) {
		sum.boots += tables[i].boots;
		sum.crashes += tables[i].crashes;
		sum.other_boots += tables[i].other_boots;
		sum.other_crashes += tables[i].other_crashes;
	}
	return sum;
}

/* Split at the count with the largest Mantel-Haenszel statistic in the trend's direction. */
static void find_split(struct triage_strata_cut *cut, const struct triage_stratum *strata,
		       size_t count, struct triage_count_trend *count_trend)
{
	double best = 0;

	for (size_t i = 1; i < count_trend->dose_count; i++) {
		uint32_t from = count_trend->doses[i].score;
		double z;

		split_strata(strata, count, from, cut->tables);
		z = triage_mantel_haenszel_z(cut->tables, count);
		if (count_trend->z < 0)
			z = -z;
		if (z > best) {
			best = z;
			count_trend->from = from;
		}
	}
	if (count_trend->from == 0)
		return;
	split_strata(strata, count, count_trend->from, cut->tables);
	count_trend->ratio = cut->is_odds ? triage_mantel_haenszel_odds(cut->tables, count)
					  : triage_mantel_haenszel(cut->tables, count);
}

/* Set the boots and crashes on both sides of the change. */
static void set_split(struct triage_strata_cut *cut, struct triage_count_trend *count_trend)
{
	const struct triage_stratum *strata;
	size_t count = triage_strata_cut_doses(
		cut, count_trend->doses[count_trend->dose_count - 1].score, &strata);

	if (count_trend->from == 0)
		return;
	split_strata(strata, count, count_trend->from, cut->tables);
	count_trend->split = add_up(cut->tables, count);
}

/**
 * struct tests - the one-sided tests of a case: two of the trend, then two of each split
 * @parts: array of @count tests; owned
 * @splits: the first count of each split; owned
 */
struct tests {
	struct triage_part *parts;
	uint32_t *splits;
	size_t count;
};

static void tests_deinit(struct tests *tests)
{
	for (size_t i = 0; i < tests->count; i++)
		triage_tail_deinit(&tests->parts[i].tail);
	free(tests->parts);
	free(tests->splits);
}
#define AUTO_TESTS __attribute__((cleanup(tests_deinit))) struct tests

/* Add both directions of a test, which share @share. */
static void add_tests(struct tests *tests, const struct triage_tail *above,
		      const struct triage_tail *below, double share)
{
	tests->parts[tests->count++] = (struct triage_part){ *above, share / 2 };
	tests->parts[tests->count++] = (struct triage_part){ *below, share / 2 };
}

/* Make the tests of all splits. If there are many, test only evenly spaced splits. */
static int add_splits(struct tests *tests, struct triage_strata_cut *cut,
		      const struct triage_stratum *strata, size_t count,
		      const struct triage_count_trend *of)
{
	size_t every = (of->dose_count - 2) / SPLITS_MAX + 1;
	size_t splits = (of->dose_count - 2) / every + 1;

	for (size_t i = 1; i < of->dose_count; i += every) {
		struct triage_tail above, below;
		int error;

		split_strata(strata, count, of->doses[i].score, cut->tables);
		error = triage_fisher_tails(cut->tables, count, &above, &below);
		if (error)
			return error;
		tests->splits[tests->count / 2] = of->doses[i].score;
		add_tests(tests, &above, &below, (1 - SHARE_TREND) / (double)splits);
	}
	return 0;
}

/*
 * Test the trend and all splits, and combine the tests. If a split has the best test, set @z to its
 * statistic.
 */
static int test(struct triage_strata_cut *cut, const struct triage_stratum *strata, size_t count,
		struct triage_count_trend *of, struct triage_tail *ret)
{
	AUTO_TESTS tests = { .parts = calloc(2 * (SPLITS_MAX + 3), sizeof(*tests.parts)),
			     .splits = calloc(SPLITS_MAX + 3, sizeof(*tests.splits)) };
	struct triage_tail above, below;
	size_t best;
	int error;

	if (!tests.parts || !tests.splits)
		return -ENOMEM;
	error = triage_trend_tails(strata, count, &above, &below);
	if (error)
		return error;
	add_tests(&tests, &above, &below, SHARE_TREND);
	error = add_splits(&tests, cut, strata, count, of);
	if (!error)
		error = triage_tails_combine(tests.parts, tests.count, ret, &best);
	if (error || best < 2)
		return error;
	split_strata(strata, count, tests.splits[best / 2], cut->tables);
	of->z = triage_mantel_haenszel_z(cut->tables, count);
	return 0;
}

int triage_count_trend_test(struct triage_strata_cut *cut, struct triage_strata_cut *times,
			    struct triage_dose *ret_doses, struct triage_count_trend *ret,
			    struct triage_tail *ret_test)
{
	size_t all = list_counts(cut, ret_doses), count = cap_doses(ret_doses, all);
	struct triage_strata_cut *tested = times ? times : cut;
	TRIAGE_AUTO_TAIL tail = { .p = NAN };
	const struct triage_stratum *strata;
	size_t stratum_count;
	int error;

	*ret = (struct triage_count_trend){ .doses = ret_doses,
					    .dose_count = count,
					    .is_capped = count < all,
					    .ratio = { NAN, NAN, NAN },
					    .is_timed = times != NULL,
					    .z = NAN,
					    .p = NAN,
					    .q = NAN };
	if (ret_test)
		*ret_test = tail;
	if (count < 2)
		return 0;
	stratum_count = triage_strata_cut_doses(tested, ret_doses[count - 1].score, &strata);
	ret->z = triage_trend_z(strata, stratum_count);
	if (isnan(ret->z))
		return 0;
	error = test(tested, strata, stratum_count, ret, &tail);
	if (error)
		return error;
	ret->p = tail.p;
	if (ret->p <= TRIAGE_FDR)
		find_split(tested, strata, stratum_count, ret);
	set_split(cut, ret);
	if (ret_test) {
		*ret_test = tail;
		tail = (struct triage_tail){ 0 };
	}
	return 0;
}

bool triage_count_trend_is_tested(const struct triage_count_trend *trend)
{
	return !isnan(trend->p);
}

bool triage_count_trend_is_raised(const struct triage_count_trend *trend,
				  const struct triage_dose *dose)
{
	return trend->verdict == TRIAGE_ASSOCIATED &&
	       (trend->z > 0) == (dose->score >= trend->from);
}
