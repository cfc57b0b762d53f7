// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <math.h>

#include "exact_test.h"
#include "exposure.h"
#include "statistics.h"

/* Shares of the error of the first kind if the boots with low kexec counts are tested, too. */
#define SHARE_ALL 0.15
#define SHARE_LOW 0.85

/*
 * Compare an origin with the others within strata. Return the two-sided p-value; NAN if no stratum
 * is informative.
 */
static double compare(struct triage_strata_cut *cut, enum triage_strata_by by,
		      const struct triage_strata_origin *origin, uint32_t below,
		      struct triage_interval *ret_ratio)
{
	const struct triage_table *tables;
	size_t count = triage_strata_cut_tables(cut, by, origin, below, &tables);

	if (cut->is_odds)
		*ret_ratio = count == 1 ? triage_odds_ratio(tables)
					: triage_mantel_haenszel_odds(tables, count);
	else
		*ret_ratio = count == 1 ? triage_risk_ratio(tables)
					: triage_mantel_haenszel(tables, count);
	return triage_fisher_strata(tables, count);
}

/** struct sides - the two one-sided tests of a comparison; all zero is valid */
struct sides {
	struct triage_tail above;
	struct triage_tail below;
};

static void sides_deinit(struct sides *sides)
{
	triage_tail_deinit(&sides->above);
	triage_tail_deinit(&sides->below);
}
#define AUTO_SIDES __attribute__((cleanup(sides_deinit))) struct sides

static int find_sides(struct triage_strata_cut *cut, enum triage_strata_by by,
		      const struct triage_strata_origin *origin, uint32_t below, struct sides *ret)
{
	const struct triage_table *tables;
	size_t count = triage_strata_cut_tables(cut, by, origin, below, &tables);

	return triage_fisher_tails(tables, count, &ret->above, &ret->below);
}

/* Test whether a cold boot changes the rate. */
static int test_cold(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
		     struct triage_tail *ret)
{
	AUTO_SIDES sides = { 0 };
	struct triage_part parts[2];
	size_t best;
	int error = find_sides(cut, TRIAGE_STRATA_BY_LABEL, origin, 0, &sides);

	if (error)
		return error;
	parts[0] = (struct triage_part){ sides.above, 0.5 };
	parts[1] = (struct triage_part){ sides.below, 0.5 };
	return triage_tails_combine(parts, 2, ret, &best);
}

/*
 * Test whether the boots after a previous release crash more, among all boots and among those with
 * low kexec counts. If the boots with low counts differ more, the finding gets their comparison.
 */
static int test_same_count(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
			   struct triage_finding *finding, struct triage_tail *ret)
{
	AUTO_SIDES all = { 0 }, low = { .above.p = NAN };
	struct triage_part parts[2];
	size_t best;
	int error = find_sides(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin, 0, &all);

	if (!error && cut->step > 0)
		error = find_sides(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin, cut->step, &low);
	if (error)
		return error;
	parts[0] = (struct triage_part){ all.above, SHARE_ALL };
	parts[1] = (struct triage_part){ low.above, SHARE_LOW };
	error = triage_tails_combine(parts, 2, ret, &best);
	if (error || best == 0 || !(low.above.p < all.above.p))
		return error;
	finding->below = cut->step;
	finding->p_same_count = compare(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin, cut->step,
					&finding->ratio_same_count);
	finding->p_same_count = fmin(1, finding->p_same_count / SHARE_LOW);
	return 0;
}

/* Test the most specific comparison. */
static int test(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
		struct triage_finding *finding, struct triage_tail *ret)
{
	enum triage_strata_by by =
		isnan(finding->p_kexeced) ? TRIAGE_STRATA_BY_LABEL : TRIAGE_STRATA_KEXECED;
	struct sides sides = { 0 };
	int error;

	if (origin->origin == TRIAGE_COLD)
		return test_cold(cut, origin, ret);
	if (!isnan(finding->p_same_count))
		return test_same_count(cut, origin, finding, ret);
	error = find_sides(cut, by, origin, 0, &sides);
	if (error)
		return error;
	triage_tail_deinit(&sides.below);
	*ret = sides.above;
	return 0;
}

int triage_finding_compare(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
			   struct triage_finding *ret, struct triage_tail *ret_test)
{
	struct triage_finding finding = { .origin = origin->origin,
					  .table = triage_strata_cut_table(cut, origin),
					  .ratio_kexeced = { NAN, NAN, NAN },
					  .p_kexeced = NAN,
					  .ratio_same_count = { NAN, NAN, NAN },
					  .p_same_count = NAN };
	TRIAGE_AUTO_TAIL tail = { .p = NAN };
	int error;

	finding.p = compare(cut, TRIAGE_STRATA_BY_LABEL, origin, 0, &finding.ratio);
	if (origin->origin != TRIAGE_COLD) {
		finding.p_kexeced =
			compare(cut, TRIAGE_STRATA_KEXECED, origin, 0, &finding.ratio_kexeced);
		finding.p_same_count = compare(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin, 0,
					       &finding.ratio_same_count);
	}
	error = test(cut, origin, &finding, &tail);
	if (error)
		return error;
	finding.tail = tail.p;
	*ret = finding;
	if (ret_test) {
		*ret_test = tail;
		tail = (struct triage_tail){ 0 };
	}
	return 0;
}

double triage_finding_judged_p(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return finding->p_same_count;
	return isnan(finding->p_kexeced) ? finding->p : finding->p_kexeced;
}

bool triage_finding_is_inverse(const struct triage_finding *finding)
{
	return finding->verdict == TRIAGE_INVERSE ||
	       (finding->verdict == TRIAGE_SUSPECT && finding->origin == TRIAGE_COLD &&
		finding->ratio.estimate < 1);
}

struct triage_interval triage_finding_judged_ratio(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return finding->ratio_same_count;
	return isnan(finding->p_kexeced) ? finding->ratio : finding->ratio_kexeced;
}
