/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Make the cases of a report: compare every origin, and test the kexec count. */
#ifndef LINEAGE_TRIAGE_COMPARISONS_H
#define LINEAGE_TRIAGE_COMPARISONS_H

#include "cases.h"

/** triage_comparisons_make() - fill a report in which only @exposure is set; return 0 or -ENOMEM */
int triage_comparisons_make(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_COMPARISONS_H */
