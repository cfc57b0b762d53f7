/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences on why a finding is a suspect. The caller frees each; NULL means no memory. */
#ifndef LINEAGE_TRIAGE_CAVEAT_H
#define LINEAGE_TRIAGE_CAVEAT_H

#include "cases.h"

/**
 * triage_caveat_make() - "Suspect: all of these crashes are on one machine, which may be the cause. "
 *
 * Return: the sentence, followed by a blank; an empty text if the verdict is not suspect.
 */
char *triage_caveat_make(const struct triage_finding *finding);

/** triage_caveat_make_of_count() - the same for the dependence on the kexec count */
char *triage_caveat_make_of_count(const struct triage_count_trend *trend);

/**
 * triage_caveat_weeks() - how many boots crashed in the weeks that explain a difference, and how
 * many in all others
 * @group: the boots that the finding is about: "after a kexec from 7.2.9"
 *
 * Return: the sentences, each after a blank; an empty text without weeks.
 */
char *triage_caveat_weeks(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_weeks *weeks, const char *group);

#endif /* LINEAGE_TRIAGE_CAVEAT_H */
