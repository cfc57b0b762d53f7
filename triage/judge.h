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
 * Associations that another one explains were accepted tests, but are not reported. Without them,
 * the others have a smaller rank and a larger q-value. If it is too large, they become leads. The
 * report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_judge_reported(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_JUDGE_H */
