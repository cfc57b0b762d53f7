/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a finding is a suspect: the first sentence about it. */
#ifndef LINEAGE_TRIAGE_CAVEAT_H
#define LINEAGE_TRIAGE_CAVEAT_H

#include "count_trend.h"
#include "finding.h"

/**
 * triage_caveat_make() - "Suspect: all of these crashes are on one machine, which may be the cause. "
 *
 * Return: the sentence, followed by a blank; an empty text if the verdict is not suspect; NULL if
 * memory runs out. The caller frees it.
 */
char *triage_caveat_make(const struct triage_finding *finding);

/** triage_caveat_make_of_count() - the same for the dependence on the kexec count */
char *triage_caveat_make_of_count(const struct triage_count_trend *trend);

#endif /* LINEAGE_TRIAGE_CAVEAT_H */
