/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Check whether machines, the calendar or the length of boots may be the cause of the associations
 * of a report.
 */
#ifndef LINEAGE_TRIAGE_MACHINES_H
#define LINEAGE_TRIAGE_MACHINES_H

#include "cases.h"

struct store;

/* Expected number of boots of a case in the largest sample of machines. Tests set it. */
extern uint64_t triage_sample_boots;

/**
 * triage_machines_check() - change associations to suspects if machines, weeks or the length of
 * boots may explain them
 * @store: the store from which the exposure was read
 *
 * The tests of a report assume that boots are independent, and compare boots of different weeks.
 * This function repeats the test of each association with the boots of each machine and day. An
 * association remains only if all of these hold:
 *
 * - more than one machine crashed, unless the store has only one machine
 * - the association remains without the machines that crash in too many of their boots
 * - if the machines of the group have far fewer boots than the others, the association remains
 *   without those that crash in most of their boots, or more of these machines crashed than would
 *   have elsewhere in as few boots
 * - without the machines that crash too often, each machine crashed at most once, or a test in
 *   which the crashes of a machine may depend on each other is significant
 * - if crashes cluster on machines, boots of the same machine also show the dependence
 * - if the days of most crashes are known, boots of the same week also show the dependence (at the
 *   level of the finding, if the weeks explain a part of it), and boots of the same day do not
 *   contradict it
 * - the length of the boots does not explain the difference, unless crashes are compared per time
 *
 * The function sets @hosts and @why_not of the findings. The report is sorted again.
 *
 * Return: 0, -ENOMEM or an error of the store's functions.
 */
int triage_machines_check(struct triage_report *report, struct store *store);

#endif /* LINEAGE_TRIAGE_MACHINES_H */
