/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts on the dependence of a crash on one origin or on the kexec count. */
#ifndef LINEAGE_TRIAGE_VERDICT_H
#define LINEAGE_TRIAGE_VERDICT_H

/* The false discovery rate that the verdicts keep. */
#define TRIAGE_FDR 0.05

/** The verdicts, in ascending order of what they establish. */
enum triage_verdict {
	TRIAGE_NOT_SEEN, /* no dependence was detected */
	TRIAGE_LEAD, /* significant as a single test, not after the correction for multiple testing */
	TRIAGE_SUSPECT, /* associated, but the kexec count or one broken host may explain it */
	TRIAGE_SAFER,	/* for the cold boot: fewer crashes than after a kexec */
	TRIAGE_GUILTY,	/* more crashes, established */
};

/** triage_verdict_name() - name in the output, static */
const char *triage_verdict_name(enum triage_verdict verdict);

#endif /* LINEAGE_TRIAGE_VERDICT_H */
