/* SPDX-License-Identifier: GPL-2.0-or-later */
/* English sentences about a report; the caller frees every string, and NULL means that memory ran out. */
#ifndef LINEAGE_TRIAGE_SENTENCES_H
#define LINEAGE_TRIAGE_SENTENCES_H

#include "cases.h"

/** triage_sentences_finding() - crash rates of an origin and of the others, their ratio, and the q-value or the doubt */
char *triage_sentences_finding(const struct triage_exposure *exposure,
			       const struct triage_case *one, const struct triage_finding *finding);

/** triage_sentences_count_trend() - crash rates before and from a kexec count on, and the q-value */
char *triage_sentences_count_trend(const struct triage_exposure *exposure,
				   const struct triage_case *one);

/** triage_sentences_release_order() - the changepoint over the previous releases; NULL if there is none, too */
char *triage_sentences_release_order(const struct triage_exposure *exposure,
				     const struct triage_case *one);

/** triage_sentences_scale() - number of boots, crashes and comparisons, and the false discovery rate */
char *triage_sentences_scale(const struct triage_report *report);

/** triage_sentences_left_out() - boots and crashes that were excluded; NULL if there are none, too */
char *triage_sentences_left_out(const struct triage_exposure *exposure);

#endif /* LINEAGE_TRIAGE_SENTENCES_H */
