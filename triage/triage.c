// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage.h"

#include <errno.h>
#include <stdlib.h>

#include "comparisons.h"
#include "judge.h"
#include "repeated.h"
#include "unmask.h"

static void doubt(struct triage_finding *finding)
{
	if (finding->verdict < TRIAGE_INVERSE)
		return;
	finding->verdict = TRIAGE_SUSPECT;
	finding->why_not = TRIAGE_DOUBT_CRASHES_ONLY;
}

/*
 * In a store that has only crashes, a larger share of one signature may mean that other crashes
 * became rarer. Change associations to suspects.
 */
static void doubt_all(struct triage_report *report)
{
	for (size_t i = 0; i < report->finding_count; i++)
		doubt(&report->findings[i]);
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_count_trend *trend = &report->cases[i].count_trend;

		doubt(&report->cases[i].range.finding);
		for (size_t j = 0; j < report->cases[i].ancestor_count; j++)
			doubt(&report->cases[i].ancestors[j]);
		if (trend->verdict != TRIAGE_ASSOCIATED)
			continue;
		trend->verdict = TRIAGE_SUSPECT;
		trend->why_not = TRIAGE_DOUBT_CRASHES_ONLY;
	}
}

static int make_report(const struct triage_exposure *exposure, const char *releases,
		       struct triage_report **ret)
{
	TRIAGE_AUTO_REPORT report = calloc(1, sizeof(*report));
	int error;

	if (!report)
		return -ENOMEM;
	report->exposure = exposure;
	report->releases = releases;
	error = triage_comparisons_make(report);
	if (!error)
		error = triage_judge(report);
	if (!error && triage_exposure_is_crashes_only(exposure))
		doubt_all(report);
	if (!error)
		error = triage_repeated_drop(report);
	if (!error)
		error = triage_judge_reported(report);
	if (error)
		return error;
	*ret = report;
	report = NULL;
	return 0;
}

int triage_report_create(const struct triage_exposure *exposure, const char *releases,
			 struct triage_report **ret)
{
	TRIAGE_AUTO_REPORT report = NULL;
	int error = make_report(exposure, releases, &report);

	if (!error && triage_exposure_is_crashes_only(exposure))
		error = triage_unmask(report, make_report);
	if (error)
		return error;
	*ret = report;
	report = NULL;
	return 0;
}
