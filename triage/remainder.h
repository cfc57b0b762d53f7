/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparison over all releases without some of them. */
#ifndef LINEAGE_TRIAGE_REMAINDER_H
#define LINEAGE_TRIAGE_REMAINDER_H

#include <stdbool.h>
#include <stdint.h>

#include "cases.h"

/**
 * triage_remainder_p() - test a finding over all releases again, without some releases
 * @pooled: a case of TRIAGE_ALL_RELEASES
 * @finding: a finding of this case; NULL: its count trend
 * @is_left_out: for each release number, whether to leave the release out
 * @ret: the p-value; 1 if the difference has the other direction, NAN if nothing can be compared
 *
 * Return: 0 or -ENOMEM.
 */
int triage_remainder_p(const struct triage_exposure *exposure, const struct triage_case *pooled,
		       const struct triage_finding *finding, const bool *is_left_out, double *ret);

#endif /* LINEAGE_TRIAGE_REMAINDER_H */
