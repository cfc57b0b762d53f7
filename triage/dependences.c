// SPDX-License-Identifier: GPL-2.0-or-later
#include "dependences.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "sentences.h"

const char *triage_outcome_name(const struct triage_exposure *exposure, uint32_t signature)
{
	if (triage_is_any_crash(exposure, signature))
		return "any crash";
	return triage_is_lost_kexec(exposure, signature) ? "lost kexec" : "crash";
}

const char *triage_unit_name(const struct triage_exposure *exposure, bool is_timed)
{
	if (triage_exposure_is_crashes_only(exposure))
		return "crashes";
	return is_timed ? "boot-hours" : "boots";
}

const char *triage_factor_name(enum triage_factor factor)
{
	static const char *const names[] = {
		[TRIAGE_FACTOR_PREVIOUS_RELEASE] = "previous_release",
		[TRIAGE_FACTOR_PREVIOUS_RANGE] = "previous_range",
		[TRIAGE_FACTOR_ANCESTOR] = "ancestor",
		[TRIAGE_FACTOR_KEXEC_COUNT] = "kexec_count",
		[TRIAGE_FACTOR_KEXEC] = "kexec",
		[TRIAGE_FACTOR_COLD_BOOT] = "cold_boot",
	};

	return names[factor];
}

/* Exchange the two groups of boots: cold boots against kexecs become kexecs against cold boots. */
static void exchange_groups(struct triage_dependence *one)
{
	struct triage_table table = one->table;
	struct triage_interval ratio = one->ratio;
	uint64_t seconds = one->seconds;

	one->table = (struct triage_table){ table.other_crashes, table.other_boots, table.crashes,
					    table.boots };
	one->seconds = one->other_seconds;
	one->other_seconds = seconds;
	one->ratio = (struct triage_interval){ 1 / ratio.estimate, 1 / ratio.high, 1 / ratio.low };
}

/*
 * Return the ratio of the comparison that was judged. If no boot of the other group crashed at the
 * same kexec counts, this ratio is infinite, and the ratio within labels says more.
 */
static struct triage_interval ratio_of(const struct triage_finding *finding)
{
	struct triage_interval judged = triage_finding_judged_ratio(finding);

	return isinf(judged.estimate) ? finding->ratio : judged;
}

static struct triage_dependence of_finding(const struct triage_case *of,
					   const struct triage_finding *finding)
{
	struct triage_dependence one = { .verdict = finding->verdict,
					 .of = of,
					 .factor = TRIAGE_FACTOR_PREVIOUS_RELEASE,
					 .value = finding->origin,
					 .table = finding->table,
					 .is_timed = finding->is_timed,
					 .seconds = finding->seconds,
					 .other_seconds = finding->other_seconds,
					 .ratio = ratio_of(finding),
					 .p = triage_finding_judged_p(finding),
					 .q = finding->q,
					 .hosts = finding->hosts,
					 .left_out = finding->left_out,
					 .label = finding->label,
					 .same_boots = finding->same_boots,
					 .why_not = finding->why_not,
					 .weeks = finding->weeks };

	if (finding->origin == TRIAGE_COLD) {
		one.factor = TRIAGE_FACTOR_COLD_BOOT;
		one.value = 0;
	}
	if (triage_finding_is_inverse(finding)) {
		one.factor = TRIAGE_FACTOR_KEXEC;
		if (finding->verdict == TRIAGE_INVERSE)
			one.verdict = TRIAGE_ASSOCIATED;
		exchange_groups(&one);
	}
	return one;
}

static struct triage_dependence of_range(const struct triage_case *of)
{
	struct triage_dependence one = of_finding(of, &of->range.finding);

	one.factor = TRIAGE_FACTOR_PREVIOUS_RANGE;
	one.value = of->range.first;
	one.last = of->range.last;
	return one;
}

static struct triage_dependence of_count_trend(const struct triage_case *of)
{
	const struct triage_count_trend *trend = &of->count_trend;
	struct triage_dependence one = { .verdict = trend->verdict,
					 .of = of,
					 .factor = TRIAGE_FACTOR_KEXEC_COUNT,
					 .value = trend->from,
					 .table = trend->split,
					 .is_timed = trend->is_timed,
					 .seconds = trend->seconds,
					 .other_seconds = trend->other_seconds,
					 .ratio = trend->ratio,
					 .p = trend->p,
					 .q = trend->q,
					 .hosts = trend->hosts,
					 .label = trend->label,
					 .same_boots = trend->same_boots,
					 .why_not = trend->why_not,
					 .weeks = trend->weeks };

	return one;
}

static size_t list_case(const struct triage_case *of, bool all, struct triage_dependence *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < of->finding_count; i++) {
		const struct triage_finding *finding = &of->findings[i];
		bool is_none = finding->verdict == TRIAGE_NONE;

		if (is_none ? all : triage_sentences_has_finding(of, finding))
			ret[count++] = of_finding(of, finding);
	}
	if (of->range.finding.verdict != TRIAGE_NONE)
		ret[count++] = of_range(of);
	for (size_t i = 0; i < of->ancestor_count; i++)
		if (all || of->ancestors[i].verdict != TRIAGE_NONE) {
			ret[count] = of_finding(of, &of->ancestors[i]);
			ret[count++].factor = TRIAGE_FACTOR_ANCESTOR;
		}
	if (of->count_trend.verdict != TRIAGE_NONE ||
	    (all && triage_count_trend_is_tested(&of->count_trend)))
		ret[count++] = of_count_trend(of);
	return count;
}

/* Order of two numbers; NAN comes last. */
static int compare_numbers(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return (a > b) - (a < b);
}

static int compare_dependences(const void *left, const void *right)
{
	const struct triage_dependence *a = left, *b = right;
	int order = (a->verdict < b->verdict) - (a->verdict > b->verdict);

	if (order == 0)
		order = compare_numbers(a->q, b->q);
	if (order == 0)
		order = compare_numbers(a->p, b->p);
	if (order == 0)
		order = (a->of > b->of) - (a->of < b->of);
	if (order == 0)
		order = (a->factor > b->factor) - (a->factor < b->factor);
	return order ? order : (a->value > b->value) - (a->value < b->value);
}

int triage_dependences_list(const struct triage_report *report,
			    const struct triage_selection *selection,
			    struct triage_dependence **ret, size_t *ret_count)
{
	size_t limit = report->finding_count + 2 * report->case_count, count = 0;
	struct triage_dependence *list;

	for (size_t i = 0; i < report->case_count; i++)
		limit += report->cases[i].ancestor_count;
	list = calloc(limit + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < report->case_count; i++)
		if (triage_selection_has_case(selection, report, &report->cases[i]))
			count += list_case(&report->cases[i], selection->all, &list[count]);
	qsort(list, count, sizeof(*list), compare_dependences);
	*ret = list;
	*ret_count = count;
	return 0;
}

char *triage_dependence_phrase(const struct triage_exposure *exposure,
			       const struct triage_dependence *found)
{
	char *const *releases = exposure->releases.texts;
	char number[TRIAGE_FIGURE_SIZE];

	if (found->verdict < TRIAGE_SUSPECT)
		return strdup("");
	switch (found->factor) {
	case TRIAGE_FACTOR_PREVIOUS_RELEASE:
		return triage_format(" after a kexec from %s", releases[found->value]);
	case TRIAGE_FACTOR_PREVIOUS_RANGE:
		return triage_format(" after a kexec from %s through %s", releases[found->value],
				     releases[found->last]);
	case TRIAGE_FACTOR_ANCESTOR:
		return triage_format(" if %s ran earlier in the chain", releases[found->value]);
	case TRIAGE_FACTOR_KEXEC_COUNT:
		if (found->value == 0)
			return strdup(" depending on the kexec count");
		return triage_format(found->of->count_trend.z > 0 ? " from the %s kexec on"
								  : " before the %s kexec",
				     triage_figure_ordinal(found->value, number));
	case TRIAGE_FACTOR_KEXEC:
		return strdup(" after a kexec");
	case TRIAGE_FACTOR_COLD_BOOT:
		return strdup(" after a cold boot");
	}
	return strdup("");
}
