/* SPDX-License-Identifier: GPL-2.0-or-later */
/* English sentences about a report. The caller frees each; NULL means no sentence or no memory. */
#ifndef LINEAGE_TRIAGE_SENTENCES_H
#define LINEAGE_TRIAGE_SENTENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "cases.h"

/**
 * triage_sentences_has_finding() - return whether a finding has a sentence
 *
 * A finding has no sentence in four cases: its verdict is TRIAGE_NONE; it is a suspect because the
 * kexec count may explain the crashes (TRIAGE_DOUBT_KEXEC_COUNT), and the kexec count is
 * associated; it is a suspect because cold boots crash less, and a previous release is a suspect as
 * well; or it is TRIAGE_LEAD or TRIAGE_INVERSE, and the case has a stronger verdict.
 */
bool triage_sentences_has_finding(const struct triage_case *one,
				  const struct triage_finding *finding);

/** triage_sentences_count() - upper limit of the number of sentences about a case */
size_t triage_sentences_count(const struct triage_case *one);

/**
 * triage_sentences_get() - sentence number @i about a case
 *
 * Order: one sentence about each finding, one about the kexec count, one about a range, one about
 * the order of releases, and one about each ancestor. A subject without a sentence gives NULL. If
 * the same boots had other crashes, a second sentence lists these.
 */
char *triage_sentences_get(const struct triage_exposure *exposure, const struct triage_case *one,
			   size_t i);

/** triage_sentences_scale() - sentence on the numbers of boots, signatures and tests */
char *triage_sentences_scale(const struct triage_report *report);

/**
 * triage_sentences_crashes_only() - warning that the store has only boots that crashed; NULL if it
 * has others
 */
char *triage_sentences_crashes_only(const struct triage_exposure *exposure);

/**
 * triage_sentences_period() - "Only boots from 2026-11-24 00:00 UTC on are compared ..."; NULL if
 *	all boots are compared
 */
char *triage_sentences_period(const struct triage_exposure *exposure);

/**
 * triage_sentences_inferred() - sentence on the boots with an inferred lineage; NULL if there are
 * none
 */
char *triage_sentences_inferred(const struct triage_exposure *exposure);

/**
 * triage_sentences_chains() - warning that the ancestors of some boots are unknown; NULL if all are
 * known, or if no ancestor was compared
 */
char *triage_sentences_chains(const struct triage_exposure *exposure);

/** triage_sentences_left_out() - sentence on excluded boots and crashes; NULL for none */
char *triage_sentences_left_out(const struct triage_exposure *exposure);

#endif /* LINEAGE_TRIAGE_SENTENCES_H */
