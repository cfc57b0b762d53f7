// SPDX-License-Identifier: GPL-2.0-or-later
#include "finding.h"

#include <math.h>

#include "exact_test.h"
#include "exposure.h"
#include "statistics.h"

/*
 * Return the p-value of an origin against the other origins within strata. If no stratum is
 * informative, return NAN and leave @least unchanged.
 */
static double compare(struct triage_strata_cut *cut, enum triage_strata_by by,
		      const struct triage_strata_origin *origin, struct triage_interval *ret_ratio,
		      double *least)
{
	const struct triage_table *tables;
	size_t count = triage_strata_cut_tables(cut, by, origin, &tables);
	double p = triage_fisher_strata(tables, count);

	*ret_ratio = count == 1 ? triage_risk_ratio(tables) : triage_mantel_haenszel(tables, count);
	if (!isnan(p))
		*least = triage_fisher_least(tables, count, origin->origin == TRIAGE_COLD);
	return p;
}

struct triage_finding triage_finding_compare(struct triage_strata_cut *cut,
					     const struct triage_strata_origin *origin)
{
	struct triage_finding finding = { .origin = origin->origin,
					  .table = triage_strata_cut_table(cut, origin),
					  .ratio_kexeced = { NAN, NAN, NAN },
					  .p_kexeced = NAN,
					  .ratio_same_count = { NAN, NAN, NAN },
					  .p_same_count = NAN,
					  .least = NAN };

	finding.p = compare(cut, TRIAGE_STRATA_BY_LABEL, origin, &finding.ratio, &finding.least);
	if (origin->origin == TRIAGE_COLD)
		return finding;
	finding.p_kexeced =
		compare(cut, TRIAGE_STRATA_KEXECED, origin, &finding.ratio_kexeced, &finding.least);
	finding.p_same_count = compare(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin,
				       &finding.ratio_same_count, &finding.least);
	return finding;
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
