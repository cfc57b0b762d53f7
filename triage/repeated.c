// SPDX-License-Identifier: GPL-2.0-or-later
#include "repeated.h"

#include <stdbool.h>

#include "cases.h"

static bool can_repeat(const struct triage_exposure *exposure, const struct triage_case *any,
		       const struct triage_case *one)
{
	return one != any && one->release == any->release &&
	       !triage_is_lost_kexec(exposure, one->signature);
}

static void drop_findings(struct triage_case *any, const struct triage_case *one)
{
	for (size_t i = 0; i < any->finding_count; i++) {
		struct triage_finding *finding = &any->findings[i];

		for (size_t j = 0; j < one->finding_count; j++)
			if (one->findings[j].origin == finding->origin &&
			    one->findings[j].verdict >= finding->verdict)
				finding->verdict = TRIAGE_NONE;
	}
	if (one->count_trend.verdict >= any->count_trend.verdict)
		any->count_trend.verdict = TRIAGE_NONE;
}

int triage_repeated_drop(struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;

	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *any = &report->cases[i];

		if (!triage_is_any_crash(exposure, any->signature))
			continue;
		for (size_t j = 0; j < report->case_count; j++)
			if (can_repeat(exposure, any, &report->cases[j]))
				drop_findings(any, &report->cases[j]);
	}
	return triage_report_sort(report);
}
