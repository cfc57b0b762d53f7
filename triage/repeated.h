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
 * - A range of previous releases repeats the findings on single releases of the range with at least
 *   the same verdict, if the other releases of the range do not show the difference. Otherwise, the
 *   findings on single releases repeat the range.
 * - A finding over all releases repeats the findings in single releases with at least the same
 *   verdict, if the other releases do not show the difference. Otherwise, or if all findings in
 *   single releases have a weaker verdict, the findings in single releases repeat the finding over
 *   all releases.
 * - A finding about any crash repeats a finding about one signature, in the same release or over
 *   all releases, whose verdict is at least as strong. If the finding about one signature has the
 *   weaker verdict, it repeats the finding about any crash.
 *
 * The report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_repeated_drop(struct triage_report *report);

/**
 * triage_repeated_drop_ancestors() - set the verdict of each repeated finding on an ancestor to
 * TRIAGE_NONE
 *
 * Call it after triage_machines_check() has dropped findings within cases. Of two findings on the
 * same ancestor, over all releases and in a single release, the finding with the stronger verdict
 * is kept; if the verdicts are equal, the finding with the smaller p-value. A finding about any
 * crash is kept only if it is stronger than a finding about one signature.
 *
 * The report is sorted again. Return: 0 or -ENOMEM.
 */
int triage_repeated_drop_ancestors(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_REPEATED_H */
