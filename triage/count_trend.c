// SPDX-License-Identifier: GPL-2.0-or-later
#include "count_trend.h"

#include <math.h>

#include "exact_test.h"
#include "statistics.h"

/*
 * The largest kexec counts, which together have at most 1/FAR_OUT of the boots, are merged into one
 * dose. Otherwise a single crash at a very large count would weigh as much as all other crashes.
 */
#define FAR_OUT 20

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
	count_trend->ratio = triage_mantel_haenszel(cut->tables, count);
	count_trend->split = add_up(cut->tables, count);
}

void triage_count_trend_test(struct triage_strata_cut *cut, struct triage_dose *ret_doses,
			     struct triage_count_trend *ret)
{
	size_t all = list_counts(cut, ret_doses), count = cap_doses(ret_doses, all);
	const struct triage_stratum *strata;
	size_t stratum_count;

	*ret = (struct triage_count_trend){ .doses = ret_doses,
					    .dose_count = count,
					    .is_capped = count < all,
					    .ratio = { NAN, NAN, NAN },
					    .z = NAN,
					    .p = NAN,
					    .least = NAN,
					    .q = NAN };
	if (count < 2)
		return;
	stratum_count = triage_strata_cut_doses(cut, ret_doses[count - 1].score, &strata);
	ret->p = triage_trend(strata, stratum_count, &ret->z);
	ret->least = triage_trend_least(strata, stratum_count);
	if (ret->p <= TRIAGE_FDR)
		find_split(cut, strata, stratum_count, ret);
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
