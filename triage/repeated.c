// SPDX-License-Identifier: GPL-2.0-or-later
#include "repeated.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cases.h"
#include "lib/cleanup.h"
#include "remainder.h"

/*
 * Levels of the test over the releases that do not have their own finding. If several releases have
 * their own finding, it is less likely that the difference is confined to these releases.
 */
#define LEVEL_BESIDE_ONE 0.01
#define LEVEL_BESIDE_SEVERAL 0.05

/* Find the finding of a case on an origin; NULL if the case has none. */
static struct triage_finding *find(const struct triage_case *one, uint32_t origin)
{
	for (size_t i = 0; i < one->finding_count; i++)
		if (one->findings[i].origin == origin)
			return &one->findings[i];
	return NULL;
}

/*
 * Return a pointer to the verdict of a case on the origin of @finding, or on the kexec count if
 * @finding is NULL. Return NULL if the case has no such origin.
 */
static enum triage_verdict *verdict_on(struct triage_case *one,
				       const struct triage_finding *finding)
{
	struct triage_finding *own;

	if (!finding)
		return &one->count_trend.verdict;
	own = find(one, finding->origin);
	return own ? &own->verdict : NULL;
}

/* Return whether @one is a case in a single release whose crashes @pooled includes. */
static bool is_part(const struct triage_exposure *exposure, const struct triage_case *pooled,
		    const struct triage_case *one)
{
	if (triage_is_pooled(exposure, one->release))
		return false;
	return one->signature == pooled->signature ||
	       (triage_is_any_crash(exposure, pooled->signature) &&
		!triage_is_lost_kexec(exposure, one->signature));
}

/*
 * Mark the releases that have their own finding, if it is at least as strong as @verdict. Return
 * their number.
 */
static size_t mark_releases(struct triage_report *report, const struct triage_case *pooled,
			    const struct triage_finding *finding, enum triage_verdict verdict,
			    bool *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];
		const enum triage_verdict *own = verdict_on(one, finding);

		if (!own || *own < verdict || !is_part(report->exposure, pooled, one))
			continue;
		count += !ret[one->release];
		ret[one->release] = true;
	}
	return count;
}

/* Drop the findings in single releases that repeat a finding over all releases. */
static void drop_parts(struct triage_report *report, const struct triage_case *pooled,
		       const struct triage_finding *finding, enum triage_verdict verdict)
{
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];
		enum triage_verdict *own = verdict_on(one, finding);

		if (own && *own <= verdict && one->signature == pooled->signature &&
		    is_part(report->exposure, pooled, one))
			*own = TRIAGE_NONE;
	}
}

/* Return whether the difference is in more releases than the @count releases that have findings. */
static bool is_wider(size_t count, double remainder_p)
{
	if (isnan(remainder_p))
		return count > 1;
	return remainder_p <= (count > 1 ? LEVEL_BESIDE_SEVERAL : LEVEL_BESIDE_ONE);
}

/* Drop a finding over all releases, or the findings in single releases. */
static int drop_pooled(struct triage_report *report, struct triage_case *pooled,
		       const struct triage_finding *finding)
{
	LINEAGE_AUTO_FREE bool *is_marked =
		calloc(report->exposure->releases.count + 1, sizeof(*is_marked));
	enum triage_verdict *verdict = verdict_on(pooled, finding);
	size_t marked;
	double p = 0;
	int error = 0;

	if (!is_marked)
		return -ENOMEM;
	if (*verdict == TRIAGE_NONE)
		return 0;
	marked = mark_releases(report, pooled, finding, *verdict, is_marked);
	if (marked > 0)
		error = triage_remainder_p(report->exposure, pooled, finding, is_marked, &p);
	if (error)
		return error;
	if (is_wider(marked, p))
		drop_parts(report, pooled, finding, *verdict);
	else
		*verdict = TRIAGE_NONE;
	return 0;
}

static int drop_all_pooled(struct triage_report *report)
{
	int error = 0;

	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];

		if (!triage_is_all_releases(report->exposure, one->release))
			continue;
		for (size_t j = 0; j < one->finding_count && !error; j++)
			error = drop_pooled(report, one, &one->findings[j]);
		if (!error)
			error = drop_pooled(report, one, NULL);
	}
	return error;
}

/*
 * Return whether boots of @one can be boots of @any: another signature, except lost kexecs, and the
 * same release, or one of the two cases has all releases.
 */
static bool overlap(const struct triage_exposure *exposure, const struct triage_case *any,
		    const struct triage_case *one)
{
	return one->signature != any->signature &&
	       !triage_is_lost_kexec(exposure, one->signature) &&
	       (one->release == any->release || triage_is_all_releases(exposure, one->release) ||
		triage_is_all_releases(exposure, any->release));
}

/*
 * Drop the verdict about one signature if it is weaker; otherwise, drop the verdict about any
 * crash. But a finding about any crash in all releases is kept beside a finding in a single
 * release, since mark_releases() has considered the latter.
 */
static void drop_one(enum triage_verdict *any, enum triage_verdict *one, bool is_wider_any)
{
	if (*one < *any)
		*one = TRIAGE_NONE;
	else if (!is_wider_any)
		*any = TRIAGE_NONE;
}

static void drop_any(struct triage_case *any, struct triage_case *one, bool is_wider_any)
{
	for (size_t i = 0; i < any->finding_count; i++) {
		struct triage_finding *finding = &any->findings[i];
		struct triage_finding *other = find(one, finding->origin);

		if (other)
			drop_one(&finding->verdict, &other->verdict, is_wider_any);
	}
	drop_one(&any->count_trend.verdict, &one->count_trend.verdict, is_wider_any);
	drop_one(&any->range.finding.verdict, &one->range.finding.verdict, is_wider_any);
}

static void drop_all_any(struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;

	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *any = &report->cases[i];

		if (!triage_is_any_crash(exposure, any->signature))
			continue;
		for (size_t j = 0; j < report->case_count; j++)
			if (overlap(exposure, any, &report->cases[j]))
				drop_any(any, &report->cases[j],
					 triage_is_all_releases(exposure, any->release) &&
						 report->cases[j].release != any->release);
	}
}

static bool is_member(const struct triage_exposure *exposure,
		      const struct triage_release_range *range,
		      const struct triage_finding *finding)
{
	return finding->origin != TRIAGE_COLD &&
	       triage_release_range_has(exposure, range, exposure->releases.texts[finding->origin]);
}

/* Drop the findings of @one on releases of a range if their verdicts are not stronger. */
static void drop_members(const struct triage_exposure *exposure,
			 const struct triage_release_range *range, struct triage_case *one)
{
	for (size_t i = 0; i < one->finding_count; i++) {
		struct triage_finding *finding = &one->findings[i];

		if (finding->verdict <= range->finding.verdict &&
		    is_member(exposure, range, finding))
			finding->verdict = TRIAGE_NONE;
	}
}

/* Drop the range of a case, or the findings on its releases. */
static int drop_own_range(const struct triage_exposure *exposure, struct triage_case *one)
{
	LINEAGE_AUTO_FREE bool *is_marked =
		calloc(exposure->releases.count + 1, sizeof(*is_marked));
	struct triage_release_range *range = &one->range;
	size_t marked = 0;
	double p = 0;
	int error = 0;

	if (!is_marked)
		return -ENOMEM;
	if (range->finding.verdict == TRIAGE_NONE)
		return 0;
	for (size_t i = 0; i < one->finding_count; i++) {
		const struct triage_finding *finding = &one->findings[i];

		if (finding->verdict < range->finding.verdict ||
		    !is_member(exposure, range, finding))
			continue;
		is_marked[finding->origin] = true;
		marked++;
	}
	if (marked > 0)
		error = triage_release_range_rest_p(exposure, one->release, one->signature, range,
						    is_marked, &p);
	if (error)
		return error;
	/* If the range has only one end, the changepoint already describes it. */
	if ((marked > 0 && range->is_one_sided) || !is_wider(marked, p))
		range->finding.verdict = TRIAGE_NONE;
	else
		drop_members(exposure, range, one);
	return 0;
}

/*
 * Of a range over all releases and a range in a single release, keep the range with the smaller
 * p-value.
 */
static void drop_larger_p(struct triage_release_range *a, struct triage_release_range *b)
{
	bool is_a_smaller =
		triage_finding_judged_p(&a->finding) <= triage_finding_judged_p(&b->finding);

	if (a->finding.verdict == TRIAGE_NONE || b->finding.verdict == TRIAGE_NONE)
		return;
	if (is_a_smaller)
		b->finding.verdict = TRIAGE_NONE;
	else
		a->finding.verdict = TRIAGE_NONE;
}

static int drop_all_ranges(struct triage_report *report)
{
	const struct triage_exposure *exposure = report->exposure;
	int error = 0;

	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *of = &report->cases[i];
		bool is_pooled = triage_is_all_releases(exposure, of->release);

		error = drop_own_range(exposure, of);
		for (size_t j = 0; is_pooled && j < report->case_count; j++) {
			struct triage_case *one = &report->cases[j];

			if (one == of || one->signature != of->signature)
				continue;
			drop_larger_p(&of->range, &one->range);
			if (of->range.finding.verdict != TRIAGE_NONE)
				drop_members(exposure, &of->range, one);
		}
	}
	return error;
}

int triage_repeated_drop(struct triage_report *report)
{
	int error = drop_all_ranges(report);

	if (!error)
		error = drop_all_pooled(report);
	if (error)
		return error;
	drop_all_any(report);
	return triage_report_sort(report);
}

/* Find the finding of a case on an ancestor; NULL if it has none. */
static const struct triage_finding *find_ancestor(const struct triage_case *one, uint32_t ancestor)
{
	for (size_t i = 0; i < one->ancestor_count; i++)
		if (one->ancestors[i].origin == ancestor &&
		    one->ancestors[i].verdict != TRIAGE_NONE)
			return &one->ancestors[i];
	return NULL;
}

/* Return whether two cases have boots in common: the same release, or one has all releases. */
static bool share_boots(const struct triage_exposure *exposure, const struct triage_case *a,
			const struct triage_case *b)
{
	return a->release == b->release || triage_is_pooled(exposure, a->release) ||
	       triage_is_pooled(exposure, b->release);
}

/* Drop the finding of @one if a finding of @other on the same ancestor makes it redundant. */
static void drop_ancestor(const struct triage_exposure *exposure, const struct triage_case *one,
			  const struct triage_case *other, struct triage_finding *finding)
{
	const struct triage_finding *same = find_ancestor(other, finding->origin);
	bool is_any = triage_is_any_crash(exposure, one->signature);

	if (!same || !share_boots(exposure, one, other))
		return;
	if (one->signature == other->signature) {
		if (same->verdict > finding->verdict ||
		    (same->verdict == finding->verdict && same->p < finding->p))
			finding->verdict = TRIAGE_NONE;
	} else if (is_any ? same->verdict >= finding->verdict
			  : triage_is_any_crash(exposure, other->signature) &&
				    same->verdict > finding->verdict) {
		finding->verdict = TRIAGE_NONE;
	}
}

int triage_repeated_drop_ancestors(struct triage_report *report)
{
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_case *one = &report->cases[i];

		for (size_t j = 0; j < one->ancestor_count; j++)
			for (size_t k = 0;
			     k < report->case_count && one->ancestors[j].verdict != TRIAGE_NONE;
			     k++)
				if (k != i)
					drop_ancestor(report->exposure, one, &report->cases[k],
						      &one->ancestors[j]);
	}
	return triage_report_sort(report);
}
