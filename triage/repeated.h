/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings that repeat another finding. */
#ifndef LINEAGE_TRIAGE_REPEATED_H
#define LINEAGE_TRIAGE_REPEATED_H

struct triage_report;

/**
 * triage_repeated_drop() - set the verdict of each repeated finding to TRIAGE_NONE
 *
 * Two findings on the same origin, or on the kexec count, can have the same cause:
 *
 * - A range of previous releases repeats the findings on its releases with at least the same
 *   verdict, if its other releases do not show the difference. Otherwise, these repeat the range.
 * - A finding over all releases repeats those in single releases with at least the same verdict, if
 *   the other releases do not show the difference. Otherwise, or if there are only findings with
 *   a weaker verdict, those in single releases repeat the finding over all releases.
 * - A finding about any crash repeats a finding about one signature, in the same release or over
 *   all releases, whose verdict is at least as strong. A weaker one repeats that about any crash.
 *
 * The report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_repeated_drop(struct triage_report *report);

/**
 * triage_repeated_drop_ancestors() - set the verdict of each repeated finding on an ancestor to
 * TRIAGE_NONE
 *
 * Call it after triage_machines_check() has dropped findings within cases. Of the findings on the
 * same ancestor over all releases and in a single one, that with the smaller p-value is kept. A
 * finding about any crash is kept only if it is stronger than one about a signature.
 *
 * The report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_repeated_drop_ancestors(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_REPEATED_H */
