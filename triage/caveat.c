// SPDX-License-Identifier: GPL-2.0-or-later
#include "caveat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "figure.h"

#define CONCENTRATED 2 /* crashes for each machine that crashed */

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

/*
 * Explain why a finding is a suspect, although its q-value is small. @crashes, @hosts: the crashes
 * of the group, and the machines that had them
 */
static const char *reason_of(enum triage_doubt why_not, uint64_t crashes, int64_t hosts)
{
	switch (why_not) {
	case TRIAGE_DOUBT_ONE_MACHINE:
		return "all of these crashes are on one machine, which may be the cause";
	case TRIAGE_DOUBT_MACHINES:
		if (crashes >= CONCENTRATED * (uint64_t)hosts)
			return "the crashes are concentrated on a few machines, which may be the "
			       "cause";
		return "machines that crash more often than others may be the cause: tests that "
		       "allow for such machines do not show the difference";
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

/* Write " In the week from 2026-03-26 to 2026-04-01, 105 of 794 boots after ... crashed, ...". */
static void write_week(const struct triage_week *week, const char *unit, const char *crashed,
		       const char *group, FILE *stream)
{
	char first[TRIAGE_FIGURE_SIZE], last[TRIAGE_FIGURE_SIZE];
	char crashes[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];
	char other_crashes[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	triage_figure_day(week->first, first);
	triage_figure_day(week->last, last);
	if (week->first == week->last)
		fprintf(stream, " On %s, ", first);
	else
		fprintf(stream, " In the week from %s to %s, ", first, last);
	fprintf(stream, "%s of %s %s %s and %s of %s others %s.",
		triage_figure_count(week->group_crashes, crashes),
		triage_figure_count(week->group_boots, boots), unit, group,
		triage_figure_count(week->crashes - week->group_crashes, other_crashes),
		triage_figure_count(week->boots - week->group_boots, others), crashed);
}

/* Write " In the other weeks, 4 of 660 boots after ... and 10 of 6,340 others crashed: ...". */
static void write_rest(const struct triage_weeks *weeks, const char *unit, const char *crashed,
		       const char *group, FILE *stream)
{
	const struct triage_table *rest = &weeks->rest;
	bool are_days = weeks->weeks[0].first == weeks->weeks[0].last;
	char crashes[TRIAGE_FIGURE_SIZE], boots[TRIAGE_FIGURE_SIZE];
	char other_crashes[TRIAGE_FIGURE_SIZE], others[TRIAGE_FIGURE_SIZE];

	fprintf(stream, " %s, %s of %s %s %s and %s of %s others %s: ",
		are_days ? "On the other days" : "In the other weeks",
		triage_figure_count(rest->crashes, crashes),
		triage_figure_count(rest->boots, boots), unit, group,
		triage_figure_count(rest->other_crashes, other_crashes),
		triage_figure_count(rest->other_boots, others), crashed);
	fprintf(stream,
		weeks->is_excluded ? "these %s exclude a ratio as large as this."
				   : "these %s are too few to show or to exclude the difference.",
		unit);
}

static char *make(const char *reason)
{
	return triage_format(reason ? "Suspect: %s. " : "%s", reason ? reason : "");
}

char *triage_caveat_make(const struct triage_finding *finding)
{
	const struct triage_table *table = &finding->table;
	uint64_t crashes =
		triage_finding_is_inverse(finding) ? table->other_crashes : table->crashes;

	if (finding->verdict != TRIAGE_SUSPECT)
		return make(NULL);
	return make(finding->why_not == TRIAGE_DOUBT_KEXEC_COUNT
			    ? reason_of_count(finding)
			    : reason_of(finding->why_not, crashes, finding->hosts));
}

char *triage_caveat_make_of_count(const struct triage_count_trend *trend)
{
	const struct triage_table *split = &trend->split;
	uint64_t crashes = trend->z > 0 ? split->crashes : split->other_crashes;

	return make(trend->verdict == TRIAGE_SUSPECT
			    ? reason_of(trend->why_not, crashes, trend->hosts)
			    : NULL);
}

char *triage_caveat_weeks(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_weeks *weeks, const char *group)
{
	const char *unit = triage_figure_unit(exposure, one->signature, 2);
	const char *crashed =
		triage_is_lost_kexec(exposure, one->signature) ? "were lost" : "crashed";
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < weeks->count; i++)
		write_week(&weeks->weeks[i], unit, crashed, group, stream);
	if (weeks->count > 0)
		write_rest(weeks, unit, crashed, group, stream);
	if (fclose(stream) == 0)
		return text;
	free(text);
	return NULL;
}
