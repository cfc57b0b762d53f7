/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a crash depend on the kexec count, and from which one on? */
#ifndef LINEAGE_TRIAGE_COUNTED_H
#define LINEAGE_TRIAGE_COUNTED_H

#include "triage.h"
#include "rows.h"

/**
 * counted_look() - test for a trend
 * @ret_doses: room for as many doses as the release has counts: boots and crashes by count
 * @ret: all but its @q and @verdict
 */
void counted_look(struct rows *rows, struct triage_dose *ret_doses, struct triage_counted *ret);

#endif /* LINEAGE_TRIAGE_COUNTED_H */
