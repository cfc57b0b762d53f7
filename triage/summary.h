/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * English sentences that sum up a report or a case: what was found, what it depends on, and what to
 * do next. The caller frees each; NULL means no sentence or no memory.
 */
#ifndef LINEAGE_TRIAGE_SUMMARY_H
#define LINEAGE_TRIAGE_SUMMARY_H

#include "cases.h"
#include "selection.h"

/**
 * triage_summary_counts() - how many crashes of a selection have each verdict, and how many have
 * too few boots
 */
char *triage_summary_counts(const struct triage_report *report,
			    const struct triage_selection *selection);

/**
 * triage_summary_culprit() - what the strongest findings of a case name, with their counts: "after
 * a kexec from 7.2.9 (41 of 1,203 boots, 3 of 9,120 others)"
 */
char *triage_summary_culprit(const struct triage_exposure *exposure, const struct triage_case *one);

/**
 * triage_summary_verdict() - verdict of a finding in a table: "" if nothing was found, "in range"
 * if the range of the case has the origin, "fewer" if the boots crash less; a static string
 *
 * If a cold boot crashes less, the sentence names the kexecs instead.
 */
const char *triage_summary_verdict(const struct triage_exposure *exposure,
				   const struct triage_case *one,
				   const struct triage_finding *finding);

/**
 * triage_summary_power() - for a case without a finding, but with enough boots: which dependence
 * would have been found, as "a crash rate of 7.8 % after 7.2.8 (925 boots), 10 times that of all
 * boots, would have been found with a probability of 80 %"; otherwise NULL
 */
char *triage_summary_power(const struct triage_report *report, const struct triage_case *one);

/** triage_summary_none() - for a case without a finding: whether there are enough boots */
char *triage_summary_none(const struct triage_report *report, const struct triage_case *one);

/**
 * triage_summary_missing() - for a case without a finding, and without enough boots: what is
 * missing, as "too few boots to decide: about 2,088 more would be enough"; otherwise NULL
 */
char *triage_summary_missing(const struct triage_report *report, const struct triage_case *one);

/** triage_summary_next() - what to do about the strongest finding of a case; NULL for a lead */
char *triage_summary_next(const struct triage_exposure *exposure, const struct triage_case *one);

/**
 * triage_summary_labels() - how many boots of each label had the crash of a case
 *
 * If a sentence is about a previous kernel, a range, the cold boot or the kexec count, the boots of
 * this group are counted, with the other boots in parentheses. A finding with a label comes first,
 * then the strongest one.
 *
 * Return: NULL if the boots have one label, if several releases are compared together, or if the
 * finding leaves out machines, whose boots cannot be subtracted from the counts.
 */
char *triage_summary_labels(const struct triage_exposure *exposure, const struct triage_case *one);

/**
 * triage_summary_rows() - what the rows of the table of previous kernels count; NULL if each counts
 * the boots of one origin against all others
 */
char *triage_summary_rows(const struct triage_exposure *exposure, const struct triage_case *one);

/**
 * triage_summary_days() - when the first and the last boot with the crash of a case started, and
 * the newest boot of its release if it is known; NULL if no day of a crash is known
 */
char *triage_summary_days(const struct triage_exposure *exposure, const struct triage_case *one);

/** triage_summary_example() - "Signature ..., for example on host ..., boot ..." */
char *triage_summary_example(const struct triage_exposure *exposure, const struct triage_case *one);

#endif /* LINEAGE_TRIAGE_SUMMARY_H */
