// SPDX-License-Identifier: GPL-2.0-or-later
#include "machines.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "all_releases.h"
#include "ancestors.h"
#include "boot_length.h"
#include "confined.h"
#include "lib/cleanup.h"
#include "machine_boots.h"
#include "machine_rows.h"
#include "store/names.h"
#include "repeated.h"
#include "store/store.h"
#include "time_at_risk.h"

/*
 * Level at which crashes are considered to cluster on machines. If machines crashed so often that
 * they were left out, the machines differ, and the others may differ as well.
 */
#define CLUSTERED 0.01
#define CLUSTERED_BESIDE_WORST 0.1
#define WITHIN 0.01 /* level of the test within machines if crashes cluster */
/* If the machines of other boots have so many times as many boots, machines are compared. */
#define IMBALANCED 1.5
#define UNITS 1e4 /* units of time per boot, if the rows are timed */

/**
 * struct comparison - which boots belong to the group of a finding, and which are compared with it
 * @origin: number of the origin in @origins of struct triage_machines, or TRIAGE_COLD
 * @members: if not NULL, for each origin, whether its boots are in the group; @origin is ignored
 * @from: if not 0, the group is the boots with this kexec count or a larger one, within origins
 * @below: if not 0, compare only boots with a smaller kexec count
 * @is_inverse: exchange the group and the other boots, because the other boots crash more
 * @is_within_counts: compare only boots of the same, known kexec count
 * @is_within_kexecs: leave out cold boots
 * @is_timed: compare crashes per time, and not per boot
 * @ancestor: if not 0, the group is the boots that have the ancestor with this bit, within origins
 *	and kexec counts; boots whose previous release is the ancestor (@origin) are left out
 * @ranges: number of ranges from which the range of the finding was chosen, else 0
 * @within: bit mask of ancestors; compare only boots that agree in which of these ancestors they
 *	have
 */
struct comparison {
	uint32_t origin;
	const bool *members;
	uint32_t from;
	uint32_t below;
	bool is_inverse;
	bool is_within_counts;
	bool is_within_kexecs;
	bool is_timed;
	double ranges;
	uint64_t ancestor;
	uint64_t within;
};

static bool has_boots(const struct comparison *how, const struct triage_machine_boots *boots)
{
	if (how->is_timed && !boots->is_timed)
		return false;
	if ((how->ancestor || how->within) && !boots->has_chain)
		return false;
	if (how->ancestor && (boots->dose == 0 || boots->origin == how->origin))
		return false;
	if (boots->count == TRIAGE_NO_COUNT && (how->is_within_counts || how->from))
		return false;
	if (how->below && boots->count >= how->below)
		return false;
	return boots->origin != TRIAGE_COLD || !how->is_within_kexecs;
}

static bool is_in_group(const struct comparison *how, const struct triage_machine_boots *boots)
{
	bool is_member = how->from ? boots->count >= how->from : boots->origin == how->origin;

	if (how->members)
		is_member = boots->origin != TRIAGE_COLD && how->members[boots->origin];
	if (how->ancestor)
		is_member = (boots->ancestors & how->ancestor) != 0;
	return is_member != how->is_inverse;
}

/*
 * Replace the number of boots of each row with a number of units that is proportional to the
 * crashes expected from its time at risk, with an average of UNITS units per boot. Without a
 * dependence, all units are equally likely to crash.
 */
static void count_times(struct triage_machine_row *rows, size_t count)
{
	double boots = 0, expected = 0;

	for (size_t i = 0; i < count; i++) {
		boots += (double)rows[i].boots;
		expected += rows[i].rate;
	}
	for (size_t i = 0; i < count; i++) {
		double units = rows[i].rate / expected * boots * UNITS;

		rows[i].boots = (uint64_t)fmax(ceil(units), (double)rows[i].crashes);
	}
}

/* Return the number of the stratum of some boots within a label. */
static uint64_t stratum_of(const struct comparison *how, const struct triage_machine_boots *boots)
{
	uint64_t stratum = 0;

	if (how->ancestor)
		stratum = (uint64_t)boots->origin << 32 | boots->dose;
	else if (how->from)
		stratum = boots->origin;
	else if (how->is_within_counts)
		stratum = boots->count;
	/*
	 * Two different strata get the same number only if two 64-bit hashes are equal, which is
	 * unlikely.
	 */
	return how->within ? stratum * 0x9e3779b97f4a7c15 ^
				     (boots->ancestors & how->within) * 0xff51afd7ed558ccd
			   : stratum;
}

/* Make the rows of a comparison. Return their number. */
static size_t make_rows(struct triage_machines *machines, const struct comparison *how)
{
	size_t count = 0;

	for (size_t i = 0; i < machines->count; i++) {
		const struct triage_machine_boots *boots = &machines->all[i];
		struct triage_machine_row row = { .machine = boots->machine,
						  .hardware = boots->hardware,
						  .strata = { boots->label,
							      stratum_of(how, boots) },
						  .day = boots->day,
						  .is_in_group = is_in_group(how, boots),
						  .boots = boots->boots,
						  .crashes = boots->crashes,
						  .quiet = boots->boots - boots->crashes,
						  .measured = boots->measured,
						  .length_s = boots->length_s,
						  .timed_crashes = boots->timed_crashes,
						  .uptime_s = boots->uptime_s };

		if (!has_boots(how, boots))
			continue;
		if (how->is_timed)
			row.rate = triage_time_at_risk_expected(&machines->times, boots->band,
								(double)boots->boots,
								(double)boots->at_risk_s);
		machines->rows[count++] = row;
	}
	if (how->is_timed)
		count_times(machines->rows, count);
	return count;
}

/* Count the machines that crashed in the group. */
static int64_t count_machines(const struct triage_machine_row *rows, size_t count)
{
	int64_t machines = 0;
	uint32_t last = UINT32_MAX;

	/* The rows are in the order of the store: by machine. */
	for (size_t i = 0; i < count; i++) {
		if (!rows[i].is_in_group || rows[i].crashes == 0 || rows[i].machine == last)
			continue;
		machines++;
		last = rows[i].machine;
	}
	return machines;
}

/*
 * Return whether the days of at least 90 % of the crashes are known. If the logs of crashes have no
 * dates, but the logs of other boots have dates, the day shows only which kind of log the boot
 * comes from.
 */
static bool has_days(const struct triage_machine_row *rows, size_t count)
{
	uint64_t crashes = 0, dated = 0;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].is_dropped)
			continue;
		crashes += rows[i].crashes;
		dated += rows[i].day == TRIAGE_NO_DAY ? 0 : rows[i].crashes;
	}
	return dated > 0 && dated * 10 >= crashes * 9;
}

/* Return true if a p-value is above the limit, or NAN because no test was possible. */
static bool is_above(double p, double limit)
{
	return !(p <= limit);
}

/* Set @ret to whether the ratio within strata contradicts the ratio among all rows. */
static int is_contradicted(struct triage_machine_row *rows, size_t count,
			   enum triage_machine_rows_by by, bool *ret)
{
	struct triage_interval ratio, within;
	int error = triage_machine_rows_ratio(rows, count, TRIAGE_ROWS_PLAIN, &ratio);

	if (!error)
		error = triage_machine_rows_ratio(rows, count, by, &within);
	*ret = !error && within.high < ratio.estimate && within.low <= 1;
	return error;
}

/* Return whether crashes cluster on machines. @dropped: number of machines that were left out */
static bool do_cluster(struct triage_machine_row *rows, size_t count, size_t dropped)
{
	return triage_machine_rows_clustering_p(rows, count) <=
	       (dropped > 0 ? CLUSTERED_BESIDE_WORST : CLUSTERED);
}

/*
 * Set @ret to true in two cases: pairs of crashes on one machine, of which at least one is a crash
 * of the group, are too frequent; or boots of the same machine show a smaller difference. Here, the
 * other boots include boots of other kexec counts and cold boots, which the comparison may leave
 * out.
 */
static int depend_on_machines(struct triage_machines *machines, const struct comparison *how,
			      bool *ret)
{
	struct comparison all = *how;
	size_t count;

	all.is_within_counts = all.is_within_kexecs = false;
	count = make_rows(machines, &all);
	*ret = do_cluster(machines->rows, count,
			  triage_machine_rows_drop_worst(machines->rows, count));
	return *ret ? 0 : is_contradicted(machines->rows, count, TRIAGE_ROWS_BY_MACHINE, ret);
}

/*
 * Set @ret to whether one of three tests, in which the crashes of a machine may depend on each
 * other, is significant; they share the level. If no machine crashed twice, the test of the finding
 * is such a test. The comparison of a count trend need not be significant at @machines->limit. If
 * no machine has boots on both sides, the test within machines is impossible, and the other two
 * share the level. @ranges: as in struct comparison
 */
static int differ_by_machine(const struct triage_machines *machines, size_t count, double ranges,
			     bool *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double plain = NAN, once = NAN, within = NAN,
	       level = machines->limit_by_machine / fmax(ranges, 1);
	double parts;
	int error;

	*ret = !triage_machine_rows_has_repeated(rows, count);
	if (*ret)
		return 0;
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &plain);
	if (!error)
		error = triage_machine_rows_once(rows, count, &once);
	if (!error)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &within);
	if (is_above(plain, machines->limit))
		level = TRIAGE_FDR;
	parts = isnan(within) ? 3 : 4;
	*ret = !error && (once <= level * 2 / parts || within <= level / parts ||
			  triage_machine_rows_robust_p(rows, count) <= level / parts);
	return error;
}

/*
 * Set @ret to false if the machines of the group have far fewer boots than the others, the
 * difference is due to machines that crash in most of their boots, and not more machines crashed in
 * the group than would have outside of it in as few boots. With so few boots, such a machine is not
 * left out as one of the worst, but outside of the group it is.
 */
static int differ_in_machines(const struct triage_machines *machines, size_t count, bool *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double p = NAN;
	int error = 0;

	*ret = true;
	if (!(triage_machine_rows_imbalance(rows, count) >= IMBALANCED) ||
	    triage_machine_rows_drop_looping(rows, count) == 0)
		return 0;
	error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &p);
	for (size_t i = 0; i < count; i++)
		rows[i].is_dropped = false;
	if (error || !is_above(p, machines->limit))
		return error;
	error = triage_machine_rows_crashed_p(rows, count, &p);
	*ret = !is_above(p, TRIAGE_FDR);
	return error;
}

/* Find another explanation of the finding. @is_clustered: the result of depend_on_machines(). */
static int find_explanation(const struct triage_machines *machines, const struct comparison *how,
			    size_t count, bool is_clustered, enum triage_doubt *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double within = NAN;
	bool is_explained, is_different;
	size_t dropped;
	int error = 0;

	*ret = TRIAGE_DOUBT_MACHINES;
	error = differ_in_machines(machines, count, &is_different);
	if (error || !is_different)
		return error;
	dropped = triage_machine_rows_drop_worst(rows, count);
	if (dropped > 0)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &within);
	if (error || (dropped > 0 && is_above(within, machines->limit)))
		return error;
	error = differ_by_machine(machines, count, how->ranges, &is_different);
	if (error || !is_different)
		return error;
	if (is_clustered || do_cluster(rows, count, dropped)) {
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &within);
		if (error || is_above(within, WITHIN))
			return error;
	}
	*ret = TRIAGE_DOUBT_CALENDAR;
	if (has_days(rows, count)) {
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_WEEK, &within);
		if (error || is_above(within, TRIAGE_FDR))
			return error;
		/* An outage can be shorter than a week. */
		error = is_contradicted(rows, count, TRIAGE_ROWS_BY_DAY, &is_explained);
		if (error || is_explained)
			return error;
	}
	*ret = how->is_timed ? TRIAGE_DOUBT_NONE : TRIAGE_DOUBT_BOOT_LENGTH;
	if (how->is_timed)
		return 0;
	error = triage_boot_length_explains(rows, count, machines->limit, &is_explained);
	if (error || is_explained)
		return error;
	*ret = TRIAGE_DOUBT_NONE;
	return 0;
}

/* Set @ret to the label to which the difference of the rows is confined, or NULL. */
static int find_label(const struct triage_machines *machines, size_t count, const char **ret)
{
	const struct store_names *labels = &machines->exposure->labels;
	uint32_t hardware, number;
	bool is_pooled = triage_is_pooled(machines->exposure, machines->of->release);
	int error = triage_confined_find(machines->rows, count, !is_pooled, &hardware);

	*ret = NULL;
	if (error || hardware == TRIAGE_NO_LABEL || !machines->hardware.texts[hardware][0])
		return error;
	if (store_names_find(labels, machines->hardware.texts[hardware], &number))
		*ret = labels->texts[number];
	return 0;
}

static int check(struct triage_machines *machines, const struct comparison *how, int64_t *ret_hosts,
		 const char **ret_label, enum triage_doubt *ret)
{
	bool is_clustered;
	int error = depend_on_machines(machines, how, &is_clustered);
	size_t count = make_rows(machines, how);

	if (error)
		return error;
	*ret = TRIAGE_DOUBT_NONE;
	*ret_hosts = count_machines(machines->rows, count);
	error = find_label(machines, count, ret_label);
	if (error || machines->has_one)
		return error;
	if (*ret_hosts == 1) {
		*ret = TRIAGE_DOUBT_ONE_MACHINE;
		return 0;
	}
	return find_explanation(machines, how, count, is_clustered, ret);
}

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
static int explain_by_ancestors(struct triage_machines *machines, const struct comparison *how,
				enum triage_verdict *verdict)
{
	struct comparison within = *how;
	double crashes, p;
	size_t count;
	int error;

	within.within = machines->reported;
	if (machines->reported == 0 || *verdict < TRIAGE_SUSPECT)
		return 0;
	crashes = count_crashes(machines->rows, make_rows(machines, how));
	count = make_rows(machines, &within);
	if (count_crashes(machines->rows, count) < crashes / 2)
		return 0;
	error = triage_machine_rows_fisher(machines->rows, count, TRIAGE_ROWS_PLAIN, &p);
	if (!error && p > TRIAGE_FDR)
		*verdict = TRIAGE_NONE;
	return error;
}

static int check_finding(struct triage_machines *machines, struct triage_finding *finding)
{
	struct comparison how = { .origin = TRIAGE_COLD,
				  .below = finding->below,
				  .is_inverse = triage_finding_is_inverse(finding),
				  .is_within_counts = !isnan(finding->p_same_count),
				  .is_within_kexecs = !isnan(finding->p_kexeced),
				  .is_timed = finding->is_timed };
	int error = 0;

	if (finding->verdict < TRIAGE_SUSPECT)
		return 0;
	if (finding->origin != TRIAGE_COLD)
		error = store_names_add(&machines->origins,
					machines->exposure->releases.texts[finding->origin],
					&how.origin);
	if (!error && finding->verdict >= TRIAGE_INVERSE)
		error = check(machines, &how, &finding->hosts, &finding->label, &finding->why_not);
	if (finding->why_not)
		finding->verdict = TRIAGE_SUSPECT;
	return error ? error : explain_by_ancestors(machines, &how, &finding->verdict);
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

static int check_range(struct triage_machines *machines, struct triage_release_range *range)
{
	struct triage_finding *finding = &range->finding;
	LINEAGE_AUTO_FREE bool *members = find_members(machines, range);
	struct comparison how = { .origin = TRIAGE_COLD,
				  .members = members,
				  .below = finding->below,
				  .is_within_counts = !isnan(finding->p_same_count),
				  .is_within_kexecs = true,
				  .is_timed = finding->is_timed,
				  .ranges = range->ranges };
	int error;

	if (!members)
		return -ENOMEM;
	if (finding->verdict < TRIAGE_INVERSE)
		return 0;
	machines->limit /= range->ranges;
	error = check(machines, &how, &finding->hosts, &finding->label, &finding->why_not);
	machines->limit *= range->ranges;
	if (finding->why_not)
		finding->verdict = TRIAGE_SUSPECT;
	return error ? error : explain_by_ancestors(machines, &how, &finding->verdict);
}

static int check_count_trend(struct triage_machines *machines, struct triage_count_trend *trend)
{
	struct comparison how = { .from = trend->from,
				  .is_inverse = trend->z < 0,
				  .is_timed = trend->is_timed };
	int error;

	if (trend->verdict != TRIAGE_ASSOCIATED || trend->from == 0)
		return 0;
	error = check(machines, &how, &trend->hosts, &trend->label, &trend->why_not);
	if (trend->why_not)
		trend->verdict = TRIAGE_SUSPECT;
	return error ? error : explain_by_ancestors(machines, &how, &trend->verdict);
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
	struct comparison how = { .ancestor = (uint64_t)1 << number,
				  .within = machines->reported,
				  .is_within_kexecs = true };
	double p;
	int error =
		store_names_add(&machines->origins,
				machines->exposure->releases.texts[finding->origin], &how.origin);

	if (!error && machines->reported) {
		size_t count = make_rows(machines, &how);

		error = triage_machine_rows_fisher(machines->rows, count, TRIAGE_ROWS_PLAIN, &p);
		if (!error && is_above(p, machines->limit))
			finding->verdict = TRIAGE_NONE;
	}
	if (error || finding->verdict == TRIAGE_NONE)
		return error;
	error = check(machines, &how, &finding->hosts, &finding->label, &finding->why_not);
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

static int check_case(struct triage_case *one, const struct triage_machines *settings,
		      struct store *store)
{
	TRIAGE_AUTO_MACHINES machines = { .exposure = settings->exposure,
					  .of = one,
					  .has_one = settings->has_one,
					  .limit = settings->limit * one->weight,
					  .limit_by_machine =
						  settings->limit_by_machine * one->weight };
	struct triage_finding *candidates[TRIAGE_CANDIDATES_MAX];
	int error;

	if (!is_associated(one))
		return 0;
	error = choose_candidates(&machines, one, candidates);
	if (!error)
		error = triage_machines_read(&machines, store);
	for (size_t i = 0; i < machines.candidate_count && !error; i++)
		error = check_ancestor(&machines, i, candidates[i]);
	for (size_t i = 0; i < one->finding_count && !error; i++)
		error = check_finding(&machines, &one->findings[i]);
	if (!error)
		error = check_range(&machines, &one->range);
	return error ? error : check_count_trend(&machines, &one->count_trend);
}

int triage_machines_check(struct triage_report *report, struct store *store)
{
	struct triage_machines settings = { .exposure = report->exposure,
					    .limit = report->limit,
					    .limit_by_machine = report->limit_by_machine };
	int error = store_has_one_host(store, &settings.has_one);

	for (size_t i = 0; i < report->case_count && !error; i++)
		error = check_case(&report->cases[i], &settings, store);
	return error ? error : triage_repeated_drop_ancestors(report);
}
