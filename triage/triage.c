// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage.h"

#include <errno.h>
#include <stdlib.h>

#include "comparisons.h"
#include "judge.h"

int triage_report_create(const struct triage_exposure *exposure, struct triage_report **ret)
{
	TRIAGE_AUTO_REPORT report = calloc(1, sizeof(*report));
	int error;

	if (!report)
		return -ENOMEM;
	report->exposure = exposure;
	error = triage_comparisons_make(report);
	if (!error)
		error = triage_judge(report);
	if (!error)
		error = triage_report_sort(report);
	if (error)
		return error;
	*ret = report;
	report = NULL;
	return 0;
}
