/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Verdicts on the dependence of a crash on one origin or on the kexec count. */
#ifndef LINEAGE_TRIAGE_VERDICT_H
#define LINEAGE_TRIAGE_VERDICT_H

/* Maximum false discovery rate of the verdicts. */
#define TRIAGE_FDR 0.05

/** The verdicts, in ascending order of strength. */
enum triage_verdict {
	TRIAGE_NONE,	   /* no dependence was detected */
	TRIAGE_LEAD,	   /* significant as a single test, but not after the correction */
	TRIAGE_SUSPECT,	   /* more crashes, but enum triage_doubt may be the cause */
	TRIAGE_INVERSE,	   /* associated, ratio below 1: fewer crashes after a cold boot */
	TRIAGE_ASSOCIATED, /* associated, ratio above 1 */
};

/** Other explanations of a dependence, which make it a suspect. */
enum triage_doubt {
	TRIAGE_DOUBT_NONE,
	TRIAGE_DOUBT_KEXEC_COUNT,
	TRIAGE_DOUBT_ONE_MACHINE,
	TRIAGE_DOUBT_MACHINES,
	TRIAGE_DOUBT_CALENDAR,
	TRIAGE_DOUBT_BOOT_LENGTH,
	TRIAGE_DOUBT_CRASHES_ONLY,
};

/** triage_doubt_name() - name in the output, a static string; NULL for TRIAGE_DOUBT_NONE */
const char *triage_doubt_name(enum triage_doubt doubt);

/** triage_verdict_name() - name in the output, a static string; "associated" for both directions */
const char *triage_verdict_name(enum triage_verdict verdict);

#endif /* LINEAGE_TRIAGE_VERDICT_H */
