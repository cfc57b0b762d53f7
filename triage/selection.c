// SPDX-License-Identifier: GPL-2.0-or-later
#include "selection.h"

#include <string.h>

#include "lib/releases.h"
#include "sentences.h"

#define MEMBERS_MAX 20 /* maximum number of releases of a range in a short table */
#define ORIGINS_MIN 3  /* a short table has this many origins even if they have no finding */

bool triage_selection_has_release(const char *pattern, const char *release)
{
	return lineage_release_matches(pattern, release);
}

bool triage_selection_has_case(const struct triage_selection *selection,
			       const struct triage_report *report, const struct triage_case *one)
{
	const struct triage_exposure *exposure = report->exposure;
	const char *release = exposure->releases.texts[one->release];
	const char *signature = exposure->signature_names.texts[one->signature];

	if (selection->hidden && selection->hidden[one - report->cases])
		return false;
	if (selection->release && !triage_selection_has_release(selection->release, release))
		return false;
	return !selection->signature || strcmp(selection->signature, signature) == 0;
}

size_t triage_selection_count(const struct triage_selection *selection,
			      const struct triage_report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->case_count; i++)
		count += triage_selection_has_case(selection, report, &report->cases[i]);
	return count;
}

bool triage_selection_has_origin(const struct triage_selection *selection,
				 const struct triage_exposure *exposure,
				 const struct triage_case *one, size_t i)
{
	const struct triage_finding *finding = &one->findings[i];
	size_t members = 0;

	if (selection->all || i < ORIGINS_MIN || finding->origin == TRIAGE_COLD ||
	    triage_sentences_has_finding(one, finding))
		return true;
	if (!triage_case_is_in_range(exposure, one, finding->origin))
		return false;
	for (size_t j = 0; j < i; j++)
		members += triage_case_is_in_range(exposure, one, one->findings[j].origin);
	return members < MEMBERS_MAX;
}

bool triage_selection_has_counts(const struct triage_selection *selection,
				 const struct triage_case *one)
{
	return one->count_trend.dose_count > 1 &&
	       (selection->all || one->count_trend.verdict != TRIAGE_NONE);
}
