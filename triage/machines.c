// SPDX-License-Identifier: GPL-2.0-or-later
#include "machines.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "all_releases.h"
#include "boot_length.h"
#include "lib/cleanup.h"
#include "machine_rows.h"
#include "names.h"
#include "store/store.h"
#include "time_at_risk.h"

#define CLUSTERED 0.01 /* level at which crashes are considered to cluster on machines */
#define FEW_MACHINES 6 /* with fewer machines, the score test is hardly ever significant */
#define UNITS 1e4      /* units of time per boot, if the rows are timed */
#define DAY_MIN 7000   /* earlier days (before March 1989) are of clocks that were not set */

/**
 * struct boots - boots of one case on one machine on one day
 * @origin: number of the previous release in @origins, or TRIAGE_COLD
 * @is_timed: the time at risk is known, and so are those of most boots of this origin
 * @measured, @length_s, @timed_crashes, @uptime_s, @band, @at_risk_s: as in struct store_host_day
 */
struct boots {
	uint32_t machine;
	uint32_t origin;
	uint32_t count;
	uint32_t label;
	int64_t day;
	uint64_t boots;
	uint64_t crashes;
	uint64_t measured;
	uint64_t length_s;
	uint64_t timed_crashes;
	uint64_t uptime_s;
	uint32_t band;
	uint64_t at_risk_s;
	bool is_timed;
};

/**
 * struct machines - the boots of one case
 * @all: array of @count boots; owned
 * @times: times at risk of the case, unknown if no comparison needs them; owned
 * @rows: array of @capacity rows, for one comparison; owned
 * @has_one: the store has only one machine
 * @limit: p-values up to this level are significant after the correction
 */
struct machines {
	const struct triage_exposure *exposure;
	const struct triage_case *of;
	struct triage_names hosts;
	struct triage_names origins;
	struct triage_names labels;
	struct boots *all;
	size_t count;
	size_t capacity;
	struct triage_time_at_risk times;
	struct triage_machine_row *rows;
	bool has_one;
	double limit;
};

static void machines_deinit(struct machines *machines)
{
	triage_names_deinit(&machines->hosts);
	triage_names_deinit(&machines->origins);
	triage_names_deinit(&machines->labels);
	triage_time_at_risk_deinit(&machines->times);
	free(machines->all);
	free(machines->rows);
}
#define AUTO_MACHINES __attribute__((cleanup(machines_deinit))) struct machines

static int reserve(struct machines *machines)
{
	size_t capacity = machines->capacity ? 2 * machines->capacity : 1024;
	struct boots *all;

	if (machines->count < machines->capacity)
		return 0;
	all = reallocarray(machines->all, capacity, sizeof(*all));
	if (!all)
		return -ENOMEM;
	machines->all = all;
	machines->capacity = capacity;
	return 0;
}

/* Return whether the comparisons of the case use these boots. */
static bool is_compared(const struct machines *machines, const struct store_transition *at)
{
	const struct triage_exposure *exposure = machines->exposure;
	bool is_cold = at->boot == LINEAGE_BOOT_COLD;

	if (at->is_inferred && exposure->skips_inferred)
		return false;
	if (!is_cold && !at->previous_release)
		return false;
	if (is_cold && triage_is_lost_kexec(exposure, machines->of->signature))
		return false;
	return at->release || triage_is_any_release(exposure, machines->of->release);
}

static int add_label(struct machines *machines, const struct store_transition *at, uint32_t *ret)
{
	const char *label = at->label ? at->label : "";

	if (triage_is_all_releases(machines->exposure, machines->of->release))
		return triage_all_releases_label(&machines->labels, at->release, label, ret);
	return triage_names_add(&machines->labels, label, ret);
}

static int add_boots(const struct store_host_day *row, void *data)
{
	struct machines *machines = data;
	const struct store_transition *at = &row->at;
	struct boots boots = { .origin = TRIAGE_COLD,
			       .count = at->has_count ? at->kexec_count : TRIAGE_NO_COUNT,
			       .day = row->has_day && row->day >= DAY_MIN ? row->day
									  : TRIAGE_NO_DAY,
			       .boots = (uint64_t)at->boots,
			       .crashes = (uint64_t)at->crashes,
			       .measured = (uint64_t)row->measured,
			       .length_s = (uint64_t)row->length_s,
			       .timed_crashes = (uint64_t)row->timed_crashes,
			       .uptime_s = (uint64_t)row->uptime_s,
			       .band = row->band,
			       .at_risk_s = (uint64_t)row->at_risk_s };
	int error;

	if (!is_compared(machines, at))
		return 0;
	if (boots.count == UINT32_MAX && at->has_count)
		boots.count--;
	error = triage_names_add(&machines->hosts, row->host, &boots.machine);
	if (!error)
		error = add_label(machines, at, &boots.label);
	if (!error && at->boot != LINEAGE_BOOT_COLD)
		error = triage_names_add(&machines->origins, at->previous_release, &boots.origin);
	if (!error)
		error = reserve(machines);
	if (!error)
		machines->all[machines->count++] = boots;
	return error;
}

static int read_boots(struct machines *machines, struct store *store)
{
	const struct triage_exposure *exposure = machines->exposure;
	const struct triage_case *of = machines->of;
	const char *release = exposure->releases.texts[of->release];
	const char *signature = exposure->signature_names.texts[of->signature];

	if (triage_is_pooled(exposure, of->release))
		release = NULL;
	if (triage_is_any_crash(exposure, of->signature))
		signature = NULL;
	return store_list_host_days(store, release, signature, false, add_boots, machines);
}

/* Find the boots whose times at risk are compared. */
static int find_times(struct machines *machines)
{
	const struct triage_exposure *exposure = machines->exposure;
	LINEAGE_AUTO_FREE bool *is_timed = calloc(machines->origins.count + 1, sizeof(*is_timed));
	int error = triage_time_at_risk_init(&machines->times, exposure, machines->of->release,
					     machines->of->signature);

	if (!is_timed)
		return -ENOMEM;
	for (size_t i = 0; i < machines->times.sum_count; i++) {
		uint32_t origin = machines->times.sums[i].origin, number;

		if (origin == TRIAGE_COLD)
			continue;
		if (triage_names_find(&machines->origins, exposure->releases.texts[origin],
				      &number))
			is_timed[number] = true;
	}
	for (size_t i = 0; i < machines->count; i++) {
		struct boots *boots = &machines->all[i];

		boots->is_timed = boots->band != STORE_BAND_UNKNOWN &&
				  (boots->origin == TRIAGE_COLD
					   ? triage_time_at_risk_has(&machines->times, TRIAGE_COLD)
					   : is_timed[boots->origin]);
	}
	return error;
}

/**
 * struct comparison - which boots belong to the group of a finding, and which are compared with it
 * @origin: number of the origin in @origins of struct machines, or TRIAGE_COLD
 * @members: if not NULL, for each origin, whether its boots are in the group; @origin is ignored
 * @from: if not 0, the group is the boots with this kexec count or a larger one, within origins
 * @below: if not 0, compare only boots with a smaller kexec count
 * @is_inverse: the group is all other boots, because they crash more
 * @is_within_counts: compare only boots of the same, known kexec count
 * @is_within_kexecs: leave out cold boots
 * @is_timed: compare crashes per time, and not per boot
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
};

static bool has_boots(const struct comparison *how, const struct boots *boots)
{
	if (how->is_timed && !boots->is_timed)
		return false;
	if (boots->count == TRIAGE_NO_COUNT && (how->is_within_counts || how->from))
		return false;
	if (how->below && boots->count >= how->below)
		return false;
	return boots->origin != TRIAGE_COLD || !how->is_within_kexecs;
}

static bool is_in_group(const struct comparison *how, const struct boots *boots)
{
	bool is_member = how->from ? boots->count >= how->from : boots->origin == how->origin;

	if (how->members)
		is_member = boots->origin != TRIAGE_COLD && how->members[boots->origin];
	return is_member != how->is_inverse;
}

/*
 * Replace the boots of the rows with the crashes expected from their times at risk, in units of
 * which a boot has UNITS on average. Without a dependence, each unit is as likely to crash as
 * any other.
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

/* Make the rows of a comparison. Return their number. */
static size_t make_rows(struct machines *machines, const struct comparison *how)
{
	size_t count = 0;

	for (size_t i = 0; i < machines->count; i++) {
		const struct boots *boots = &machines->all[i];
		struct triage_machine_row row = { .machine = boots->machine,
						  .strata = { boots->label, 0 },
						  .day = boots->day,
						  .is_in_group = is_in_group(how, boots),
						  .boots = boots->boots,
						  .crashes = boots->crashes,
						  .measured = boots->measured,
						  .length_s = boots->length_s,
						  .timed_crashes = boots->timed_crashes,
						  .uptime_s = boots->uptime_s };

		if (!has_boots(how, boots))
			continue;
		if (how->from)
			row.strata[1] = boots->origin;
		else if (how->is_within_counts)
			row.strata[1] = boots->count;
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

/* Count the machines of the rows, or only those that crashed in the group. */
static int64_t count_machines(const struct triage_machine_row *rows, size_t count,
			      bool only_crashed)
{
	int64_t machines = 0;
	uint32_t last = UINT32_MAX;

	/* The rows are in the order of the store: by machine. */
	for (size_t i = 0; i < count; i++) {
		bool has_crashed = rows[i].is_in_group && rows[i].crashes > 0;

		if ((only_crashed && !has_crashed) || rows[i].machine == last)
			continue;
		machines++;
		last = rows[i].machine;
	}
	return machines;
}

/*
 * Return whether the days of at least 90 % of the crashes are known. If the sources of crashes
 * have no dates, but those of other boots do, the days show the source and not the time.
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

/* Return whether a p-value is not small enough; a test that was not possible is not. */
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

/*
 * Set @ret to whether the crashes of the group cluster on machines, or on machines whose other
 * boots crash as well, or whether the boots of the same machines show a smaller difference. All
 * boots of the case with such counts count as other boots, even if they cannot be compared.
 */
static int depend_on_machines(struct machines *machines, const struct comparison *how, bool *ret)
{
	struct comparison all = *how;
	size_t count;

	all.is_within_counts = all.is_within_kexecs = false;
	count = make_rows(machines, &all);
	triage_machine_rows_drop_worst(machines->rows, count);
	*ret = triage_machine_rows_clustering_p(machines->rows, count) <= CLUSTERED;
	return *ret ? 0 : is_contradicted(machines->rows, count, TRIAGE_ROWS_BY_MACHINE, ret);
}

/*
 * Find another explanation of the finding. If only a few machines are compared, the score test
 * cannot be significant, but boots of the same machine can show the dependence. @is_clustered:
 * the result of depend_on_machines().
 */
static int find_explanation(const struct machines *machines, bool is_timed, size_t count,
			    int64_t compared, bool is_clustered, enum triage_doubt *ret)
{
	struct triage_machine_row *rows = machines->rows;
	double within = NAN;
	bool is_explained;
	size_t dropped;
	int error = 0;

	*ret = TRIAGE_DOUBT_MACHINES;
	dropped = triage_machine_rows_drop_worst(rows, count);
	if (dropped > 0)
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_PLAIN, &within);
	if (error || (dropped > 0 && is_above(within, machines->limit)))
		return error;
	if (is_above(triage_machine_rows_robust_p(rows, count), TRIAGE_FDR)) {
		if (compared >= FEW_MACHINES)
			return 0;
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &within);
		if (error || is_above(within, machines->limit))
			return error;
	}
	if (is_clustered || triage_machine_rows_clustering_p(rows, count) <= CLUSTERED) {
		error = triage_machine_rows_fisher(rows, count, TRIAGE_ROWS_BY_MACHINE, &within);
		if (error || is_above(within, TRIAGE_FDR))
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
	*ret = is_timed ? TRIAGE_DOUBT_NONE : TRIAGE_DOUBT_BOOT_LENGTH;
	if (is_timed)
		return 0;
	error = triage_boot_length_explains(rows, count, machines->limit, &is_explained);
	if (error || is_explained)
		return error;
	*ret = TRIAGE_DOUBT_NONE;
	return 0;
}

static int check(struct machines *machines, const struct comparison *how, int64_t *ret_hosts,
		 enum triage_doubt *ret)
{
	bool is_clustered;
	int error = depend_on_machines(machines, how, &is_clustered);
	size_t count = make_rows(machines, how);

	if (error)
		return error;
	*ret = TRIAGE_DOUBT_NONE;
	*ret_hosts = count_machines(machines->rows, count, true);
	if (machines->has_one)
		return 0;
	if (*ret_hosts == 1) {
		*ret = TRIAGE_DOUBT_ONE_MACHINE;
		return 0;
	}
	return find_explanation(machines, how->is_timed, count,
				count_machines(machines->rows, count, false), is_clustered, ret);
}

static int check_finding(struct machines *machines, struct triage_finding *finding)
{
	struct comparison how = { .origin = TRIAGE_COLD,
				  .below = finding->below,
				  .is_inverse = finding->verdict == TRIAGE_INVERSE,
				  .is_within_counts = !isnan(finding->p_same_count),
				  .is_within_kexecs = !isnan(finding->p_kexeced),
				  .is_timed = finding->is_timed };
	int error = 0;

	if (finding->verdict < TRIAGE_INVERSE)
		return 0;
	if (finding->origin != TRIAGE_COLD)
		error = triage_names_add(&machines->origins,
					 machines->exposure->releases.texts[finding->origin],
					 &how.origin);
	if (!error)
		error = check(machines, &how, &finding->hosts, &finding->why_not);
	if (finding->why_not)
		finding->verdict = TRIAGE_SUSPECT;
	return error;
}

/* For each origin of the boots, find out whether it is in a range; NULL if memory runs out. */
static bool *find_members(const struct machines *machines, const struct triage_release_range *range)
{
	bool *members = calloc(machines->origins.count + 1, sizeof(*members));

	for (size_t i = 0; members && i < machines->origins.count; i++)
		members[i] = triage_release_range_has(machines->exposure, range,
						      machines->origins.texts[i]);
	return members;
}

static int check_range(struct machines *machines, struct triage_release_range *range)
{
	struct triage_finding *finding = &range->finding;
	LINEAGE_AUTO_FREE bool *members = find_members(machines, range);
	struct comparison how = { .origin = TRIAGE_COLD,
				  .members = members,
				  .below = finding->below,
				  .is_within_counts = !isnan(finding->p_same_count),
				  .is_within_kexecs = true,
				  .is_timed = finding->is_timed };
	int error;

	if (!members)
		return -ENOMEM;
	if (finding->verdict < TRIAGE_INVERSE)
		return 0;
	machines->limit /= range->ranges;
	error = check(machines, &how, &finding->hosts, &finding->why_not);
	machines->limit *= range->ranges;
	if (finding->why_not)
		finding->verdict = TRIAGE_SUSPECT;
	return error;
}

static int check_count_trend(struct machines *machines, struct triage_count_trend *trend)
{
	struct comparison how = { .from = trend->from,
				  .is_inverse = trend->z < 0,
				  .is_timed = trend->is_timed };
	int error;

	if (trend->verdict != TRIAGE_ASSOCIATED || trend->from == 0)
		return 0;
	error = check(machines, &how, &trend->hosts, &trend->why_not);
	if (trend->why_not)
		trend->verdict = TRIAGE_SUSPECT;
	return error;
}

static bool is_associated(const struct triage_case *one)
{
	bool is_found = one->count_trend.verdict == TRIAGE_ASSOCIATED ||
			one->range.finding.verdict == TRIAGE_ASSOCIATED;

	for (size_t i = 0; i < one->finding_count; i++)
		is_found = is_found || one->findings[i].verdict >= TRIAGE_INVERSE;
	return is_found;
}

static int check_case(struct triage_case *one, const struct machines *settings, struct store *store)
{
	AUTO_MACHINES machines = { .exposure = settings->exposure,
				   .of = one,
				   .has_one = settings->has_one,
				   .limit = settings->limit * one->weight };
	int error;

	if (!is_associated(one))
		return 0;
	error = read_boots(&machines, store);
	if (!error)
		error = find_times(&machines);
	if (error)
		return error;
	machines.rows = calloc(machines.count + 1, sizeof(*machines.rows));
	if (!machines.rows)
		return -ENOMEM;
	for (size_t i = 0; i < one->finding_count && !error; i++)
		error = check_finding(&machines, &one->findings[i]);
	if (!error)
		error = check_range(&machines, &one->range);
	return error ? error : check_count_trend(&machines, &one->count_trend);
}

int triage_machines_check(struct triage_report *report, struct store *store)
{
	struct machines settings = { .exposure = report->exposure, .limit = report->limit };
	int error = store_has_one_host(store, &settings.has_one);

	for (size_t i = 0; i < report->case_count && !error; i++)
		error = check_case(&report->cases[i], &settings, store);
	return error ? error : triage_report_sort(report);
}
