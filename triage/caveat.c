// SPDX-License-Identifier: GPL-2.0-or-later
#include "caveat.h"

#include <math.h>

#include "figure.h"

/* Explain why the data cannot separate the previous kernel from the kexec count. */
static const char *reason_of_count(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return "the kexec counts of these boots differ from those of the others, and too "
		       "few other boots have the same counts to exclude the count as the cause";
	if (!isnan(finding->p_kexeced))
		return "the kexec counts of these boots are unknown or differ from those of the "
		       "others, and may be the cause: boots after other kernels at the same counts "
		       "are needed";
	return "no boot follows a kexec from another kernel: any kexec may be the cause";
}

/* Explain why a finding is a suspect, although its q-value is small. */
static const char *reason_of(enum triage_doubt why_not)
{
	switch (why_not) {
	case TRIAGE_DOUBT_ONE_MACHINE:
		return "all of these crashes are on one machine, which may be the cause";
	case TRIAGE_DOUBT_MACHINES:
		return "the crashes are concentrated on a few machines, which may be the cause";
	case TRIAGE_DOUBT_CALENDAR:
		return "boots of the same week do not show the difference, so that something that "
		       "happened at that time may be the cause";
	case TRIAGE_DOUBT_BOOT_LENGTH:
		return "these boots lasted longer than the others, which may be the cause";
	case TRIAGE_DOUBT_CRASHES_ONLY:
		return "almost every boot in the store crashed, so that this may only mean that "
		       "other crashes are rarer";
	case TRIAGE_DOUBT_NONE:
	case TRIAGE_DOUBT_KEXEC_COUNT: /* reason_of_count() explains it */
		break;
	}
	return NULL;
}

static char *make(const char *reason)
{
	return triage_format(reason ? "Suspect: %s. " : "%s", reason ? reason : "");
}

char *triage_caveat_make(const struct triage_finding *finding)
{
	if (finding->verdict != TRIAGE_SUSPECT)
		return make(NULL);
	return make(finding->why_not == TRIAGE_DOUBT_KEXEC_COUNT ? reason_of_count(finding)
								 : reason_of(finding->why_not));
}

char *triage_caveat_make_of_count(const struct triage_count_trend *trend)
{
	return make(trend->verdict == TRIAGE_SUSPECT ? reason_of(trend->why_not) : NULL);
}
