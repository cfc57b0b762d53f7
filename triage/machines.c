// SPDX-License-Identifier: GPL-2.0-or-later
#include "machines.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "all_releases.h"
#include "ancestors.h"
#include "beside_machines.h"
#include "lib/cleanup.h"
#include "machine_boots.h"
#include "machine_check.h"
#include "machine_rows.h"
#include "parallel.h"
#include "store/names.h"
#include "repeated.h"
#include "store/store.h"
#include "time_at_risk.h"

/* With more boots, the rows of several comparisons at once would need too much memory. */
#define PARALLEL_MAX 250000

uint64_t triage_sample_boots = 100000;

/* How much smaller than the largest sample each one is. */
static const unsigned int smaller[TRIAGE_SAMPLES] = { 8, 1 };

static double count_crashes(const struct triage_machine_row *rows, size_t count)
{
	double crashes = 0;

	for (size_t i = 0; i < count; i++)
		crashes += (double)rows[i].crashes;
	return crashes;
}

/*
 * Drop a finding that the reported ancestors explain: boots that agree in which of these ancestors
 * they have do not show the difference. The ancestors of at least half of the boots that crashed
 * must be known.
 */
static int explain_by_ancestors(struct triage_machines *machines,
				const struct triage_machine_comparison *how,
				enum triage_verdict *verdict)
{
	struct triage_machine_comparison within = *how;
	double crashes, p;
	size_t count;
	int error;

	within.within = machines->reported;
	if (machines->reported == 0 || *verdict < TRIAGE_SUSPECT)
		return 0;
	crashes = count_crashes(machines->rows, triage_machine_check_rows(machines, how));
	count = triage_machine_check_rows(machines, &within);
	if (count_crashes(machines->rows, count) < crashes / 2)
		return 0;
	error = triage_machine_rows_fisher(machines->rows, count, TRIAGE_ROWS_PLAIN, &p);
	if (!error && p > TRIAGE_FDR)
		*verdict = TRIAGE_NONE;
	return error;
}

/**
 * struct check - an association of a case that is checked with the boots of each machine
 * @how: the comparison
 * @members: array of @how; owned
 * @is_checked: false to check only whether the reported ancestors explain it
 * @share: level of the tests of the finding divided by that of the case
 * @hosts, @label, @verdict, @why_not, @weeks: of the finding
 */
struct check {
	struct triage_machine_comparison how;
	bool *members;
	bool is_checked;
	double share;
	int64_t *hosts;
	const char **label;
	enum triage_verdict *verdict;
	enum triage_doubt *why_not;
	struct triage_weeks *weeks;
};

/**
 * struct checks - the checks of a case
 * @list: array of @count checks; owned
 */
struct checks {
	struct triage_machines *machines;
	struct check *list;
	size_t count;
};

static void checks_deinit(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		free(checks->list[i].members);
	free(checks->list);
}
#define AUTO_CHECKS __attribute__((cleanup(checks_deinit))) struct checks

static struct check *add_check(struct checks *checks, struct triage_finding *finding)
{
	struct check *check = &checks->list[checks->count++];

	*check = (struct check){ .is_checked = true,
				 .share = 1,
				 .hosts = &finding->hosts,
				 .label = &finding->label,
				 .verdict = &finding->verdict,
				 .why_not = &finding->why_not,
				 .weeks = &finding->weeks };
	return check;
}

static int add_finding(struct checks *checks, struct triage_finding *finding)
{
	struct check *check;

	if (finding->verdict < TRIAGE_SUSPECT)
		return 0;
	check = add_check(checks, finding);
	check->is_checked = finding->verdict >= TRIAGE_INVERSE;
	return triage_machine_check_comparison(checks->machines, finding, &check->how);
}

/* For each origin of the boots, find out whether it is in a range; NULL if memory runs out. */
static bool *find_members(const struct triage_machines *machines,
			  const struct triage_release_range *range)
{
	bool *members = calloc(machines->origins.count + 1, sizeof(*members));

	for (size_t i = 0; members && i < machines->origins.count; i++)
		members[i] = triage_release_range_has(machines->exposure, range,
						      machines->origins.texts[i]);
	return members;
}

static int add_range(struct checks *checks, struct triage_release_range *range)
{
	struct triage_finding *finding = &range->finding;
	struct check *check;

	if (finding->verdict < TRIAGE_INVERSE)
		return 0;
	check = add_check(checks, finding);
	check->members = find_members(checks->machines, range);
	check->share = range->weight / range->ranges;
	check->how = (struct triage_machine_comparison){
		.origin = TRIAGE_COLD,
		.members = check->members,
		.below = finding->below,
		.is_within_counts = !isnan(finding->p_same_count),
		.is_within_kexecs = true,
		.is_timed = finding->is_timed,
	};
	return check->members ? 0 : -ENOMEM;
}

static void add_count_trend(struct checks *checks, struct triage_count_trend *trend)
{
	if (trend->verdict != TRIAGE_ASSOCIATED || trend->from == 0)
		return;
	checks->list[checks->count++] = (struct check){ .how = { .from = trend->from,
								 .is_inverse = trend->z < 0,
								 .is_timed = trend->is_timed },
							.is_checked = true,
							.share = 1,
							.hosts = &trend->hosts,
							.label = &trend->label,
							.verdict = &trend->verdict,
							.why_not = &trend->why_not,
							.weeks = &trend->weeks };
}

/* List the checks of the findings of a case, its range and its count trend. */
static int list_checks(struct checks *checks, struct triage_case *one)
{
	int error = 0;

	checks->list = calloc(one->finding_count + 2, sizeof(*checks->list));
	if (!checks->list)
		return -ENOMEM;
	for (size_t i = 0; i < one->finding_count && !error; i++)
		error = add_finding(checks, &one->findings[i]);
	if (!error)
		error = add_range(checks, &one->range);
	add_count_trend(checks, &one->count_trend);
	return error;
}

static int do_check(struct triage_machines *machines, struct check *check)
{
	double limit = machines->limit, limit_by_machine = machines->limit_by_machine;
	int error = 0;

	machines->limit *= check->share;
	machines->limit_by_machine *= check->share;
	if (check->is_checked)
		error = triage_machine_check(machines, &check->how, check->hosts, check->label,
					     check->why_not, check->weeks);
	machines->limit = limit;
	machines->limit_by_machine = limit_by_machine;
	if (*check->why_not)
		*check->verdict = TRIAGE_SUSPECT;
	return error ? error : explain_by_ancestors(machines, &check->how, check->verdict);
}

/* Do checks in one thread, with its own rows. */
static int do_checks(struct triage_jobs *jobs, void *data)
{
	struct checks *checks = data;
	struct triage_machines machines = *checks->machines;
	LINEAGE_AUTO_FREE struct triage_machine_row *rows =
		calloc(machines.count + 1, sizeof(*rows));
	size_t number;
	int error = rows ? 0 : -ENOMEM;

	machines.rows = rows;
	while (!error && triage_jobs_take(jobs, &number))
		error = do_check(&machines, &checks->list[number]);
	return error;
}

static int compare_p(const void *left, const void *right)
{
	const struct triage_finding *a = *(struct triage_finding *const *)left;
	const struct triage_finding *b = *(struct triage_finding *const *)right;

	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	if (a->is_second != b->is_second)
		return a->is_second ? -1 : 1;
	return (a->origin > b->origin) - (a->origin < b->origin);
}

/*
 * List the associated ancestors of a case, smallest p-value first, and make them the candidates.
 * If there are more than TRIAGE_CANDIDATES_MAX, drop the rest. @ret: array of TRIAGE_CANDIDATES_MAX
 * findings
 */
static int choose_candidates(struct triage_machines *machines, struct triage_case *one,
			     struct triage_finding **ret)
{
	LINEAGE_AUTO_FREE struct triage_finding **all =
		calloc(one->ancestor_count + 1, sizeof(*all));
	char *const *names = machines->exposure->releases.texts;
	size_t count = 0;
	int error = 0;

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < one->ancestor_count; i++)
		if (one->ancestors[i].verdict == TRIAGE_ASSOCIATED)
			all[count++] = &one->ancestors[i];
	qsort(all, count, sizeof(*all), compare_p);
	for (size_t i = 0; i < count && !error; i++) {
		if (i >= TRIAGE_CANDIDATES_MAX) {
			all[i]->verdict = TRIAGE_NONE;
			continue;
		}
		ret[i] = all[i];
		error = store_names_add(&machines->releases, names[all[i]->origin],
					&machines->candidates[i]);
		machines->candidates[i] =
			store_ancestor_number(machines->candidates[i], all[i]->is_second);
		machines->candidate_count++;
	}
	return error;
}

/*
 * Check an ancestor. Drop it if boots that agree in which of the ancestors reported so far they
 * have do not show the difference.
 */
static int check_ancestor(struct triage_machines *machines, size_t number,
			  struct triage_finding *finding)
{
	struct triage_machine_comparison how = { .ancestor = (uint64_t)1 << number,
						 .within = machines->reported,
						 .is_within_kexecs = true };
	double p;
	int error =
		store_names_add(&machines->origins,
				machines->exposure->releases.texts[finding->origin], &how.origin);

	if (!error && machines->reported) {
		size_t count = triage_machine_check_rows(machines, &how);

		error = triage_machine_rows_fisher(machines->rows, count, TRIAGE_ROWS_PLAIN, &p);
		if (!error && triage_machine_check_is_above(p, machines->limit))
			finding->verdict = TRIAGE_NONE;
	}
	if (error || finding->verdict == TRIAGE_NONE)
		return error;
	error = triage_machine_check(machines, &how, &finding->hosts, &finding->label,
				     &finding->why_not, &finding->weeks);
	if (finding->why_not)
		finding->verdict = TRIAGE_SUSPECT;
	machines->reported |= how.ancestor;
	return error;
}

static bool is_associated(const struct triage_case *one)
{
	bool is_found = one->count_trend.verdict == TRIAGE_ASSOCIATED ||
			one->range.finding.verdict == TRIAGE_ASSOCIATED;

	for (size_t i = 0; i < one->finding_count; i++)
		is_found = is_found || one->findings[i].verdict >= TRIAGE_INVERSE;
	for (size_t i = 0; i < one->ancestor_count; i++)
		is_found = is_found || one->ancestors[i].verdict >= TRIAGE_INVERSE;
	return is_found;
}

/* Read boots of a case and check its findings. @candidates: as of choose_candidates() */
static int check_findings(struct triage_machines *machines, struct store *store,
			  struct triage_finding *const *candidates)
{
	struct triage_case *one = machines->of;
	AUTO_CHECKS checks = { .machines = machines };
	int error = triage_machines_read(machines, store);

	for (size_t i = 0; i < machines->candidate_count && !error; i++)
		error = check_ancestor(machines, i, candidates[i]);
	if (!error)
		error = list_checks(&checks, one);
	if (error)
		return error;
	if (checks.count > 1 && machines->count <= PARALLEL_MAX)
		return triage_parallel_run(checks.count, do_checks, &checks);
	for (size_t i = 0; i < checks.count && !error; i++)
		error = do_check(machines, &checks.list[i]);
	return error;
}

/* Return whether all verdicts are those of the case @before and of its @findings. */
static bool has_verdicts(const struct triage_case *one, const struct triage_case *before,
			 const struct triage_finding *findings)
{
	bool is_same = one->range.finding.verdict == before->range.finding.verdict &&
		       one->count_trend.verdict == before->count_trend.verdict;

	for (size_t i = 0; i < one->finding_count; i++)
		is_same = is_same && one->findings[i].verdict == findings[i].verdict;
	return is_same;
}

/*
 * Check the findings of a case in a sample of machines. @ret: false if a finding is not clear; the
 * case is then unchanged
 */
static int check_by_sample(const struct triage_machines *settings, uint64_t hashes,
			   struct store *store, bool *ret)
{
	TRIAGE_AUTO_MACHINES machines = { .boots_of = TRIAGE_MACHINES_SAMPLE,
					  .hashes = hashes,
					  .exposure = settings->exposure,
					  .of = settings->of,
					  .limit = settings->limit / TRIAGE_SAMPLES,
					  .limit_by_machine =
						  settings->limit_by_machine / TRIAGE_SAMPLES };
	/* The number of machines and the days of a finding are those of all machines. */
	TRIAGE_AUTO_MACHINES crashed = { .boots_of = TRIAGE_MACHINES_CRASHED,
					 .exposure = settings->exposure,
					 .of = settings->of,
					 .limit = settings->limit,
					 .limit_by_machine = settings->limit_by_machine };
	struct triage_case *one = settings->of, before = *one;
	size_t size = one->finding_count * sizeof(*one->findings);
	LINEAGE_AUTO_FREE struct triage_finding *findings = malloc(size + 1);
	int error = findings ? 0 : -ENOMEM;

	if (error)
		return error;
	memcpy(findings, one->findings, size);
	triage_machines_expect(&machines, store);
	triage_machines_expect(&crashed, store);
	error = check_findings(&machines, store, NULL);
	*ret = !error && has_verdicts(one, &before, findings);
	if (*ret) {
		one->is_sampled = true;
		return check_findings(&crashed, store, NULL);
	}
	*one = before;
	memcpy(one->findings, findings, size);
	return error;
}

/*
 * Check the findings of a case in samples of machines. @ret: false if a finding is not clear in any
 * of them, or the case is too small for the largest one; all machines must then be read
 */
static int check_by_samples(const struct triage_machines *settings, struct store *store, bool *ret)
{
	int error = 0;

	*ret = false;
	if (triage_machines_hashes(settings->of, triage_sample_boots) == 0)
		return 0;
	for (size_t i = 0; i < TRIAGE_SAMPLES && !*ret && !error; i++) {
		uint64_t hashes =
			triage_machines_hashes(settings->of, triage_sample_boots / smaller[i]);

		error = check_by_sample(settings, hashes, store, ret);
	}
	return error;
}

/*
 * If the case has many boots, a sample of machines is enough to keep clear findings. Ancestors are
 * compared with each other, so that the check of all machines may drop some.
 */
static int check_case(const struct triage_report *report, struct triage_case *one,
		      const struct triage_machines *settings, struct store *store)
{
	TRIAGE_AUTO_MACHINES machines = { .exposure = settings->exposure,
					  .of = one,
					  .has_one = settings->has_one,
					  .limit = settings->limit * one->weight,
					  .limit_by_machine =
						  settings->limit_by_machine * one->weight };
	struct triage_finding *candidates[TRIAGE_CANDIDATES_MAX];
	bool is_checked = false;
	int error;

	if (!is_associated(one))
		return 0;
	error = choose_candidates(&machines, one, candidates);
	if (!error && machines.candidate_count == 0 && !machines.has_one)
		error = check_by_samples(&machines, store, &is_checked);
	if (error || is_checked)
		return error;
	error = check_findings(&machines, store, candidates);
	return error ? error : triage_beside_machines_find(&machines, report);
}

int triage_machines_check(struct triage_report *report, struct store *store)
{
	struct triage_machines settings = { .exposure = report->exposure,
					    .limit = report->limit,
					    .limit_by_machine = report->limit_by_machine };
	int error = store_has_one_host(store, &settings.has_one);

	for (size_t i = 0; i < report->case_count && !error; i++)
		error = check_case(report, &report->cases[i], &settings, store);
	return error ? error : triage_repeated_drop_ancestors(report);
}
