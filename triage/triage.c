// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "count_trend.h"
#include "exact_test.h"
#include "multiple_testing.h"
#include "release_order.h"
#include "statistics.h"
#include "strata_cut.h"
#include "store/store.h"

#define POWER 0.8 /* of what boots_needed promises */

const char *triage_verdict_name(enum triage_verdict verdict)
{
	static const char *const names[] = {
		[TRIAGE_NOT_SEEN] = "not seen", [TRIAGE_LEAD] = "lead",
		[TRIAGE_SUSPECT] = "suspect",	[TRIAGE_SAFER] = "safer",
		[TRIAGE_GUILTY] = "guilty",
	};

	return names[verdict];
}

/**
 * struct slice - the boots of a release
 * @cells: @count of them, in the order of the counts
 * @origins, @doses: how many origins, and kexec counts at most, these have
 */
struct slice {
	const struct triage_cell *cells;
	size_t count;
	size_t origins;
	size_t doses;
};

/**
 * struct builder - a report in the making
 * @slices: of each release, by its number; owned
 * @rows: of the case that is looked at
 * @taken: whose boots they have
 * @finding_count, @dose_count: how many the report has so far; findings and doses do not move any more
 */
struct builder {
	const struct triage_exposure *exposure;
	struct triage_report *report;
	struct slice *slices;
	struct triage_strata_cut cut;
	const struct slice *taken;
	size_t finding_count;
	size_t dose_count;
};

static int find_slices(struct builder *builder)
{
	const struct triage_exposure *exposure = builder->exposure;

	builder->slices = calloc(exposure->releases.count + 1, sizeof(*builder->slices));
	if (!builder->slices)
		return -ENOMEM;
	for (size_t i = 0; i < exposure->cell_count; i++) {
		const struct triage_cell *cell = &exposure->cells[i], *before = cell - 1;
		struct slice *slice = &builder->slices[cell->release];
		bool is_first = slice->count == 0;

		if (is_first)
			slice->cells = cell;
		slice->count++;
		slice->origins += is_first || cell->origin != before->origin;
		slice->doses +=
			is_first || cell->origin != before->origin || cell->count != before->count;
	}
	return 0;
}

/* Crashes of the same release and signature follow each other: where do the next ones begin? */
static size_t end_of_case(const struct triage_exposure *exposure, size_t at)
{
	const struct triage_crash_cell *first = &exposure->crashes[at];

	while (at < exposure->crash_count && exposure->crashes[at].signature == first->signature &&
	       exposure->crashes[at].at.release == first->at.release)
		at++;
	return at;
}

/* Room for the findings and doses of every case. */
static int reserve(struct builder *builder)
{
	const struct triage_exposure *exposure = builder->exposure;
	struct triage_report *report = builder->report;
	size_t cases = 0, origins = 0, doses = 0;

	for (size_t at = 0; at < exposure->crash_count; at = end_of_case(exposure, at)) {
		const struct slice *slice = &builder->slices[exposure->crashes[at].at.release];

		cases++;
		origins += slice->origins;
		doses += slice->doses;
	}
	report->cases = calloc(cases + 1, sizeof(*report->cases));
	report->findings = calloc(origins + 1, sizeof(*report->findings));
	report->doses = calloc(doses + 1, sizeof(*report->doses));
	return report->cases && report->findings && report->doses ? 0 : -ENOMEM;
}

/* An origin against the others, within the strata of a cut: the probability, NAN where nothing can be compared. */
static double compare(struct triage_strata_cut *cut, enum triage_strata_by by,
		      const struct triage_strata_origin *origin, struct triage_interval *ret_ratio,
		      double *least)
{
	const struct triage_table *tables;
	size_t count = triage_strata_cut_tables(cut, by, origin, &tables);
	double p = triage_fisher_strata(tables, count);

	*ret_ratio = count == 1 ? triage_risk_ratio(tables) : triage_mantel_haenszel(tables, count);
	if (!isnan(p))
		*least = triage_fisher_least(tables, count, origin->origin == TRIAGE_COLD);
	return p;
}

static struct triage_finding compare_origin(struct triage_strata_cut *cut,
					    const struct triage_strata_origin *origin)
{
	struct triage_finding finding = { .origin = origin->origin,
					  .table = triage_strata_cut_table(cut, origin),
					  .ratio_kexeced = { NAN, NAN, NAN },
					  .p_kexeced = NAN,
					  .ratio_same_count = { NAN, NAN, NAN },
					  .p_same_count = NAN,
					  .least = NAN };

	finding.p = compare(cut, TRIAGE_STRATA_BY_LABEL, origin, &finding.ratio, &finding.least);
	if (origin->origin == TRIAGE_COLD)
		return finding;
	finding.p_kexeced =
		compare(cut, TRIAGE_STRATA_KEXECED, origin, &finding.ratio_kexeced, &finding.least);
	finding.p_same_count = compare(cut, TRIAGE_STRATA_BY_LABEL_AND_COUNT, origin,
				       &finding.ratio_same_count, &finding.least);
	return finding;
}

static int add_case(struct builder *builder, size_t first, size_t end)
{
	const struct triage_crash_cell *crashes = &builder->exposure->crashes[first];
	const struct slice *slice = &builder->slices[crashes->at.release];
	struct triage_report *report = builder->report;
	struct triage_case *one = &report->cases[report->case_count];
	struct triage_strata_cut *cut = &builder->cut;

	/* A store may be written to while it is read: then the boots may be missing. */
	if (slice->count == 0)
		return 0;
	if (builder->taken != slice && triage_strata_cut_set_boots(cut, slice->cells, slice->count))
		return -ENOMEM;
	builder->taken = slice;
	triage_strata_cut_set_crashes(cut, crashes, end - first);
	*one = (struct triage_case){ .signature = crashes->signature,
				     .release = crashes->at.release,
				     .boots = cut->all.boots,
				     .crashes = cut->all.crashes,
				     .findings = &report->findings[builder->finding_count],
				     .finding_count = cut->origin_count };
	for (size_t i = 0; i < cut->origin_count; i++)
		report->findings[builder->finding_count++] = compare_origin(cut, &cut->origins[i]);
	triage_count_trend_test(cut, &report->doses[builder->dose_count], &one->count_trend);
	builder->dose_count += slice->doses;
	report->case_count++;
	return 0;
}

static int add_cases(struct builder *builder)
{
	int error = find_slices(builder);

	if (!error)
		error = reserve(builder);
	for (size_t at = 0; !error && at < builder->exposure->crash_count;) {
		size_t end = end_of_case(builder->exposure, at);

		error = add_case(builder, at, end);
		at = end;
	}
	return error;
}

/* By the narrowest comparison that can be made: at the same count, else after a kexec, else all. */
static double judged_p(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return finding->p_same_count;
	return isnan(finding->p_kexeced) ? finding->p : finding->p_kexeced;
}

struct triage_interval triage_judged_ratio(const struct triage_finding *finding)
{
	if (!isnan(finding->p_same_count))
		return finding->ratio_same_count;
	return isnan(finding->p_kexeced) ? finding->ratio : finding->ratio_kexeced;
}

/*
 * The probability that a finding is judged by. That an origin is safer follows from another one's guilt, so it is no
 * finding, but for the cold boot.
 */
static double tested_p(const struct triage_finding *finding)
{
	if (finding->origin == TRIAGE_COLD || triage_judged_ratio(finding).estimate > 1)
		return judged_p(finding);
	return isnan(judged_p(finding)) ? NAN : 1;
}

/** struct tests - all of a report: one for each finding, then one for each case's count */
struct tests {
	size_t count;
	double *q;
	double *least;
	bool *is_able;
};

static void tests_deinit(struct tests *tests)
{
	free(tests->q);
	free(tests->least);
	free(tests->is_able);
}
#define AUTO_TESTS __attribute__((cleanup(tests_deinit))) struct tests

static int tests_init(struct tests *tests, const struct triage_report *report, size_t findings)
{
	tests->count = findings + report->case_count;
	tests->q = calloc(tests->count + 1, sizeof(*tests->q));
	tests->least = calloc(tests->count + 1, sizeof(*tests->least));
	tests->is_able = calloc(tests->count + 1, sizeof(*tests->is_able));
	if (!tests->q || !tests->least || !tests->is_able)
		return -ENOMEM;
	for (size_t i = 0; i < findings; i++) {
		tests->q[i] = tested_p(&report->findings[i]);
		tests->least[i] = report->findings[i].least;
	}
	for (size_t i = 0; i < report->case_count; i++) {
		tests->q[findings + i] = report->cases[i].count_trend.p;
		tests->least[findings + i] = report->cases[i].count_trend.least;
	}
	return 0;
}

/* The probabilities become q-values, of those tests that can find anything at all. */
static int tests_adjust(struct tests *tests, size_t *ret_able)
{
	long able = triage_testable(tests->least, tests->count, TRIAGE_FALSE, tests->is_able);

	if (able < 0)
		return -ENOMEM;
	for (size_t i = 0; i < tests->count; i++)
		if (!tests->is_able[i])
			tests->q[i] = NAN;
	*ret_able = (size_t)able;
	return triage_benjamini_hochberg(tests->q, tests->count);
}

/*
 * Boots of a group of two that are as they were seen, in the same proportion, so that a test at this level finds
 * the difference with POWER (J. L. Fleiss, Statistical Methods for Rates and Proportions, 1981).
 */
static uint64_t boots_needed(const struct triage_table *table, double level)
{
	double p = (double)table->crashes / (double)table->boots;
	double other = (double)table->other_crashes / (double)table->other_boots;
	double times = (double)table->other_boots / (double)table->boots;
	double mean = (p + times * other) / (1 + times);
	double needed;

	if (!(p > other))
		return 0;
	needed = gsl_cdf_ugaussian_Qinv(level / 2) * sqrt(mean * (1 - mean) * (1 + 1 / times)) +
		 gsl_cdf_ugaussian_Pinv(POWER) * sqrt(p * (1 - p) + other * (1 - other) / times);
	needed = ceil(pow(needed / (p - other), 2));
	return needed > (double)table->boots && needed < 1e18 ? (uint64_t)needed : 0;
}

/* Do boots of the same count show that what makes these boots crash more is their count? */
static bool is_explained(const struct triage_finding *finding)
{
	const struct triage_interval *same = &finding->ratio_same_count;

	if (isnan(finding->p_same_count))
		return false;
	if (isinf(finding->ratio_kexeced.estimate))
		return false;
	return same->high < finding->ratio_kexeced.estimate ||
	       (same->estimate <= 1 && finding->p_same_count <= TRIAGE_FALSE);
}

static enum triage_verdict judge_cold(const struct triage_finding *finding)
{
	if (finding->q <= TRIAGE_FALSE)
		return finding->ratio.estimate < 1 ? TRIAGE_SAFER : TRIAGE_GUILTY;
	return finding->p <= TRIAGE_FALSE && finding->ratio.estimate > 1 ? TRIAGE_LEAD
									 : TRIAGE_NOT_SEEN;
}

/* @level: that a single test has to keep so that none of all goes wrong. */
static enum triage_verdict judge(const struct triage_finding *finding, double level)
{
	bool is_likelier = triage_judged_ratio(finding).estimate > 1;
	double p = isnan(finding->p_kexeced) ? finding->p : finding->p_kexeced;

	if (finding->origin == TRIAGE_COLD)
		return judge_cold(finding);
	if (is_likelier && finding->q <= TRIAGE_FALSE)
		return isnan(finding->p_same_count) ? TRIAGE_SUSPECT : TRIAGE_GUILTY;
	if (!(finding->ratio.estimate > 1) || is_explained(finding))
		return TRIAGE_NOT_SEEN;
	if (p <= level)
		return TRIAGE_SUSPECT;
	return p <= TRIAGE_FALSE ? TRIAGE_LEAD : TRIAGE_NOT_SEEN;
}

static enum triage_verdict judge_count(const struct triage_count_trend *count_trend)
{
	if (count_trend->q <= TRIAGE_FALSE)
		return TRIAGE_GUILTY;
	return count_trend->p <= TRIAGE_FALSE ? TRIAGE_LEAD : TRIAGE_NOT_SEEN;
}

/* The surest first. */
static int compare_findings(const void *left, const void *right)
{
	const struct triage_finding *a = left, *b = right;

	if (a->verdict != b->verdict)
		return a->verdict > b->verdict ? -1 : 1;
	if (a->p != b->p && !(isnan(a->p) && isnan(b->p)))
		return isnan(b->p) || a->p < b->p ? -1 : 1;
	return (a->origin > b->origin) - (a->origin < b->origin);
}

enum triage_verdict triage_case_verdict(const struct triage_case *one)
{
	enum triage_verdict found =
		one->finding_count > 0 ? one->findings[0].verdict : TRIAGE_NOT_SEEN;

	return found > one->count_trend.verdict ? found : one->count_trend.verdict;
}

/* The least probability of anything that was tested. */
static double surest(const struct triage_case *one)
{
	double p = one->finding_count > 0 ? one->findings[0].p : NAN;

	return fmin(p, one->count_trend.p);
}

static int compare_cases(const void *left, const void *right)
{
	const struct triage_case *a = left, *b = right;
	enum triage_verdict found = triage_case_verdict(a), other = triage_case_verdict(b);

	if (found != other)
		return found > other ? -1 : 1;
	if (surest(a) != surest(b) && !(isnan(surest(a)) && isnan(surest(b))))
		return isnan(surest(b)) || surest(a) < surest(b) ? -1 : 1;
	if (a->crashes != b->crashes)
		return a->crashes > b->crashes ? -1 : 1;
	if (a->signature != b->signature)
		return a->signature < b->signature ? -1 : 1;
	return (a->release > b->release) - (a->release < b->release);
}

static int judge_all(struct builder *builder)
{
	struct triage_report *report = builder->report;
	size_t findings = builder->finding_count;
	AUTO_TESTS tests = { 0 };
	double level;
	int error = tests_init(&tests, report, findings);

	if (!error)
		error = tests_adjust(&tests, &report->tests);
	if (error)
		return error;
	level = TRIAGE_FALSE / (double)(report->tests ? report->tests : 1);
	for (size_t i = 0; i < findings; i++) {
		struct triage_finding *finding = &report->findings[i];

		finding->q = tests.q[i];
		finding->boots_needed = boots_needed(&finding->table, level);
		finding->verdict = judge(finding, level);
	}
	for (size_t i = 0; i < report->case_count; i++) {
		struct triage_count_trend *count_trend = &report->cases[i].count_trend;

		count_trend->q = tests.q[findings + i];
		count_trend->verdict = judge_count(count_trend);
	}
	return 0;
}

/* Findings of a case, the cases, and the order of releases where one of them is guilty. */
static int put_in_order(struct triage_report *report)
{
	int error = 0;

	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];
		struct triage_finding *findings = one->findings;

		one->release_order = (struct triage_release_order){ 0 };
		qsort(findings, one->finding_count, sizeof(*findings), compare_findings);
		if (one->finding_count > 0 && findings[0].verdict == TRIAGE_GUILTY &&
		    findings[0].origin != TRIAGE_COLD)
			error = triage_release_order_find(report->exposure, findings,
							  one->finding_count, &one->release_order);
	}
	if (report->case_count > 0)
		qsort(report->cases, report->case_count, sizeof(*report->cases), compare_cases);
	return error;
}

static struct store_crash_transition crash_of(const struct triage_exposure *exposure,
					      const struct triage_case *one)
{
	return (struct store_crash_transition){
		.signature = exposure->signature_names.texts[one->signature],
		.at = { .release = exposure->releases.texts[one->release] }
	};
}

static int look_at_finding(const struct triage_exposure *exposure, const struct triage_case *one,
			   struct triage_finding *finding, struct store *store)
{
	struct store_crash_transition crash = crash_of(exposure, one);
	int error;

	if (finding->verdict != TRIAGE_GUILTY)
		return 0;
	crash.at.boot = LINEAGE_BOOT_COLD;
	if (finding->origin != TRIAGE_COLD) {
		crash.at.boot = LINEAGE_BOOT_KEXEC;
		crash.at.previous_release = exposure->releases.texts[finding->origin];
	}
	error = store_count_hosts(store, &crash, &finding->hosts);
	if (!error && finding->hosts == 1)
		finding->verdict = TRIAGE_SUSPECT;
	return error;
}

static int check_count_trend(const struct triage_exposure *exposure, struct triage_case *one,
			     struct store *store)
{
	struct store_crash_transition crash = crash_of(exposure, one);
	int error;

	if (one->count_trend.verdict != TRIAGE_GUILTY)
		return 0;
	error = store_count_hosts(store, &crash, &one->count_trend.hosts);
	if (!error && one->count_trend.hosts == 1)
		one->count_trend.verdict = TRIAGE_SUSPECT;
	return error;
}

int triage_look_at_hosts(struct triage_report *report, struct store *store)
{
	bool is_one;
	int error = store_has_one_host(store, &is_one);

	if (error || is_one)
		return error;
	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];

		for (size_t j = 0; j < one->finding_count && !error; j++)
			error = look_at_finding(report->exposure, one, &one->findings[j], store);
		if (!error)
			error = check_count_trend(report->exposure, one, store);
	}
	return error ? error : put_in_order(report);
}

int triage_report_create(const struct triage_exposure *exposure, struct triage_report **ret)
{
	struct builder builder = { .exposure = exposure,
				   .report = calloc(1, sizeof(*builder.report)) };
	int error;

	if (!builder.report)
		return -ENOMEM;
	builder.report->exposure = exposure;
	error = add_cases(&builder);
	triage_strata_cut_deinit(&builder.cut);
	free(builder.slices);
	if (!error)
		error = judge_all(&builder);
	if (!error)
		error = put_in_order(builder.report);
	if (error)
		triage_report_destroy(builder.report);
	else
		*ret = builder.report;
	return error;
}

void triage_report_destroy(struct triage_report *report)
{
	if (!report)
		return;
	free(report->cases);
	free(report->findings);
	free(report->doses);
	free(report);
}
