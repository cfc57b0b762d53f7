/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes the cases of a report: compares every origin and tests the kexec count. */
#ifndef LINEAGE_TRIAGE_COMPARISONS_H
#define LINEAGE_TRIAGE_COMPARISONS_H

#include "cases.h"

/** triage_comparisons_make() - fill an empty report with an @exposure; 0 or -ENOMEM */
int triage_comparisons_make(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_COMPARISONS_H */
