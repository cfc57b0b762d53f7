// SPDX-License-Identifier: GPL-2.0-or-later
#include "release_order.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cleanup.h"
#include "lib/releases.h"
#include "changepoint.h"

bool triage_release_order_has(const char *release)
{
	return isdigit((unsigned char)release[0]) != 0;
}

static int compare_origins(const void *left, const void *right, void *data)
{
	const struct triage_exposure *exposure = data;
	char *const *releases = exposure->releases.texts;

	return lineage_release_compare(releases[((const struct triage_dose *)left)->score],
				       releases[((const struct triage_dose *)right)->score]);
}

/* List the origins that are releases, in version order; the score is the release's number. */
static size_t sort_origins(const struct triage_exposure *exposure,
			   const struct triage_finding *findings, size_t count,
			   struct triage_dose *ret)
{
	/* The argument of qsort_r() is not a pointer to const. */
	struct triage_exposure shallow = *exposure;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		const struct triage_finding *finding = &findings[i];

		if (finding->origin != TRIAGE_COLD &&
		    triage_release_order_has(exposure->releases.texts[finding->origin]))
			ret[used++] = (struct triage_dose){ finding->origin, finding->table.crashes,
							    finding->is_timed
								    ? finding->seconds +
									      finding->table.crashes
								    : finding->table.boots };
	}
	qsort_r(ret, used, sizeof(*ret), compare_origins, &shallow);
	return used;
}

/*
 * Return the maximum log likelihood of a model in which a single release differs from all others.
 */
static double fit_of_one(const struct triage_dose *groups, size_t count)
{
	struct triage_table all = triage_changepoint_table(groups, count, 0);
	double best = -INFINITY;

	for (size_t i = 0; i < count; i++) {
		struct triage_table table = { groups[i].crashes, groups[i].boots,
					      all.crashes - groups[i].crashes,
					      all.boots - groups[i].boots };

		best = fmax(best, triage_changepoint_log_likelihood(&table));
	}
	return best;
}

static void find_changepoint(const struct triage_dose *groups, size_t count,
			     struct triage_release_order *ret)
{
	double best;
	size_t at = triage_changepoint_find(groups, count, &best);
	struct triage_table table = triage_changepoint_table(groups, count, at);

	/* Set no changepoint if a single release explains the crashes better. */
	if (fit_of_one(groups, count) > best)
		return;
	*ret = (struct triage_release_order){ .is_known = true,
					      .last_before = groups[at - 1].score,
					      .first_after = groups[at].score,
					      .earliest = groups[at].score,
					      .latest = groups[at].score };
	ret->is_fixed = (double)table.crashes * (double)table.other_boots <
			(double)table.other_crashes * (double)table.boots;
	for (size_t i = count - 1; i >= 1; i--) {
		table = triage_changepoint_table(groups, count, i);
		if (2 * (best - triage_changepoint_log_likelihood(&table)) > TRIAGE_CHANGEPOINT_95)
			continue;
		if (i > at && ret->latest == groups[at].score)
			ret->latest = groups[i].score;
		if (i < at)
			ret->earliest = groups[i].score;
	}
}

/*
 * Return true if an associated release is on the side with the lower crash rate. The changepoint
 * then does not explain the crashes.
 */
static bool is_contradicted(const struct triage_dose *groups, size_t count,
			    const struct triage_finding *findings, size_t finding_count,
			    const struct triage_release_order *order)
{
	bool is_behind = false;

	for (size_t i = 0; i < count; i++) {
		is_behind = is_behind || groups[i].score == order->first_after;
		for (size_t j = 0; j < finding_count; j++)
			if (findings[j].origin == groups[i].score &&
			    findings[j].verdict == TRIAGE_ASSOCIATED &&
			    is_behind == order->is_fixed)
				return true;
	}
	return false;
}

int triage_release_order_find(const struct triage_exposure *exposure,
			      const struct triage_finding *findings, size_t count,
			      struct triage_release_order *ret)
{
	LINEAGE_AUTO_FREE struct triage_dose *groups = calloc(count ? count : 1, sizeof(*groups));
	size_t used;

	*ret = (struct triage_release_order){ 0 };
	if (!groups)
		return -ENOMEM;
	used = sort_origins(exposure, findings, count, groups);
	/* With only two releases, there is no order to detect. */
	if (used > 2)
		find_changepoint(groups, used, ret);
	if (ret->is_known && is_contradicted(groups, used, findings, count, ret))
		*ret = (struct triage_release_order){ 0 };
	return 0;
}
