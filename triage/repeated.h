/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings that repeat another finding. */
#ifndef LINEAGE_TRIAGE_REPEATED_H
#define LINEAGE_TRIAGE_REPEATED_H

struct triage_report;

/**
 * triage_repeated_drop() - set the verdict of each repeated finding to TRIAGE_NONE
 *
 * A finding about any crash is repeated if a crash of one signature in the same release has a
 * verdict that is at least as strong on the same origin, or on the kexec count. The report is
 * sorted again.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_repeated_drop(struct triage_report *report);

#endif /* LINEAGE_TRIAGE_REPEATED_H */
