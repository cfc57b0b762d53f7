/* SPDX-License-Identifier: GPL-2.0-or-later */
/* English sentences about a report; the caller frees them. NULL: no sentence, or out of memory. */
#ifndef LINEAGE_TRIAGE_SENTENCES_H
#define LINEAGE_TRIAGE_SENTENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"

/**
 * triage_sentences_has_finding() - true if a finding has a sentence
 *
 * It has no sentence if the verdict is TRIAGE_NONE, or if another finding of the case explains it:
 * a suspect if the kexec count is associated; a lead, or an inverse association of the cold boot,
 * if the case has a stronger verdict.
 */
bool triage_sentences_has_finding(const struct triage_case *one,
				  const struct triage_finding *finding);

/** triage_sentences_count() - upper limit of the number of sentences about a case */
size_t triage_sentences_count(const struct triage_case *one);

/**
 * triage_sentences_get() - sentence number @i about a case
 *
 * Order: one sentence about each finding, one about the kexec count, one about the order of
 * releases. A subject without a sentence gives NULL.
 */
char *triage_sentences_get(const struct triage_exposure *exposure, const struct triage_case *one,
			   size_t i);

/** triage_sentences_scale() - numbers of boots, crashes and comparisons, false discovery rate */
char *triage_sentences_scale(const struct triage_report *report);

/** triage_sentences_left_out() - boots and crashes that were excluded, if there are any */
char *triage_sentences_left_out(const struct triage_exposure *exposure);

#endif /* LINEAGE_TRIAGE_SENTENCES_H */
