/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the cases of a report: compares every origin and tests the kexec count, without verdicts. */
#ifndef LINEAGE_TRIAGE_COMPARISONS_H
#define LINEAGE_TRIAGE_COMPARISONS_H

#include "cases.h"

/** triage_comparisons_make() - fill the cases of an empty report, whose @exposure is set; 0 or -ENOMEM */
int triage_comparisons_make(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_COMPARISONS_H */
