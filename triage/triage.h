/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry point of triage, which finds crashes that depend on the previous release or the kexec
 * count.
 *
 * For each crash signature of each release, every origin (a previous release, or the cold boot) is
 * compared with all others, and the crash rate is tested for a trend over the kexec count. The
 * verdicts keep the false discovery rate at TRIAGE_FDR over all of these tests.
 * docs/explanation/triage.md explains every step.
 */
#ifndef LINEAGE_TRIAGE_TRIAGE_H
#define LINEAGE_TRIAGE_TRIAGE_H

#include "cases.h"

/**
 * triage_report_create() - make a report, which must not outlive @exposure
 * @releases: compare only boots of these releases, as in struct triage_selection; NULL for all.
 *	The correction for multiple testing then ignores all other releases.
 *
 * Return: 0 or -ENOMEM.
 */
int triage_report_create(const struct triage_exposure *exposure, const char *releases,
			 struct triage_report **ret);

#endif /* LINEAGE_TRIAGE_TRIAGE_H */
