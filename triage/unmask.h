/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Iterative unmasking of the suspects of a store of crashes only. */
#ifndef LINEAGE_TRIAGE_UNMASK_H
#define LINEAGE_TRIAGE_UNMASK_H

#include "cases.h"

/** Make a report without unmasking; the arguments are those of triage_report_create(). */
typedef int triage_report_maker(const struct triage_exposure *exposure, const char *releases,
				struct triage_report **ret);

/**
 * triage_unmask() - drop the suspects that another suspect explains
 * @report: the report of a store of crashes only
 * @make: makes the reports of the remaining crashes
 *
 * If one crash is more frequent after a kernel, the shares of all other crashes are smaller after
 * it, and larger after all other kernels. Therefore the boots that had the crash with the smallest
 * p-value are removed, and the others that crashed are compared again, until no suspect is left.
 * Only suspects of the removed crashes remain in the report. Findings on ancestors are not changed.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_unmask(struct triage_report *report, triage_report_maker *make);

#endif /* LINEAGE_TRIAGE_UNMASK_H */
