/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Test for a trend of the crash rate over the kexec count, and the count at which the rate changes. */
#ifndef LINEAGE_TRIAGE_COUNT_TREND_H
#define LINEAGE_TRIAGE_COUNT_TREND_H

#include "strata_cut.h"
#include "triage.h"

/**
 * triage_count_trend_test() - test the crashes of one release and signature for a trend
 * @ret_doses: boots and crashes by kexec count; the caller provides one element for each count of the release
 * @ret: every field except @q and @verdict
 */
void triage_count_trend_test(struct triage_strata_cut *cut, struct triage_dose *ret_doses,
			     struct triage_count_trend *ret);

#endif /* LINEAGE_TRIAGE_COUNT_TREND_H */
