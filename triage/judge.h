/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Correct the comparisons of a report for multiple testing and set their verdicts. */
#ifndef LINEAGE_TRIAGE_JUDGE_H
#define LINEAGE_TRIAGE_JUDGE_H

#include "cases.h"

/** triage_judge() - set every q-value and verdict, and the number of tests; return 0 or -ENOMEM */
int triage_judge(struct triage_report *report);

/**
 * triage_judge_reported() - correct the associations that are left in a report
 *
 * An association that another association explains is not reported. Without it, the rank of the
 * other associations is smaller, and their q-values are larger. An association whose q-value is now
 * too large becomes a lead. The limits of the report are set for the number of the others. The
 * report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_judge_reported(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_JUDGE_H */
