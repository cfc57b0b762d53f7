// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <math.h>

#include "exact_test.h"
#include "exposure.h"
#include "statistics.h"

/* Shares of the error of the first kind if the boots with low kexec counts are tested, too. */
#define SHARE_ALL 0.15
#define SHARE_LOW 0.85

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

/**
 * struct comparison - how an origin is compared with the others
 * @below: if not 0, compare only boots with a smaller kexec count
 */
struct comparison {
	struct triage_strata_cut *cut;
	const struct triage_strata_origin *origin;
	enum triage_strata_by by;
	uint32_t below;
};

/*
 * Compare an origin with the others within strata. @ret_p: the two-sided p-value; NAN if no stratum
 * is informative. @ret_sides: one-sided tests; NULL if not needed
 */
static int compare(const struct comparison *how, struct triage_interval *ret_ratio, double *ret_p,
		   struct sides *ret_sides)
{
	const struct triage_table *tables;
	size_t count =
		triage_strata_cut_tables(how->cut, how->by, how->origin, how->below, &tables);

	if (how->cut->is_odds)
		*ret_ratio = count == 1 ? triage_odds_ratio(tables)
					: triage_mantel_haenszel_odds(tables, count);
	else
		*ret_ratio = count == 1 ? triage_risk_ratio(tables)
					: triage_mantel_haenszel(tables, count);
	if (ret_sides)
		return triage_fisher_tests(tables, count, ret_p, &ret_sides->above,
					   &ret_sides->below);
	*ret_p = triage_fisher_strata(tables, count);
	return 0;
}

/* Test whether a cold boot changes the rate. */
static int test_cold(const struct sides *sides, struct triage_tail *ret)
{
	const struct triage_part parts[] = { { sides->above, 0.5 }, { sides->below, 0.5 } };
	size_t best;

	return triage_tails_combine(parts, 2, ret, &best);
}

/*
 * Test whether the boots after a previous release crash more, among all boots (@all) and among
 * those with low kexec counts. If the boots with low counts differ more, the finding gets their
 * comparison.
 */
static int test_same_count(const struct comparison *how, const struct sides *all,
			   struct triage_finding *finding, struct triage_tail *ret)
{
	struct comparison of_low = *how;
	AUTO_SIDES low = { .above.p = NAN };
	struct triage_interval ratio;
	struct triage_part parts[2];
	double p = NAN;
	size_t best;
	int error = 0;

	of_low.below = how->cut->step;
	if (of_low.below > 0)
		error = compare(&of_low, &ratio, &p, &low);
	if (error)
		return error;
	parts[0] = (struct triage_part){ all->above, SHARE_ALL };
	parts[1] = (struct triage_part){ low.above, SHARE_LOW };
	error = triage_tails_combine(parts, 2, ret, &best);
	if (error || best == 0 || !(low.above.p < all->above.p))
		return error;
	finding->below = of_low.below;
	finding->ratio_same_count = ratio;
	finding->p_same_count = fmin(1, p / SHARE_LOW);
	return 0;
}

/* Make the most specific comparison of an origin, and its test. */
static int judge(const struct comparison *how, struct triage_finding *finding,
		 struct triage_tail *ret)
{
	struct comparison within = *how;
	AUTO_SIDES sides = { .above.p = NAN, .below.p = NAN };
	int error;

	if (how->origin->origin == TRIAGE_COLD) {
		error = compare(how, &finding->ratio, &finding->p, &sides);
		return error ? error : test_cold(&sides, ret);
	}
	within.by = TRIAGE_STRATA_BY_LABEL_AND_COUNT;
	error = compare(&within, &finding->ratio_same_count, &finding->p_same_count, &sides);
	if (!error && !isnan(finding->p_same_count))
		return test_same_count(&within, &sides, finding, ret);
	within.by = TRIAGE_STRATA_KEXECED;
	if (!error)
		error = compare(&within, &finding->ratio_kexeced, &finding->p_kexeced, &sides);
	if (!error && isnan(finding->p_kexeced))
		error = compare(how, &finding->ratio, &finding->p, &sides);
	if (error)
		return error;
	*ret = sides.above;
	sides.above = (struct triage_tail){ 0 };
	return 0;
}

/* Make the comparisons that judge() has not made. */
static int compare_rest(const struct comparison *how, struct triage_finding *finding)
{
	struct comparison within = *how;
	int error = 0;

	within.by = TRIAGE_STRATA_KEXECED;
	if (!isnan(finding->p_same_count))
		error = compare(&within, &finding->ratio_kexeced, &finding->p_kexeced, NULL);
	if (!error && isnan(finding->p))
		error = compare(how, &finding->ratio, &finding->p, NULL);
	return error;
}

int triage_finding_compare(struct triage_strata_cut *cut, const struct triage_strata_origin *origin,
			   double limit, struct triage_finding *ret, struct triage_tail *ret_test)
{
	const struct comparison how = { cut, origin, TRIAGE_STRATA_BY_LABEL, 0 };
	const struct triage_interval none = { NAN, NAN, NAN };
	struct triage_finding finding = { .origin = origin->origin,
					  .table = triage_strata_cut_table(cut, origin),
					  .ratio = none,
					  .p = NAN,
					  .ratio_kexeced = none,
					  .p_kexeced = NAN,
					  .ratio_same_count = none,
					  .p_same_count = NAN };
	TRIAGE_AUTO_TAIL tail = { .p = NAN };
	int error = judge(&how, &finding, &tail);

	if (!error && !(triage_finding_judged_p(&finding) > limit))
		error = compare_rest(&how, &finding);
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
