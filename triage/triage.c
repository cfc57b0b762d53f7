// SPDX-License-Identifier: GPL-2.0-or-later
#include "triage.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "counted.h"
#include "order.h"
#include "rows.h"

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
 * struct builder - a report in the making
 * @rows: of the case that is looked at
 * @finding_count, @dose_count: how many the report has so far; findings and doses do not move any more
 */
struct builder {
	const struct triage_counts *counts;
	struct triage_report *report;
	struct rows rows;
	size_t finding_count;
	size_t dose_count;
};

/** struct slice - the cells of a release, in the order of the counts */
struct slice {
	const struct triage_cell *cells;
	size_t count;
};

static int compare_release(const void *key, const void *element)
{
	uint32_t release = *(const uint32_t *)key,
		 other = ((const struct triage_cell *)element)->release;

	return (release > other) - (release < other);
}

static struct slice find_release(const struct triage_counts *counts, uint32_t release)
{
	const struct triage_cell *end = counts->cells + counts->cell_count;
	const struct triage_cell *first, *last;

	if (counts->cell_count == 0)
		return (struct slice){ NULL, 0 };
	first = bsearch(&release, counts->cells, counts->cell_count, sizeof(*first),
			compare_release);
	if (!first)
		return (struct slice){ NULL, 0 };
	last = first;
	while (first > counts->cells && first[-1].release == release)
		first--;
	while (last < end && last->release == release)
		last++;
	return (struct slice){ first, (size_t)(last - first) };
}

/* Crashes of the same signature and release follow each other: where do the next ones begin? */
static size_t end_of_case(const struct triage_counts *counts, size_t at)
{
	const struct triage_crash_cell *first = &counts->crashes[at];

	while (at < counts->crash_count && counts->crashes[at].signature == first->signature &&
	       counts->crashes[at].at.release == first->at.release)
		at++;
	return at;
}

/* Room for the findings and doses of every case: as many as its release has cells, at most. */
static int reserve(struct builder *builder)
{
	const struct triage_counts *counts = builder->counts;
	struct triage_report *report = builder->report;
	size_t cases = 0, cells = 0;

	for (size_t at = 0; at < counts->crash_count; at = end_of_case(counts, at)) {
		cases++;
		cells += find_release(counts, counts->crashes[at].at.release).count;
	}
	report->cases = calloc(cases + 1, sizeof(*report->cases));
	report->findings = calloc(cells + 1, sizeof(*report->findings));
	report->doses = calloc(cells + 1, sizeof(*report->doses));
	return report->cases && report->findings && report->doses ? 0 : -ENOMEM;
}

/* Within labels, and where there is only one, of the whole table. */
static void compare_origin(struct builder *builder, struct triage_finding *finding)
{
	const struct triage_table *tables;
	size_t count = rows_strata(&builder->rows, ROWS_BY_LABEL, finding->origin, &tables);
	double unused;

	finding->table = rows_table(&builder->rows, finding->origin);
	finding->p = triage_fisher_strata(tables, count);
	finding->least = triage_fisher_least(tables, count);
	finding->ratio = count > 1 ? triage_mantel_haenszel(tables, count, &unused)
				   : triage_risk_ratio(&finding->table);
}

static void compare_at_same_count(struct builder *builder, struct triage_finding *finding)
{
	const struct triage_table *tables;
	size_t count = 0;
	double unused;

	if (finding->origin != TRIAGE_COLD)
		count = rows_strata(&builder->rows, ROWS_BY_LABEL_AND_COUNT, finding->origin,
				    &tables);
	finding->ratio_same_count = triage_mantel_haenszel(tables, count, &unused);
	finding->p_same_count = triage_fisher_strata(tables, count);
	if (!isnan(finding->p_same_count))
		finding->least = triage_fisher_least(tables, count);
}

/* Every origin of the release that the case is about, once. */
static void compare_origins(struct builder *builder, struct triage_case *one)
{
	struct triage_finding *findings = &builder->report->findings[builder->finding_count];
	struct rows *rows = &builder->rows;
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		if (i == 0 || rows->rows[i].origin != rows->rows[i - 1].origin)
			findings[count++] =
				(struct triage_finding){ .origin = rows->rows[i].origin };
	}
	rows_cut(rows, ROWS_BY_LABEL);
	for (size_t i = 0; i < count; i++)
		compare_origin(builder, &findings[i]);
	rows_cut(rows, ROWS_BY_LABEL_AND_COUNT);
	for (size_t i = 0; i < count; i++)
		compare_at_same_count(builder, &findings[i]);
	builder->finding_count += count;
	one->findings = findings;
	one->finding_count = count;
}

static int add_case(struct builder *builder, size_t first, size_t end)
{
	const struct triage_crash_cell *crashes = &builder->counts->crashes[first];
	struct slice slice = find_release(builder->counts, crashes->at.release);
	struct triage_report *report = builder->report;
	struct triage_case *one = &report->cases[report->case_count];
	int error;

	/* A store may be written to while it is read: then the boots may be missing. */
	if (slice.count == 0)
		return 0;
	error = rows_fill(&builder->rows, slice.cells, slice.count, crashes, end - first);
	if (error)
		return error;
	*one = (struct triage_case){ .signature = crashes->signature,
				     .release = crashes->at.release };
	for (size_t i = 0; i < builder->rows.count; i++) {
		one->boots += builder->rows.rows[i].boots;
		one->crashes += builder->rows.rows[i].crashes;
	}
	compare_origins(builder, one);
	counted_look(&builder->rows, &report->doses[builder->dose_count], &one->counted);
	builder->dose_count += one->counted.dose_count;
	report->case_count++;
	return 0;
}

static int add_cases(struct builder *builder)
{
	int error = reserve(builder);

	for (size_t at = 0; !error && at < builder->counts->crash_count;) {
		size_t end = end_of_case(builder->counts, at);

		error = add_case(builder, at, end);
		at = end;
	}
	return error;
}

static bool can_tell_count(const struct triage_finding *finding)
{
	return !isnan(finding->p_same_count);
}

/* What is looked for: more crashes than the others have, at the same count where that can be told. */
static bool is_likelier(const struct triage_finding *finding)
{
	return (can_tell_count(finding) ? finding->ratio_same_count : finding->ratio).estimate > 1;
}

/*
 * The probability that a finding is judged by. That an origin is safer follows from another one's guilt, so it is no
 * finding, but for the cold boot.
 */
static double judged_by(const struct triage_finding *finding)
{
	if (finding->origin == TRIAGE_COLD)
		return finding->p;
	if (!is_likelier(finding))
		return 1;
	return can_tell_count(finding) ? finding->p_same_count : finding->p;
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
		tests->q[i] = judged_by(&report->findings[i]);
		tests->least[i] = report->findings[i].least;
	}
	for (size_t i = 0; i < report->case_count; i++) {
		tests->q[findings + i] = report->cases[i].counted.p;
		tests->least[findings + i] = report->cases[i].counted.least;
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
	return needed < 1e18 ? (uint64_t)needed : 0;
}

/* @level: that a single test has to keep so that none of all goes wrong. */
static enum triage_verdict judge(const struct triage_finding *finding, double level)
{
	bool is_found = finding->q <= TRIAGE_FALSE;

	if (finding->origin == TRIAGE_COLD && finding->ratio.estimate < 1)
		return is_found ? TRIAGE_SAFER : TRIAGE_NOT_SEEN;
	if (is_found && is_likelier(finding))
		return can_tell_count(finding) || finding->origin == TRIAGE_COLD ? TRIAGE_GUILTY
										 : TRIAGE_SUSPECT;
	if (!(finding->ratio.estimate > 1))
		return TRIAGE_NOT_SEEN;
	if (finding->p <= level && finding->origin != TRIAGE_COLD)
		return TRIAGE_SUSPECT;
	return finding->p <= TRIAGE_FALSE ? TRIAGE_LEAD : TRIAGE_NOT_SEEN;
}

static enum triage_verdict judge_count(const struct triage_counted *counted)
{
	if (counted->q <= TRIAGE_FALSE)
		return TRIAGE_GUILTY;
	return counted->p <= TRIAGE_FALSE ? TRIAGE_LEAD : TRIAGE_NOT_SEEN;
}

/* The surest first. */
static int compare_findings(const void *left, const void *right)
{
	const struct triage_finding *a = left, *b = right;

	if (a->verdict != b->verdict)
		return a->verdict > b->verdict ? -1 : 1;
	if (a->p != b->p)
		return isnan(b->p) || a->p < b->p ? -1 : 1;
	return (a->origin > b->origin) - (a->origin < b->origin);
}

enum triage_verdict triage_case_verdict(const struct triage_case *one)
{
	enum triage_verdict found =
		one->finding_count > 0 ? one->findings[0].verdict : TRIAGE_NOT_SEEN;

	return found > one->counted.verdict ? found : one->counted.verdict;
}

/* The least probability of anything that was tested. */
static double surest(const struct triage_case *one)
{
	double p = one->finding_count > 0 ? one->findings[0].p : NAN;

	return fmin(p, one->counted.p);
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
		struct triage_counted *counted = &report->cases[i].counted;

		counted->q = tests.q[findings + i];
		counted->verdict = judge_count(counted);
	}
	return 0;
}

/* Findings of a case, the cases, and the order of releases where one of them is guilty. */
static int put_in_order(struct triage_report *report)
{
	struct triage_finding *findings = report->findings;
	int error = 0;

	for (size_t i = 0; i < report->case_count && !error; i++) {
		struct triage_case *one = &report->cases[i];

		qsort(findings, one->finding_count, sizeof(*findings), compare_findings);
		if (one->finding_count > 0 && findings[0].verdict == TRIAGE_GUILTY &&
		    findings[0].origin != TRIAGE_COLD)
			error = order_find(report->counts, findings, one->finding_count,
					   &one->order);
		findings += one->finding_count;
	}
	if (report->case_count > 0)
		qsort(report->cases, report->case_count, sizeof(*report->cases), compare_cases);
	return error;
}

int triage_report_create(const struct triage_counts *counts, struct triage_report **ret)
{
	struct builder builder = { .counts = counts, .report = calloc(1, sizeof(*builder.report)) };
	int error;

	if (!builder.report)
		return -ENOMEM;
	builder.report->counts = counts;
	error = add_cases(&builder);
	rows_deinit(&builder.rows);
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
