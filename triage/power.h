/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the boots of a case without a finding suffice to say that there is no dependence. */
#ifndef LINEAGE_TRIAGE_POWER_H
#define LINEAGE_TRIAGE_POWER_H

#include <stdint.h>

#include "cases.h"

/* The dependence that must be detectable: the crash is this many times as likely, or certain. */
#define TRIAGE_STRONG 10

/** What the boots of a case suffice for. */
enum triage_power {
	TRIAGE_POWER_ENOUGH,	   /* a strong dependence would have been found */
	TRIAGE_POWER_FEW,	   /* more boots are needed */
	TRIAGE_POWER_ONE_ORIGIN,   /* all boots have the same origin, or all are cold boots */
	TRIAGE_POWER_ALL_CRASHED,  /* every boot had the crash */
	TRIAGE_POWER_CRASHES_ONLY, /* the store has boots that crashed only */
	/*
	 * A dependence was found, but a finding on other crashes, other releases or any crash
	 * explains it; or the case is of any crash, which has an answer for each crash.
	 */
	TRIAGE_POWER_EXPLAINED,
};

/** triage_power_name() - "enough", "few", "one origin", "all crashed", "crashes only"
 * or "explained"; a static string */
const char *triage_power_name(enum triage_power power);

/**
 * triage_power_of() - decide whether the boots of a case suffice to find a strong dependence
 * @ret_more: for TRIAGE_POWER_FEW, about how many more boots of the release are needed, if origins
 *	keep their shares; may be NULL
 *
 * A dependence is strong if the crash is TRIAGE_STRONG times as likely after the most frequent
 * previous release as in all boots now, or if it is certain, because a tenth of all boots or more
 * crash. The boots suffice if a test at @level of the report detects it with a power of 80 %
 * (triage_sample_size()). The result does not apply to the other previous releases, which have
 * fewer boots.
 */
enum triage_power triage_power_of(const struct triage_report *report, const struct triage_case *one,
				  uint64_t *ret_more);

/**
 * triage_power_ratio() - smallest ratio of crash rates that the boots of a case would have shown
 *
 * The ratio is that of the most frequent previous release to all other boots, if these crash as
 * often as all boots of the case do now. A test at @level of the report detects it with a power of
 * 80 %.
 *
 * Return: above 1 and at most TRIAGE_STRONG, if triage_power_of() is TRIAGE_POWER_ENOUGH.
 */
double triage_power_ratio(const struct triage_report *report, const struct triage_case *one);

/**
 * triage_power_most_frequent() - return the finding on the previous release with the most boots;
 * NULL if there is no kexec
 */
const struct triage_finding *triage_power_most_frequent(const struct triage_case *one);

#endif /* LINEAGE_TRIAGE_POWER_H */
