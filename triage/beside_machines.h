/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Previous releases whose crashes are hidden by machines that crash in too many of their boots. */
#ifndef LINEAGE_TRIAGE_BESIDE_MACHINES_H
#define LINEAGE_TRIAGE_BESIDE_MACHINES_H

#include "cases.h"
#include "machine_boots.h"

/**
 * triage_beside_machines_find() - compare the previous releases of a case once more, without the
 * machines that crash in too many of their boots
 * @machines: the boots of the case
 * @report: the report of the case, with its family of tests
 *
 * Only a case with a suspect because of machines (TRIAGE_DOUBT_MACHINES) is compared again, and in
 * it only previous releases that are neither associated nor a suspect. The p-value counts twice,
 * because it is from a second comparison. A difference that is significant, and that passes
 * triage_machine_check(), becomes an association. All of its figures are then those of this
 * comparison, and @left_out of the finding has the machines that it leaves out.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_beside_machines_find(struct triage_machines *machines,
				const struct triage_report *report);

#endif /* LINEAGE_TRIAGE_BESIDE_MACHINES_H */
